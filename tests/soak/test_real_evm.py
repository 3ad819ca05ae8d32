"""The watcher on a real EVM: what a simulated chain could have got wrong about one shows here.

`make soak` plays 300 histories. Where anvil is there (scripts/anvil.sh), every run of the tests plays 30.
"""

import os
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random

import pytest
from tests.chainlab import COLD, NOON, UNIT, PlainDesk
from tests.soak.anvil import Evm, flickering, program, running

from sevenpanel.deposits.domain import HeldReason, ReceiptState
from sevenpanel.deposits.sources.evm.nodes import Node
from sevenpanel.deposits.sources.evm.rpc import Rpc, over_http
from sevenpanel.deposits.sources.evm.watcher import Watcher
from sevenpanel.deposits.sources.interface import SourceUnavailable

HISTORIES = int(os.environ.get("SEVENPANEL_SOAK_HISTORIES", "30"))
CUSTOMERS = 3
STEPS = 14

pytestmark = pytest.mark.skipif(program() is None, reason="anvil is not there; `make soak` brings it with npm")


@pytest.fixture(scope="module")
def evm() -> Iterator[Evm]:
    with running() as found:
        yield found


@dataclass(slots=True)
class Story:
    """One history on the EVM, with addresses of its own."""

    evm: Evm
    seed: int
    desk: PlainDesk = field(default_factory=PlainDesk)
    random: Random = field(init=False)
    away: bool = False
    now: datetime = NOON
    paid: dict[str, tuple[int, int]] = field(default_factory=dict)
    swept: set[str] = field(default_factory=set)
    lies: set[str] = field(default_factory=set)
    reorganised: int = 0
    watcher: Watcher = field(init=False)

    def __post_init__(self) -> None:
        self.random = Random(self.seed)
        chain, send = self.evm.settings(), over_http(self.evm.url, allow_private=True)
        head = int(self.evm.rpc.one("eth_blockNumber"), 16)
        second = flickering(send, lambda: self.away)
        self.watcher = Watcher(
            chain=chain,
            nodes=[Node(name="one", rpc=Rpc(send), chain=chain), Node(name="two", rpc=Rpc(second), chain=chain)],
            owners=lambda: {self.address(number): number for number in range(CUSTOMERS)},
            begin=lambda _head: head + 1,
        )

    def address(self, number: int) -> str:
        """A customer's address in this history."""
        return f"0x{(self.seed << 32) + 0xA0000 + number:040x}"

    def look(self, *, crash_after: int | None = None) -> None:
        """One round of the worker."""
        self.now += timedelta(seconds=12)
        try:
            look = self.watcher.observe(known=self.desk.known(), mark=self.desk.mark, now=self.now)
        except SourceUnavailable:
            return
        self.desk.book(look, crash_after=crash_after)

    def pay(self) -> None:
        customer, raw = self.random.randrange(CUSTOMERS), self.random.randint(1, 50 * UNIT)
        self.paid[self.evm.pay(self.address(customer), raw)] = (customer, raw)

    def lie(self) -> None:
        self.lies.add(self.evm.lie(self.address(self.random.randrange(CUSTOMERS)), 99 * UNIT))

    def sweep(self) -> None:
        holder = self.address(self.random.randrange(CUSTOMERS))
        there = self.evm.balance(holder)
        if there:
            self.swept.add(self.evm.move(holder, COLD, self.random.randint(1, there)))

    def mine(self) -> None:
        self.evm.mine(self.random.choice((1, 1, 2, 4)))

    def reorganise(self) -> None:
        self.reorganised += 1
        depth = self.random.randint(1, self.watcher.chain.final_blocks - 2)
        dropped = {tx for tx in self.paid if self.random.random() < 0.3}
        self.evm.reorganise(depth, keep=lambda tx: tx not in dropped)

    def flicker(self) -> None:
        self.away = not self.away

    def run(self) -> None:
        """Let it happen, then let it become quiet."""
        self.evm.mine(self.watcher.chain.final_blocks + 1)
        acts: list[Callable[[], None]] = [self.pay, self.mine, self.reorganise, self.flicker, self.sweep, self.lie]
        for act in self.random.choices(acts, [5, 6, 3, 1, 1, 1], k=STEPS):
            act()
            self.look(crash_after=self.random.choice((None, None, None, 0, 1, 2)))
        self.away = False
        for _ in range(2 * self.watcher.chain.final_blocks + 2):
            self.evm.mine(1)
            self.look()
        self.desk.release()
        self.look()


@pytest.mark.timeout(3_600)
def test_histories_on_a_real_evm_end_with_what_it_says(evm: Evm) -> None:
    reorganised = 0
    for seed in range(1, HISTORIES + 1):
        story = Story(evm, seed)
        story.run()
        reorganised += story.reorganised
        least: Counter[int] = Counter()
        most: Counter[int] = Counter()
        lied_to = _blocks(evm, story.lies)
        for tx, (customer, raw) in story.paid.items():
            if evm.status(tx) == 1:
                most[customer] += raw
                least[customer] += raw if _block(evm, tx) not in lied_to else 0

        for customer in range(CUSTOMERS):
            got = story.desk.balances[customer]
            assert least[customer] <= got <= most[customer], f"seed {seed}, customer {customer}: {got}"
        states = {receipt.state for receipt in story.desk.receipts.values()}
        assert not states & {ReceiptState.SEEN, ReceiptState.DISPUTED}, f"seed {seed}: {states}"
        sent = {key.split(":")[2] for key, posting, _ in story.desk.postings if posting.value == "credit"}
        assert not sent & story.lies, f"seed {seed}: a lie was credited"

    assert reorganised >= min(30, HISTORIES)


def _block(evm: Evm, tx: str) -> int:
    return int(evm.rpc.one("eth_getTransactionReceipt", tx)["blockNumber"], 16)


def _blocks(evm: Evm, txs: set[str]) -> set[int]:
    return {_block(evm, tx) for tx in txs if evm.status(tx) == 1}


def test_a_log_that_lies_is_held_on_a_real_evm_too(evm: Evm) -> None:
    story = Story(evm, 1_000_001)
    tx = evm.lie(story.address(1), 99 * UNIT)
    for _ in range(story.watcher.chain.confirmations):
        evm.mine(1)
        story.look()
    (receipt,) = story.desk.receipts.values()

    assert tx in receipt.said.key
    assert (receipt.state, receipt.said.doubt) == (ReceiptState.HELD, HeldReason.BALANCE_MISMATCH)


def test_the_token_is_compared_with_the_settings_on_a_real_evm(evm: Evm) -> None:
    chain = evm.settings()
    Node(name="one", rpc=Rpc(over_http(evm.url, allow_private=True)), chain=chain).verify(NOON)
