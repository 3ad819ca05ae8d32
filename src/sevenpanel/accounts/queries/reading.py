"""How a person reads."""

from typing import Any

from sevenpanel.accounts import models
from sevenpanel.accounts.domain import Calendar, Language, Reading


def reading(*, user_id: int) -> Reading:
    """What a person chose; nothing at all for somebody who is no more."""
    row = models.User.objects.filter(id=user_id).values("language", "calendar", "time_zone").first()
    return Reading() if row is None else _of(**row)


def reading_of(user: Any) -> Reading:
    """What the person chose who was loaded with a request, at no question to the database."""
    return _of(language=user.language, calendar=user.calendar, time_zone=user.time_zone)


def _of(*, language: str | None, calendar: str | None, time_zone: str | None) -> Reading:
    return Reading(
        language=Language(language) if language else None,
        calendar=Calendar(calendar) if calendar else None,
        time_zone=time_zone,
    )
