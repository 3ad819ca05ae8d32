"""C-7, the bank test: money moves in every way at once, and every look at all of it finds the sums right.

A reader adds everything up in one snapshot again and again while customers order, cancel and are paid, orders end in
every way, and house balances are folded. `make soak` does it for longer; a seed decides who does what.
"""

import os
import secrets
import time
from concurrent.futures import ThreadPoolExecutor
from random import Random

import pytest
from django.db import connection
from tests.books import books_are_right
from tests.panel import Desk, open_desk
from tests.sabotage import Switch, planted
from tests.shop import Person, deposit, open_customer

from sevenpanel.fulfilment import commands as fulfilment
from sevenpanel.fulfilment.providers.interface import ProviderStatus
from sevenpanel.kernel.db import snapshot
from sevenpanel.ledger import commands as ledger
from sevenpanel.ledger import queries as books
from sevenpanel.orders import commands as orders
from sevenpanel.orders import queries
from sevenpanel.orders.domain import OrderLine

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(3600)]

SECONDS = float(os.environ.get("SEVENPANEL_SOAK_BANK_SECONDS", "4"))
READS = int(os.environ.get("SEVENPANEL_SOAK_BANK_READS", "1"))
# A long history is dear to add up: with many looks asked for, those who move money take their time.
REST_SECONDS = 0.25 if "SEVENPANEL_SOAK_BANK_READS" in os.environ else 0.0
SEED = int(os.environ.get("SEVENPANEL_TEST_SEED") or secrets.randbelow(1_000_000))
PEOPLE = 4
TELLERS = 4


class Bank:
    """Customers, one provider, and threads that move money until the time is over."""

    def __init__(self, seed: int) -> None:
        self.desk: Desk = open_desk()
        self.people: list[Person] = [open_customer(f"Person{n}", balance="50") for n in range(PEOPLE)]
        self.seed = seed
        self.until = time.monotonic() + SECONDS
        self.wrong: list[str] = []
        self.reads = 0

    def teller(self, number: int) -> None:
        """Do one thing after the other, as chance has it."""
        chance, turn = Random(f"{self.seed}/{number}"), 0
        acts = (self._order, self._order, self._cancel, self._work, self._work, self._pay)
        while time.monotonic() < self.until and not self.wrong:
            turn += 1
            chance.choice(acts)(chance, f"{number}_{turn}")
            time.sleep(REST_SECONDS)
        connection.close()

    def _order(self, chance: Random, name: str) -> None:
        person = chance.choice(self.people)
        line = OrderLine(
            customer_id=person.customer_id,
            service_id=self.desk.service_id,
            link=f"t.me/northwind_{name}",
            quantity=chance.randrange(10, 3000),
        )
        orders.place(lines=[line], now=self.desk.now)

    def _cancel(self, chance: Random, _name: str) -> None:
        person = chance.choice(self.people)
        some = [row.id for row in queries.orders(customer_id=person.customer_id, limit=5)]
        orders.request_cancel(customer_id=person.customer_id, order_ids=some, now=self.desk.now)

    def _work(self, chance: Random, _name: str) -> None:
        desk = self.desk
        desk.take_in()
        desk.dispatch()
        for number, order in list(desk.panel.orders.items()):
            if order.status is ProviderStatus.PENDING and chance.random() < 0.5:
                desk.panel.end(number, ProviderStatus.PARTIAL, remains=chance.randrange(1, 3000))
        later = desk.now.replace(year=desk.now.year + 1)
        fulfilment.sync_next(clock=lambda: later, adapter_for=desk.adapter_for)

    def _pay(self, chance: Random, _name: str) -> None:
        deposit(chance.choice(self.people).customer_id, f"{chance.randrange(1, 9)}.25")
        ledger.fold_house_balances(now=self.desk.now)

    def reader(self) -> None:
        """Add everything up, in one snapshot each time, by stored balances and by the history of all transfers."""
        while time.monotonic() < self.until and not self.wrong:
            with snapshot():
                found = [*books.broken_invariants(), *queries.broken_invariants(), *books.watch(), *queries.watch()]
            self.reads += 1
            self.wrong += [breach.sentence for breach in found]
        connection.close()


def run(seed: int) -> Bank:
    """Play it; what was wrong is kept with the bank."""
    print(f"SEVENPANEL_TEST_SEED={seed}")
    bank = Bank(seed)
    with ThreadPoolExecutor(TELLERS + 1) as pool:
        works = [pool.submit(bank.teller, number) for number in range(TELLERS)] + [pool.submit(bank.reader)]
        for work in works:
            work.result()
    print(f"{bank.reads} reads of all sums")
    return bank


def test_c7_every_sum_that_is_read_while_money_moves_is_right() -> None:
    """C-7."""
    bank = run(SEED)

    assert bank.wrong == []
    assert bank.reads >= READS
    books_are_right()


def test_c7_is_red_when_a_settlement_is_dropped() -> None:
    """C-7, the sabotage: the reader sees what one teller does wrong."""
    with planted(Switch.DROP_A_SETTLEMENT):
        bank = run(SEED)
    assert bank.wrong
