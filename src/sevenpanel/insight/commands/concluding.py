"""From a count that was read to a measurement, where it tells one, or to the reason why not."""

from dataclasses import dataclass

from sevenpanel.insight import models
from sevenpanel.insight.commands.recording import record_measurement
from sevenpanel.insight.domain import (
    ALONE_BEFORE,
    MEASURED_BY,
    Counter,
    Counts,
    Left,
    LeftOut,
    Moment,
    Network,
    ReadingState,
    left_by_provider,
    left_of,
)
from sevenpanel.kernel import db
from sevenpanel.orders.domain import Status
from sevenpanel.orders.queries import endings
from sevenpanel.orders.queries.endings import EndedRow

# Another order that ended on the target may still be dropping, and one that is open is still arriving.
_OTHERS = """
SELECT EXISTS (SELECT FROM insight_ontarget
                WHERE target = %(target)s AND order_id <> %(order)s AND ended_at > %(since)s AND placed_at < %(until)s)
"""


@dataclass(frozen=True, slots=True)
class _Around:
    """The counts before the work and at its end; or why one is missing."""

    start: models.Reading
    end: models.Reading


@db.step
def conclude(reading: models.Reading) -> str:
    """Record what a count tells, within the transaction that writes it down.

    :returns: why it tells nothing; empty when it tells something, or is there for later ones.
    """
    if reading.moment == Moment.PLACING:
        return "" if _is_untouched(reading) else LeftOut.WORK_HAD_BEGUN.value
    if reading.moment == Moment.END:
        return ""
    (order,) = endings.ended(order_ids=[reading.order_id])
    around = _around(reading) if reading.counter != Counter.PROVIDER_STATUS else None
    left = _left(reading, order, around)
    if isinstance(left, LeftOut):
        return left.value
    _record(reading, order, left, around)
    return ""


def _is_untouched(reading: models.Reading) -> bool:
    """Whether the work had not begun, as far as the desk knows, so that the count is one from before it."""
    found = endings.progress(order_id=reading.order_id)
    return found.status in (Status.PENDING, Status.PROCESSING) and found.delivered == 0


def _left(reading: models.Reading, order: EndedRow, around: _Around | LeftOut | None) -> Left | LeftOut:
    assert reading.count is not None
    if around is None:
        return left_by_provider(delivered=order.delivered, there=reading.count)
    if isinstance(around, LeftOut):
        return around
    if not _is_alone(reading, order):
        return LeftOut.NOT_ALONE
    assert around.start.count is not None
    assert around.end.count is not None
    step = max(around.start.step, around.end.step, reading.step)
    return left_of(
        Counts(
            delivered=order.delivered,
            start=around.start.count,
            end=around.end.count,
            now=reading.count,
            step=step,
        )
    )


def _around(reading: models.Reading) -> _Around | LeftOut:
    taken = models.Reading.objects.filter(order_id=reading.order_id, state=ReadingState.TAKEN)
    found = {each.moment: each for each in taken}
    start, end = found.get(Moment.PLACING), found.get(Moment.END)
    if start is None:
        return LeftOut.NO_START
    if start.words:
        return LeftOut.WORK_HAD_BEGUN
    return LeftOut.NO_END if end is None else _Around(start, end)


def _is_alone(reading: models.Reading, order: EndedRow) -> bool:
    """Whether no other order worked on the target from a month before this one was placed until now."""
    since = order.placed_at - ALONE_BEFORE
    asked = {"target": order.target, "order": order.order_id, "since": since, "until": reading.taken_at}
    return not db.rows(_OTHERS, asked)[0][0] and not endings.open_on(targets=[order.target])


def _record(reading: models.Reading, order: EndedRow, left: Left, around: _Around | LeftOut | None) -> None:
    assert reading.taken_at is not None
    record_measurement(
        measurement=models.Measurement(
            order_id=order.order_id,
            service_id=order.service_id,
            measured_by=MEASURED_BY[Network(reading.network)],
            ended_at=order.ended_at,
            taken_at=reading.taken_at,
            arrived=left.arrived,
            remaining=left.remaining,
            start_count=around.start.count if isinstance(around, _Around) else None,
            count=reading.count,
            key=f"reading/{reading.id}",
        ),
        now=reading.taken_at,
    )
