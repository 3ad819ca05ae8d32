"""Facts that change what the API's `status` says of an order, read on and on (see `endings` for what is certain)."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sevenpanel.kernel import db
from sevenpanel.orders.timeline import EventKind

KINDS = (EventKind.STATUS, EventKind.SETTLED, EventKind.GRANTED, EventKind.CORRECTED)

_LAST = """
SELECT max(id) FROM (SELECT id FROM orders_event WHERE id > %(after)s AND id <= %(upto)s ORDER BY id LIMIT %(limit)s) e
"""
_CHANGES = """
SELECT id, order_id, customer_id, happened_at FROM orders_event
 WHERE id > %(after)s AND id <= %(last)s AND kind = ANY(%(kinds)s::text[])
   AND customer_id = ANY(%(customers)s::bigint[])
 ORDER BY id
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeRow:
    """That something changed about an order."""

    id: int
    order_id: int
    customer_id: int
    happened_at: datetime


def changes_between(*, after: int, upto: int, limit: int, customer_ids: Collection[int]) -> tuple[int, list[ChangeRow]]:
    """Read on by at most so many facts.

    :param after: the last fact that was read; `upto` the last one that is certain.
    :returns: the last fact that is read now, and what changed about orders of these customers, oldest first.
    """
    last = db.rows(_LAST, {"after": after, "upto": upto, "limit": limit})[0][0]
    if last is None:
        return upto, []
    asked = {"after": after, "last": last, "kinds": [kind.value for kind in KINDS], "customers": list(customer_ids)}
    return last, [ChangeRow(**row) for row in db.named_rows(_CHANGES, asked)]
