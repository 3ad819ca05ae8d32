"""Placing and cancelling read the description with the notices in force laid over it (clause 3)."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.books import books_are_right, order_of
from tests.sabotage import Switch, planted
from tests.shop import NOON, Person, add_service, open_customer

from sevenpanel.catalog.domain import ServiceType
from sevenpanel.kernel import db
from sevenpanel.notices import commands, queries
from sevenpanel.notices.commands.publishing import publish_step
from sevenpanel.notices.domain import Draft, Origin
from sevenpanel.orders import commands as orders
from sevenpanel.orders.commands import CancelVerdict
from sevenpanel.orders.domain import OrderLine, Placed, RefusalCode, Refused, Source
from sevenpanel.orders.queries.facts import facts_of
from sevenpanel.terms import NoticeKind, Overrides, Scope

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)
LINK = "https://t.me/northwind_news"


def say(service_id: int | None, kind: NoticeKind = NoticeKind.DESCRIPTION, now: datetime = NOON, **said: object) -> int:
    draft = Draft(
        kind=kind,
        scope=Scope.SERVICE if service_id else Scope.ALL,
        subject=service_id,
        text="Read this.",
        overrides=Overrides(**said),  # type: ignore[arg-type]
    )
    return commands.publish(draft=draft, written_by="olga@example.org", now=now)


def place(person: Person, service_id: int, quantity: int = 100, at: datetime = NOON, **changed: object) -> str:
    line = OrderLine(customer_id=person.customer_id, service_id=service_id, link=LINK, quantity=quantity)
    (outcome,) = orders.place(lines=[replace(line, **changed)], now=at)  # type: ignore[arg-type]
    return outcome.code if isinstance(outcome, Refused) else "placed"


@pytest.mark.parametrize("source", list(Source))
def test_a_paused_service_is_not_sold_through_any_door(source: Source) -> None:
    alice, service = open_customer("Alice", balance="10"), add_service()
    say(service, NoticeKind.PAUSED)

    assert place(alice, service, source=source) == RefusalCode.UNKNOWN_SERVICE
    assert place(alice, service, source=source, at=NOON - HOUR) == "placed"
    books_are_right()


def test_a_pause_of_everything_ends_with_a_later_word_about_one_service() -> None:
    alice, first, second = open_customer("Alice", balance="10"), add_service(), add_service()
    say(None, NoticeKind.PAUSED)
    say(first, NoticeKind.BACK, NOON + HOUR)

    assert place(alice, first) == place(alice, second) == RefusalCode.UNKNOWN_SERVICE
    assert place(alice, first, at=NOON + HOUR) == "placed"
    assert place(alice, second, at=NOON + HOUR) == RefusalCode.UNKNOWN_SERVICE


def test_limits_of_a_notice_count_before_the_catalogues() -> None:
    alice, service = open_customer("Alice", balance="10"), add_service(quantity_min=10, quantity_max=1000)
    say(service, quantity_min=50, quantity_max=5000)

    assert place(alice, service, 49) == RefusalCode.BELOW_MIN
    assert place(alice, service, 5001) == RefusalCode.ABOVE_MAX
    assert place(alice, service, 5000) == "placed"


def test_the_refusal_names_the_limit_in_force() -> None:
    alice, service = open_customer("Alice", balance="10"), add_service()
    say(service, quantity_min=50)
    line = OrderLine(customer_id=alice.customer_id, service_id=service, link=LINK, quantity=10)

    (refused,) = orders.place(lines=[line], now=NOON)

    assert isinstance(refused, Refused)
    assert (refused.fact, "smallest one of this service: 50" in refused.sentence) == (50, True)


def test_a_withdrawn_or_ended_notice_limits_nothing() -> None:
    alice, service = open_customer("Alice", balance="10"), add_service()
    notice = say(service, NoticeKind.PAUSED)
    commands.withdraw(notice_id=notice, withdrawn_by="olga@example.org", why="Repaired", now=NOON + HOUR)

    assert place(alice, service) == RefusalCode.UNKNOWN_SERVICE
    assert place(alice, service, at=NOON + HOUR) == "placed"


def test_a_package_stays_one_package_whatever_a_notice_says_of_quantities() -> None:
    alice = open_customer("Alice", balance="10")
    service = add_service(service_type=ServiceType.PACKAGE, quantity_min=1, quantity_max=1)
    say(None, quantity_min=50, quantity_max=60)

    assert place(alice, service, 1) == "placed"
    (row,) = db.rows("SELECT quantity, charge_micros FROM orders_order")
    assert row == (1, 900_000)


def test_3_a_notice_published_later_changes_nothing_for_an_order_that_was_placed() -> None:
    alice, service = open_customer("Alice", balance="10"), add_service()
    line = OrderLine(customer_id=alice.customer_id, service_id=service, link=LINK, quantity=100)
    (placed,) = orders.place(lines=[line], now=NOON)
    assert isinstance(placed, Placed)
    before = order_of(alice, placed.order_id)

    say(service, NoticeKind.PAUSED, NOON + HOUR, quantity_min=500, complete_within=timedelta(days=9))

    assert order_of(alice, placed.order_id) == before
    at_placing = queries.effective_service(service_id=service, customer_id=None, at=NOON)
    assert at_placing is not None
    assert at_placing.service.complete_within == timedelta(days=1)
    books_are_right()


def test_the_cancel_button_is_the_effective_descriptions_at_placing_or_when_asked() -> None:
    """Clauses 3 and 4.1: what a later notice takes away is still there for orders placed before."""
    alice, service = open_customer("Alice", balance="10"), add_service(can_cancel=True)

    def placed(link: str, at: datetime) -> int:
        line = OrderLine(customer_id=alice.customer_id, service_id=service, link=link, quantity=100)
        (outcome,) = orders.place(lines=[line], now=at)
        assert isinstance(outcome, Placed)
        return outcome.order_id

    def ask(order_id: int, at: datetime) -> CancelVerdict:
        return orders.request_cancel(customer_id=alice.customer_id, order_ids=[order_id], now=at)[0].verdict

    before = placed(LINK, NOON)
    say(service, now=NOON + HOUR, can_cancel=False)
    under_it = placed("t.me/other_channel", NOON + HOUR)

    assert ask(under_it, NOON + HOUR) is CancelVerdict.NOT_OFFERED
    assert ask(before, NOON + HOUR) is CancelVerdict.CANCELLED
    say(service, now=NOON + 2 * HOUR, can_cancel=True)
    assert ask(under_it, NOON + 2 * HOUR) is CancelVerdict.CANCELLED
    books_are_right()


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_the_database_and_the_terms_agree_on_what_is_in_force(data: st.DataObject) -> None:
    with transaction.atomic():
        services = [add_service(network=network, accepts=("*/*",)) for network in ("telegram", "instagram")]
        subjects = {Scope.ALL: [None], Scope.NETWORK: ["telegram", "instagram"], Scope.SERVICE: services}
        for _ in range(data.draw(st.integers(0, 6))):
            scope = data.draw(st.sampled_from(list(subjects)))
            begins = NOON + data.draw(st.integers(0, 5)) * HOUR
            draft = Draft(
                kind=data.draw(st.sampled_from(list(NoticeKind))),
                scope=scope,
                subject=data.draw(st.sampled_from(subjects[scope])),
                text="Read this.",
                in_force_from=data.draw(st.none() | st.just(begins)),
                in_force_until=data.draw(st.none() | st.just(NOON + 6 * HOUR)),
                overrides=Overrides(
                    quantity_min=data.draw(st.none() | st.integers(1, 9)),
                    quantity_max=data.draw(st.none() | st.integers(10, 50)),
                    can_cancel=data.draw(st.none() | st.booleans()),
                ),
            )
            now = NOON + data.draw(st.integers(0, 5)) * HOUR
            publish_step(draft=draft, origin=Origin.DESK, written_by="olga@example.org", now=now)
        at = NOON + data.draw(st.integers(0, 7)) * HOUR
        told = {row[0]: row[1:] for row in db.rows("SELECT * FROM notices_in_force(%s::bigint[], %s)", (services, at))}
        for service in services:
            found = queries.effective_service(service_id=service, customer_id=None, at=at)
            assert found is not None
            paused, few, many, cancel = told.get(service, (None, None, None, None))
            said = found.effective.description if found.sources else None
            assert bool(paused) is (found.paused_by is not None)
            assert few == (said.quantity_min if said and "quantity_min" in found.sources else None)
            assert many == (said.quantity_max if said and "quantity_max" in found.sources else None)
            assert cancel == (said.can_cancel if said and "can_cancel" in found.sources else None)
        transaction.set_rollback(True)


def test_decisions_read_every_notice_about_the_service() -> None:
    alice, service, other = open_customer("Alice", balance="10"), add_service(), add_service()
    first = say(service, NoticeKind.DELAY)
    say(other)
    line = OrderLine(customer_id=alice.customer_id, service_id=service, link=LINK, quantity=100)
    (placed,) = orders.place(lines=[line], now=NOON)
    assert isinstance(placed, Placed)
    later = say(None, NoticeKind.DELAY, NOON + HOUR)

    facts = facts_of(order_ids=[placed.order_id], customer_id=alice.customer_id)[placed.order_id]

    assert [notice.notice_id for notice in facts.notices] == [first, later]


@pytest.mark.django_db(transaction=True)
def test_the_guard_is_what_pauses() -> None:
    alice, service = open_customer("Alice", balance="10"), add_service()
    say(service, NoticeKind.PAUSED)

    with planted(Switch.IGNORE_NOTICES):
        assert place(alice, service) == "placed"
