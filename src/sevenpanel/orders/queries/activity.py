"""A customer's newest orders by the day on which they were placed, for the pictures of the home page."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time

from sevenpanel.kernel import db
from sevenpanel.kernel.newest import FROM_NEWEST, NEWEST
from sevenpanel.orders.domain import Status

READ_MAX = 2_000
"""So many orders are read, the newest: as many as are counted for the list of orders, in one walk down the same index,
whether the customer has placed a thousand or a million: of a million both questions took less than 10 ms."""

_ACTIVITY = f"""
WITH newest AS MATERIALIZED (
    SELECT placed_at, settled_at, status, coalesce(earned_micros - granted_micros, charge_micros) AS cost_micros
      FROM orders_order WHERE {NEWEST} {FROM_NEWEST} LIMIT %(most)s
)
SELECT (placed_at AT TIME ZONE 'UTC')::date AS day, status, count(*) AS orders, sum(cost_micros)::bigint AS cost_micros,
       extract(epoch FROM percentile_cont(0.5) WITHIN GROUP (ORDER BY settled_at - placed_at)
            FILTER (WHERE status = 'Completed'))::bigint AS median_seconds,
       min(placed_at) AS first_placed_at
  FROM newest WHERE placed_at >= %(since)s GROUP BY 1, 2 ORDER BY 1, 2
"""

_SHORT = f"""
SELECT id, status FROM (
    SELECT id, status, settled_at FROM orders_order WHERE {NEWEST} {FROM_NEWEST} LIMIT %(most)s
) AS newest
 WHERE status IN ('Partial', 'Canceled') AND settled_at >= %(since)s ORDER BY settled_at DESC, id DESC LIMIT %(limit)s
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class ActivityRow:
    """The orders of one day that have one status now.

    :param day: when it begins, in UTC.
    :param cost_micros: what they cost: what was kept of those that have ended, the whole charge of open ones.
    :param median_seconds: from placing to the end, of completed ones; None for other statuses.
    """

    day: datetime
    status: Status
    orders: int
    cost_micros: int
    median_seconds: int | None
    first_placed_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ShortRow:
    """An order that ended with less than was ordered."""

    id: int
    status: Status


def activity(*, customer_id: int, since: datetime) -> list[ActivityRow]:
    """The customer's orders placed since an instant, by day and status; at most the newest `READ_MAX` are read."""
    found = db.named_rows(_ACTIVITY, {"customer": customer_id, "before": None, "since": since, "most": READ_MAX})
    return [
        ActivityRow(**{**row, "day": datetime.combine(row["day"], time(), UTC), "status": Status(row["status"])})
        for row in found
    ]


def is_all(rows: Sequence[ActivityRow]) -> bool:
    """Whether these are all orders since the instant that was asked for, and not only the newest."""
    return sum(row.orders for row in rows) < READ_MAX


def ended_short(*, customer_id: int, since: datetime, limit: int) -> list[ShortRow]:
    """Orders among the newest `READ_MAX` that ended partial or canceled since an instant, last ended first."""
    asked = {"customer": customer_id, "before": None, "since": since, "most": READ_MAX, "limit": limit}
    return [ShortRow(id=row["id"], status=Status(row["status"])) for row in db.named_rows(_SHORT, asked)]
