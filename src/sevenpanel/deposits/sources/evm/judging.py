"""What may be said of a transfer, from what every node shows of it. Pure: facts in, verdict out.

Three things a node can show, and only these count as having looked:

- **here**: the transaction's receipt, in the block that this node itself has at that height, with our transfer in it;
- **gone**: another block at the height where the transfer was, and the transfer in none of its blocks;
- **blind**: everything else. No answer, a head below, a receipt that it forgot, an answer that contradicts itself.

All nodes here, alike: the transfer is as deep as the lowest of them says. All nodes gone, with the same other block:
it left. Anything in between says nothing, except that a transfer that stays unproved for long is doubtful. So a node
that lags, forgets or is silent changes nothing, and a node that lies needs all others to lie with it (design: deposits,
sections 2 and 5: invariants 5 and 6).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sevenpanel.deposits.domain import HeldReason
from sevenpanel.deposits.sources.interface import Verdict


class Probe(StrEnum):
    """Whether the balance changed by what the logs of the block say."""

    EQUAL = "equal"
    DIFFERS = "differs"
    UNKNOWN = "unknown"
    OFF = "off"


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """What a transfer does: which contract, to whom, how much. Two nodes must show the same."""

    contract: str
    sender: str
    to: str
    raw: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Here:
    """A node shows the transfer.

    :param head: the node's highest block; `final` the highest that it calls final, None when it does not say.
    """

    number: int
    block_hash: str
    at: datetime
    effect: Effect
    head: int
    final: int | None
    probe: Probe


@dataclass(frozen=True, slots=True, kw_only=True)
class Gone:
    """A node shows another block at height `number`, and the transfer nowhere."""

    number: int
    block_hash: str
    head: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Blind:
    """A node shows nothing that counts, and why."""

    why: str


Sight = Here | Gone | Blind


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """How deep is deep enough.

    :param needs_final: this transfer is credited only when it is final.
    :param finalized: the chain has a word for it, and the nodes' word counts as well as the depth.
    :param probes: whether at least one node must have compared balances.
    """

    confirmations: int
    final_blocks: int
    finalized: bool
    needs_final: bool
    probes: bool

    @property
    def needed(self) -> int:
        """How many confirmations a person is told of."""
        return self.final_blocks if self.needs_final else self.confirmations


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """A verdict and what it rests on.

    :param shown: the sight that the observation is made from; None for what left.
    """

    verdict: Verdict
    depth: int
    shown: Here | None
    doubt: HeldReason | None = None


def judge(sights: Mapping[str, Sight], policy: Policy, *, is_open: bool, is_known: bool) -> Judgement | None:
    """This function says what is certain about one transfer.

    :param sights: what every configured node shows; none may be left out.
    :param is_open: nothing was credited for it yet, so that a mere sight of it may be told.
    :param is_known: the desk has it; only then can it be said to have left.
    :returns: None when nothing is certain, so that whatever was said last stands.
    """
    here = [sight for sight in sights.values() if isinstance(sight, Here)]
    gone = [sight for sight in sights.values() if isinstance(sight, Gone)]
    if len(here) == len(sights) and _are_alike(here):
        return _standing(here, policy)
    if len(gone) == len(sights) and is_known:
        return _left(gone, policy)
    return _partly(here, policy) if here and is_open else None


def _are_alike(here: Sequence[Here]) -> bool:
    return len({(sight.number, sight.block_hash, sight.effect) for sight in here}) == 1


def _standing(here: Sequence[Here], policy: Policy) -> Judgement:
    depth = min(sight.head - sight.number + 1 for sight in here)
    is_final = depth >= policy.final_blocks and (
        not policy.finalized or all(sight.final is not None and sight.final >= sight.number for sight in here)
    )
    if not is_final and (depth < policy.confirmations or policy.needs_final):
        return Judgement(verdict=Verdict.SEEN, depth=depth, shown=here[0])
    if policy.probes and not _balances_agree(here):
        return Judgement(verdict=Verdict.DOUBTFUL, depth=depth, shown=here[0], doubt=HeldReason.BALANCE_MISMATCH)
    return Judgement(verdict=Verdict.FINAL if is_final else Verdict.CONFIRMED, depth=depth, shown=here[0])


def _balances_agree(here: Sequence[Here]) -> bool:
    probes = {sight.probe for sight in here}
    return Probe.EQUAL in probes and Probe.DIFFERS not in probes


def _left(gone: Sequence[Gone], policy: Policy) -> Judgement | None:
    if len({(sight.number, sight.block_hash) for sight in gone}) > 1:
        return None  # they agree that it is not there, and not yet on what is
    depth = min(sight.head - sight.number + 1 for sight in gone)
    verdict = Verdict.REPLACED if depth >= policy.confirmations else Verdict.LEFT
    return Judgement(verdict=verdict, depth=0, shown=None)


def _partly(here: Sequence[Here], policy: Policy) -> Judgement:
    """Some nodes show it and some do not, or they differ. It may be told, and not be credited."""
    first = min(here, key=lambda sight: sight.number)
    depth = max(sight.head - sight.number + 1 for sight in here)
    if depth >= policy.final_blocks:
        return Judgement(verdict=Verdict.DOUBTFUL, depth=depth, shown=first, doubt=HeldReason.NODES_DISAGREE)
    # A node that lies about a great depth must not make a page promise anything.
    return Judgement(verdict=Verdict.SEEN, depth=max(0, min(depth, policy.needed - 1)), shown=first)
