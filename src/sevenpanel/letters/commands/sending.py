"""Sending letters, each once at most: whoever sends writes so first, and of a call that broke nobody knows the outcome.

What the mail server refused, and what never reached it, is tried again, ever more rarely and a bounded number of times.
A letter that it may have taken is not sent again by itself: staff see it and decide. Nothing is sent inside a
transaction.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from smtplib import SMTPDataError, SMTPHeloError, SMTPNotSupportedError, SMTPRecipientsRefused, SMTPSenderRefused

import structlog
from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.utils.module_loading import import_string

from sevenpanel.accounts import queries as accounts
from sevenpanel.accounts.domain import Reading
from sevenpanel.accounts.queries import Addressee
from sevenpanel.kernel import chaos, db
from sevenpanel.kernel.said import say
from sevenpanel.letters.commands.stopping import stop_token
from sevenpanel.letters.commands.wording import IF_NOT_YOU, Section, heading, lead, more, sections, subject
from sevenpanel.letters.domain import ALWAYS, DAILY, LetterKind, LetterState
from sevenpanel.settings.environment import environment

TRIES_MAX = 8
WAIT = timedelta(minutes=2)
# A call ends after ten seconds without a word; whoever is at it for so long is no more.
ALIVE = timedelta(minutes=15)

# What may not have been the owner of an account is told before everything else that waits, such as new Terms to all.
_CLAIM = """
UPDATE letters_letter SET state = 'sending', claimed_at = %(now)s, tries = tries + 1
 WHERE id = (SELECT id FROM letters_letter WHERE state = 'waiting' AND due_at <= %(now)s
              ORDER BY kind <> 'security of the account', due_at, id LIMIT 1 FOR UPDATE SKIP LOCKED)
RETURNING id, user_id, kind, tries
"""
# Whoever was given up as dead and lives after all knows better.
_END = """
UPDATE letters_letter SET state = %(state)s, fault = %(fault)s, due_at = coalesce(%(due)s::timestamptz, due_at),
       sent_at = %(sent)s
 WHERE id = %(id)s AND state IN ('sending', 'unknown')
"""
_LOST = """
UPDATE letters_letter SET state = 'unknown', fault = 'interrupted'
 WHERE state = 'sending' AND claimed_at < %s RETURNING id
