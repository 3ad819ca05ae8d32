"""What can be looked at of orders every minute: what is held for all open ones, and those whose money moved of late."""

from sevenpanel.kernel import invariants
from sevenpanel.kernel.invariants import Breach, Check
from sevenpanel.ledger import queries as ledger
from sevenpanel.orders.queries.checks import CHECKS

_MOVED = f"SELECT DISTINCT order_id FROM ledger_transfer WHERE order_id IS NOT NULL AND id > {ledger.LATELY}"

# The full check sums all transfers by order; this one finds those of an order by their keys.
_SUMS = """
SELECT coalesce(sum(amount_micros) FILTER (WHERE reason = 'order charged'), 0) AS charged,
       coalesce(sum(amount_micros) FILTER (WHERE reason = 'order earned'), 0) AS earned,
       coalesce(sum(amount_micros) FILTER (WHERE reason = 'order returned'), 0) AS returned,
       coalesce(sum(amount_micros) FILTER (WHERE reason = 'grant'), 0) AS granted
  FROM ledger_transfer WHERE key >= 'order/' || m.order_id || '/' AND key < 'order/' || m.order_id || '0'
"""

WATCHED = (
    Check(
        invariant="I5",
        sentence="What is held for open orders is not what the held account says.",
        statement=f"""
        SELECT h.currency FROM (SELECT currency, sum(net) AS held FROM ({ledger.FOLDED}) f
                                 WHERE kind = 'held' GROUP BY currency) h
          FULL JOIN (SELECT currency, sum(charge_micros) AS charged FROM orders_order
                      WHERE is_open GROUP BY currency) o ON o.currency = h.currency
         WHERE coalesce(h.held, 0) <> coalesce(o.charged, 0)""",
    ),
    Check(
        invariant="I6",
        sentence="An order's transfers are not its charge, what was earned of it, what came back and what was granted.",
        statement=f"""
        SELECT m.order_id FROM ({_MOVED}) m LEFT JOIN orders_order o ON o.id = m.order_id CROSS JOIN LATERAL ({_SUMS}) t
         WHERE o.id IS NULL
            OR t.charged <> o.charge_micros
            OR t.earned <> coalesce(o.earned_micros, 0)
            OR t.returned <> coalesce(o.returned_micros, 0)
            OR t.granted <> o.granted_micros
            OR o.granted_micros > coalesce(o.earned_micros, 0)""",
    ),
    *(
        invariants.only(check, f"found.id IN ({_MOVED})")
        for check in CHECKS
        if check.invariant in ("I11", "I14") and "FROM orders_order" in check.statement
    ),
)


def watch() -> list[Breach]:
    """Look at what can be looked at every minute."""
    return invariants.run(WATCHED)
