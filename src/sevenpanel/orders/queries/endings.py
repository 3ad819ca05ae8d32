"""Orders that have ended, read on and on by the facts that say so: each once, none overlooked (`kernel.tides`)."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sevenpanel.kernel import db, tides
from sevenpanel.kernel.tides import TideRow
from sevenpanel.orders.domain import Outcome, Status

_FACTS = """
SELECT max(id), array_agg(order_id) FILTER (WHERE kind = 'settled')
  FROM (SELECT id, order_id, kind FROM orders_event
         WHERE id > %(after)s AND id <= %(upto)s ORDER BY id LIMIT %(limit)s) AS next
"""
_ENDED = """
SELECT o.id AS order_id, o.service_id, o.target, o.link_tag, o.quantity, o.delivered, o.placed_at,
       o.settled_at AS ended_at, o.outcome,
       (SELECT min(e.happened_at) FROM orders_event e
         WHERE e.order_id = o.id AND e.kind = 'status'
           AND e.facts ->> 'status' IN ('In progress', 'Completed', 'Partial')) AS started_at
  FROM orders_order o WHERE o.id = ANY(%s::bigint[]) AND NOT o.is_open ORDER BY o.id
"""
_SHARED = "SELECT target, array_agg(id) FROM orders_order WHERE is_open AND target = ANY(%s::text[]) GROUP BY target"


@dataclass(frozen=True, slots=True, kw_only=True)
class EndedRow:
    """An order that has ended.

    :param started_at: when the first delivery was seen; None when none was.
    """

    order_id: int
    service_id: int
    target: str
    link_tag: str
    quantity: int
    delivered: int
    placed_at: datetime
    started_at: datetime | None
    ended_at: datetime
    outcome: Outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgressRow:
    """How far an order has come."""

    status: Status
    delivered: int


def tide() -> TideRow:
    """How far facts of orders reach, and who is writing some."""
    return tides.tide(table="orders_event")


def settled_between(*, after: int, upto: int, limit: int) -> tuple[int, list[int]]:
    """Read on by at most so many facts.

    :param after: the last fact that was read; `upto` the last one that is certain.
    :returns: the last fact that is read now, and the orders that were settled by what was read.
    """
    last, ids = db.rows(_FACTS, {"after": after, "upto": upto, "limit": limit})[0]
    return last or upto, list(dict.fromkeys(ids or ()))


def ended(*, order_ids: Collection[int]) -> list[EndedRow]:
    """Those of these orders that have ended, by id."""
    found = db.named_rows(_ENDED, [list(order_ids)])
    return [EndedRow(**{**row, "outcome": Outcome(row["outcome"])}) for row in found]


def progress(*, order_id: int) -> ProgressRow:
    """How far an order has come that there is."""
    status, delivered = db.rows("SELECT status, delivered FROM orders_order WHERE id = %s", [order_id])[0]
    return ProgressRow(status=Status(status), delivered=delivered)


def open_on(*, targets: Collection[str]) -> dict[str, list[int]]:
    """The open orders on each of these targets, whosoever they are."""
    return dict(db.rows(_SHARED, [list(targets)]))
