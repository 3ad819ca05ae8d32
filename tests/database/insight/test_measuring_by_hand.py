"""What staff write down about an order: with words, once, never changed, and struck out when it was a mistake."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from django.db import Error, transaction
from tests.books import books_are_right
from tests.history import DAY, HOUR, MINUTE, Past, completed, measured, placed, reported, seen, sent
from tests.shop import NOON, Person, add_service, open_customer

from sevenpanel.catalog import commands as catalog
from sevenpanel.catalog.domain import Metric
from sevenpanel.insight import commands, queries
from sevenpanel.insight.commands import Seen, UnableToMeasure, UnableToSetMeter
from sevenpanel.insight.domain import Counter, MeasuredBy, Occasion
from sevenpanel.kernel import db
from sevenpanel.orders.domain import Status

pytestmark = pytest.mark.django_db(transaction=True)

LATER = NOON + 100 * DAY


@pytest.fixture
def alice() -> Person:
    return open_customer("Alice", balance="1000")


@pytest.fixture
def service() -> int:
    return add_service()


@pytest.fixture
def past(alice: Person, service: int) -> Past:
    return completed(alice, service, remains=200)


def write(noted: Seen) -> int:
    return commands.measure_by_hand(seen=noted, staff_id=9, now=LATER)


def test_what_was_seen_is_kept_with_its_words_and_who_saw_it(past: Past, service: int) -> None:
    assert write(seen(past, 750, occasion=Occasion.COMPLAINT)) == service

    (row,) = queries.measurements(service_id=service, limit=9)
    assert (row.order_id, row.arrived, row.remaining, row.staff_id) == (past.order_id, 800, 750, 9)
    assert (row.measured_by, row.occasion) == (MeasuredBy.STAFF, Occasion.COMPLAINT)
    assert (row.taken_at, row.evidence) == (past.ended_at + 8 * DAY, "Counted on the channel's own page.")
    books_are_right()


def test_the_same_form_sent_twice_is_written_down_once(past: Past, service: int) -> None:
    noted = seen(past, 750)
    write(noted)
    write(noted)

    assert len(queries.measurements(service_id=service, limit=9)) == 1


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (lambda noted: replace(noted, remaining=801), "Between 0 and 800"),
        (lambda noted: replace(noted, remaining=-1), "Between 0 and 800"),
        (lambda noted: replace(noted, evidence="so   it is"), "Say how you know"),
        (lambda noted: replace(noted, evidence="\0" * 20), "Say how you know"),
        (lambda noted: replace(noted, evidence="x" * 2001), "Say how you know"),
        (lambda noted: replace(noted, seen_at=LATER + HOUR), "no later time than now"),
        (lambda noted: replace(noted, seen_at=NOON), "after it has ended"),
        (lambda noted: replace(noted, order_id=10**17), "does not exist or has not ended"),
    ],
)
def test_what_cannot_be_is_refused_with_a_sentence(
    past: Past, service: int, change: Callable[[Seen], Seen], why: str
) -> None:
    with pytest.raises(UnableToMeasure, match=why):
        write(change(seen(past, 750)))

    assert queries.measurements(service_id=service, limit=9) == []


def test_an_order_that_runs_or_that_delivered_nothing_cannot_be_measured(alice: Person, service: int) -> None:
    open_order = placed(alice, service)
    gone = placed(alice, service)
    sent(gone, NOON)
    reported(gone, Status.CANCELED, remains=1000, at=NOON + HOUR)

    for order_id, why in ((open_order, "has not ended"), (gone, "Nothing was delivered")):
        with pytest.raises(UnableToMeasure, match=why):
            write(seen(Past(order_id=order_id, placed_at=NOON, ended_at=NOON + HOUR), 0))


def test_a_clock_that_is_a_little_ahead_is_forgiven(past: Past, service: int) -> None:
    write(seen(past, 800, seen_at=LATER + MINUTE))

    (row,) = queries.measurements(service_id=service, limit=9)
    assert row.taken_at == LATER


def test_what_was_written_down_cannot_be_changed_or_deleted(past: Past, service: int) -> None:
    measured(past, 750)
    (row,) = queries.measurements(service_id=service, limit=9)
    commands.strike_out(measurement_id=row.id, why="Wrong order", staff_id=9, now=LATER)

    for statement in (
        "UPDATE insight_measurement SET remaining = 800",
        "DELETE FROM insight_measurement",
        "UPDATE insight_strike SET why = 'x'",
        "DELETE FROM insight_strike",
    ):
        with pytest.raises(Error, match="is append-only"), transaction.atomic():
            db.rows(statement)


def test_a_mistake_is_struck_out_once_and_stays_to_be_read(past: Past, service: int) -> None:
    measured(past, 750)
    (row,) = queries.measurements(service_id=service, limit=9)

    assert commands.strike_out(measurement_id=row.id, why=" Wrong\norder ", staff_id=9, now=LATER) == service
    (struck,) = queries.measurements(service_id=service, limit=9)
    assert (struck.remaining, struck.struck_why) == (750, "Wrong order")
    with pytest.raises(UnableToMeasure, match="struck out before"):
        commands.strike_out(measurement_id=row.id, why="Again", staff_id=9, now=LATER)


def test_striking_out_needs_a_measurement_and_a_reason(past: Past, service: int) -> None:
    measured(past, 750)
    (row,) = queries.measurements(service_id=service, limit=9)

    with pytest.raises(UnableToMeasure, match="no such"):
        commands.strike_out(measurement_id=10**17, why="Wrong", staff_id=9, now=LATER)
    with pytest.raises(UnableToMeasure, match="Say why"):
        commands.strike_out(measurement_id=row.id, why=" \0 ", staff_id=9, now=LATER)


def test_the_database_holds_more_than_was_delivered_back_by_itself(past: Past) -> None:
    insert = """
        INSERT INTO insight_measurement (order_id, service_id, measured_by, occasion, ended_at, taken_at, arrived,
                                         remaining, evidence, staff_id, key, recorded_at)
        SELECT order_id, 1, %s, 'sample', now(), now(), 10, %s, %s, %s, random()::text, now()
          FROM (SELECT %s::bigint AS order_id) AS o"""
    for measured_by, remaining, evidence, staff, constraint in (
        ("staff", 11, "Seen", 9, "insight_remaining_in_bounds"),
        ("staff", 10, "", 9, "insight_by_hand_has_evidence"),
        ("staff", 10, "Seen", None, "insight_by_hand_has_evidence"),
        ("meter telegram", 10, "", 9, "insight_by_hand_has_evidence"),
        ("hearsay", 10, "", None, "insight_measured_by_known"),
    ):
        with pytest.raises(Error, match=constraint), transaction.atomic():
            db.rows(insert, [measured_by, remaining, evidence, staff, past.order_id])


def set_meter(service: int, counter: Counter | None) -> None:
    commands.set_meter(service_id=service, counter=counter, set_by="olga", now=NOON)


def counts(service: int, metric: Metric | None) -> None:
    with transaction.atomic():
        catalog.set_metric(service_id=service, metric=metric, is_long_running=False)


def test_a_service_has_one_counter_or_none(service: int) -> None:
    assert queries.meter_of(service_id=service) is None
    set_meter(service, Counter.PROVIDER_STATUS)
    assert queries.meter_of(service_id=service) is Counter.PROVIDER_STATUS
    counts(service, Metric.MEMBERS)
    set_meter(service, Counter.TELEGRAM_MEMBERS)
    assert queries.meter_of(service_id=service) is Counter.TELEGRAM_MEMBERS
    set_meter(service, None)
    assert queries.meter_of(service_id=service) is None


def test_a_counter_that_cannot_show_what_a_service_delivers_is_refused(service: int) -> None:
    counts(service, Metric.MEMBERS)
    with pytest.raises(UnableToSetMeter, match="a YouTube channel, which this service does not take"):
        set_meter(service, Counter.YOUTUBE_SUBSCRIBERS)
    counts(service, Metric.IMPRESSIONS)
    with pytest.raises(UnableToSetMeter, match="shows followers or members"):
        set_meter(service, Counter.TELEGRAM_MEMBERS)
    with pytest.raises(UnableToSetMeter, match="no service"):
        set_meter(10**17, Counter.PROVIDER_STATUS)
    assert queries.meter_of(service_id=service) is None
