"""Taking over what orders hand on through the outbox. Both are steps of the transaction that empties it."""

from collections.abc import Sequence

from sevenpanel.kernel import db
from sevenpanel.kernel.outbox import Message
from sevenpanel.orders import queries as orders

# A task may be there already only if a message was written twice, which changes nothing.
_TAKE_IN = """
INSERT INTO fulfilment_task (order_id, customer_id, service_id, quantity, target, action, due_at, fence, created_at,
                             attempts, tries, is_told, is_balance_spent, resends, last_word, row_errors, cancel_tries,
                             looks_after_end)
SELECT order_id, customer_id, service_id, quantity, target, 'send', placed, 0, placed, 0, 0, false, false, 0, '', 0, 0,
       0
  FROM unnest(%s::bigint[], %s::bigint[], %s::bigint[], %s::bigint[], %s::text[], %s::timestamptz[])
       AS t(order_id, customer_id, service_id, quantity, target, placed)
ON CONFLICT (order_id) DO NOTHING
"""
# An order that a decision closed may be watched already although its provider goes on: then it is followed again.
_TAKE_CANCELS = """
UPDATE fulfilment_task t
   SET cancel_due_at = m.asked, cancel_tries = 0, action = CASE t.action WHEN 'watch' THEN 'follow' ELSE t.action END
  FROM unnest(%s::bigint[], %s::timestamptz[]) AS m(order_id, asked)
 WHERE t.order_id = m.order_id AND t.cancel_due_at IS NULL AND t.action <> 'none'
   AND (t.action <> 'watch' OR t.last_word NOT IN ('Completed', 'Partial', 'Canceled'))
"""


@db.step
def take_in(messages: Sequence[Message]) -> None:
    """Make a task for every order that was placed and is still open."""
    placed = {message.subject_id: message.created_at for message in messages}
    shipments = [s for s in orders.shipments(order_ids=list(placed)).values() if s.is_open]
    rows = [(s.id, s.customer_id, s.service_id, s.quantity, s.target, placed[s.id]) for s in shipments]
    if rows:
        db.rows(_TAKE_IN, db.columns(rows, 6))


@db.step
def take_cancels(messages: Sequence[Message]) -> None:
    """Note that customers want these orders stopped; the provider is asked once it has them."""
    db.rows(_TAKE_CANCELS, db.columns([(m.subject_id, m.created_at) for m in messages], 2))
