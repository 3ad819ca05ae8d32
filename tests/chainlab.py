"""A simulated chain with its nodes, the watcher on it, and the plainest desk that can be: receipts and credits.

The desk here is the table of transitions carried out in a dictionary. It is what the watcher is judged by where no
database is needed; the same histories run against the real desk in tests/database/deposits.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from sevenpanel.deposits.domain import ReceiptState
from sevenpanel.deposits.domain.machine import WATCHED, Posting, events_of, transition
from sevenpanel.deposits.simchain.chain import Chain, Event, Tx
from sevenpanel.deposits.simchain.node import Manner, Node, Token, Unanswered
from sevenpanel.deposits.sources.evm import chains, nodes
from sevenpanel.deposits.sources.evm.rpc import NodeTrouble, Rpc
from sevenpanel.deposits.sources.evm.watcher import Watcher
from sevenpanel.deposits.sources.interface import Known, Look, Observation, SourceUnavailable, Sweep, Verdict

NOON = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)
SETTINGS = replace(chains.chains()["simchain"], confirmations=3, final_blocks=8, range_max=50)
TOKENS = {
    contract: Token(contract=contract, symbol=f"t{token.asset.symbol}", decimals=token.asset.decimals)
    for contract, token in SETTINGS.tokens.items()
}
USDT, USDC = TOKENS
FAKE = "0x" + "fa" * 20
COLD = "0x" + "c0" * 20
STRANGER = "0x" + "5e" * 20
UNIT = 1_000_000


def address(number: int) -> str:
    """The address of customer `number`."""
    return f"0x{0xA0000 + number:040x}"


@dataclass(slots=True, kw_only=True)
class Receipt:
    """A receipt as the plainest desk keeps it."""

    state: ReceiptState
    said: Observation
    credits: int = 0
    generation: int = 0


@dataclass(slots=True)
class PlainDesk:
    """Receipts by key, what stands on balances, and what was booked to custody and suspense."""

    receipts: dict[str, Receipt] = field(default_factory=dict)
    balances: Counter[int] = field(default_factory=Counter)
    custody: Counter[str] = field(default_factory=Counter)
    cold: Counter[str] = field(default_factory=Counter)
    postings: list[tuple[str, Posting, int]] = field(default_factory=list)
    swept: set[str] = field(default_factory=set)
    mark: str = ""

    def known(self) -> list[Known]:
        """Every receipt that is watched."""
        return [_known(key, receipt) for key, receipt in self.receipts.items() if receipt.state in WATCHED]

    def book(self, look: Look, *, crash_after: int | None = None) -> None:
        """Take in a look: observations in their order, then sweeps, then the mark.

        :param crash_after: stop after so many steps, as if the process had been killed there.
        """
        steps: list[Callable[[], None]] = [lambda each=each: self._take(each) for each in look.observations]
        steps += [lambda each=each: self._sweep(each) for each in look.sweeps]
        steps.append(lambda: setattr(self, "mark", look.mark))
        for step in steps[:crash_after]:
            step()

    def _take(self, said: Observation) -> None:
        receipt = self.receipts.get(said.key)
        before = receipt.state if receipt else None
        for event in events_of(before, said.verdict):
            line = transition(receipt.state if receipt else None, event)
            if line is None:
                continue
            if receipt is None:
                receipt = self.receipts[said.key] = Receipt(state=line.after, said=said)
            receipt.state = line.after
            self._post(receipt, said, line.posting)
        if receipt is not None and receipt.state in WATCHED and said.verdict not in (Verdict.LEFT, Verdict.REPLACED):
            receipt.said = said

    def release(self) -> None:
        """A person looks at what is held, and releases what every node shows by now."""
        for receipt in self.receipts.values():
            if receipt.state is ReceiptState.HELD and receipt.said.verdict in (Verdict.CONFIRMED, Verdict.FINAL):
                receipt.state = ReceiptState.CREDITED
                self._post(receipt, receipt.said, Posting.RELEASE)

    def _post(self, receipt: Receipt, said: Observation, posting: Posting) -> None:
        if posting is Posting.NONE:
            return
        sign, into = _EFFECTS[posting]
        # A mirror takes back what was booked, whatever is shown now.
        booked = receipt.said if into < 0 else said
        receipt.said = booked if into < 0 else said
        receipt.credits += sign
        assert receipt.credits in (0, 1), "at most one live credit per receipt (invariant 2)"
        self.balances[booked.owner] += sign * booked.raw
        self.custody[booked.asset.code] += into * booked.raw
        self.postings.append((said.key, posting, receipt.generation))
        receipt.generation += posting is Posting.MIRROR

    def _sweep(self, sweep: Sweep) -> None:
        if (sweep.key in self.swept) != sweep.is_gone:
            return
        sign = -1 if sweep.is_gone else 1
        self.swept ^= {sweep.key}
        self.custody[sweep.asset.code] -= sign * sweep.raw
        self.cold[sweep.asset.code] += sign * sweep.raw


# What a posting does to the customer's balance, and to custody.
_EFFECTS = {
    Posting.CREDIT: (1, 1),
    Posting.MIRROR: (-1, -1),
    Posting.SUSPEND: (0, 1),
    Posting.UNSUSPEND: (0, -1),
    Posting.RELEASE: (1, 0),
}


def _known(key: str, receipt: Receipt) -> Known:
    said = receipt.said
    return Known(
        key=key,
        owner=said.owner,
        asset=said.asset,
        raw=said.raw,
        address=said.address,
        state=receipt.state,
        evidence=said.evidence,
    )


@dataclass(slots=True)
class Lab:
    """Everything together. `look` is one round of the worker."""

    manners: list[Manner]
    settings: chains.Chain = SETTINGS
    customers: int = 3
    chain: Chain = field(init=False)
    sim: list[Node] = field(init=False)
    watcher: Watcher = field(init=False)
    desk: PlainDesk = field(default_factory=PlainDesk)
    now: datetime = NOON

    def __post_init__(self) -> None:
        ours = frozenset(map(address, range(self.customers)))
        self.chain = Chain(self.settings.chain_id, finality=self.settings.final_blocks, limited=ours)
        self.sim = [Node(self.chain, TOKENS, manner) for manner in self.manners]
        self.restart()

    def restart(self) -> None:
        """A new process: whatever the watcher had learnt is gone."""
        self.watcher = Watcher(
            chain=self.settings,
            nodes=[
                nodes.Node(name=f"node-{at}", rpc=Rpc(in_process(each)), chain=self.settings)
                for at, each in enumerate(self.sim)
            ],
            owners=lambda: {address(number): number for number in range(self.customers)},
            begin=lambda _head: 0,
        )

    def look(self, *, crash_after: int | None = None) -> Look | None:
        """Look and book; None when no node could be asked."""
        self.now += timedelta(seconds=self.settings.block_seconds)
        try:
            look = self.watcher.observe(known=self.desk.known(), mark=self.desk.mark, now=self.now)
        except SourceUnavailable:
            return None
        self.desk.book(look, crash_after=crash_after)
        return look

    def pay(self, customer: int, units: int = 25, **event: object) -> Tx:
        """A transfer of test-USDT to a customer's address, pending."""
        raw = units * UNIT
        base = Event(contract=USDT, sender=STRANGER, to=address(customer), raw=raw)
        return self.chain.send(replace(base, **event))

    def mine(self, count: int = 1) -> None:
        """More blocks, with a look after each."""
        for _ in range(count):
            self.chain.mine()
            self.look()

    def settle(self) -> None:
        """Quiet: honest nodes, twice as many blocks as it takes to be final, and looks until nothing is behind."""
        for node in self.sim:
            node.manner = Manner()
        self.mine(2 * self.settings.final_blocks + 2)
        while (look := self.look()) is not None and look.has_more:
            continue
        self.desk.release()
        self.look()

    def state(self, tx: Tx, ordinal: int = 0) -> ReceiptState | None:
        """What the desk thinks of a transfer."""
        found = self.desk.receipts.get(f"evm:{self.settings.chain_id}:{tx.hash}:{ordinal}")
        return found.state if found else None


def in_process(node: Node) -> Callable[[bytes], bytes]:
    """The way to a node without a network."""

    def send(body: bytes) -> bytes:
        try:
            return node.answer(body)
        except Unanswered:
            raise NodeTrouble("The node gave no whole answer (timed out).") from None

    return send


@contextmanager
def changed(lab: Lab, at: int, **changes: object) -> Iterator[None]:
    """One node behaves otherwise for the duration of a block."""
    before = lab.sim[at].manner
    lab.sim[at].manner = replace(before, **changes)
    try:
        yield
    finally:
        lab.sim[at].manner = before
