"""From an order to a measurement: which counts are read, when, at which pace, and what they are taken to say."""

from datetime import timedelta

import pytest
from tests.books import books_are_right
from tests.countingapis import CountingApi
from tests.database.insight.counted import CHANNEL, Clock, end, metered, order, read, readings, through
from tests.history import DAY, HOUR, MINUTE, reported, sent, take_in
from tests.panel import open_desk
from tests.shop import Person, add_service, open_customer

from sevenpanel.catalog.domain import Metric
from sevenpanel.fulfilment.providers.interface import ProviderStatus
from sevenpanel.insight import commands, queries
from sevenpanel.insight.domain import Counter, LeftOut, MeasuredBy, Moment, ReadingState
from sevenpanel.jobs.recounts import ProviderMeter
from sevenpanel.kernel import db
from sevenpanel.orders.domain import Status

pytestmark = pytest.mark.django_db(transaction=True)


def test_members_are_counted_before_the_work_at_its_end_and_four_times_afterwards(
    api: CountingApi, alice: Person, service: int, clock: Clock
) -> None:
    through(api, alice, service, clock, {DAY: 1390, 3 * DAY: 1380, 7 * DAY: 1350, 30 * DAY: 1300})

    rows = queries.measurements(service_id=service, limit=9)[::-1]
    assert [(row.measured_by, row.arrived, row.remaining, row.start_count, row.count) for row in rows] == [
        (MeasuredBy.METER_TELEGRAM, 1000, 990, 400, 1390),
        (MeasuredBy.METER_TELEGRAM, 1000, 980, 400, 1380),
        (MeasuredBy.METER_TELEGRAM, 1000, 950, 400, 1350),
        (MeasuredBy.METER_TELEGRAM, 1000, 900, 400, 1300),
    ]
    assert [(row.taken_at - row.ended_at).days for row in rows] == [1, 3, 7, 30]
    assert {row.state for row in readings(service).values()} == {ReadingState.TAKEN}
    assert len(api.asked) == 6
    assert queries.broken_invariants() == []


def test_growth_from_elsewhere_hides_drop_and_never_makes_it_negative(
    api: CountingApi, alice: Person, service: int, clock: Clock
) -> None:
    through(api, alice, service, clock, {DAY: 5000})

    (row,) = queries.measurements(service_id=service, limit=9)
    assert (row.arrived, row.remaining) == (1000, 1000)


def test_what_the_counter_never_showed_gives_no_measurement(
    api: CountingApi, alice: Person, service: int, clock: Clock
) -> None:
    order_id = order(alice, service, clock)
    read(clock)
    end(order_id, clock)  # nobody came
    read(clock)
    clock.now += DAY
    read(clock)

    assert queries.measurements(service_id=service, limit=9) == []
    assert readings(service)[Moment.DAY_1].words == LeftOut.NOT_SEEN


def test_a_first_count_that_came_too_late_is_no_first_count(
    api: CountingApi, alice: Person, service: int, clock: Clock
) -> None:
    order_id = order(alice, service, clock)
    sent(order_id, clock.now)
    reported(order_id, Status.IN_PROGRESS, remains=900, at=clock.now)
    read(clock)
    assert readings(service)[Moment.PLACING].words == LeftOut.WORK_HAD_BEGUN

    api.counts[CHANNEL] = 1400
    reported(order_id, Status.COMPLETED, remains=0, at=clock.now)
    take_in(clock.now)
    for _ in range(3):
        read(clock)
        clock.now += DAY
    assert queries.measurements(service_id=service, limit=9) == []
    assert readings(service)[Moment.DAY_1].words == LeftOut.WORK_HAD_BEGUN


@pytest.mark.parametrize(
    ("gap", "is_alone"), [(timedelta(days=29), False), (timedelta(days=31), True)], ids=["29 days", "31 days"]
)
def test_an_earlier_order_on_the_target_disturbs_for_a_month(
    api: CountingApi, alice: Person, service: int, clock: Clock, gap: timedelta, is_alone: bool
) -> None:
    mallory = open_customer("Mallory", balance="100")
    earlier = order(mallory, add_service("Another"), clock)
    end(earlier, clock)
    clock.now += gap

    through(api, alice, service, clock, {DAY: 1390})

    assert len(queries.measurements(service_id=service, limit=9)) == (1 if is_alone else 0)
    assert readings(service)[Moment.DAY_1].words == ("" if is_alone else LeftOut.NOT_ALONE)


def test_another_open_order_on_the_target_disturbs(api: CountingApi, alice: Person, service: int, clock: Clock) -> None:
    through(api, alice, service, clock, {DAY: 1390})
    mallory = open_customer("Mallory", balance="100")
    order(mallory, add_service("Another"), clock)
    clock.now += 2 * DAY
    read(clock)

    assert readings(service)[Moment.DAY_3].words == LeftOut.NOT_ALONE
    assert len(queries.measurements(service_id=service, limit=9)) == 1


