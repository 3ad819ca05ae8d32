"""Clause 2 at the door: refused before any charge, or by its letter taken, Completed at once, and nothing back."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from tests.books import books_are_right, order_of
from tests.editions import write
from tests.shop import NOON, Person, accept, add_service, open_customer

from sevenpanel.kernel.models import Outbox
from sevenpanel.ledger import queries as ledger
from sevenpanel.orders import commands, queries
from sevenpanel.orders.commands.decisions import GrantByHand
from sevenpanel.orders.domain import Dispatch, Effect, OrderLine, Outcome, Placed, RefusalCode, Refused, Status
from sevenpanel.orders.queries import Asked
from sevenpanel.terms import DoorFacts, DoorOutcome, Kind, Planned, at_the_door, replay

pytestmark = pytest.mark.django_db

SPRING = NOON + timedelta(days=300)
WRONG_KIND = "https://www.instagram.com/p/Cx1aB2cD3eF/"
WRONG_FORMAT = "northwind news"
RIGHT = "t.me/northwind_news"


@pytest.fixture(autouse=True)
def _letter_of_the_clause(settings: Any, tmp_path: Path) -> None:
    """From spring on a wrong link completes the order."""
    settings.TERMS_FOLDER = tmp_path
    letter = {'wrong_link_at_door = "refuse"': 'wrong_link_at_door = "complete"'}
    write(tmp_path, "2", SPRING - timedelta(days=1), changed=letter)


@pytest.fixture
def alice() -> Person:
    """Who has accepted the letter."""
    person = open_customer("Alice", balance="1")
    accept(person.user_id, now=SPRING - timedelta(hours=1))
    return person


@pytest.fixture
def mallory() -> Person:
    """Who has accepted the first version only."""
    return open_customer("Mallory", balance="1")


def ask(person: Person, link: str, service_id: int | None = None, **more: Any) -> OrderLine:
    line = OrderLine(
        customer_id=person.customer_id, service_id=service_id or add_service(), link=link, quantity=1000
    )  # fmt: skip
    return replace(line, **more)


def place(*lines: OrderLine) -> list[Placed | Refused]:
    return commands.place(lines=lines, now=SPRING)


def balance(person: Person) -> int:
    return ledger.balance(customer_id=person.customer_id).balance_micros


def earned() -> int:
    return sum(line.credit_micros for line in ledger.trial_balance() if line.kind.value == "earned")


@pytest.mark.parametrize("link", [WRONG_KIND, WRONG_FORMAT, "", "a\0b", "\ud800", "x" * 100_000])
def test_2_a_wrong_link_is_refused_before_any_charge(mallory: Person, link: str) -> None:
    (refused,) = place(ask(mallory, link))

    assert isinstance(refused, Refused)
    assert refused.code in commands.ABOUT_THE_LINK
    assert "Nothing was charged." in refused.sentence
    assert balance(mallory) == 1_000_000
    assert queries.orders(customer_id=mallory.customer_id) == []


@pytest.mark.parametrize(
    ("link", "found"),
    [
        (WRONG_KIND, "wrong"),
        (WRONG_FORMAT, "in the wrong format"),
        ("", "in the wrong format"),
        ("a\0b", "in the wrong format"),
        ("\ud800", "in the wrong format"),
        ("x" * 100_000, "in the wrong format"),
    ],
)
def test_2_by_its_letter_the_order_is_completed_at_once_and_the_charge_is_kept(
    alice: Person, link: str, found: str
) -> None:
    (outcome,) = place(ask(alice, link))

    assert isinstance(outcome, Placed)
    assert (outcome.is_completed, outcome.charge_micros) == (True, 900_000)
    row = order_of(alice, outcome.order_id)
    assert (row.status, row.outcome, row.dispatch) == (Status.COMPLETED, Outcome.CLOSED, Dispatch.QUEUED)
    assert (row.earned_micros, row.returned_micros, row.delivered) == (900_000, 0, 0)
    assert (balance(alice), earned()) == (100_000, 900_000)
    assert not Outbox.objects.filter(subject_id=outcome.order_id).exists()
    (made,) = queries.decisions_of_order(order_id=outcome.order_id)
    assert (made.kind, made.decision.clause, made.decision.refund_micros, made.effect) == (
        Kind.LINK_TROUBLE, "2", 0, Effect.ENDED,
    )  # fmt: skip
    assert f"The link was found to be {found}" in made.decision.reasons[0]
    assert replay(made.record).changed == ()
    books_are_right()


def test_2_the_version_that_was_accepted_decides(alice: Person, mallory: Person) -> None:
    service_id = add_service()

    completed, refused = place(ask(alice, WRONG_KIND, service_id), ask(mallory, WRONG_KIND, service_id))

    assert isinstance(completed, Placed)
    assert isinstance(refused, Refused)
    assert balance(mallory) == 1_000_000


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"quantity": 5}, RefusalCode.BELOW_MIN),
        ({"quantity": 2000}, RefusalCode.NOT_ENOUGH_FUNDS),
        ({"quantity": -1}, RefusalCode.BAD_NUMBER),
        ({"quantity": None}, RefusalCode.QUANTITY_MISSING),
        ({"max_charge_micros": 1}, RefusalCode.PRICE_CHANGED),
        ({"service_id": 10**9}, RefusalCode.UNKNOWN_SERVICE),
        ({"comments": ("\0",)}, RefusalCode.UNREADABLE_LINK),
    ],
)
@pytest.mark.parametrize("link", [WRONG_KIND, WRONG_FORMAT])
def test_2_what_cannot_be_charged_is_refused_all_the_same(
    alice: Person, link: str, change: dict[str, Any], code: RefusalCode
) -> None:
    (refused,) = place(replace(ask(alice, link), **change))

    assert isinstance(refused, Refused)
    assert refused.code is code
    assert balance(alice) == 1_000_000


def test_2_a_request_that_is_sent_again_is_completed_once(alice: Person) -> None:
    for link in (WRONG_KIND, WRONG_FORMAT):
        line = ask(alice, link, quantity=100, request_id=f"r-{len(link)}")
        (first,), (again,) = place(line), place(line)
        (conflict,) = place(replace(line, quantity=200))

        assert isinstance(first, Placed)
        assert isinstance(again, Placed)
        assert (again.order_id, again.is_replay) == (first.order_id, True)
        assert isinstance(conflict, Refused)
        assert conflict.code is RefusalCode.REQUEST_CONFLICT
    assert balance(alice) == 1_000_000 - 2 * 90_000
    books_are_right()


def test_2_neighbours_in_one_call_are_not_touched_and_come_first(alice: Person) -> None:
    service_id = add_service()

    outcomes = place(
        ask(alice, WRONG_KIND, service_id, quantity=600),
        ask(alice, RIGHT, service_id, quantity=600),
        ask(alice, WRONG_FORMAT, service_id, quantity=100),
    )

    assert [o.code if isinstance(o, Refused) else o.is_completed for o in outcomes] == [
        RefusalCode.NOT_ENOUGH_FUNDS, False, True,
    ]  # fmt: skip
    books_are_right()


def test_2_staff_may_grant_some_of_it_with_a_reason(alice: Person) -> None:
    """Settled 5: nothing comes back by itself; a grant is a decision of its own under the same clause."""
    (outcome,) = place(ask(alice, WRONG_KIND))
    assert isinstance(outcome, Placed)
    asked = Asked(
        order_id=outcome.order_id, customer_id=alice.customer_id, kind=Kind.LINK_TROUBLE, requested_at=SPRING
    )  # fmt: skip
    act = GrantByHand(staff_id=9, amount_micros=500_000, reason="The first time")

    with transaction.atomic():
        granted = commands.decide_by_staff(asked=asked, act=act, now=SPRING)

    assert (granted.decision.clause, granted.effect) == ("2", Effect.GRANTED)
    assert balance(alice) == 600_000
    books_are_right()


@pytest.mark.parametrize("link", [RIGHT, WRONG_KIND, WRONG_FORMAT])
@pytest.mark.parametrize("quantity", [1000, 2000])
def test_the_door_of_the_terms_and_placing_say_the_same(
    alice: Person, mallory: Person, link: str, quantity: int
) -> None:
    for person in (alice, mallory):
        policy = queries.policy_for(customer_id=person.customer_id, now=SPRING)
        line = ask(person, link, quantity=quantity)
        facts = DoorFacts(
            is_signed_in=True, has_accepted=True, is_link_right=link is RIGHT, link_words="", open_orders=(),
            planned=Planned(
                service_id=line.service_id, network="telegram", metric=None, target=link, is_private_link=False
            ),
            charge_micros=900 * quantity, available_micros=balance(person), currency="USD",
        )  # fmt: skip

        (outcome,) = place(line)

        expected = at_the_door(facts, policy).outcome
        if isinstance(outcome, Refused):
            assert expected is DoorOutcome.REFUSE
        else:
            assert expected is (DoorOutcome.COMPLETE if outcome.is_completed else DoorOutcome.TAKE)
