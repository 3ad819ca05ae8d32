"""Counts on links of an account that is deleted (clause 7.5): figures stay, the links go, nothing more is read."""

from sevenpanel.kernel import db

_OF_CUSTOMER = "(SELECT id FROM orders_order WHERE customer_id = %s)"
_PLANNED = f"""
UPDATE insight_reading SET state = 'missed', target = '', words = '(erased)', lease_until = NULL
 WHERE state = 'planned' AND order_id IN {_OF_CUSTOMER}
"""
_READ = f"""
UPDATE insight_reading SET target = '', words = CASE words WHEN '' THEN '' ELSE '(erased)' END
 WHERE state <> 'planned' AND target <> '' AND order_id IN {_OF_CUSTOMER}
"""
_TARGETS = f"DELETE FROM insight_ontarget WHERE order_id IN {_OF_CUSTOMER}"


@db.step
def unlink_readings(*, customer_id: int) -> None:
    """Give up what is still to be read for a customer, and forget on which links anything was."""
    for statement in (_PLANNED, _READ, _TARGETS):
        db.rows(statement, [customer_id])
