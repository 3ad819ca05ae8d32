"""Letters to staff that new orders are stopped: claimed, sent outside any transaction, noted as sent.

A worker that dies in between sends its letter again, which is better than never.
"""

from collections.abc import Callable
from datetime import datetime, timedelta

import structlog
from django.core.mail import send_mail

from sevenpanel.kernel import db
from sevenpanel.settings.environment import environment

CLAIM = timedelta(minutes=2)
TRIES_MAX = 8

_CLAIM = """
UPDATE orders_stopletter SET due_at = %(until)s, tries = tries + 1
 WHERE id = (SELECT id FROM orders_stopletter WHERE sent_at IS NULL AND tries < %(tries)s AND due_at <= %(now)s
              ORDER BY due_at LIMIT 1 FOR UPDATE SKIP LOCKED)
RETURNING id, stop_id, address, tries
"""
_WORDS = "SELECT words FROM orders_stop WHERE id = %s"
_SENT = "UPDATE orders_stopletter SET sent_at = %s WHERE id = %s"
_LATER = "UPDATE orders_stopletter SET due_at = %s WHERE id = %s"

_log = structlog.get_logger("sevenpanel.mail")


def send_next_stop_letter(*, clock: Callable[[], datetime]) -> bool:
    """Send one letter that is due.

    :returns: whether there was one.
    """
    now = clock()
    claimed = _claim(now)
    if claimed is None:
        return False
    letter_id, stop_id, address, tries = claimed
    try:
        send_mail("[7Panel] New orders are stopped", _text(stop_id), None, [address])
    except OSError as fault:  # what every mail backend raises when the other side does not answer, or says no
        _log.warning("mail not sent", stop_letter=letter_id, tries=tries, fault=str(fault))
        db.rows(_LATER, (now + CLAIM * (1 << tries), letter_id))
        return True
    db.rows(_SENT, (clock(), letter_id))
    return True


@db.command
def _claim(now: datetime) -> tuple[int, int, str, int] | None:
    found = db.rows(_CLAIM, {"until": now + CLAIM, "now": now, "tries": TRIES_MAX})
    return (found[0][0], found[0][1], found[0][2], found[0][3]) if found else None


def _text(stop_id: int) -> str:
    ((words,),) = db.rows(_WORDS, [stop_id])
    return (
        "The books are wrong, so no new orders are taken. Everything else goes on.\n\n"
        f"{words}\n\nFind out why, mend it, then let orders go on here: {environment().url}/desk/stop/\n"
    )
