"""Tickets of an account that is deleted (clause 7.5): all of them go, with every word and file."""

from sevenpanel.kernel import db

_LOCK = "SELECT count(*) FROM (SELECT 1 FROM support_ticket WHERE customer_id = %s ORDER BY id FOR UPDATE) AS locked"
_FILES = (
    "SELECT a.stored_as FROM support_attachment a JOIN support_ticket t ON t.id = a.ticket_id WHERE t.customer_id = %s"
)
_OF_CUSTOMER = "(SELECT id FROM support_ticket WHERE customer_id = %s)"
_GO = (
    f"DELETE FROM support_mail WHERE message_id IN (SELECT id FROM support_message WHERE ticket_id IN {_OF_CUSTOMER})",
    f"DELETE FROM support_attachment WHERE ticket_id IN {_OF_CUSTOMER}",
    f"DELETE FROM support_request WHERE ticket_id IN {_OF_CUSTOMER}",
    f"DELETE FROM support_ticketorder WHERE ticket_id IN {_OF_CUSTOMER}",
    f"DELETE FROM support_message WHERE ticket_id IN {_OF_CUSTOMER}",
    "DELETE FROM support_ticket WHERE customer_id = %s",
)


@db.step
def lock_tickets(*, customer_id: int) -> int:
    """Lock all tickets of a customer: a reply waits, and finds none afterwards.

    :returns: how many there are.
    """
    return int(db.rows(_LOCK, [customer_id])[0][0])


@db.step
def erase_tickets(*, customer_id: int) -> list[str]:
    """Delete a customer's tickets.

    :returns: the names on the disk of their files, to be removed once this is committed.
    """
    files = [name for (name,) in db.rows(_FILES, [customer_id])]
    for statement in _GO:
        db.rows(statement, [customer_id])
    return files