"""
# The server said no: before the letter, or to the letter as a whole.
_SAID_NO = (SMTPRecipientsRefused, SMTPSenderRefused, SMTPDataError, SMTPHeloError, SMTPNotSupportedError)

Text = str | datetime
Teller = Callable[[Reading, Sequence[Text]], list[str]]

_log = structlog.get_logger("sevenpanel.mail")


@dataclass(frozen=True, slots=True, kw_only=True)
class Claimed:
    """A letter in hand."""

    id: int
    user_id: int
    kind: str
    tries: int


def send_next_letter(*, clock: Callable[[], datetime]) -> bool:
    """Send one letter that is due.

    :returns: whether there was one.
    """
    _lose_the_interrupted(clock())
    claimed = _claim(clock())
    if claimed is None:
        return False
    chaos.point("letters.after_claim")
    message = _message(claimed)
    if message is None:
        _drop(claimed)
        return True
    state, fault = _send(message)
    chaos.point("letters.after_send")
    _note(claimed, state, fault, clock())
    return True


@db.command
def _claim(now: datetime) -> Claimed | None:
    found = db.rows(_CLAIM, {"now": now})
    return Claimed(id=found[0][0], user_id=found[0][1], kind=found[0][2], tries=found[0][3]) if found else None


def _lose_the_interrupted(now: datetime) -> None:
    for (letter_id,) in db.rows(_LOST, [now - ALIVE]):
        _log.warning("letter of unknown fate", letter=letter_id)


def _send(message: EmailMessage) -> tuple[LetterState, str]:
    """Hand a letter over, and say what became of it: sent, to be tried again (waiting), or unknown."""
    line = get_connection()
    try:
        line.open()
    except OSError as fault:  # nothing but a greeting was said
        return LetterState.WAITING, type(fault).__name__
    try:
        line.send_messages([message])
    except _SAID_NO as no:
        return LetterState.WAITING, _without_words(no)
    except ConnectionRefusedError as fault:  # by a backend that connects here
        return LetterState.WAITING, type(fault).__name__
    except OSError as fault:  # what every mail backend raises when the other side falls silent
        return LetterState.UNKNOWN, type(fault).__name__
    except ValueError as wrong:  # an address that no letter can bear
        return LetterState.GIVEN_UP, type(wrong).__name__
    finally:
        _hang_up(line)
    return LetterState.SENT, ""


def _without_words(no: Exception) -> str:
    code = getattr(no, "smtp_code", "")
    return f"{type(no).__name__} {code}".strip()


def _hang_up(line: object) -> None:
    try:
        line.close()  # type: ignore[attr-defined]
    except OSError as fault:
        _log.info("the mail server did not say goodbye", fault=type(fault).__name__)


def _note(claimed: Claimed, state: LetterState, fault: str, now: datetime) -> None:
    if state is LetterState.WAITING and claimed.tries >= TRIES_MAX:
        state = LetterState.GIVEN_UP
    if state is not LetterState.SENT:
        _log.warning("mail not sent", letter=claimed.id, tries=claimed.tries, state=state.value, fault=fault)
    db.rows(
        _END,
        {
            "id": claimed.id,
            "state": state.value,
            "fault": fault,
            "due": now + WAIT * (1 << (claimed.tries - 1)),
            "sent": now if state is LetterState.SENT else None,
        },
    )


def _drop(claimed: Claimed) -> None:
    """Nobody is there any more, or nothing to tell."""
    db.rows(_END, {"id": claimed.id, "state": LetterState.LEFT.value, "fault": "", "due": None, "sent": None})


def _message(claimed: Claimed) -> EmailMessage | None:
    reader = accounts.addressees(user_ids=[claimed.user_id]).get(claimed.user_id)
    parts = sections(claimed.id)
    if reader is None or not parts:
        return None
    token = stop_token(user_id=claimed.user_id, kind=claimed.kind)
    stop = None if claimed.kind in ALWAYS else f"{environment().url}/letters/stop/{token}/"
    title, *told = tell(reader.reading, [subject(claimed.kind, parts), *_texts(claimed.kind, parts, stop)])
    return EmailMessage(
        f"[7Panel] {title}",
        "\n".join(told) + "\n",
        to=[reader.email],
        bcc=_before(parts, reader),
        headers=_headers(claimed.id, stop),
    )


def tell(reading: Reading, texts: Sequence[Text]) -> list[str]:
    """Say texts and instants as somebody reads them, through whoever does so for the pages (`settings.TELLER`)."""
    teller: Teller = import_string(settings.TELLER)
    return teller(reading, texts)


def _headers(letter_id: int, stop: str | None) -> dict[str, str]:
    """RFC 8058 for what can be switched off; and what keeps answering machines silent (RFC 3834)."""
    host = environment().url.partition("//")[2].partition(":")[0].partition("/")[0]
    headers = {"Auto-Submitted": "auto-generated", "Message-ID": f"<letter-{letter_id}@{host}>"}
    if stop is None:
        return headers
    return {**headers, "List-Unsubscribe": f"<{stop}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}


def _before(parts: Sequence[Section], reader: Addressee) -> list[str]:
    """The addresses that the account had before, which are told that they are its address no more."""
    return sorted({each for part in parts for line in part.lines for each in line.also_to} - {reader.email})


def _texts(kind: str, parts: Sequence[Section], stop: str | None) -> list[Text]:
    """The lines of a letter, as they are told one by one."""
    url = environment().url
    lines: list[Text] = []
    for part in parts:
        lines += [heading(part) if kind == DAILY else lead(part.kind), ""]
        lines += _happened(part, url)
    if kind == LetterKind.SECURITY:
        lines += [IF_NOT_YOU, f"{url}/account/sessions/", ""]
    lines += ["-- ", say("Choose which letters you get, and when:"), f"{url}/account/notifications/"]
    return lines if stop is None else [*lines, say("End letters of this kind with one click:"), stop]


def _happened(part: Section, url: str) -> list[Text]:
    lines: list[Text] = []
    for line in part.lines:
        lines += [line.sentence, line.at, *([line.words] if line.words else []), f"{url}{line.path}", ""]
    rest = more(part)
    return [*lines, rest, f"{url}{part.path}", ""] if rest is not None else lines
