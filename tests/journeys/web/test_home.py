"""Home: what waits for the customer, what the operator says, and pictures of the last 30 days."""

import re
from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from tests.history import completed, placed, reported, sent
from tests.journeys.web.visitor import Visitor, text
from tests.shop import Person, staff

from sevenpanel.accounts.domain import Role
from sevenpanel.notices import commands as notices
from sevenpanel.notices.domain import Draft
from sevenpanel.orders.domain import Status
from sevenpanel.orders.queries import activity
from sevenpanel.support import commands as support
from sevenpanel.support.domain import Topic
from sevenpanel.terms import NoticeKind, Scope

DAY = timedelta(days=1)


@pytest.fixture
def person(alice: Visitor) -> Person:
    assert alice.person is not None
    return alice.person


def short(person: Person, service: int) -> int:
    """An order that ended yesterday with 400 missing."""
    at = timezone.now() - DAY
    order_id = placed(person, service, at=at - DAY)
    sent(order_id, at)
    reported(order_id, Status.PARTIAL, remains=400, at=at)
    return order_id


def test_a_newcomer_is_shown_the_next_step_and_no_pictures(alice: Visitor) -> None:
    page = alice.get("/")

    assert "Your first order" in text(page)
    assert "<figure" not in page.content.decode()
    assert "Waiting for you" not in text(page)


def test_the_pictures_tell_the_same_in_figures(alice: Visitor, person: Person, service: int) -> None:
    completed(person, service, at=timezone.now() - 3 * DAY)
    short(person, service)
    placed(person, service, at=timezone.now() - 40 * DAY)

    page = alice.get("/")

    assert "Your orders of the last 30 days cost 1.44 USD together." in text(page)
    assert "2 orders were placed in the last 30 days." in text(page)
    assert "Time to complete, by day" in text(page)
    assert page.content.decode().count('role="img"') == 3
    labels = re.findall(r'aria-labelledby="([^"]+)"', page.content.decode())
    ids = set(re.findall(r'\sid="([^"]+)"', page.content.decode()))
    assert {name for label in labels for name in label.split()} <= ids


def test_what_waits_is_named_with_a_way_to_it(alice: Visitor, person: Person, service: int) -> None:
    order_id = short(person, service)

    page = alice.get("/")

    assert "Waiting for you" in text(page)
    assert "ended with less than you ordered" in text(page)
    assert f'href="/orders/{order_id}/"' in page.content.decode()


def test_an_answered_ticket_waits_until_the_customer_writes_again(alice: Visitor, person: Person) -> None:
    sam = staff("Sam", Role.SUPPORT)
    ticket = support.open_ticket(
        customer_id=person.customer_id,
        person_id=person.user_id,
        topic=Topic.OTHER,
        kind=None,
        order_ids=[],
        subject="A question",
        body="When?",
        now=timezone.now() - DAY,
    )
    assert "has an answer." not in text(alice.get("/"))

    support.answer(staff_id=sam.user_id, ticket_id=ticket, body="Tomorrow.", is_internal=False, now=timezone.now())
    assert "A question has an answer." in text(alice.get("/"))

    support.reply(
        ticket_id=ticket,
        customer_id=person.customer_id,
        person_id=person.user_id,
        body="Thank you.",
        now=timezone.now(),
    )
    assert "has an answer." not in text(alice.get("/"))


def test_what_the_operator_says_to_everybody_stands_above_all(alice: Visitor) -> None:
    announce("We move to a new machine on Sunday.", timezone.now() - DAY)

    page = text(alice.get("/"))

    assert page.index("We move to a new machine on Sunday.") < page.index("Available to spend")


def test_an_old_notice_no_longer_stands_above_all(alice: Visitor) -> None:
    announce("We have moved.", timezone.now() - 20 * DAY)

    page = text(alice.get("/"))

    assert "Notice of the operator" not in page
    assert "Last changes" in page


def test_the_number_of_questions_does_not_grow_with_the_orders(alice: Visitor, person: Person, service: int) -> None:
    completed(person, service, at=timezone.now() - 3 * DAY)
    few = questions(alice)
    for _ in range(8):
        completed(person, service, at=timezone.now() - 2 * DAY)

    assert questions(alice) == few


def test_of_very_many_orders_the_newest_are_drawn_and_that_is_said(
    alice: Visitor, person: Person, service: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(activity, "READ_MAX", 2)
    for ago in (5, 4, 3):
        completed(person, service, at=timezone.now() - ago * DAY)

    page = text(alice.get("/"))

    assert "2 orders were placed in the last 30 days." in page
    assert "these are your newest 2 orders" in page


def announce(words: str, at: datetime) -> None:
    draft = Draft(kind=NoticeKind.GENERAL, scope=Scope.ALL, text=words)
    notices.publish(draft=draft, written_by="operator", now=at)


def questions(visitor: Visitor) -> int:
    visitor.get("/")
    with CaptureQueriesContext(connection) as asked:
        visitor.get("/")
    return len(asked)
