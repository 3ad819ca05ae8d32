"""At which pace counts are read, what becomes of those that cannot be, and of a worker that dies or sleeps over one."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import Error, transaction
from tests.countingapis import KEY, CountingApi, counting, youtube
from tests.database.insight.counted import CHANNEL, Clock, metered, order, pace, read, readings
from tests.history import HOUR, MINUTE
from tests.shop import Person

from sevenpanel.catalog.domain import Metric
from sevenpanel.insight import commands
from sevenpanel.insight.domain import FOLLOWED_AN_HOUR, Counter, Moment, Network, ReadingState
from sevenpanel.insight.meters.configured import configured
from sevenpanel.kernel import db

pytestmark = pytest.mark.django_db(transaction=True)


def test_of_a_busy_service_some_orders_an_hour_are_read_about(
    api: CountingApi, alice: Person, service: int, clock: Clock
) -> None:
    for n in range(FOLLOWED_AN_HOUR + 3):
        order(alice, service, clock, link=f"t.me/northwind_{n}", quantity=10)
        clock.now += MINUTE
    assert pace(Network.TELEGRAM, clock.now).planned == FOLLOWED_AN_HOUR

    clock.now += HOUR
    order(alice, service, clock, link="t.me/northwind_later", quantity=10)
    assert pace(Network.TELEGRAM, clock.now).planned == FOLLOWED_AN_HOUR + 1


def test_one_call_a_second_and_none_while_the_network_asks_for_patience(
    api: CountingApi, alice: Person, service: int, clock: Clock
) -> None:
    for n in range(4):
        api.counts[f"@northwind_{n}"] = 5
        order(alice, service, clock, link=f"t.me/northwind_{n}", quantity=10)
    for _ in range(3):
        commands.read_next(clock=clock, meters=configured())
    assert len(api.asked) == 1

    clock.now += timedelta(seconds=1)
    api.faults.append("wait")
    commands.read_next(clock=clock, meters=configured())
    assert len(api.asked) == 2
    blocked = pace(Network.TELEGRAM, clock.now)
    assert blocked.blocked_until == clock.now + timedelta(seconds=7)
    assert "Too Many Requests" in blocked.words

    clock.now += timedelta(seconds=6)
    commands.read_next(clock=clock, meters=configured())
    assert len(api.asked) == 2
    clock.now += timedelta(seconds=1)
    commands.read_next(clock=clock, meters=configured())
    assert len(api.asked) == 3
    assert pace(Network.TELEGRAM, clock.now).blocked_until is None


def test_what_could_not_be_read_is_read_again_ever_more_rarely_and_given_up_when_it_is_too_late(
    api: CountingApi, alice: Person, service: int, clock: Clock
) -> None:
    order(alice, service, clock)
    api.faults.extend(["dead", "html", "stumble"] * 20)
    for _ in range(200):
        read(clock)
        clock.now += 4 * MINUTE

    row = readings(service)[Moment.PLACING]
    assert (row.state, row.count) == (ReadingState.MISSED, None)
    assert row.words.startswith("It could not be read in time. The last words were:")
    assert 5 <= len(api.asked) <= 12


def test_what_nobody_asked_for_in_time_is_given_up(api: CountingApi, alice: Person, service: int, clock: Clock) -> None:
    order(alice, service, clock)
    assert commands.miss_overdue(now=clock.now + 5 * HOUR) == 0
    assert commands.miss_overdue(now=clock.now + 7 * HOUR) == 1

    row = readings(service)[Moment.PLACING]
    assert (row.state, row.words) == (
        ReadingState.MISSED,
        "It was not read in time: the meter was off, or had to wait.",
    )


def test_a_worker_that_dies_while_it_asks_leaves_the_count_to_the_next(
    api: CountingApi, alice: Person, service: int, clock: Clock
) -> None:
    order(alice, service, clock)

    class Dying(Exception):  # noqa: N818 - the death of a worker
        """Kills the worker in the middle of a call."""

    (meter,) = configured()

    class Fatal:
        network, batch = meter.network, meter.batch

        def read(self, asks: object) -> Any:
            raise Dying

    with pytest.raises(Dying):
        commands.read_next(clock=clock, meters=[Fatal()])
    clock.now += MINUTE
    read(clock)
    assert api.asked == []
    clock.now += 3 * MINUTE
    read(clock)
    assert readings(service)[Moment.PLACING].count == 400


def test_an_answer_that_comes_after_the_lease_changes_nothing(
    api: CountingApi, alice: Person, service: int, clock: Clock
) -> None:
    order(alice, service, clock)
    (meter,) = configured()

    class Slow:
        network, batch = meter.network, meter.batch

        def read(self, asks: Any) -> Any:
            clock.now += 10 * MINUTE
            answers = meter.read(asks)
            api.counts[CHANNEL] = 444
            read(clock)  # another worker took it over meanwhile
            return answers

    commands.read_next(clock=clock, meters=[Slow()])

    assert readings(service)[Moment.PLACING].count == 444


def test_an_answer_is_not_taken_for_a_claim_that_has_passed_on(
    api: CountingApi, alice: Person, service: int, clock: Clock
) -> None:
    order(alice, service, clock)
    (meter,) = configured()

    class Slow:
        network, batch = meter.network, meter.batch

        def read(self, asks: Any) -> Any:
            answers = meter.read(asks)
            clock.now += 10 * MINUTE
            api.faults.append("stumble")
            read(clock)  # another worker claimed it meanwhile, and was told nothing
            return answers

    commands.read_next(clock=clock, meters=[Slow()])

    row = readings(service)[Moment.PLACING]
    assert (row.state, row.count) == (ReadingState.PLANNED, None)


def test_what_was_read_cannot_be_changed(api: CountingApi, alice: Person, service: int, clock: Clock) -> None:
    order(alice, service, clock)
    read(clock)

    for statement in ("UPDATE insight_reading SET count = 1", "DELETE FROM insight_reading"):
        with pytest.raises(Error, match="is append-only"), transaction.atomic():
            db.rows(statement)


def test_the_day_of_youtubes_quota_is_kept(alice: Person, clock: Clock, settings: Any) -> None:
    """It begins at midnight in California, which is 7 or 8 in the morning in UTC."""
    service = metered(
        Counter.YOUTUBE_VIEWS, Metric.VIEWS, network="youtube", accepts=("youtube/video",), quantity_min=1
    )
    with counting(youtube) as api:
        settings.METER_YOUTUBE_KEY, settings.METER_YOUTUBE_API = KEY, api.url
        settings.METER_YOUTUBE_CALLS = 2
        for n in range(4):
            video = f"{n:011}"
            api.counts[video] = 100
            order(alice, service, clock, link=f"https://youtu.be/{video}", quantity=10)
            read(clock)
        assert len(api.asked) == 2
        assert pace(Network.YOUTUBE, clock.now).overdue == 2

        clock.now = datetime(2026, 5, 5, 6, 59, tzinfo=UTC)
        read(clock)
        assert len(api.asked) == 2
        clock.now = datetime(2026, 5, 5, 7, 1, tzinfo=UTC)
        read(clock)
        assert len(api.asked) == 3
