"""What must hold of tasks and attempts at every commit (I10; design: traps, 9 and 11)."""

from sevenpanel.kernel import invariants
from sevenpanel.kernel.invariants import Breach, Check

# The database's own clock, unless whoever checks goes by another.
_NOW = "coalesce(%(now)s::timestamptz, now())"

CHECKS = (
    Check(
        invariant="I10",
        sentence="An order was sent more than once.",
        statement="""
        SELECT order_id FROM fulfilment_attempt WHERE state = 'sent' GROUP BY order_id HAVING count(*) > 1""",
    ),
    Check(
        invariant="I10",
        sentence="An order counts as sent, and its attempts do not say so, or the other way round.",
        statement="""
        SELECT o.id FROM orders_order o JOIN fulfilment_task t ON t.order_id = o.id
         WHERE (o.dispatch = 'sent')
               <> EXISTS (SELECT FROM fulfilment_attempt a WHERE a.order_id = o.id AND a.state = 'sent')""",
    ),
    Check(
        invariant="trap 9",
        sentence="Two orders claim the same order of a provider.",
        statement="""
        SELECT min(order_id) FROM fulfilment_task WHERE provider_order_id IS NOT NULL
         GROUP BY provider_id, provider_order_id HAVING count(*) > 1""",
    ),
    Check(
        invariant="no order forgotten",
        sentence="An open order has nobody who will act on it.",
        statement="""
        SELECT o.id FROM orders_order o LEFT JOIN fulfilment_task t ON t.order_id = o.id
         WHERE o.is_open AND (t.order_id IS NULL OR t.action IN ('watch', 'none'))
           AND NOT EXISTS (SELECT FROM kernel_outbox x WHERE x.topic = 'order.placed' AND x.subject_id = o.id)""",
    ),
    Check(
        invariant="no order forgotten",
        sentence="An order's dispatch and what is to be done about it do not fit.",
        statement="""
        SELECT o.id FROM orders_order o JOIN fulfilment_task t ON t.order_id = o.id
         WHERE o.is_open AND t.action <> ALL (CASE o.dispatch WHEN 'queued' THEN '{send}' WHEN 'sending' THEN '{send}'
                   WHEN 'unknown' THEN '{resolve,operator}' WHEN 'sent' THEN '{follow}' ELSE '{}' END::text[])""",
    ),
    Check(
        invariant="no order forgotten",
        sentence="An order is being sent by nobody, or its sender has been gone for longer than two minutes.",
        statement=f"""
        SELECT o.id FROM orders_order o LEFT JOIN fulfilment_task t ON t.order_id = o.id
         WHERE o.is_open AND o.dispatch = 'sending'
           AND (t.lease_until IS NULL OR t.lease_until < {_NOW} - interval '2 minutes')""",
    ),
    Check(
        invariant="unknown decided",
        sentence="An order of unknown fate was not decided by its deadline.",
        statement=f"""
        SELECT order_id FROM fulfilment_task
         WHERE action IN ('resolve', 'operator') AND decide_by < {_NOW} - interval '10 minutes'""",
    ),
    Check(
        invariant="orphans",
        sentence="A task or an attempt names an order or a provider that does not exist.",
        statement="""
        SELECT t.order_id FROM fulfilment_task t
          LEFT JOIN orders_order o ON o.id = t.order_id LEFT JOIN fulfilment_provider p ON p.id = t.provider_id
         WHERE o.id IS NULL OR o.customer_id <> t.customer_id OR (t.provider_id IS NOT NULL AND p.id IS NULL)
        UNION ALL
        SELECT a.order_id FROM fulfilment_attempt a
          LEFT JOIN fulfilment_task t ON t.order_id = a.order_id LEFT JOIN fulfilment_provider p ON p.id = a.provider_id
         WHERE t.order_id IS NULL OR p.id IS NULL""",
    ),
)


def broken_invariants() -> list[Breach]:
    """Check that each order is sent once, known by one id, and in somebody's hands."""
    return invariants.run(CHECKS)
