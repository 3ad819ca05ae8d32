"""Letters about a deletion: before it, when it is taken back, and when it is done. Each goes with its row when sent.

They have a queue of their own, because the last one outlives the row of its reader: it keeps the address and how its
reader reads. Nothing is sent inside a transaction: a letter is claimed and committed, sent, and removed. A worker that
dies in between sends it again, which is better than never.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from django.core.mail import send_mail

from sevenpanel.accounts import queries as accounts
from sevenpanel.accounts.domain import Calendar, Language, Reading
from sevenpanel.erasure import models
from sevenpanel.erasure.domain import WAIT, News
from sevenpanel.kernel import db
from sevenpanel.kernel.said import Phrase, say
from sevenpanel.letters.commands import tell
from sevenpanel.settings.environment import environment
from sevenpanel.terms import erasure_preview
from sevenpanel.terms.sentences import instant

CLAIM = timedelta(minutes=2)
TRIES_MAX = 8

_CLAIM = """
UPDATE erasure_letter SET due_at = %(until)s, tries = tries + 1
 WHERE id = (SELECT id FROM erasure_letter WHERE due_at <= %(now)s ORDER BY due_at LIMIT 1 FOR UPDATE SKIP LOCKED)
RETURNING id, address, news, at, tries, language, calendar, time_zone
"""
_GONE = "DELETE FROM erasure_letter WHERE id = %s"
_LATER = "UPDATE erasure_letter SET due_at = %s WHERE id = %s"

_log = structlog.get_logger("sevenpanel.mail")


@dataclass(frozen=True, slots=True, kw_only=True)
class Claimed:
    """A letter in hand.

    :param reading: how its reader read when it was written; they may be no more.
    """

    id: int
    address: str
    news: News
    at: datetime
    tries: int
    reading: Reading


@db.step
def write_letters(*, customer_id: int, news: News, now: datetime) -> None:
    """Put down a letter to everybody who acts for an account, in the transaction of what it tells."""
    models.Letter.objects.bulk_create(
        models.Letter(
            customer_id=customer_id,
            address=each.email,
            language=each.reading.language,
            calendar=each.reading.calendar,
            time_zone=each.reading.time_zone,
            news=news.value,
            at=now,
            due_at=now,
        )
        for each in accounts.addressees_of(customer_id=customer_id)
    )


def send_next_erasure_letter(*, clock: Callable[[], datetime]) -> bool:
    """Send one letter that is due. After `TRIES_MAX` tries it is given up: its address is not kept.

    :returns: whether there was one.
    """
    now = clock()
    claimed = _claim(now)
    if claimed is None:
        return False
    subject, text = _written(claimed)
    try:
        send_mail(f"[7Panel] {subject}", text, None, [claimed.address])
    except OSError as fault:  # what every mail backend raises when the other side does not answer, or says no
        _log.warning("mail not sent", erasure_letter=claimed.id, tries=claimed.tries, fault=type(fault).__name__)
        if claimed.tries < TRIES_MAX:
            db.rows(_LATER, (now + CLAIM * (1 << claimed.tries), claimed.id))
            return True
    db.rows(_GONE, (claimed.id,))
    return True


@db.command
def _claim(now: datetime) -> Claimed | None:
    found = db.rows(_CLAIM, {"until": now + CLAIM, "now": now})
    if not found:
        return None
    id_, address, news, at, tries, language, calendar, time_zone = found[0]
    reading = Reading(
        language=Language(language) if language else None,
        calendar=Calendar(calendar) if calendar else None,
        time_zone=time_zone,
    )
    return Claimed(id=id_, address=address, news=News(news), at=at, tries=tries, reading=reading)


def _written(letter: Claimed) -> tuple[str, str]:
    """What stands above a letter, and the letter, as its reader reads."""
    subject, *lines = tell(letter.reading, [_SUBJECTS[letter.news], *_TEXTS[letter.news](letter.at)])
    return subject, "\n\n".join(lines) + "\n"


def _asked(at: datetime) -> list[str]:
    said = say(
        "Your account will be deleted on %(due)s, because you asked for it on %(asked)s.",
        due=instant(at + WAIT), asked=instant(at),
    )  # fmt: skip
    keep = say("If you did not, or if you change your mind, keep it here before then:")
    return [said, keep, f"{environment().url}/account/delete/", say("If it was not you, change your password as well.")]


def _kept(at: datetime) -> list[str]:
    return [say("You changed your mind on %(at)s: your account is not deleted.", at=instant(at))]


def _done(at: datetime) -> list[str]:
    said = say(
        "Your account was deleted on %(at)s. Nobody can sign in any more, and API keys no longer work.", at=instant(at)
    )
    lead, last = say("What went and what stays, and why:"), say("This is the last letter that you get from us.")
    return [said, lead, *erasure_preview(), last]


_SUBJECTS: Mapping[News, Phrase] = {
    News.ASKED: say("Your account will be deleted"),
    News.KEPT: say("Your account stays"),
    News.DONE: say("Your account was deleted"),
}
_TEXTS: Mapping[News, Callable[[datetime], list[str]]] = {News.ASKED: _asked, News.KEPT: _kept, News.DONE: _done}
assert _SUBJECTS.keys() == _TEXTS.keys() == set(News)
