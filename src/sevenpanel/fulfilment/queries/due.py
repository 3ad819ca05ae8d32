"""What can be done at this instant, seen by one cheap look, so that workers need not each ask for themselves."""

from dataclasses import dataclass
from datetime import datetime

from sevenpanel.kernel import db

# Providers at which an order is to be looked at that is in no round's hands. What was due before the last order in hand
# is in hand, too, or done: to begin behind it spares stepping over thousands of entries that are dead. Only a round
# that has lapsed leaves orders behind.
TO_FOLLOW = """
SELECT p.id FROM fulfilment_provider p
  LEFT JOIN LATERAL (
       SELECT r.last_due_at, r.last_order_id FROM fulfilment_round r
        WHERE r.provider_id = p.id
          AND NOT EXISTS (SELECT FROM fulfilment_round l WHERE l.provider_id = p.id AND l.until_at <= %(now)s)
        ORDER BY r.last_due_at DESC, r.last_order_id DESC LIMIT 1) AS behind ON true
 WHERE (p.sync_after IS NULL OR p.sync_after <= %(now)s)
   AND EXISTS (SELECT FROM fulfilment_task t
                WHERE t.provider_id = p.id AND t.action IN ('follow', 'watch') AND t.due_at <= %(now)s
                  AND (t.due_at, t.order_id)
                      > (coalesce(behind.last_due_at, '-infinity'), coalesce(behind.last_order_id, 0)))
"""
# An order whose providers are all held or paused is not work yet. Each part stops counting at the limit.
_DUE = f"""
SELECT (SELECT count(*) FROM (
            SELECT FROM fulfilment_task t
             WHERE t.action = 'send' AND t.lease_until IS NULL AND t.due_at <= %(now)s
               AND EXISTS (SELECT FROM fulfilment_route r JOIN fulfilment_provider p ON p.id = r.provider_id
                            WHERE r.service_id = t.service_id AND r.is_active AND NOT p.is_paused
                              AND (p.held_until IS NULL OR p.held_until <= %(now)s))
             LIMIT %(limit)s) AS s) AS send,
       (SELECT count(*) FROM ({TO_FOLLOW}) AS f) AS follow,
       EXISTS (SELECT FROM fulfilment_task
                WHERE action = 'resolve' AND lease_until IS NULL AND due_at <= %(now)s)::int AS resolve,
       EXISTS (SELECT FROM fulfilment_task WHERE action = 'follow' AND cancel_due_at <= %(now)s)::int AS cancel
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class DueRow:
    """For how many at once there is work of each kind.

    :param send: orders that can be sent, up to the limit.
    :param follow: providers that can be asked how their orders stand.
    :param resolve: 1 when an order of unknown fate can be looked into.
    :param cancel: 1 when a provider can be asked to stop orders.
    """

    send: int
    follow: int
    resolve: int
    cancel: int


def due(*, now: datetime, at_most: int) -> DueRow:
    """Look for work.

    :param at_most: how many orders to send are worth counting.
    """
    (found,) = db.named_rows(_DUE, {"now": now, "limit": at_most})
    return DueRow(**found)
