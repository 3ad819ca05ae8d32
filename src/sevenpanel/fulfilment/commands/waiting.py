"""Telling customers and the operator about orders that nobody can send, before somebody has to ask."""

from datetime import datetime

from sevenpanel.fulfilment.commands.alerts import News, raise_alerts
from sevenpanel.fulfilment.commands.claiming import tell_waiting
from sevenpanel.fulfilment.domain import AlertKind, Wait, told_after
from sevenpanel.kernel import db

BATCH = 500

# Due, in nobody's hands, and no open way: because there is none, or because the first way is held for a reason.
# An order that merely waits for its turn has an open way and is not among these.
_STUCK = """
SELECT t.order_id, t.service_id, coalesce(t.waiting_since, t.due_at), coalesce(held.held_for, 'no route')
  FROM fulfilment_task t
  LEFT JOIN LATERAL (
      SELECT p.held_for FROM fulfilment_route r JOIN fulfilment_provider p ON p.id = r.provider_id
       WHERE r.service_id = t.service_id AND r.is_active AND NOT p.is_paused ORDER BY r.priority, r.id LIMIT 1
  ) AS held ON true
 WHERE t.action = 'send' AND t.lease_until IS NULL AND t.due_at <= %(long_ago)s AND NOT t.is_told
   AND NOT EXISTS (
       SELECT FROM fulfilment_route r JOIN fulfilment_provider p ON p.id = r.provider_id
        WHERE r.service_id = t.service_id AND r.is_active AND NOT p.is_paused
          AND (p.held_until IS NULL OR p.held_until <= %(now)s))
 ORDER BY t.due_at, t.order_id LIMIT %(limit)s FOR UPDATE OF t SKIP LOCKED
"""
_TOLD = """
UPDATE fulfilment_task t SET is_told = true, waiting_for = c.wait, waiting_since = coalesce(t.waiting_since, t.due_at)
  FROM unnest(%s::bigint[], %s::text[]) AS c(order_id, wait) WHERE t.order_id = c.order_id
"""


@db.command
def explain_waiting(*, now: datetime) -> int:
    """Tell the customers of orders that have had no way to a provider for a while why they wait, once.

    :returns: how many orders were explained, up to `BATCH`.
    """
    long_ago = now - min(told_after(Wait.NO_ROUTE), told_after(Wait.NO_FUNDS))
    stuck = db.rows(_STUCK, {"now": now, "long_ago": long_ago, "limit": BATCH})
    waits = {id_: Wait(wait) for id_, _, since, wait in stuck if now - since >= told_after(Wait(wait))}
    if waits:
        tell_waiting(waits, now)
        db.rows(_TOLD, db.columns([(id_, wait.value) for id_, wait in waits.items()], 2))
    services = sorted({service for id_, service, _, _ in stuck if waits.get(id_) is Wait.NO_ROUTE})
    raise_alerts([_no_route(service_id) for service_id in services], now)
    return len(waits)


def _no_route(service_id: int) -> News:
    sentence = f"Orders of service {service_id} wait: no active route leads to a provider that is not paused."
    return News(kind=AlertKind.NO_ROUTE, subject=f"service/{service_id}", sentence=sentence)
