"""Forgetting old request ids: they are kept as long as a caller may reasonably repeat a request (trust, section 1)."""

from datetime import datetime, timedelta

from sevenpanel.kernel import db

KEPT = timedelta(days=30)
BATCH = 10_000

_FORGET = """
DELETE FROM orders_request WHERE id IN (SELECT id FROM orders_request WHERE made_at < %s ORDER BY made_at LIMIT %s)
RETURNING id
"""


@db.command
def forget_requests(*, now: datetime) -> int:
    """Delete request ids older than `KEPT`, a batch at a time.

    :returns: how many were deleted; call again while it is `BATCH`.
    """
    return len(db.rows(_FORGET, (now - KEPT, BATCH)))
