"""An order is judged by the version of the Terms that its customer had accepted when placing it."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from tests.database.orders.test_decisions import by_staff
from tests.editions import write
from tests.shop import NOON, Person, accept, add_service, open_customer, team_mate

from sevenpanel.accounts.queries import shelf
from sevenpanel.orders import commands, queries
from sevenpanel.orders.commands.decisions import RefuseByHand
from sevenpanel.orders.domain import OrderLine, Placed
from sevenpanel.orders.queries import Asked
from sevenpanel.terms import Kind, Message, Ticket, replay
from sevenpanel.terms.documents import policy_of

pytestmark = pytest.mark.django_db

SPRING = datetime(2027, 3, 1, tzinfo=UTC)
DAY, HOUR, TICK = timedelta(days=1), timedelta(hours=1), timedelta(microseconds=1)


@pytest.fixture(autouse=True)
def _second_version(settings: Any, tmp_path: Path) -> None:
    """From spring on staff have 48 hours to answer, instead of 24."""
    settings.TERMS_FOLDER = tmp_path
    write(tmp_path, "2", SPRING, changed={"ticket_answer_hours = 24": "ticket_answer_hours = 48"})


def placed(person: Person, at: datetime) -> int:
    line = OrderLine(
        customer_id=person.customer_id, service_id=add_service(), link="t.me/northwind_news", quantity=1000
    )
    (outcome,) = commands.place(lines=[line], now=at)
    assert isinstance(outcome, Placed)
    return outcome.order_id


def version(order_id: int) -> str:
    return queries.facts_of(order_ids=[order_id], customer_id=None)[order_id].terms_version


def unanswered(person: Person, order_id: int, asked_at: datetime, now: datetime) -> bool:
    """Whether the claim of clause 4.4 is open."""
    ticket = Ticket(ticket_id=1, order_ids=(order_id,), messages=(Message(at=asked_at, is_from_staff=False),))
    rights = queries.rights_of(order_id=order_id, customer_id=person.customer_id, tickets=[ticket], now=now)
    (claim,) = [right for right in rights if right.kind is Kind.UNANSWERED]
    assert claim.terms_version == version(order_id)
    return claim.is_open


def test_the_version_that_was_accepted_counts_and_not_the_one_in_force() -> None:
    alice = open_customer("Alice", balance="10")

    order_id = placed(alice, SPRING + 3 * DAY)  # as a program may, in its 14 days

    assert version(order_id) == "1"
    asked_at = SPRING + 4 * DAY
    assert not unanswered(alice, order_id, asked_at, asked_at + 24 * HOUR)
    assert unanswered(alice, order_id, asked_at, asked_at + 24 * HOUR + TICK)


def test_what_is_accepted_later_changes_nothing_about_orders_before_it() -> None:
    alice = open_customer("Alice", balance="10")
    before = placed(alice, SPRING + 3 * DAY)
    accept(alice.user_id, now=SPRING + 3 * DAY + TICK)
    after = placed(alice, SPRING + 3 * DAY + TICK)

    assert (version(before), version(after)) == ("1", "2")
    asked_at = SPRING + 4 * DAY
    assert unanswered(alice, before, asked_at, asked_at + 48 * HOUR)
    assert not unanswered(alice, after, asked_at, asked_at + 48 * HOUR)
    assert unanswered(alice, after, asked_at, asked_at + 48 * HOUR + TICK)


def test_what_a_team_mate_accepted_counts_for_the_account_and_nobody_elses_does() -> None:
    alice, mallory = open_customer("Alice", balance="10"), open_customer("Mallory", balance="10")
    accept(team_mate("Bob", alice).user_id, now=SPRING)

    assert version(placed(alice, SPRING + DAY)) == "2"
    assert version(placed(mallory, SPRING + DAY)) == "1"


@pytest.mark.parametrize(
    ("at", "expected"), [(NOON, "1"), (SPRING - TICK, "1"), (SPRING, "2"), (SPRING + 99 * DAY, "2")]
)
def test_without_any_acceptance_the_version_in_force_counts(at: datetime, expected: str) -> None:
    alice = open_customer("Alice", balance="10", has_accepted=False)

    assert version(placed(alice, at)) == expected
    assert queries.judged_by(at).version == expected


def test_versions_that_are_on_no_shelf_any_more_are_passed_over(settings: Any) -> None:
    alice = open_customer("Alice", balance="10")
    accept(alice.user_id, now=SPRING)
    order_id = placed(alice, SPRING + DAY)
    settings.TERMS_FOLDER = None

    assert version(order_id) == "1"


def test_stored_decisions_decided_anew_are_the_same_whatever_was_accepted_since() -> None:
    alice = open_customer("Alice", balance="10")
    order_id = placed(alice, SPRING)
    late = SPRING + DAY + TICK
    ask = Asked(order_id=order_id, customer_id=alice.customer_id, kind=Kind.NOT_COMPLETED, requested_at=late)
    by_staff(ask, RefuseByHand(staff_id=9, reason="The count moved."), now=late)
    accept(alice.user_id, now=late + TICK)
    with transaction.atomic():
        commands.decide_by_rules(
            asked=Asked(order_id=order_id, customer_id=alice.customer_id, kind=Kind.DROP, requested_at=late + DAY),
            now=late + DAY,
        )

    stored = list(queries.all_decisions())

    assert [row.record.policy for row in stored] == [policy_of(shelf(), "1")] * 2
    assert [row.record.facts.order.terms_version for row in stored] == ["1", "1"]
    assert [replay(row.record).changed for row in stored] == [(), ()]
