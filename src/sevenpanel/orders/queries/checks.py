"""The invariants that orders must keep (design: trust, section 3), as statements that find what breaks them."""

from sevenpanel.kernel.invariants import Check

CHECKS = (
    Check(
        invariant="I5",
        sentence="What is held for open orders is not what the held account says.",
        statement="""
        SELECT a.currency FROM ledger_account a
         WHERE a.kind = 'held'
           AND (SELECT coalesce(sum(CASE WHEN t.credit_id = a.id THEN t.amount_micros ELSE -t.amount_micros END), 0)
                  FROM ledger_transfer t WHERE a.id IN (t.credit_id, t.debit_id))
               <> (SELECT coalesce(sum(o.charge_micros), 0) FROM orders_order o
                    WHERE o.is_open AND o.currency = a.currency)""",
    ),
    Check(
        invariant="I6",
        sentence="An order's transfers are not its charge, what was earned of it, what came back and what was granted.",
        statement="""
        SELECT o.id FROM orders_order o
          LEFT JOIN (SELECT order_id,
                            coalesce(sum(amount_micros) FILTER (WHERE reason = 'order charged'), 0) AS charged,
                            coalesce(sum(amount_micros) FILTER (WHERE reason = 'order earned'), 0) AS earned,
                            coalesce(sum(amount_micros) FILTER (WHERE reason = 'order returned'), 0) AS returned,
                            coalesce(sum(amount_micros) FILTER (WHERE reason = 'grant'), 0) AS granted
                       FROM ledger_transfer WHERE order_id IS NOT NULL GROUP BY order_id) t ON t.order_id = o.id
         WHERE coalesce(t.charged, 0) <> o.charge_micros
            OR coalesce(t.earned, 0) <> coalesce(o.earned_micros, 0)
            OR coalesce(t.returned, 0) <> coalesce(o.returned_micros, 0)
            OR coalesce(t.granted, 0) <> o.granted_micros
            OR o.granted_micros > coalesce(o.earned_micros, 0)""",
    ),
    Check(
        invariant="I6",
        sentence="What was granted on a settled order is not what its decisions say.",
        statement="""
        SELECT o.id FROM orders_order o
          LEFT JOIN (SELECT order_id, sum(refund_micros) AS granted FROM orders_decision
                      WHERE effect = 'granted' GROUP BY order_id) d ON d.order_id = o.id
         WHERE o.granted_micros <> coalesce(d.granted, 0)""",
    ),
    Check(
        invariant="I6",
        sentence="A transfer names an order that does not exist, or another customer's.",
        statement="""
        SELECT t.id FROM ledger_transfer t LEFT JOIN orders_order o ON o.id = t.order_id
         WHERE t.order_id IS NOT NULL AND (o.id IS NULL OR o.customer_id IS DISTINCT FROM t.customer_id)""",
    ),
    Check(
        invariant="I11",
        sentence="A terminal order still holds money, or an open one was settled.",
        statement="""
        SELECT id FROM orders_order
         WHERE is_open <> (settled_at IS NULL)
            OR (NOT is_open AND earned_micros + returned_micros <> charge_micros)
            OR is_open = (status IN ('Completed', 'Partial', 'Canceled'))""",
    ),
    Check(
        invariant="I14",
        sentence="What was earned is not the charge for what was delivered, rounded up to a micro-unit.",
        statement="""
        SELECT id FROM orders_order
         WHERE NOT is_open AND outcome NOT IN ('granted under the Terms', 'closed under the Terms')
           AND earned_micros <> div(charge_micros::numeric * delivered + quantity - 1, quantity)""",
    ),
    Check(
        invariant="I14",
        sentence="An order that a decision ended did not return what the decision says.",
        statement="""
        SELECT o.id FROM orders_order o
          LEFT JOIN orders_decision d ON d.order_id = o.id AND d.effect = 'ended the order'
         WHERE o.outcome IN ('granted under the Terms', 'closed under the Terms') AND d.id IS NULL
            OR d.id IS NOT NULL AND (o.outcome IN ('granted under the Terms', 'closed under the Terms',
                                                   'cancelled by the customer')) IS NOT TRUE
            OR d.id IS NOT NULL AND d.refund_micros IS DISTINCT FROM o.returned_micros""",
    ),
    Check(
        invariant="4.6",
        sentence="Two orders of one customer and service are active on the same target.",
        statement="""
        SELECT min(id) FROM orders_order WHERE is_open
         GROUP BY customer_id, service_id, target HAVING count(*) > 1""",
    ),
    Check(
        invariant="orphans",
        sentence="An order names a service or a customer that does not exist.",
        statement="""
        SELECT o.id FROM orders_order o
          LEFT JOIN catalog_service s ON s.id = o.service_id LEFT JOIN accounts_customer c ON c.id = o.customer_id
         WHERE s.id IS NULL OR c.id IS NULL""",
    ),
)
