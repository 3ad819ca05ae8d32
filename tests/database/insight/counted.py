"""Counts that are read about orders: a clock, a channel with members, and what a worker does about them."""

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from tests.countingapis import CountingApi
from tests.history import HOUR, MINUTE, placed, reported, sent, take_in
from tests.shop import NOON, Person, add_service

from sevenpanel.catalog import commands as catalog
from sevenpanel.catalog.domain import Metric
from sevenpanel.insight import commands, queries
from sevenpanel.insight.domain import Counter, Moment, Network
from sevenpanel.insight.meters.configured import configured
from sevenpanel.insight.queries import PaceRow, ReadingRow
from sevenpanel.jobs.topics import HANDLERS
from sevenpanel.kernel import outbox
from sevenpanel.orders.domain import Status

CHANNEL = "@northwind_news"
LINK = "t.me/northwind_news"


class Clock:
    """A clock that is moved by hand."""

    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        return self.now


def metered(counter: Counter, metric: Metric, **more: Any) -> int:
    service = add_service(**more)
    with transaction.atomic():
        catalog.set_metric(service_id=service, metric=metric, is_long_running=False)
    commands.set_meter(service_id=service, counter=counter, set_by="olga", now=NOON)
    return service


def hand_over() -> None:
    """What the intake loops of a worker do."""
    for topic, handler in HANDLERS.items():
        outbox.hand_over(topic=topic, handler=handler, limit=1000)


def read(clock: Clock, times: int = 1) -> None:
    """What the meters' loop does, a few seconds apart."""
    for _ in range(times):
        commands.read_next(clock=clock, meters=configured())
        clock.now += 2 * timedelta(seconds=1)


def order(alice: Person, service: int, clock: Clock, *, link: str = LINK, quantity: int = 1000) -> int:
    """An order that was placed and taken in."""
    order_id = placed(alice, service, quantity=quantity, link=link, at=clock.now)
    hand_over()
    return order_id


def end(order_id: int, clock: Clock, *, delivered: int = 1000, quantity: int = 1000) -> None:
    """It is delivered within five hours, and taken in by the timetable."""
    sent(order_id, clock.now)
    reported(order_id, Status.IN_PROGRESS, remains=quantity, at=clock.now + HOUR)
    clock.now += 5 * HOUR
    status = Status.COMPLETED if delivered == quantity else Status.PARTIAL
    reported(order_id, status, remains=quantity - delivered, at=clock.now)
    take_in(clock.now)


def readings(service: int) -> dict[Moment, ReadingRow]:
    return {row.moment: row for row in queries.readings(service_id=service, limit=99)}


def pace(network: Network, now: datetime) -> PaceRow:
    return next(row for row in queries.paces(now=now) if row.network is network)


def through(api: CountingApi, alice: Person, service: int, clock: Clock, after: dict[timedelta, int]) -> None:
    """An order of a thousand members, and how many there are so long after its end."""
    order_id = order(alice, service, clock)
    read(clock)
    api.counts[CHANNEL] += 1000
    end(order_id, clock)
    ended = clock.now
    read(clock)
    for age, members in after.items():
        clock.now = ended + age + MINUTE
        api.counts[CHANNEL] = members
        read(clock)
