"""Forgetting deliveries that are old, and everything of an account that is deleted."""

from datetime import datetime

from sevenpanel.kernel import db
from sevenpanel.webhooks import models
from sevenpanel.webhooks.domain import KEPT

BATCH = 10_000

_FORGET = """
DELETE FROM webhooks_delivery WHERE id IN (
    SELECT id FROM webhooks_delivery WHERE state <> 'waiting' AND made_at < %s ORDER BY id LIMIT %s)
RETURNING id
"""


@db.command
def forget_deliveries(*, now: datetime) -> int:
    """Forget deliveries that ended and are older than `KEPT`, a batch at a time.

    :returns: how many; call again while it is `BATCH`.
    """
    return len(db.rows(_FORGET, [now - KEPT, BATCH]))


@db.step
def erase_webhooks(*, customer_id: int) -> None:
    """Forget every address of an account that is deleted, with all that was told there (clause 7.5)."""
    models.Endpoint.objects.filter(customer_id=customer_id).delete()
