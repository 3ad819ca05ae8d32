"""Planning what is to be read about which orders: before the work, at its end, and at set ages afterwards.

Of a service at most so many orders an hour are read about, the first ones: an estimate needs some two hundred orders,
and whoever is asked for counts should not be asked more than that takes.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from sevenpanel import links
from sevenpanel.insight import models
from sevenpanel.insight.domain import (
    AGES,
    FOLLOWED_AN_HOUR,
    LATE,
    NETWORK_OF,
    PUBLIC,
    TAGS_OF,
    Counter,
    Moment,
    ReadingState,
)
from sevenpanel.insight.meters.configured import is_configured
from sevenpanel.kernel import db
from sevenpanel.kernel.outbox import Message
from sevenpanel.orders import queries as orders
from sevenpanel.orders.queries import ShipmentRow
from sevenpanel.orders.queries.endings import EndedRow

_HOUR = timedelta(hours=1)


@db.step
def note_placed(messages: Sequence[Message]) -> None:
    """Plan the count before the work for orders whose service has a public counter that can be read."""
    counters = {counter.value for counter in PUBLIC if is_configured(NETWORK_OF[counter])}
    if not counters or not models.Meter.objects.filter(counter__in=counters).exists():
        return
    placed = {message.subject_id: message.created_at for message in messages}
    found = sorted(orders.shipments(order_ids=list(placed)).values(), key=lambda row: row.id)
    chosen = _Chosen({row.service_id for row in found}, counters)
    _plan(
        _reading(row.id, row.service_id, counter, row.target, Moment.PLACING, placed[row.id])
        for row in found
        if (counter := chosen.of(row.service_id, placed[row.id], _tag(row)))
    )
    chosen.remember()


def _tag(row: ShipmentRow) -> str:
    link = links.read_link(row.link)
    return link.tag if isinstance(link, links.Link) else ""


@db.step
def plan_after_end(*, ended: Sequence[EndedRow], now: datetime) -> None:
    """Plan the counts after the end, of what was delivered and can be read.

    A public counter is read again only for orders whose first count was planned at placing: without it nobody could
    tell what was there before.
    """
    delivered = [row for row in ended if row.delivered]
    _plan([*_again(delivered, now), *_with_provider(delivered, now)])


def _again(delivered: Sequence[EndedRow], now: datetime) -> list[models.Reading]:
    ids = [row.order_id for row in delivered]
    first = models.Reading.objects.filter(order_id__in=ids, moment=Moment.PLACING).exclude(state=ReadingState.MISSED)
    counters = {reading.order_id: Counter(reading.counter) for reading in first}
    return [
        _reading(row.order_id, row.service_id, counters[row.order_id], row.target, moment, due)
        for row in delivered
        if row.order_id in counters
        for moment, due in _moments(row, now, with_end=True)
    ]


def _with_provider(delivered: Sequence[EndedRow], now: datetime) -> list[models.Reading]:
    chosen = _Chosen({row.service_id for row in delivered}, {Counter.PROVIDER_STATUS.value})
    planned = [
        _reading(row.order_id, row.service_id, Counter.PROVIDER_STATUS, row.target, moment, due)
        for row in delivered
        if (moments := _moments(row, now, with_end=False)) and chosen.of(row.service_id, row.ended_at, row.link_tag)
        for moment, due in moments
    ]
    chosen.remember()
    return planned


def _moments(row: EndedRow, now: datetime, *, with_end: bool) -> list[tuple[Moment, datetime]]:
    """What is still worth reading of an order that may have been taken in late."""
    end = [(Moment.END, row.ended_at)] if with_end else []
    planned = [*end, *((moment, row.ended_at + age) for moment, age in AGES.items())]
    return [(moment, due) for moment, due in planned if due > now - LATE[moment]]


def _reading(
    order_id: int, service_id: int, counter: Counter, target: str, moment: Moment, due: datetime
) -> models.Reading:
    return models.Reading(
        order_id=order_id,
        service_id=service_id,
        counter=counter,
        network=NETWORK_OF[counter],
        target=target,
        moment=moment,
        planned_at=due,
        due_at=due,
    )


def _plan(readings: Iterable[models.Reading]) -> None:
    models.Reading.objects.bulk_create(list(readings), ignore_conflicts=True)


class _Chosen:
    """The services that are read about, locked, each with how many of its orders were chosen in the present hour."""

    def __init__(self, service_ids: set[int], counters: set[str]) -> None:
        meters = models.Meter.objects.select_for_update().filter(service_id__in=service_ids, counter__in=counters)
        self._meters = {meter.service_id: meter for meter in meters.order_by("service_id")}

    def of(self, service_id: int, at: datetime, tag: str) -> Counter | None:
        """The counter by which one more order of this service is read about; None when there is none, or enough."""
        meter = self._meters.get(service_id)
        if meter is None or tag not in (TAGS_OF[Counter(meter.counter)] or {tag}):
            return None
        if meter.hour is None or not meter.hour <= at < meter.hour + _HOUR:
            meter.hour, meter.chosen = at, 0
        if meter.chosen >= FOLLOWED_AN_HOUR:
            return None
        meter.chosen += 1
        return Counter(meter.counter)

    def remember(self) -> None:
        """Write down how many were chosen."""
        models.Meter.objects.bulk_update(self._meters.values(), ["hour", "chosen"])
