"""What can be looked at of dispatches every minute: the orders of the last attempts."""

from sevenpanel.fulfilment.queries.checks import CHECKS
from sevenpanel.kernel import invariants
from sevenpanel.kernel.invariants import Breach, Check

_LATELY = "SELECT order_id FROM fulfilment_attempt ORDER BY id DESC LIMIT 1000"

WATCHED = (
    Check(
        invariant="I10",
        sentence="An order was sent more than once.",
        statement=f"""
        SELECT l.order_id FROM (SELECT DISTINCT order_id FROM ({_LATELY}) a) l
          JOIN fulfilment_attempt s ON s.order_id = l.order_id AND s.state = 'sent'
         GROUP BY l.order_id HAVING count(*) > 1""",
    ),
    *(
        invariants.only(check, f"found.id IN ({_LATELY})")
        for check in CHECKS
        if check.invariant == "I10" and "orders_order" in check.statement
    ),
)


def watch() -> list[Breach]:
    """Look at what can be looked at every minute."""
    return invariants.run(WATCHED)
