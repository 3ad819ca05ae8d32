"""What was sent to providers for an account that is deleted, and what they said (clause 7.5)."""

from sevenpanel.kernel import db

_OF_CUSTOMER = "(SELECT id FROM orders_order WHERE customer_id = %s)"
_TASKS = "UPDATE fulfilment_task SET target = '', last_word = '' WHERE customer_id = %s"
_FINDINGS = f"""
UPDATE fulfilment_finding SET sentence = '(erased)', answer = ''
 WHERE attempt_id IN (SELECT id FROM fulfilment_attempt WHERE order_id IN {_OF_CUSTOMER})
"""
_ATTEMPTS = f"""
UPDATE fulfilment_attempt SET request = '{{}}', words = '', answer = '' WHERE order_id IN {_OF_CUSTOMER}
"""
_ALERTS = """
UPDATE fulfilment_alert a SET sentence = '(erased)' FROM orders_order o
 WHERE o.customer_id = %s AND o.link <> ''
   AND (position(o.link IN a.sentence) > 0 OR position(o.address IN a.sentence) > 0)
"""


@db.step
def unlink_tasks(*, customer_id: int) -> None:
    """Take links, and the words of providers, out of what was done about a customer's orders."""
    for statement in (_ALERTS, _FINDINGS, _ATTEMPTS, _TASKS):
        db.rows(statement, [customer_id])
