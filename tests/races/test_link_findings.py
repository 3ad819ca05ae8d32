"""Staff find a link gone at the instant at which the provider completes the order: one wins, money moves once."""

from functools import partial

import pytest
from django.db import transaction
from tests.books import books_are_right, order_of
from tests.database.orders.running import placed
from tests.database.support.test_at_once import at_once
from tests.database.support.test_tickets import staff
from tests.sabotage import slowed
from tests.shop import NOON, Person, open_customer

from sevenpanel.orders import commands, queries
from sevenpanel.orders.domain import Effect, Outcome, Report, Status
from sevenpanel.support import commands as support
from sevenpanel.support import queries as support_rows
from sevenpanel.terms import LinkFinding

pytestmark = pytest.mark.django_db(transaction=True)

ROUNDS = 4


def complete(order_id: int) -> None:
    said = Report(order_id=order_id, status=Status.COMPLETED, remains=0, start_count=None, words="Completed")
    with transaction.atomic():
        commands.apply_reports(reports=[said], now=NOON)


def find(order_id: int, staff_id: int) -> None:
    support.close_for_link(
        staff_id=staff_id, order_id=order_id, found=LinkFinding.GONE, evidence="It answers 404.", now=NOON
    )


@pytest.mark.parametrize("round_", range(ROUNDS))
def test_a_finding_and_the_providers_word_at_once_leave_one_end(round_: int) -> None:
    alice, sam = open_customer("Alice", balance="10"), staff("sam")
    order_id = placed(alice)
    acts = [partial(complete, order_id), partial(find, order_id, sam)]

    with slowed("orders_event", 0.02):
        came = at_once(*(acts if round_ % 2 else reversed(acts)))

    row = order_of(alice, order_id)
    decisions = queries.decisions_of_order(order_id=order_id)
    assert row.outcome in (Outcome.DELIVERED, Outcome.CLOSED)
    assert (row.outcome is Outcome.CLOSED) is (came == ["done", "done"])
    assert [made.effect for made in decisions] == ([Effect.ENDED] if row.outcome is Outcome.CLOSED else [])
    assert row.earned_micros == 900_000
    books_are_right()


@pytest.mark.parametrize("round_", range(ROUNDS))
def test_two_of_staff_find_it_at_once_and_one_finding_stands(round_: int) -> None:
    alice, finders = open_customer("Alice", balance="10"), [staff("sam"), staff("tia")]
    order_id = placed(alice)

    came = at_once(*(partial(find, order_id, who) for who in finders))

    assert sorted(came)[0] != "done"
    assert came.count("done") == 1
    assert tickets(alice) == 1
    books_are_right()


@pytest.mark.parametrize("round_", range(ROUNDS))
def test_one_grant_sent_twice_at_once_is_given_once(round_: int) -> None:
    alice, sam = open_customer("Alice", balance="10"), staff("sam")
    order_id = placed(alice)
    find(order_id, sam)

    with slowed("orders_decision", 0.02):
        came = at_once(*[partial(grant, order_id, sam)] * 2)

    assert came.count("done") == 1
    assert order_of(alice, order_id).granted_micros == 300_000
    books_are_right()


@pytest.mark.parametrize("round_", range(ROUNDS))
def test_that_a_link_is_well_is_told_once_when_the_form_is_sent_twice_at_once(round_: int) -> None:
    alice, sam = open_customer("Alice", balance="10"), staff("sam")
    order_id = placed(alice)

    with slowed("support_ticket", 0.02):
        came = at_once(*[partial(tell, order_id, sam)] * 2)

    assert came.count("done") == 1
    assert tickets(alice) == 1


def tell(order_id: int, staff_id: int) -> None:
    support.tell_link_is_well(staff_id=staff_id, order_id=order_id, evidence="It opens.", now=NOON)


def grant(order_id: int, staff_id: int) -> None:
    commands.grant_after_trouble(
        order_id=order_id, amount_micros=300_000, returned_micros=0, reason="Goodwill", staff_id=staff_id, now=NOON
    )


def tickets(person: Person) -> int:
    return len(support_rows.tickets(customer_id=person.customer_id, now=NOON))
