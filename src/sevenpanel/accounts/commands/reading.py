"""How a person reads: their language, their calendar and their time zone, kept with their account."""

from sevenpanel.accounts import models
from sevenpanel.accounts.domain import Language, Reading, time_zones
from sevenpanel.kernel import db
from sevenpanel.kernel.refusals import Refusal
from sevenpanel.kernel.said import say


class UnableToKeepReading(Refusal):
    """A time zone that is none."""

    status = 422


@db.command
def keep_reading(*, user_id: int, reading: Reading) -> None:
    """Keep all three choices of a person, also those taken back, which are None; kept again, they change nothing.

    :raises UnableToKeepReading: for a time zone that is not among `domain.time_zones`.
    """
    if reading.time_zone is not None and reading.time_zone not in time_zones():
        raise UnableToKeepReading(say("This time zone is not known here. Choose one from the list."))
    models.User.objects.filter(id=user_id).update(
        language=reading.language and reading.language.value,
        calendar=reading.calendar and reading.calendar.value,
        time_zone=reading.time_zone,
    )


@db.command
def keep_language(*, user_id: int, language: Language) -> None:
    """Keep a person's language and leave their other choices as they are."""
    models.User.objects.filter(id=user_id).update(language=language.value)
