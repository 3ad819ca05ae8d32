"""Reckoning the times of services anew whose orders have completed since, a bounded number of services a run."""

from datetime import datetime

from sevenpanel.insight.domain import ORDERS_COUNTED_MAX, Span, Times, times_of
from sevenpanel.kernel import db

SERVICES_A_STEP = 100
STEPS_A_RUN = 50

# Locked, so that an order that ends meanwhile marks the row again only after these figures are written.
_STALE = """
SELECT service_id FROM insight_standing WHERE is_times_stale
 ORDER BY service_id LIMIT %s FOR UPDATE SKIP LOCKED
"""
_LAST = """
SELECT s.id, array_agg(l.quantity), array_agg(l.start_seconds), array_agg(l.complete_seconds), max(l.ended_at)
  FROM unnest(%(services)s::bigint[]) AS s(id)
 CROSS JOIN LATERAL (SELECT * FROM insight_span WHERE service_id = s.id
                      ORDER BY ended_at DESC, order_id DESC LIMIT %(limit)s) AS l
 GROUP BY s.id
"""
_WRITE = """
UPDATE insight_standing t
   SET is_times_stale = false, times_orders = c.orders, times_as_of = c.as_of, start_low = c.start_low,
       start_median = c.start_median, start_high = c.start_high, complete_low = c.complete_low,
       complete_median = c.complete_median, complete_high = c.complete_high, complete_per = c.per
  FROM unnest(%s::bigint[], %s::int[], %s::timestamptz[], %s::bigint[], %s::bigint[], %s::bigint[], %s::bigint[],
              %s::bigint[], %s::bigint[], %s::int[])
       AS c(service_id, orders, as_of, start_low, start_median, start_high, complete_low, complete_median,
            complete_high, per)
 WHERE t.service_id = c.service_id
"""
_FORGET = """
DELETE FROM insight_span WHERE order_id IN (
    SELECT o.order_id FROM unnest(%(services)s::bigint[]) AS s(id)
     CROSS JOIN LATERAL (SELECT order_id FROM insight_span WHERE service_id = s.id
                          ORDER BY ended_at DESC, order_id DESC OFFSET %(limit)s) AS o)
"""


def reckon_times(*, now: datetime) -> int:
    """Reckon what is stale.

    :returns: how many services were reckoned.
    """
    reckoned = 0
    for _ in range(STEPS_A_RUN):
        some = _reckon_some(now)
        reckoned += some
        if some < SERVICES_A_STEP:
            break
    return reckoned


@db.command
def _reckon_some(now: datetime) -> int:
    services = [id_ for (id_,) in db.rows(_STALE, [SERVICES_A_STEP])]
    asked = {"services": services, "limit": ORDERS_COUNTED_MAX}
    spans: dict[int, list[Span]] = {id_: [] for id_ in services}
    until = dict.fromkeys(services, now)
    for id_, quantities, starts, completes, ended_at in db.rows(_LAST, asked):
        until[id_] = ended_at
        spans[id_] = [
            Span(quantity=quantity, start_seconds=start, complete_seconds=complete)
            for quantity, start, complete in zip(quantities, starts, completes, strict=True)
        ]
    if services:
        rows = [(id_, len(spans[id_]), until[id_], *_figures(times_of(spans[id_]))) for id_ in services]
        db.rows(_WRITE, db.columns(rows, 10))
        db.rows(_FORGET, asked)
    return len(services)


def _figures(times: Times | None) -> tuple[int | None, ...]:
    if times is None:
        return (None,) * 7
    start, complete = times.start, times.complete
    return (start.low, start.median, start.high, complete.low, complete.median, complete.high, times.per)
