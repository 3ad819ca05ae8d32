"""Letters about a deletion: before it, when it is taken back, and when it is done. Each goes with its row when sent.

Nothing is sent inside a transaction: a letter is claimed and committed, sent, and removed. A worker that dies in
between sends it again, which is better than never.
"""

from collections.abc import Callable
from datetime import datetime, timedelta

import structlog
from django.core.mail import send_mail
from django.utils.translation import gettext as _

from sevenpanel.accounts import commands as accounts
from sevenpanel.erasure import models
from sevenpanel.erasure.domain import WAIT, News
from sevenpanel.kernel import db
from sevenpanel.settings.environment import environment
from sevenpanel.terms import erasure_preview
from sevenpanel.terms.sentences import instant

CLAIM = timedelta(minutes=2)
TRIES_MAX = 8

_CLAIM = """
UPDATE erasure_letter SET due_at = %(until)s, tries = tries + 1
 WHERE id = (SELECT id FROM erasure_letter WHERE due_at <= %(now)s ORDER BY due_at LIMIT 1 FOR UPDATE SKIP LOCKED)
RETURNING id, address, news, at, tries
"""
_GONE = "DELETE FROM erasure_letter WHERE id = %s"
_LATER = "UPDATE erasure_letter SET due_at = %s WHERE id = %s"

_log = structlog.get_logger("sevenpanel.mail")


@db.step
def write_letters(*, customer_id: int, news: News, now: datetime) -> None:
    """Put down a letter to everybody who acts for an account, in the transaction of what it tells."""
    models.Letter.objects.bulk_create(
        models.Letter(customer_id=customer_id, address=address, news=news.value, at=now, due_at=now)
        for address in accounts.addresses_for_farewell(customer_id=customer_id)
    )


def send_next_erasure_letter(*, clock: Callable[[], datetime]) -> bool:
    """Send one letter that is due. After `TRIES_MAX` tries it is given up: its address is not kept.

    :returns: whether there was one.
    """
    now = clock()
    claimed = _claim(now)
    if claimed is None:
        return False
    letter_id, address, news, at, tries = claimed
    subject, text = _WORDS[News(news)](at)
    try:
        send_mail(f"[7Panel] {subject}", text, None, [address])
    except OSError as fault:  # what every mail backend raises when the other side does not answer, or says no
        _log.warning("mail not sent", erasure_letter=letter_id, tries=tries, fault=type(fault).__name__)
        if tries < TRIES_MAX:
            db.rows(_LATER, (now + CLAIM * (1 << tries), letter_id))
            return True
    db.rows(_GONE, (letter_id,))
    return True


@db.command
def _claim(now: datetime) -> tuple[int, str, str, datetime, int] | None:
    found = db.rows(_CLAIM, {"until": now + CLAIM, "now": now})
    return (found[0][0], found[0][1], found[0][2], found[0][3], found[0][4]) if found else None


def _asked(at: datetime) -> tuple[str, str]:
    said = _(
        "Your account will be deleted on %(due)s, because you asked for it on %(asked)s.\n\n"
        "If you did not, or if you change your mind, keep it here before then:\n%(address)s\n\n"
        "If it was not you, change your password as well."
    )
    address = f"{environment().url}/account/delete/"
    return _("Your account will be deleted"), said % {
        "due": instant(at + WAIT), "asked": instant(at), "address": address,
    }  # fmt: skip


def _kept(at: datetime) -> tuple[str, str]:
    return _("Your account stays"), _("You changed your mind on %(at)s: your account is not deleted.") % {
        "at": instant(at)
    }


def _done(at: datetime) -> tuple[str, str]:
    said = _(
        "Your account was deleted on %(at)s. Nobody can sign in any more, and API keys no longer work.\n\n"
        "What went and what stays, and why:\n\n%(preview)s\n\nThis is the last letter that you get from us."
    )
    preview = "\n".join(f"- {line}" for line in erasure_preview())
    return _("Your account was deleted"), said % {"at": instant(at), "preview": preview}


_WORDS: dict[News, Callable[[datetime], tuple[str, str]]] = {News.ASKED: _asked, News.KEPT: _kept, News.DONE: _done}
assert _WORDS.keys() == set(News)
