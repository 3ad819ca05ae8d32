"""What happened to orders that their customers may want to hear of, read on from one fact to the next."""

from dataclasses import dataclass
from datetime import datetime

from sevenpanel.kernel import db
from sevenpanel.orders.domain import Status
from sevenpanel.orders.timeline import EventKind

TABLE = "orders_event"
# An order that ends because of its link is told of once, with the reason.
_BETWEEN = """
WITH next AS MATERIALIZED (
    SELECT id, order_id, kind, happened_at FROM orders_event
     WHERE id > %(after)s AND id <= %(upto)s ORDER BY id LIMIT %(limit)s)
SELECT n.order_id, o.customer_id, n.kind, o.status, o.returned_micros, o.currency, n.happened_at, n.id
  FROM next n JOIN orders_order o ON o.id = n.order_id
 WHERE n.kind IN ('link found', 'several orders')
    OR (n.kind = 'settled' AND NOT EXISTS (SELECT FROM orders_trouble t WHERE t.order_id = n.order_id))
 ORDER BY n.id
"""
_LAST = """
SELECT max(id) FROM (SELECT id FROM orders_event WHERE id > %(after)s AND id <= %(upto)s ORDER BY id LIMIT %(limit)s) n
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class HappenedRow:
    """An order that ended, or whose link was found wrong.

    :param returned_micros: what came back to the balance with its end.
    """

    order_id: int
    customer_id: int
    kind: EventKind
    status: Status
    returned_micros: int
    currency: str
    happened_at: datetime


def happened_between(*, after: int, upto: int, limit: int) -> tuple[int, list[HappenedRow]]:
    """Read on by at most so many facts.

    :param after: the last fact that was read; `upto` the last one that is certain.
    :returns: the last fact that is read now, and what it is about that customers may want to hear of.
    """
    asked = {"after": after, "upto": upto, "limit": limit}
    last = db.rows(_LAST, asked)[0][0]
    return (last or upto), [
        HappenedRow(
            order_id=order_id,
            customer_id=customer_id,
            kind=EventKind(kind),
            status=Status(status),
            returned_micros=returned or 0,
            currency=currency,
            happened_at=at,
        )
        for order_id, customer_id, kind, status, returned, currency, at, _id in db.rows(_BETWEEN, asked)
    ]
