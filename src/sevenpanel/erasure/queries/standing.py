"""Reads of deletions: what still has to end, what was asked for, which accounts are gone."""

from datetime import datetime

import psycopg

from sevenpanel.erasure import models
from sevenpanel.erasure.domain import Asked, Standing
from sevenpanel.kernel import db

# Money that people or a source still have to speak about; what was credited and is not called final yet is not.
_MOVING = "('seen', 'orphaned', 'held', 'disputed', 'rejected', 'proposed')"
_STANDING = f"""
SELECT c.currency, b.balance_micros, b.hold_micros,
       (SELECT count(*) FROM orders_order o WHERE o.customer_id = c.id AND o.is_open) AS orders,
       (SELECT count(*) FROM support_ticket t
         WHERE t.customer_id = c.id
           AND (t.closed_at IS NULL
                OR EXISTS (SELECT FROM support_request r
                            WHERE r.ticket_id = t.id AND r.state <> 'decided' AND NOT t.is_withdrawn))) AS tickets,
       (SELECT count(*) FROM deposits_intent i WHERE i.customer_id = c.id AND i.state = 'open')
       + (SELECT count(*) FROM deposits_receipt r WHERE r.customer_id = c.id AND r.state IN {_MOVING}) AS deposits,
       (SELECT count(*) FROM accounts_user u WHERE u.customer_id = c.id AND u.is_active) AS people
  FROM accounts_customer c JOIN ledger_balance b ON b.customer_id = c.id WHERE c.id = %s
"""
_DUE = "SELECT customer_id FROM erasure_request WHERE due_at <= %s ORDER BY due_at"


def standing(*, customer_id: int) -> Standing:
    """What of an account is not at its end.

    :raises LookupError: when there is no such account.
    """
    found = db.named_rows(_STANDING, [customer_id])
    if not found:
        raise LookupError(f"There is no customer {customer_id}.")
    return Standing(**found[0])


def asked(*, customer_id: int) -> Asked | None:
    """The deletion that was asked for and is still to be carried out, if any."""
    row = models.Request.objects.filter(customer_id=customer_id).first()
    if row is None:
        return None
    return Asked(customer_id=row.customer_id, user_id=row.user_id, asked_at=row.asked_at, due_at=row.due_at)


def due(*, now: datetime) -> list[int]:
    """The accounts whose time to change one's mind has passed, longest ago first."""
    return [customer_id for (customer_id,) in db.rows(_DUE, [now])]


def is_erased(*, customer_id: int) -> bool:
    """Whether an account was deleted."""
    return models.Act.objects.filter(customer_id=customer_id).exists()


def is_of_the_erased(fault: BaseException) -> bool:
    """Whether the database refused to write something new for an account that was just being deleted."""
    cause = fault.__cause__
    return isinstance(cause, psycopg.Error) and cause.diag.constraint_name == "erasure_nothing_new"
