"""The sessions of a person: where they are signed in now."""

from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.models import Session

from sevenpanel.accounts import models


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionRow:
    """One session that still opens the account.

    :param agent: the program, as it calls itself.
    """

    id: int
    address: str
    agent: str
    began_at: datetime
    seen_at: datetime
    is_present: bool


def sessions(*, user_id: int, present_key: str, now: datetime) -> list[SessionRow]:
    """The live sessions of a person, the present one first, then those that were seen last.

    :param present_key: of the session that asks.
    """
    person = models.User.objects.get(id=user_id)
    seen = {row.session_key: row for row in models.SessionSeen.objects.filter(user_id=user_id)}
    live = [
        session.session_key
        for session in Session.objects.filter(session_key__in=seen, expire_date__gt=now)
        if _opens(session, person)
    ]
    rows = [_row(seen[key], is_present=key == present_key) for key in live]
    return sorted(rows, key=lambda row: (not row.is_present, -row.seen_at.timestamp()))


def _opens(session: Session, person: models.User) -> bool:
    """Whether it is this person's still: a change of the password ends the others without removing them."""
    held = session.get_decoded()
    return held.get(SESSION_KEY) == str(person.pk) and held.get(HASH_SESSION_KEY) == person.get_session_auth_hash()


def _row(row: models.SessionSeen, *, is_present: bool) -> SessionRow:
    return SessionRow(
        id=row.pk,
        address=row.address,
        agent=row.agent,
        began_at=row.began_at,
        seen_at=row.seen_at,
        is_present=is_present,
    )
