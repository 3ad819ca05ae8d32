"""An operator's own figure for what arrived: with a reason, from its instant on, and no money by itself (settled 3)."""

from dataclasses import replace

import pytest
from django.db import Error, transaction
from tests.books import books_are_right, order_of
from tests.database.orders.running import balance, placed, reported, told
from tests.shop import NOON, Person, add_service, open_customer

from sevenpanel.catalog.domain import Metric
from sevenpanel.kernel import db
from sevenpanel.orders import commands, queries
from sevenpanel.orders.commands.decisions import GrantByHand
from sevenpanel.orders.domain import Outcome, Status
from sevenpanel.orders.queries import Asked
from sevenpanel.terms import Kind, UnableToDecide

pytestmark = pytest.mark.django_db


@pytest.fixture
def alice() -> Person:
    return open_customer("Alice", balance="10")


def correct(order_id: int, delivered: int, reason: str = "Counted by hand") -> None:
    commands.correct_delivered(order_id=order_id, delivered=delivered, reason=reason, staff_id=9, now=NOON)


def counts(order_id: int) -> int:
    return queries.facts_of(order_ids=[order_id], customer_id=None)[order_id].delivered


def test_it_counts_at_once_and_grows_with_the_providers_count(alice: Person) -> None:
    order_id = placed(alice)
    reported(order_id, Status.IN_PROGRESS, 500)

    correct(order_id, 300)
    assert counts(order_id) == 300
    reported(order_id, Status.IN_PROGRESS, 200)

    assert counts(order_id) == 600
    assert "The desk corrected what was delivered from 500 to 300 of 1000: Counted by hand" in told(alice, order_id)


@pytest.mark.parametrize(
    ("said", "remains", "status", "delivered"),
    [
        (Status.COMPLETED, 0, Status.COMPLETED, 800),
        (Status.PARTIAL, 200, Status.PARTIAL, 600),
        (Status.CANCELED, 1000, Status.PARTIAL, 300),
    ],
)
def test_the_settlement_goes_by_it(alice: Person, said: Status, remains: int, status: Status, delivered: int) -> None:
    order_id = placed(alice)
    reported(order_id, Status.IN_PROGRESS, 500)
    correct(order_id, 300)

    reported(order_id, said, remains)

    row = order_of(alice, order_id)
    assert (row.status, row.delivered, row.earned_micros) == (status, delivered, 900 * delivered)
    assert counts(order_id) == delivered
    books_are_right()


def test_a_cancel_that_is_confirmed_goes_by_it(alice: Person) -> None:
    order_id = placed(alice)
    reported(order_id, Status.IN_PROGRESS, 500)
    correct(order_id, 0)
    commands.request_cancel(customer_id=alice.customer_id, order_ids=[order_id], now=NOON)

    reported(order_id, Status.PARTIAL, 400)

    row = order_of(alice, order_id)
    assert (row.outcome, row.delivered, row.returned_micros) == (Outcome.CANCELLED_BY_CUSTOMER, 100, 810_000)
    books_are_right()


def test_after_the_end_it_moves_no_money_and_bounds_what_may_be_granted(alice: Person) -> None:
    order_id = placed(alice)
    reported(order_id, Status.COMPLETED, 0)

    correct(order_id, 750)
    correct(order_id, 700, "Counted again")

    row = order_of(alice, order_id)
    assert (row.delivered, row.returned_micros, balance(alice)) == (1000, 0, 9_100_000)
    assert counts(order_id) == 700
    asked = Asked(order_id=order_id, customer_id=alice.customer_id, kind=Kind.OTHER, requested_at=NOON)
    most = GrantByHand(staff_id=9, amount_micros=270_000, reason="Missing")
    more = replace(most, amount_micros=270_001)
    with pytest.raises(UnableToDecide), transaction.atomic():
        commands.decide_by_staff(asked=asked, act=more, now=NOON)
    with transaction.atomic():
        commands.decide_by_staff(asked=asked, act=most, now=NOON)
    assert balance(alice) == 9_100_000 + 270_000
    books_are_right()


@pytest.mark.parametrize(
    ("delivered", "reason"), [(-1, "x"), (1001, "x"), (500, "x"), (300, ""), (300, " "), (1, "\0")]
)
def test_a_figure_has_to_make_sense_and_needs_a_reason(alice: Person, delivered: int, reason: str) -> None:
    order_id = placed(alice)
    reported(order_id, Status.IN_PROGRESS, 500)

    with pytest.raises(commands.UnableToCorrect):
        correct(order_id, delivered, reason)

    assert counts(order_id) == 500


def test_no_such_order_cannot_be_corrected() -> None:
    with pytest.raises(commands.UnableToCorrect, match="There is no such order"):
        correct(10**9, 5)


def test_1_the_count_of_an_untracked_order_is_the_providers_own(alice: Person) -> None:
    for _ in range(2):
        untracked = placed(alice, service_id=add_service(metric=Metric.MEMBERS))

    with pytest.raises(commands.UnableToCorrect, match="only the provider's own count"):
        correct(untracked, 5)


def test_what_was_corrected_is_never_changed(alice: Person) -> None:
    order_id = placed(alice)
    correct(order_id, 5)

    for statement in ("UPDATE orders_correction SET delivered = 6", "DELETE FROM orders_correction"):
        with pytest.raises(Error, match=r"permission denied|append-only"), transaction.atomic():
            db.rows(statement)
