"""Letters to staff about what customers wrote: put down by the worker after the message is committed.

What customers get about answers of the desk is written by the room `letters`, as each of them chose.
"""

from collections.abc import Sequence

from sevenpanel.accounts.domain import Role
from sevenpanel.kernel import db
from sevenpanel.kernel.outbox import Message
from sevenpanel.kernel.staff_mail import StaffMail
from sevenpanel.settings.environment import environment

_JUDGES = (Role.SUPPORT.value, Role.ADMIN.value)

# To the ticket's keeper, or all who answer tickets.
_ADDRESS = """
INSERT INTO support_mail (message_id, address, tries, due_at)
SELECT m.id, u.email, 0, %(now)s
  FROM support_message m JOIN support_ticket t ON t.id = m.ticket_id
  JOIN accounts_user u ON u.is_active AND u.role = ANY(%(judges)s::text[])
   AND (t.assigned_to IS NULL OR u.id = t.assigned_to)
 WHERE m.id = ANY(%(messages)s::bigint[]) AND NOT m.is_from_staff
ON CONFLICT DO NOTHING
"""
_WRITTEN = """
SELECT t.id, t.subject, m.body FROM support_message m JOIN support_ticket t ON t.id = m.ticket_id WHERE m.id = %s
"""


@db.step
def take_written(messages: Sequence[Message]) -> None:
    """Put down a letter to everybody of the staff who should hear of these messages."""
    now = max(message.created_at for message in messages)
    parameters = {"now": now, "judges": list(_JUDGES), "messages": [message.subject_id for message in messages]}
    db.rows(_ADDRESS, parameters)


def _written(message_id: int) -> tuple[str, str]:
    ticket_id, subject, body = db.rows(_WRITTEN, (message_id,))[0]
    text = f"A customer wrote.\n\n{body}\n\nAnswer here: {environment().url}/desk/tickets/{ticket_id}/\n"
    return f"Ticket {ticket_id}: {' '.join(subject.split())}", text


send_next_mail = StaffMail(table="support_mail", about=("message_id",), written=_written).send_next
