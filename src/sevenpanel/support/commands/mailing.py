"""Letters to staff about what customers wrote: put down by the worker after the message is committed, sent one by one.

What customers get about answers of the desk is written by the room `letters`, as each of them chose.

Nothing is sent inside a transaction: a letter is claimed and committed, sent, and noted as sent. A worker that dies in
between sends it again, which is better than never.
"""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

import structlog
from django.core.mail import send_mail

from sevenpanel.accounts.domain import Role
from sevenpanel.kernel import db
from sevenpanel.kernel.outbox import Message
from sevenpanel.settings.environment import environment

CLAIM = timedelta(minutes=2)
TRIES_MAX = 8
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
_CLAIM = """
UPDATE support_mail SET due_at = %(until)s, tries = tries + 1
 WHERE id = (SELECT id FROM support_mail WHERE sent_at IS NULL AND tries < %(tries)s AND due_at <= %(now)s
              ORDER BY due_at LIMIT 1 FOR UPDATE SKIP LOCKED)
RETURNING id, message_id, address, tries
"""
_LETTER = """
SELECT t.id, t.subject, m.body, m.is_from_staff FROM support_message m JOIN support_ticket t ON t.id = m.ticket_id
 WHERE m.id = %s
"""
_SENT = "UPDATE support_mail SET sent_at = %s WHERE id = %s"
_LATER = "UPDATE support_mail SET due_at = %s WHERE id = %s"

_log = structlog.get_logger("sevenpanel.mail")


@db.step
def take_written(messages: Sequence[Message]) -> None:
    """Put down a letter to everybody of the staff who should hear of these messages."""
    now = max(message.created_at for message in messages)
    parameters = {"now": now, "judges": list(_JUDGES), "messages": [message.subject_id for message in messages]}
    db.rows(_ADDRESS, parameters)


def send_next_mail(*, clock: Callable[[], datetime]) -> bool:
    """Send one letter that is due.

    :returns: whether there was one.
    """
    now = clock()
    claimed = _claim(now)
    if claimed is None:
        return False
    mail_id, message_id, address, tries = claimed
    try:
        _send(message_id, address)
    except OSError as fault:  # what every mail backend raises when the other side does not answer, or says no
        _log.warning("mail not sent", mail=mail_id, tries=tries, fault=str(fault))
        db.rows(_LATER, (now + CLAIM * (1 << tries), mail_id))
        return True
    db.rows(_SENT, (clock(), mail_id))
    return True


@db.command
def _claim(now: datetime) -> tuple[int, int, str, int] | None:
    found = db.rows(_CLAIM, {"until": now + CLAIM, "now": now, "tries": TRIES_MAX})
    return (found[0][0], found[0][1], found[0][2], found[0][3]) if found else None


def _send(message_id: int, address: str) -> None:
    ticket_id, subject, body, is_from_staff = db.rows(_LETTER, (message_id,))[0]
    page = "tickets" if is_from_staff else "desk/tickets"
    lead = "The desk answered your ticket." if is_from_staff else "A customer wrote."
    text = f"{lead}\n\n{body}\n\nAnswer here: {environment().url}/{page}/{ticket_id}/\n"
    send_mail(f"[7Panel] Ticket {ticket_id}: {' '.join(subject.split())}", text, None, [address])
