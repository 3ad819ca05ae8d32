"""Orders and decisions of an account that is deleted (clause 7.5): links and words go, figures and clauses stay."""

from sevenpanel.kernel import db

_LOCK = "SELECT count(*) FROM (SELECT 1 FROM orders_order WHERE customer_id = %s ORDER BY id FOR UPDATE) AS locked"
_LAST_EVENT = "SELECT coalesce(max(id), 0) FROM orders_event"
_ORDERS = "UPDATE orders_order SET link = '', address = '', target = '', comments = NULL WHERE customer_id = %s"
_REQUESTS = "DELETE FROM orders_request WHERE customer_id = %s"
# Rows that hold no words are left alone.
_EVENTS = """
UPDATE orders_event SET facts = erasure_without_words(facts)
 WHERE order_id IN (SELECT id FROM orders_order WHERE customer_id = %s) AND facts <> erasure_without_words(facts)
"""
_TROUBLES = """
UPDATE orders_trouble t SET evidence = '(erased)' FROM orders_order o WHERE o.id = t.order_id AND o.customer_id = %s
"""
_CORRECTIONS = """
UPDATE orders_correction c SET reason = '(erased)' FROM orders_order o WHERE o.id = c.order_id AND o.customer_id = %s
"""
_DECISIONS = """
UPDATE orders_decision SET record = erasure_without_words(record), decision = erasure_without_words(decision)
 WHERE customer_id = %s
"""


@db.step
def lock_orders(*, customer_id: int) -> int:
    """Lock all orders of a customer, before balances, as everything that settles does.

    :returns: how many there are.
    """
    return int(db.rows(_LOCK, [customer_id])[0][0])


@db.step
def last_event() -> int:
    """The number of the last fact that was written about any order."""
    return int(db.rows(_LAST_EVENT)[0][0])


@db.step
def unlink_orders(*, customer_id: int) -> None:
    """Take links, comments, and everything that somebody wrote, out of a customer's orders."""
    for statement in (_TROUBLES, _CORRECTIONS, _EVENTS, _REQUESTS, _ORDERS):
        db.rows(statement, [customer_id])


@db.step
def unlink_decisions(*, customer_id: int) -> None:
    """Take the words out of the decisions about a customer's orders; what was decided and its figures stay."""
    db.rows(_DECISIONS, [customer_id])
