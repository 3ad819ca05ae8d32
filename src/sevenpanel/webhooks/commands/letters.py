"""Letters that an address was switched off. Claimed and committed, sent, removed: rather twice than never."""

from collections.abc import Callable
from datetime import datetime, timedelta

import structlog
from django.core.mail import send_mail
from django.utils.translation import gettext as _

from sevenpanel.accounts import commands as accounts
from sevenpanel.kernel import db
from sevenpanel.settings.environment import environment
from sevenpanel.terms.sentences import instant
from sevenpanel.webhooks import models

CLAIM = timedelta(minutes=2)
TRIES_MAX = 8

_CLAIM = """
UPDATE webhooks_letter SET due_at = %(until)s, tries = tries + 1
 WHERE id = (SELECT id FROM webhooks_letter WHERE due_at <= %(now)s ORDER BY due_at LIMIT 1 FOR UPDATE SKIP LOCKED)
RETURNING id, address, url, at, tries
"""
_GONE = "DELETE FROM webhooks_letter WHERE id = %s"
_LATER = "UPDATE webhooks_letter SET due_at = %s WHERE id = %s"

_log = structlog.get_logger("sevenpanel.mail")


@db.step
def write_letters(*, customer_id: int, url: str, now: datetime) -> None:
    """Put down a letter to everybody who acts for an account, in the transaction of what it tells."""
    models.Letter.objects.bulk_create(
        models.Letter(customer_id=customer_id, address=address, url=url, at=now, due_at=now)
        for address in accounts.addresses_for_farewell(customer_id=customer_id)
    )


def send_next_webhook_letter(*, clock: Callable[[], datetime]) -> bool:
    """Send one letter that is due; after `TRIES_MAX` tries it is given up.

    :returns: whether there was one.
    """
    now = clock()
    claimed = _claim(now)
    if claimed is None:
        return False
    letter_id, address, url, at, tries = claimed
    subject = _("A webhook was switched off")
    try:
        send_mail(f"[7Panel] {subject}", _text(url, at), None, [address])
    except OSError as fault:  # what every mail backend raises when the other side does not answer, or says no
        _log.warning("mail not sent", webhook_letter=letter_id, tries=tries, fault=type(fault).__name__)
        if tries < TRIES_MAX:
            db.rows(_LATER, (now + CLAIM * (1 << tries), letter_id))
            return True
    db.rows(_GONE, (letter_id,))
    return True


def _text(url: str, at: datetime) -> str:
    said = _(
        "Every call to %(url)s has failed for days, so the desk stopped calling it on %(at)s. What happens to your "
        "orders meanwhile is not told there.\n\nSee what it answered, and switch it on again, here:\n%(address)s"
    )
    return said % {"url": url, "at": instant(at), "address": f"{environment().url}/keys/webhooks/"}


@db.command
def _claim(now: datetime) -> tuple[int, str, str, datetime, int] | None:
    found = db.rows(_CLAIM, {"until": now + CLAIM, "now": now})
    return (found[0][0], found[0][1], found[0][2], found[0][3], found[0][4]) if found else None
