"""Which kinds of letters there are, what people choose about each, and how few of them are written."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import Final
from zoneinfo import ZoneInfo

from sevenpanel.kernel.said import named, say


class LetterKind(StrEnum):
    """What a letter is about."""

    FINISHED = "orders finished"
    SHORT = "orders that ended short"
    TROUBLE = "orders that need you"
    TICKETS = "answers to tickets"
    DEPOSITS = "deposits"
    SERVICES = "services you use"
    TERMS = "new terms"
    WEBHOOKS = "webhooks"
    SECURITY = "security of the account"


class Manner(StrEnum):
    """When somebody wants to hear of a kind."""

    AT_ONCE = "at once"
    DAILY = "once a day"
    NEVER = "not at all"


class LetterState(StrEnum):
    """How far a letter has come."""

    WAITING = "waiting"
    SENDING = "sending"
    SENT = "sent"
    UNKNOWN = "unknown"
    GIVEN_UP = "given up"
    LEFT = "left"


class News(StrEnum):
    """What happened, as one line of a letter tells it."""

    COMPLETED = "completed"
    ENDED_SHORT = "ended short"
    LINK = "link found wrong"
    DOUBLED = "several on one link"
    ANSWERED = "answered"
    CREDITED = "credited"
    LOOKED_AT = "looked at"
    NOTICE = "notice"
    EDITION = "edition"
    SWITCHED_OFF = "switched off"
    SAFETY = "safety"


# The kind of a letter that holds all that somebody wants to hear of once a day.
DAILY: Final = "daily"

DEFAULTS: Final[Mapping[LetterKind, Manner]] = MappingProxyType(
    {
        LetterKind.FINISHED: Manner.DAILY,
        LetterKind.SHORT: Manner.AT_ONCE,
        LetterKind.TROUBLE: Manner.AT_ONCE,
        LetterKind.TICKETS: Manner.AT_ONCE,
        LetterKind.DEPOSITS: Manner.AT_ONCE,
        LetterKind.SERVICES: Manner.NEVER,
        LetterKind.TERMS: Manner.AT_ONCE,
        LetterKind.WEBHOOKS: Manner.AT_ONCE,
        LetterKind.SECURITY: Manner.AT_ONCE,
    }
)
assert DEFAULTS.keys() == set(LetterKind)

WHY_ALWAYS: Final = MappingProxyType(
    {
        LetterKind.WEBHOOKS: say(
            "Nobody can switch this off: a program that is told nothing cannot say so. Of a webhook that you remove "
            "nothing is told."
        ),
        LetterKind.SECURITY: say("Nobody can switch this off, so that whoever takes an account over cannot either."),
    }
)
ALWAYS: Final = frozenset(WHY_ALWAYS)

MANNERS: Final = named((say("at once"), say("once a day"), say("not at all")), Manner)

TITLES: Final = MappingProxyType(
    {
        LetterKind.FINISHED: say("Orders finished"),
        LetterKind.SHORT: say("Orders that ended short"),
        LetterKind.TROUBLE: say("Orders that need you"),
        LetterKind.TICKETS: say("Answers to your tickets"),
        LetterKind.DEPOSITS: say("Deposits"),
        LetterKind.SERVICES: say("Services you use"),
        LetterKind.TERMS: say("New Terms"),
        LetterKind.WEBHOOKS: say("A webhook was switched off"),
        LetterKind.SECURITY: say("Security of your account"),
    }
)
assert TITLES.keys() == set(LetterKind)

ABOUT: Final = MappingProxyType(
    {
        LetterKind.FINISHED: say("The provider says that an order is completed."),
        LetterKind.SHORT: say("An order was stopped early, and money came back to your balance."),
        LetterKind.TROUBLE: say("A link was found wrong, or several orders ran on it at once."),
        LetterKind.TICKETS: say("The desk has answered."),
        LetterKind.DEPOSITS: say("Money was credited, or a payment needs a look."),
        LetterKind.SERVICES: say("A price, a limit, a pause or a delay of a service that you have ordered."),
        LetterKind.TERMS: say("A new version of the Terms or of the privacy policy counts, and has to be accepted."),
        LetterKind.WEBHOOKS: say("An address of yours has failed for days, and the desk calls it no more."),
        LetterKind.SECURITY: say("A sign-in on a new device; a change of a password, a second factor, a key."),
    }
)
assert ABOUT.keys() == set(LetterKind)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How often letters of one kind are written to one person.

    :param settle: how long one waits for more of the same after the first.
    :param gap: the shortest time between two letters.
    """

    settle: timedelta
    gap: timedelta


_SLOW = Pace(settle=timedelta(minutes=2), gap=timedelta(hours=1))
_QUICK = Pace(settle=timedelta(seconds=10), gap=timedelta(minutes=10))
PACES: Final[Mapping[LetterKind, Pace]] = MappingProxyType(
    {
        LetterKind.FINISHED: _SLOW,
        LetterKind.SHORT: _SLOW,
        LetterKind.TROUBLE: _SLOW,
        LetterKind.TICKETS: _QUICK,
        LetterKind.DEPOSITS: _QUICK,
        LetterKind.SERVICES: _SLOW,
        LetterKind.TERMS: _SLOW,
        LetterKind.WEBHOOKS: _SLOW,
        LetterKind.SECURITY: Pace(settle=timedelta(), gap=timedelta(minutes=1)),
    }
)
assert PACES.keys() == set(LetterKind)

# All kinds but that of security together: whoever is told of everything at once is not told by the minute.
LETTERS_AN_HOUR_MAX = 12
# What happened longer ago than this is not told any more, such as after a restored backup or a week without a worker.
TOLD_WITHIN = timedelta(days=3)
DIGEST_HOUR = 8
LINES_MAX = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Happening:
    """Something to tell somebody.

    :param owner: the customer whose people are told, or the person, as the source has it.
    :param key: tells it from every other one of its kind; a person is told once of one key.
    :param subject: the id of what it is about.
    :param micros: a sum in `currency` that moved, if any.
    """

    owner: int
    kind: LetterKind
    news: News
    key: str
    subject: int | None
    at: datetime
    micros: int | None = None
    currency: str = ""


def slot(kind: LetterKind, now: datetime) -> str:
    """The stretch of time in which a person gets at most one letter of a kind: an hour; of security a minute."""
    return f"{now:%Y-%m-%dT%H:%M}" if PACES[kind].gap < timedelta(hours=1) else f"{now:%Y-%m-%dT%H}"


def digest_slot(now: datetime, zone: str | None) -> str | None:
    """The day whose letter is due for somebody in a zone, None before its hour.

    :param zone: such as "Asia/Tehran"; UTC for whoever never chose one.
    """
    there = now.astimezone(ZoneInfo(zone or "UTC"))
    return f"{there:%Y-%m-%d}" if there.hour >= DIGEST_HOUR else None
