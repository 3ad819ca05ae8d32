"""Taking in orders that have ended: how long they took, what they may disturb, and what is to be read about them.

Reads on from where the last run stopped, a bounded number of facts at a time, so that a run costs what has happened
since and not what ever happened.
"""

from collections.abc import Sequence
from datetime import datetime

from sevenpanel.insight import models
from sevenpanel.insight.commands.planning import plan_after_end
from sevenpanel.insight.domain import PUBLIC, PUBLIC_TAGS, TARGETS_KEPT
from sevenpanel.kernel import db
from sevenpanel.orders.domain import Outcome
from sevenpanel.orders.queries import endings
from sevenpanel.orders.queries.endings import EndedRow

FACTS_A_STEP = 5_000
STEPS_A_RUN = 40

_KEEP_SPANS = """
INSERT INTO insight_span (order_id, service_id, ended_at, quantity, start_seconds, complete_seconds)
SELECT * FROM unnest(%s::bigint[], %s::bigint[], %s::timestamptz[], %s::bigint[], %s::bigint[], %s::bigint[])
ON CONFLICT (order_id) DO NOTHING
"""
_MARK_STALE = """
INSERT INTO insight_standing (service_id, is_drop_stale, is_times_stale, times_orders)
SELECT id, false, true, 0 FROM unnest(%s::bigint[]) AS s(id) ORDER BY id
ON CONFLICT (service_id) DO UPDATE SET is_times_stale = true
"""
_KEEP_TARGETS = """
INSERT INTO insight_ontarget (order_id, target, placed_at, ended_at)
SELECT * FROM unnest(%s::bigint[], %s::text[], %s::timestamptz[], %s::timestamptz[])
ON CONFLICT (order_id) DO NOTHING
"""


def take_in_endings(*, now: datetime) -> int:
    """Take in what has ended since the last run, as far as it is certain. Several runs at once take turns.

    :returns: how many orders were taken in.
    """
    taken = 0
    for _ in range(STEPS_A_RUN):
        some, has_more = _take_in_some(now)
        taken += some
        if not has_more:
            break
    return taken


@db.command
def _take_in_some(now: datetime) -> tuple[int, bool]:
    # In this order: a look from before somebody else's mark would not know who was writing then.
    mark = _locked_tide()
    look = endings.tide()
    if mark.seen == mark.read_upto:
        mark.seen, mark.writing = look.last, sorted(look.writing)
    is_certain = look.writing.isdisjoint(mark.writing)
    ended: list[EndedRow] = []
    if mark.seen > mark.read_upto and is_certain:
        mark.read_upto, ids = endings.settled_between(after=mark.read_upto, upto=mark.seen, limit=FACTS_A_STEP)
        ended = endings.ended(order_ids=ids)
        _take_in(ended, now)
    mark.save(update_fields=["read_upto", "seen", "writing"])
    return len(ended), is_certain and mark.seen > mark.read_upto


def _locked_tide() -> models.Tide:
    models.Tide.objects.bulk_create([models.Tide(id=1)], ignore_conflicts=True)
    return models.Tide.objects.select_for_update().get(id=1)


def _take_in(ended: Sequence[EndedRow], now: datetime) -> None:
    _keep_times(ended)
    _keep_targets(ended)
    plan_after_end(ended=ended, now=now)


def _keep_times(ended: Sequence[EndedRow]) -> None:
    spans = [_span(row) for row in ended if row.outcome is Outcome.DELIVERED and row.started_at is not None]
    if spans:
        db.rows(_KEEP_SPANS, db.columns(spans, 6))
        db.rows(_MARK_STALE, [sorted({span[1] for span in spans})])


def _span(row: EndedRow) -> tuple[int, int, datetime, int, int, int]:
    assert row.started_at is not None
    # Facts carry the instant of their round, and rounds that overlap may tell instants a moment apart.
    complete = max(int((row.ended_at - row.placed_at).total_seconds()), 0)
    start = min(max(int((row.started_at - row.placed_at).total_seconds()), 0), complete)
    return (row.order_id, row.service_id, row.ended_at, row.quantity, start, complete)


def _keep_targets(ended: Sequence[EndedRow]) -> None:
    """Remember who moved a public counter, while any is read at all."""
    rows = [
        (row.order_id, row.target, row.placed_at, row.ended_at)
        for row in ended
        if row.link_tag in PUBLIC_TAGS and row.delivered
    ]
    if rows and models.Meter.objects.filter(counter__in=PUBLIC).exists():
        db.rows(_KEEP_TARGETS, db.columns(rows, 4))


@db.command
def forget_targets(*, now: datetime) -> int:
    """Forget orders that ended too long ago to disturb the measuring of another.

    :returns: how many.
    """
    return models.OnTarget.objects.filter(ended_at__lt=now - TARGETS_KEPT).delete()[0]
