"""What the desk asks of every source of deposits: look, and say what is there (design: deposits, section 3).

A source is a chain that is watched or a processor that is asked. The contract that all of them keep:

- `observe` only looks. It posts nothing, decides nothing about balances, and may be repeated at any time, also
  after a crash in the middle: what it says twice is booked once, by the observation's key.
- **The key is the receipt.** It names the fact and not the place where it was found: `evm:{chain}:{tx}:{ordinal of
  the log inside its transaction}`, never a log index, a block hash or a generation. Keys are made by
  `sevenpanel.deposits.domain.keys`.
- **Absence is no evidence.** A source that cannot see (a node behind, no answer, two that differ) leaves a receipt
  out or repeats the last verdict that it is sure of. `LEFT` and `REPLACED` need a positive proof from every node.
- A source keeps nothing that cannot be lost. Its cursor travels as `mark`: the desk stores the new mark when
  everything observed with it is booked, and hands the last stored one to the next look. So a look that was cut
  off anywhere is simply done again.
- The desk names every receipt of this source that is not at rest (`Known`), whatever the mark says. The source
  judges each of them anew in every look, besides telling what is new. To rescan from the start, the desk passes
  an empty mark.
- A verdict describes the present, so none is ever "missed": a receipt first seen far behind the head comes as
  `CONFIRMED` or `FINAL` at once, and the desk goes through the states in between by itself.
- All texts are safe to store and to show to staff: no NUL, no lone surrogates, no key or password, bounded length.
- Calls block for at most `LOOK_SECONDS_MAX` and are made outside transactions. One thread at a time looks with one
  source; different sources are asked by different threads.

Whether a receipt is credited is for the desk to say: minimum, limits, rate, depeg guard, closed accounts and
screening are not looked at here.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from sevenpanel.deposits.domain import FOUND_BY_SOURCES, Asset, HeldReason, ReceiptState, raw_units
from sevenpanel.deposits.domain.states import Verdict as Verdict
from sevenpanel.kernel.refusals import Refusal

LOOK_SECONDS_MAX = 60
KEY_LENGTH_MAX = 200
MARK_BYTES_MAX = 256 * 1024
PROOF_BYTES_MAX = 4_096
"""How much of one node's answer is kept as proof."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """Where the receipt stands and who says so. Kept with it; staff can read all of it, customers `tx` and `link`.

    :param tx: the transaction, or the processor's payment id.
    :param block_height: None where there are no blocks.
    :param block_at: the block's own time; for a processor, when it first saw the payment. A locked rate counts for
        what was first seen before the lock ended.
    :param link: the transaction's page in an explorer, or empty.
    :param senders: where it came from, as far as that can be known, for screening only: an address from here is
        never shown to a customer and never sent to.
    :param proof: by node, what it answered, at most `PROOF_BYTES_MAX` each.
    """

    tx: str
    block_height: int | None = None
    block_hash: str = ""
    block_at: datetime
    link: str = ""
    senders: tuple[str, ...] = ()
    proof: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Observation:
    """One receipt as it stands now.

    :param key: the receipt's identity, without a generation (`sevenpanel.deposits.domain.keys`).
    :param owner: the customer whom the address or the processor's order belongs to.
    :param asset: an allow-listed asset; what is not on the list is an `Alien`.
    :param raw: how much arrived, in the asset's smallest units; always more than nothing.
    :param address: where it arrived: the address shown to the customer, or the processor's invoice id.
    :param confirmations: how deep it is; 0 for `LEFT`. Blocks are counted from 1.
    :param needed: how deep it has to be before it is credited.
    :param verdict: see `Verdict`. `LEFT` and `REPLACED` are said about known receipts only, with their last
        owner, asset and raw.
    :param doubt: for `DOUBTFUL`, which check says no; one of `FOUND_BY_SOURCES`.
    :param minutes_left: how long the rest of the confirmations usually takes, if that can be said.
    :param fee_raw: what a processor kept of it besides `raw`; the operator may pay it in the customer's place.
    :param is_estimate: for `SEEN`, that `raw` is only what a processor expects; the confirmed one may be another.
    """

    key: str
    owner: int
    asset: Asset
    raw: int
    address: str
    evidence: Evidence
    confirmations: int
    needed: int
    verdict: Verdict
    doubt: HeldReason | None = None
    minutes_left: int | None = None
    fee_raw: int = 0
    is_estimate: bool = False

    def __post_init__(self) -> None:
        if not 0 < len(self.key) <= KEY_LENGTH_MAX or raw_units(self.raw) == 0:
            raise ValueError("An observation has a key and says how much arrived.")
        if self.verdict is Verdict.DOUBTFUL and self.doubt not in FOUND_BY_SOURCES:
            raise ValueError("A doubtful observation says which of a source's own checks says no.")
        if self.verdict is not Verdict.DOUBTFUL and self.doubt is not None:
            raise ValueError("An observation that is not doubtful names no doubt.")
        if self.is_estimate and self.verdict is not Verdict.SEEN:
            raise ValueError("Only what is not confirmed yet is an estimate.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """A receipt of this source that is not at rest, as the desk has it: judge it anew."""

    key: str
    owner: int
    asset: Asset
    raw: int
    address: str
    state: ReceiptState
    evidence: Evidence


@dataclass(frozen=True, slots=True, kw_only=True)
class Sweep:
    """Assets that the operator moved away from a deposit address: booked custody -> cold once it is deep enough.

    :param key: made like a receipt's key, from transaction and ordinal.
    :param is_gone: it was reported before and has left the chain for good.
    """

    key: str
    asset: Asset
    raw: int
    from_address: str
    to_address: str
    evidence: Evidence
    is_gone: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Alien:
    """A token that is on no list and arrived at one of our addresses. It is only listed, for support.

    :param contract: the token's contract. Its symbol is what the contract claims and may be a lie.
    """

    key: str
    owner: int
    address: str
    contract: str
    claimed_symbol: str
    raw: int
    evidence: Evidence


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeHealth:
    """How one node, or a processor's API, is doing.

    :param name: a name without password or key, such as the host.
    :param head: the highest block it shows, or None.
    :param words: what is wrong, as a sentence for staff; empty when nothing is.
    """

    name: str
    is_well: bool
    head: int | None = None
    lag_blocks: int | None = None
    words: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """Everything one look found. The order of observations is the order in which they are booked.

    :param mark: the source's new cursor, opaque to the desk, at most `MARK_BYTES_MAX`. Stored after everything
        else of this look is booked.
    :param has_more: whether the next look should follow at once, as when a long range is being caught up.
    """

    observations: tuple[Observation, ...] = ()
    sweeps: tuple[Sweep, ...] = ()
    aliens: tuple[Alien, ...] = ()
    health: tuple[NodeHealth, ...] = ()
    mark: str = ""
    has_more: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Reserve:
    """How much of an asset a source keeps at deposit addresses, all counted at one block."""

    asset: Asset
    raw: int
    block_height: int | None
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Destination:
    """Where a customer is to send an asset.

    :param address: what is shown, copied and drawn as a QR code.
    :param uri: what the QR code holds when that is more than the address (BIP-21, EIP-681); else empty.
    :param page: a processor's own payment page, or empty.
    :param reference: the processor's id of it, or the address's index.
    :param expires_at: when it stops being watched, for processors; None is never.
    """

    address: str
    uri: str = ""
    page: str = ""
    reference: str = ""
    expires_at: datetime | None = None


class SourceUnavailable(Exception):  # noqa: N818 - a state of the source, named as the desk speaks of it
    """A look or a question failed as a whole, changed nothing, and may be repeated.

    :param words: what went wrong, fit for the operator's eyes.
    """

    def __init__(self, words: str, *, health: tuple[NodeHealth, ...] = (), retry_after_seconds: int | None = None):
        super().__init__(words)
        self.words = words
        self.health = health
        self.retry_after_seconds = retry_after_seconds


class UnableToOpen(Refusal):
    """A destination that could not be given. Its sentence is for the customer."""

    status = 503


class Source(Protocol):
    """What every source offers. See the module's text for the rules of each call."""

    @property
    def name(self) -> str:
        """What tells this source from the others, for ever: "evm:1", "btcpay:desk:8Jqx", at most 64 characters."""

    @property
    def is_single_voice(self) -> bool:
        """Whether one node alone says what is there, so that a lying one could invent money.

        The desk then credits by itself only up to a daily limit. A processor with which the operator has a contract
        is not a single voice; a chain that is read through one node is, unless that node is the operator's own.
        """

    @property
    def assets(self) -> tuple[Asset, ...]:
        """What can be deposited through it."""

    def observe(self, *, known: Sequence[Known], mark: str, now: datetime) -> Look:
        """Look once. The first look, and a rescan, come with an empty mark.

        :param known: every receipt of this source that is not at rest.
        :raises SourceUnavailable: when nothing could be seen.
        """

    def destination(
        self, *, customer_id: int, intent_id: int, asset: Asset, raw: int | None, now: datetime
    ) -> Destination:
        """Where this customer is to send this asset. Sources with permanent addresses answer the same every time.

        May call out to a processor, so it is called outside transactions; a repeated call with the same intent
        gives the same destination.

        :param raw: how much the customer means to send, if that was said.
        :raises UnableToOpen: with a sentence for the customer.
        :raises SourceUnavailable: when the processor cannot be reached.
        """

    def reserves(self, *, now: datetime) -> tuple[Reserve, ...]:
        """Count what is there, for comparing custody with the chain. Sources that cannot count answer ().

        :raises SourceUnavailable: when not everything could be counted at one block.
        """
