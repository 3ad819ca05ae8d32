"""Holds: a part of a balance that cannot be spent while something is being looked into.

A hold books nothing. It makes what may be spent smaller, in the very row that everybody who spends locks and reads:
`credit_limit_micros` is the credit line less all holds, so that placing an order honours holds without knowing them.
"""

from datetime import datetime

from sevenpanel.kernel import db

_LOCK = "SELECT 1 FROM ledger_balance WHERE customer_id = %(customer)s FOR UPDATE"

_PLACE = """
INSERT INTO ledger_hold (subject, customer_id, amount_micros, placed_at)
VALUES (%(subject)s, %(customer)s, %(amount)s, %(now)s)
ON CONFLICT (subject) WHERE lifted_at IS NULL DO NOTHING RETURNING amount_micros
"""

_LIFT = """
UPDATE ledger_hold SET lifted_at = %(now)s WHERE subject = %(subject)s AND lifted_at IS NULL
RETURNING customer_id, amount_micros
"""

_OWNER = "SELECT customer_id FROM ledger_hold WHERE subject = %(subject)s AND lifted_at IS NULL"

_CHANGE = """
UPDATE ledger_balance b
   SET hold_micros = b.hold_micros + %(by)s, credit_limit_micros = b.credit_limit_micros - %(by)s,
       overdraft_micros = greatest(0, - b.balance_micros - (b.credit_limit_micros - %(by)s))
 WHERE b.customer_id = %(customer)s
"""


@db.step
def place_hold(*, subject: str, customer_id: int, amount_micros: int, now: datetime) -> bool:
    """Hold a sum on a customer's balance, also more than is there. One subject has one hold at a time.

    :returns: whether it was placed now.
    """
    db.rows(_LOCK, {"customer": customer_id})
    asked = {"subject": subject, "customer": customer_id, "amount": amount_micros, "now": now}
    if not db.rows(_PLACE, asked):
        return False
    db.rows(_CHANGE, {"customer": customer_id, "by": amount_micros})
    return True


@db.step
def lift_hold(*, subject: str, now: datetime) -> bool:
    """Let go what is held for a subject.

    :returns: whether anything was held.
    """
    for (customer_id,) in db.rows(_OWNER, {"subject": subject}):
        db.rows(_LOCK, {"customer": customer_id})
    lifted = db.rows(_LIFT, {"subject": subject, "now": now})
    for customer_id, amount in lifted:
        db.rows(_CHANGE, {"customer": customer_id, "by": -amount})
    return bool(lifted)


@db.step
def lock_balance(*, customer_id: int) -> None:
    """Let nobody spend from a balance, or add to it, until the caller commits."""
    db.rows(_LOCK, {"customer": customer_id})
