"""Queues of letters to staff, one for each room that has news for them: put down with what they tell, sent one by one.

Nothing is sent inside a transaction: a letter is claimed and committed, sent, and noted as sent. A worker that dies in
between sends it again, which is better than never. What customers get, and may not get twice, is the room `letters`'.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog
from django.core.mail import send_mail

from sevenpanel.kernel import db

CLAIM = timedelta(minutes=2)
TRIES_MAX = 8

_CLAIM = """
UPDATE {table} SET due_at = %(until)s, tries = tries + 1
 WHERE id = (SELECT id FROM {table} WHERE sent_at IS NULL AND tries < %(tries)s AND due_at <= %(now)s
              ORDER BY due_at LIMIT 1 FOR UPDATE SKIP LOCKED)
RETURNING id, tries, address, {about}
"""
_SENT = "UPDATE {table} SET sent_at = %s WHERE id = %s"
_LATER = "UPDATE {table} SET due_at = %s WHERE id = %s"

_log = structlog.get_logger("sevenpanel.mail")


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffMail:
    """A room's queue.

    :param table: has id, address, tries, due_at and sent_at.
    :param about: the columns that say what a letter tells.
    :param written: the subject and the text, from what stands in these columns.
    """

    table: str
    about: Sequence[str]
    written: Callable[..., tuple[str, str]]

    def send_next(self, *, clock: Callable[[], datetime]) -> bool:
        """Send one letter that is due. After `TRIES_MAX` tries it is left.

        :returns: whether there was one.
        """
        now = clock()
        claimed = _claimed(self._stated(_CLAIM), now)
        if claimed is None:
            return False
        id_, tries, address, *about = claimed
        subject, text = self.written(*about)
        try:
            send_mail(f"[7Panel] {subject}", text, None, [address])
        except OSError as fault:  # what every mail backend raises when the other side does not answer, or says no
            # Its words may name the address.
            _log.warning("mail not sent", queue=self.table, letter=id_, tries=tries, fault=type(fault).__name__)
            db.rows(self._stated(_LATER), (now + CLAIM * (1 << tries), id_))
            return True
        db.rows(self._stated(_SENT), (clock(), id_))
        return True

    def _stated(self, statement: str) -> str:
        return statement.format(table=self.table, about=", ".join(self.about))


@db.command
def _claimed(statement: str, now: datetime) -> tuple[Any, ...] | None:
    found = db.rows(statement, {"until": now + CLAIM, "now": now, "tries": TRIES_MAX})
    return found[0] if found else None
