"""Orders that were, for tests of what is learned from them: placed, begun and ended at given instants."""

import itertools
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from tests.shop import NOON, Person

from sevenpanel.insight import commands as insight
from sevenpanel.insight.domain import MeasuredBy, Occasion
from sevenpanel.orders import commands
from sevenpanel.orders.commands.dispatching import DispatchResult
from sevenpanel.orders.domain import Dispatch, OrderLine, Placed, Report, Status

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)

_numbers = itertools.count(1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """One order that was."""

    order_id: int
    placed_at: datetime
    ended_at: datetime


def placed(person: Person, service_id: int, *, quantity: int = 1000, link: str = "", at: datetime = NOON) -> int:
    """An order of somebody's, on a channel of its own unless one is named."""
    line = OrderLine(
        customer_id=person.customer_id,
        service_id=service_id,
        link=link or f"t.me/northwind_{next(_numbers)}",
        quantity=quantity,
    )
    (outcome,) = commands.place(lines=[line], now=at)
    assert isinstance(outcome, Placed), outcome
    return outcome.order_id


def sent(order_id: int, at: datetime) -> None:
    """The provider has it."""
    with transaction.atomic():
        commands.begin_sending(order_ids=[order_id], now=at)
        commands.record_dispatch(results=[DispatchResult(order_id=order_id, dispatch=Dispatch.SENT)], now=at)


def reported(order_id: int, status: Status, *, remains: int | None, at: datetime) -> None:
    """The provider says how it stands."""
    report = Report(order_id=order_id, status=status, remains=remains, start_count=None, words=status.value)
    with transaction.atomic():
        commands.apply_reports(reports=[report], now=at)


def completed(
    person: Person,
    service_id: int,
    *,
    quantity: int = 1000,
    remains: int = 0,
    link: str = "",
    at: datetime = NOON,
    start: timedelta = HOUR,
    complete: timedelta = 5 * HOUR,
) -> Past:
    """An order that was completed, with so many missing."""
    order_id = placed(person, service_id, quantity=quantity, link=link, at=at)
    sent(order_id, at + MINUTE)
    reported(order_id, Status.IN_PROGRESS, remains=quantity, at=at + start)
    reported(order_id, Status.COMPLETED, remains=remains, at=at + complete)
    return Past(order_id=order_id, placed_at=at, ended_at=at + complete)


def seen(past: Past, remaining: int, *, after: timedelta = 8 * DAY, **more: object) -> insight.Seen:
    """What staff saw of it, so long after its end."""
    given = {
        "measured_by": MeasuredBy.STAFF,
        "occasion": Occasion.SAMPLE,
        "evidence": "Counted on the channel's own page.",
        "form_id": f"form-{next(_numbers)}",
        "seen_at": past.ended_at + after,
        **more,
    }
    return insight.Seen(order_id=past.order_id, remaining=remaining, **given)  # type: ignore[arg-type]


def measured(past: Past, remaining: int, *, after: timedelta = 8 * DAY, **more: object) -> None:
    """Staff saw it, so long after its end, and wrote it down then."""
    noted = seen(past, remaining, after=after, **more)
    insight.measure_by_hand(seen=noted, staff_id=9, now=max(noted.seen_at, past.ended_at))


def take_in(now: datetime) -> int:
    """What the timetable does every minute: the first run looks how far facts reach, the second reads them."""
    return insight.take_in_endings(now=now) + insight.take_in_endings(now=now)