def test_a_later_order_that_has_ended_disturbs_what_is_read_after_it(
    api: CountingApi, alice: Person, service: int, clock: Clock
) -> None:
    through(api, alice, service, clock, {DAY: 1390})
    mallory = open_customer("Mallory", balance="100")
    end(order(mallory, add_service("Another"), clock), clock)
    clock.now += 2 * DAY
    read(clock)

    assert readings(service)[Moment.DAY_3].words == LeftOut.NOT_ALONE


def test_orders_from_before_the_meter_was_chosen_disturb_all_the_same(
    api: CountingApi, alice: Person, clock: Clock
) -> None:
    mallory = open_customer("Mallory", balance="100")
    end(order(mallory, add_service("Another"), clock), clock)
    service = metered(Counter.TELEGRAM_MEMBERS, Metric.MEMBERS)

    through(api, alice, service, clock, {DAY: 1390})

    assert readings(service)[Moment.DAY_1].words == LeftOut.NOT_ALONE


def test_without_a_token_nothing_is_planned_and_nothing_is_asked(alice: Person, service: int, clock: Clock) -> None:
    end(order(alice, service, clock), clock)
    read(clock)

    assert readings(service) == {}


def test_a_service_without_a_counter_is_not_read_about(api: CountingApi, alice: Person, clock: Clock) -> None:
    service = add_service()
    end(order(alice, service, clock), clock)
    read(clock)

    assert (readings(service), api.asked) == ({}, [])


def test_an_order_that_delivered_nothing_is_not_read_about_again(
    api: CountingApi, alice: Person, service: int, clock: Clock
) -> None:
    order_id = order(alice, service, clock)
    read(clock)
    sent(order_id, clock.now)
    reported(order_id, Status.CANCELED, remains=1000, at=clock.now + HOUR)
    take_in(clock.now)

    assert set(readings(service)) == {Moment.PLACING}


def test_a_provider_that_counts_is_asked_at_each_age(alice: Person) -> None:
    desk = open_desk()
    commands.set_meter(service_id=desk.service_id, counter=Counter.PROVIDER_STATUS, set_by="olga", now=desk.now)
    order_id = desk.place(alice)
    desk.dispatch_all()
    (number,) = desk.panel.taken_for(order_id)
    desk.panel.end(number, ProviderStatus.COMPLETED, remains=0)
    desk.follow()
    ended = desk.now
    take_in(ended)
    meter = ProviderMeter(clock=desk.clock, adapter_for=desk.adapter_for)

    for days, remains in ((1, 0), (3, 10), (7, 30), (30, 60)):
        desk.now = ended + days * DAY + MINUTE
        desk.panel.end(number, ProviderStatus.COMPLETED, remains=remains)
        commands.read_next(clock=desk.clock, meters=[meter])

    rows = queries.measurements(service_id=desk.service_id, limit=9)[::-1]
    assert [(row.measured_by, row.arrived, row.remaining) for row in rows] == [
        (MeasuredBy.PROVIDER_STATUS, 1000, remaining) for remaining in (1000, 990, 970, 940)
    ]
    books_are_right()


def test_5_the_money_of_an_order_does_not_move_when_its_drop_is_measured(alice: Person) -> None:
    """Clause 5: drop alone gives no refund."""
    desk = open_desk()
    commands.set_meter(service_id=desk.service_id, counter=Counter.PROVIDER_STATUS, set_by="olga", now=desk.now)
    order_id = desk.place(alice)
    desk.dispatch_all()
    (number,) = desk.panel.taken_for(order_id)
    desk.panel.end(number, ProviderStatus.COMPLETED, remains=0)
    desk.follow()
    take_in(desk.now)
    before = db.rows("SELECT count(*) FROM ledger_transfer"), db.rows("SELECT * FROM orders_order")
    desk.now += 8 * DAY
    desk.panel.end(number, ProviderStatus.COMPLETED, remains=1000)
    commands.read_next(clock=desk.clock, meters=[ProviderMeter(clock=desk.clock, adapter_for=desk.adapter_for)])

    assert queries.measurements(service_id=desk.service_id, limit=9)[0].remaining == 0
    assert (db.rows("SELECT count(*) FROM ledger_transfer"), db.rows("SELECT * FROM orders_order")) == before


def test_targets_are_forgotten_after_half_a_year(alice: Person, service: int, clock: Clock) -> None:
    end(order(alice, service, clock), clock)

    assert commands.forget_targets(now=clock.now + 179 * DAY) == 0
    assert commands.forget_targets(now=clock.now + 181 * DAY) == 1
