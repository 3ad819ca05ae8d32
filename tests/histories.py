"""Random histories of a chain, its payers and its nodes, out of a seed; and what must hold after each of them."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from random import Random

from tests.chainlab import COLD, FAKE, STRANGER, TOKENS, UNIT, USDC, USDT, Lab, address

from sevenpanel.deposits.domain import ReceiptState
from sevenpanel.deposits.domain.machine import Posting
from sevenpanel.deposits.simchain.chain import Event, Tx
from sevenpanel.deposits.simchain.node import Manner, Node

STEPS = 30
# Histories that were red once.
REPLAYED = (4, 15, 65, 82, 192, 241, 311, 450)
UNSETTLED = frozenset({ReceiptState.SEEN, ReceiptState.DISPUTED})


@dataclass(slots=True)
class History:
    """One history. The first node may lag, forget and fail, but never lies."""

    seed: int
    lab: Lab = field(init=False)
    random: Random = field(init=False)
    sent: set[str] = field(default_factory=set)
    checked: int = 0
    lies: int = 0
    tricks: bool = False

    def __post_init__(self) -> None:
        self.random = Random(self.seed)
        self.lab = Lab([Manner() for _ in range(self.random.choice((1, 2, 2, 3)))])

    def run(self, steps: int = STEPS) -> None:
        """Let it happen, then let it become quiet."""
        names = list(STEPS_AND_WEIGHTS)
        for name in self.random.choices(names, [STEPS_AND_WEIGHTS[each] for each in names], k=steps):
            name(self)
            self.look()
        self.lab.settle()

    def look(self) -> None:
        """One round of the worker; now and then it is killed in the middle, or starts anew."""
        chance = self.random.random()
        if chance < 0.15:
            self.lab.look(crash_after=self.random.randint(0, 4))
            self.check()
        elif chance < 0.25:
            self.lab.restart()
        self.lab.look()
        self.check()

    def check(self) -> None:
        """Hold every new credit and reversal against what each node shows at this moment (invariants 5 and 6)."""
        desk = self.lab.desk
        new, self.checked = desk.postings[self.checked :], len(desk.postings)
        for key, posting, _ in new:
            places = [self._place(node, key) for node in self.lab.sim]
            if posting is Posting.CREDIT:
                assert None not in places, f"seed {self.seed}: credited what not every node shows"
                assert len(set(places)) == 1, f"seed {self.seed}: credited what stands in different blocks"
                assert self._depth(places[0]) >= self.lab.settings.confirmations, f"seed {self.seed}: credited early"
            if posting is Posting.MIRROR:
                assert set(places) == {None}, f"seed {self.seed}: reversed what a node still shows"
                was = desk.receipts[key].said.evidence
                assert self._depth((was.block_height or 0, "")) >= self.lab.settings.confirmations, (
                    f"seed {self.seed}: reversed before the other branch was deep enough"
                )

    def _place(self, node: Node, key: str) -> tuple[int, str] | None:
        """Where a node has the transfer. Of one that cannot be asked, nothing may follow at all."""
        manner = node.manner
        if manner.silent or manner.garble or manner.chain_id:
            return (-1, key)
        tx, ordinal = key.rsplit(":", 2)[1:]
        found = node.view().place(tx)
        if found is None or len(found[0].txs[found[1]].logs) <= int(ordinal):
            return None
        return (found[0].number, found[0].hash)

    def _depth(self, place: tuple[int, str] | None) -> int:
        assert place is not None
        return min(node.view().head.number for node in self.lab.sim) - place[0] + 1

    def pay(self) -> None:
        """A sound transfer, or several in one transaction."""
        events = [self._event() for _ in range(self.random.choice((1, 1, 1, 2, 3)))]
        self._send(*events)

    def tricked(self) -> None:
        """Something that looks like a deposit and is none."""
        self.tricks = True
        sound = self._event()
        kind = self.random.randrange(6)
        if kind == 0:
            self._send(replace(sound, contract=FAKE))
        elif kind == 1:
            self._send(replace(sound, raw=0))
        elif kind == 2:
            self._send(sound, failed=True)
        elif kind == 3:
            self._send(replace(sound, moved=0))
        elif kind == 4:
            self._send(replace(sound, moved=sound.raw - self.random.randint(1, sound.raw)))
        else:
            self._send(replace(sound, to=STRANGER))

    def sweep(self) -> None:
        """The operator moves what is there away, or from one of our addresses to another."""
        holder = address(self.random.randrange(self.lab.customers))
        token = self.random.choice((USDT, USDC))
        there = self.lab.sim[0].view().balance(token, holder, self.lab.chain.head)
        pending = sum(event.raw for tx in self.lab.chain.pending for event in tx.logs if event.sender == holder)
        if there > pending:
            to = self.random.choice((COLD, COLD, address(0)))
            self._send(Event(contract=token, sender=holder, to=to, raw=self.random.randint(1, there - pending)))

    def mine(self) -> None:
        """A few blocks."""
        self.lab.chain.mine(self.random.choice((1, 1, 1, 2, 5)))

    def reorganise(self) -> None:
        """Another branch wins; transactions come back in it, or fail there, or never come."""
        most = self.lab.chain.head - self.lab.chain.finalized
        if most:
            self.lab.chain.reorganise(self.random.randint(1, most), fate=self._fate)

    def misbehave(self) -> None:
        """A node changes its manner."""
        at = self.random.randrange(len(self.lab.sim))
        choices = list(FAILINGS)
        if at > 0:
            choices += LIES
            self.lies += 1
        self.lab.sim[at].manner = self.random.choice(choices)(self)

    def behave(self) -> None:
        """A node becomes well again."""
        self.random.choice(self.lab.sim).manner = Manner()

    def forged(self) -> Manner:
        """A node that shows a transfer that never was, in a real block."""
        block = self.random.randint(max(1, self.lab.chain.head - 6), max(1, self.lab.chain.head))
        tx = Tx(hash=f"0x{self.random.getrandbits(256):064x}", events=(self._event(),))
        return Manner(forged={block: [tx]})

    def hiding(self) -> Manner:
        """A node that keeps transfers to itself."""
        return Manner(hidden=set(self.random.sample(sorted(self.sent), k=min(3, len(self.sent)))))

    def _event(self) -> Event:
        token = self.random.choice((USDT, USDT, USDC))
        scale = UNIT if token == USDT else 10**18
        return Event(
            contract=token,
            sender=f"0x{self.random.getrandbits(160):040x}",
            to=address(self.random.randrange(self.lab.customers)),
            raw=self.random.randint(1, 40) * scale // self.random.choice((1, 1, 3)),
        )

    def _send(self, *events: Event, failed: bool = False) -> None:
        self.sent.add(self.lab.chain.send(*events, failed=failed).hash)

    def _fate(self, tx: Tx) -> Tx | None:
        chance = self.random.random()
        is_sweep = any(event.sender in {address(n) for n in range(self.lab.customers)} for event in tx.events)
        if chance < 0.15 and not is_sweep:
            return None
        return replace(tx, failed=True) if chance < 0.2 and not is_sweep else tx


STEPS_AND_WEIGHTS: dict[Callable[[History], None], int] = {
    History.pay: 6,
    History.tricked: 1,
    History.sweep: 2,
    History.mine: 8,
    History.reorganise: 3,
    History.misbehave: 3,
    History.behave: 3,
}
FAILINGS: tuple[Callable[[History], Manner], ...] = (
    lambda h: Manner(lag=h.random.randint(1, 6)),
    lambda _: Manner(silent=True),
    lambda h: Manner(stuck=list(h.lab.chain.blocks)),
    lambda h: Manner(pruned_below=h.lab.chain.head),
    lambda h: Manner(range_max=h.random.choice((1, 2, 7))),
    lambda _: Manner(logs_max=1),
    lambda h: Manner(batch_max=h.random.choice((1, 2, 5)), addresses_max=1),
    # Further behind than a deposit is deep when it is credited, a node is not one look behind but out of order.
    lambda h: Manner(logs_behind=h.random.randint(1, h.lab.settings.confirmations - 1)),
    lambda h: Manner(garble=lambda said: said[: h.random.randrange(len(said))]),
    lambda _: Manner(chain_id=1),
)
LIES: tuple[Callable[[History], Manner], ...] = (History.forged, History.forged, History.hiding)


def broken(history: History) -> list[str]:
    """Every invariant that does not hold after a quiet time (design: deposits, section 5)."""
    lab, desk = history.lab, history.lab.desk
    found = []
    least, most = _sound(lab, even_only=True), _sound(lab)
    if any(not least[number] <= desk.balances[number] <= most[number] for number in range(lab.customers)):
        found.append(f"3: balances {dict(desk.balances)}, on the chain {dict(least)} to {dict(most)}")
    if min(desk.balances.values(), default=0) < 0:
        found.append("a balance is below nothing")
    open_ones = [key for key, receipt in desk.receipts.items() if receipt.state in UNSETTLED]
    if open_ones:
        found.append(f"3: still open: {open_ones}")
    live = sum(receipt.credits * receipt.said.raw for receipt in desk.receipts.values())
    if live != sum(desk.balances.values()):
        found.append("2: live credits and balances differ")
    crediting = (Posting.CREDIT, Posting.RELEASE)
    invented = [
        key for key, posting, _ in desk.postings if posting in crediting and key.split(":")[2] not in history.sent
    ]
    if invented:
        found.append(f"5: credited what was never sent: {invented}")
    if not history.tricks and not history.lies and dict(+desk.custody) != dict(+_held(lab)):
        found.append(f"4: custody {dict(+desk.custody)}, on the chain {dict(+_held(lab))}")
    return found


def _sound(lab: Lab, *, even_only: bool = False) -> Counter[int]:
    """What customers received, by customer: sound transfers of listed tokens.

    :param even_only: without those whose receiver was told a lie by another log of the same block. Balances cannot
        tell the two apart, so such a one may be held, or may have been credited in the block where it stood before.
    """
    ours = {address(number): number for number in range(lab.customers)}
    logged = [(block.number, event) for block in lab.chain.blocks for tx in block.txs for event in tx.logs]
    uneven = {(number, event.contract, event.to) for number, event in logged if event.effect != event.raw}
    total: Counter[int] = Counter()
    for number, event in logged:
        is_in = event.contract in TOKENS and event.to in ours and event.sender not in ours
        is_even = (number, event.contract, event.to) not in uneven
        if is_in and event.effect == event.raw and (is_even or not even_only):
            total[ours[event.to]] += event.raw
    return total


def _held(lab: Lab) -> Counter[str]:
    shown = lab.sim[0].view()
    return Counter(
        {
            token.asset.code: sum(
                shown.balance(contract, address(number), lab.chain.head) for number in range(lab.customers)
            )
            for contract, token in lab.settings.tokens.items()
        }
    )
