"""Races of the catalogue of faults: a payment credited at once from all sides (C-4), limits (C-5), cancels (trap 2)."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import pytest
from django.db import IntegrityError, connection
from tests.books import books_are_right
from tests.byhand import approve, arrived, bank_transfer, propose, staff
from tests.database.orders.test_decisions import SPEC, asked, by_staff, running
from tests.receipts import balance, now_is, say, take_usdt, transfer
from tests.sabotage import Switch, planted, slowed, without_walls
from tests.shop import NOON, Person, add_service, open_customer
from tests.spoiling import walls_off

from sevenpanel.deposits.domain import Verdict
from sevenpanel.kernel.refusals import Refusal
from sevenpanel.ledger import queries as ledger
from sevenpanel.orders import commands as orders
from sevenpanel.orders import queries
from sevenpanel.orders.domain import OrderLine, Placed, Status
from sevenpanel.terms import Aspect, Kind

pytestmark = pytest.mark.django_db(transaction=True)

# As many as the rows of the catalogue ask for.
TELLERS, RACERS = 20, 50


def at_once(*acts: Callable[[], object]) -> int:
    """Let all of these begin at the same instant; how many were not refused."""
    start = threading.Barrier(len(acts))

    def run(act: Callable[[], object]) -> bool:
        start.wait()
        try:
            act()
        except (Refusal, IntegrityError):
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(len(acts)) as pool:
        return sum(pool.map(run, acts))


@pytest.fixture
def alice() -> Person:
    return open_customer("Alice", balance="100")


def credit_from_all_sides() -> Person:
    """One transfer on a chain, told by twenty at once; one payment at the bank, approved by all who may."""
    bob = open_customer("Bob")
    take_usdt()
    said = transfer(bob, "25")
    say(said)
    proposal = propose(arrived(bob, bank_transfer(), 50_000_000), staff("Ann"))
    people = [staff(f"Ben{n}") for n in range(5)]

    with slowed("ledger_entry"):
        at_once(
            *[lambda: say(now_is(said, Verdict.CONFIRMED))] * TELLERS,
            *[lambda who=who: approve(proposal, who) for who in people],
        )
    return bob


def test_c4_a_payment_told_from_all_sides_at_once_is_credited_once() -> None:
    """C-4: two payments, twenty-five racers, two credits."""
    bob = credit_from_all_sides()

    assert balance(bob) == (75, 0)
    books_are_right()


def test_c4_is_red_when_each_telling_books_a_credit_of_its_own() -> None:
    """C-4, the sabotage: keys that tell two credits of one payment apart."""
    with planted(Switch.CREDIT_AGAIN), walls_off("deposits_receipt"):
        bob = credit_from_all_sides()
        assert balance(bob) != (75, 0) or ledger.broken_invariants()


def granted_at_once(person: Person) -> int:
    """Fifty confirm at once that all of a finished order comes back; what was given back of its 0.90."""
    order_id = running(person, end=Status.COMPLETED, delivered=1000)
    ask = asked(person, order_id, Kind.WRONG_SPECIFICATION, documents=SPEC, differs=frozenset({Aspect.ORIGIN}))
    with slowed("orders_decision"):
        at_once(*[lambda: by_staff(ask)] * RACERS)
    return balance_micros(person) - 99_100_000


def balance_micros(person: Person) -> int:
    return ledger.balance(customer_id=person.customer_id).balance_micros


def test_c5_a_right_that_counts_once_is_used_once_by_fifty_at_once(alice: Person) -> None:
    """C-5: never more comes back than was earned, however many give it back."""
    assert granted_at_once(alice) == 900_000
    books_are_right()


def test_c5_is_red_when_deciding_locks_no_order() -> None:
    """C-5, the sabotage: each reads that nothing was given back yet."""
    carol = open_customer("Carol", balance="100")
    with planted(Switch.LOCK_NO_ORDER), without_walls(("orders_order", "orders_granted_of_earned")):
        with suppress(ValueError):  # who comes late finds that more came back than was paid, and says so
            granted_at_once(carol)
        assert balance_micros(carol) > 100_000_000


def cancel_fifty_times(person: Person) -> int:
    """Fifty cancels of one order that nobody has sent."""
    line = OrderLine(
        customer_id=person.customer_id, service_id=add_service(), link="t.me/northwind_news", quantity=1000
    )
    (placed,) = orders.place(lines=[line], now=NOON)
    assert isinstance(placed, Placed)

    def cancel() -> None:
        orders.request_cancel(customer_id=person.customer_id, order_ids=[placed.order_id], now=NOON)

    with slowed("orders_event", 0.01):
        at_once(*[cancel] * 50)
    return len(ledger.transfers_of_orders(order_ids=[placed.order_id]))


def test_trap2_fifty_cancels_of_one_order_return_its_money_once(alice: Person) -> None:
    """Trap 2: one transfer out, one transfer back."""
    assert cancel_fifty_times(alice) == 2
    assert balance(alice) == (100, 0)
    assert len(queries.decisions_of_order(order_id=queries.orders(customer_id=alice.customer_id)[0].id)) >= 1
    books_are_right()


def test_trap2_is_red_when_a_refund_is_booked_twice(alice: Person) -> None:
    """Trap 2, the sabotage."""
    with planted(Switch.REFUND_TWICE):
        person = open_customer("Carol", balance="100")
        assert cancel_fifty_times(person) != 2
