"""What a notice says, who it came from, and what makes one that cannot be published."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from sevenpanel.kernel.money import Sum, parse_amount
from sevenpanel.kernel.said import Count, Phrase, say
from sevenpanel.terms import DropBand, NoticeKind, Overrides, Scope
from sevenpanel.terms.notice import OVERRIDABLE

TEXT_LENGTH_MAX = 4096
WITHIN_MAX = timedelta(days=3650)


class Origin(StrEnum):
    """Where a notice was written."""

    DESK = "desk"
    CHANNEL = "channel"
    CATALOGUE = "catalogue"


class PostState(StrEnum):
    """Where a notice stands on its way to the channel."""

    WAITING = "waiting"
    SENDING = "sending"
    SENT = "sent"
    UNKNOWN = "unknown"
    PARKED = "parked"
    DELETED = "deleted"
    DROPPED = "dropped"


class PostAction(StrEnum):
    """What is asked of the channel."""

    SEND = "send"
    EDIT = "edit"
    DELETE = "delete"


KIND_WORDS: Final = MappingProxyType(
    {
        NoticeKind.PRICE: say("Price"),
        NoticeKind.NEW: say("New"),
        NoticeKind.PAUSED: say("Paused"),
        NoticeKind.BACK: say("Back"),
        NoticeKind.DELAY: say("Delay"),
        NoticeKind.DESCRIPTION: say("Description"),
        NoticeKind.GENERAL: say("General"),
    }
)
assert KIND_WORDS.keys() == set(NoticeKind)

# What the catalogue's own notices say after the name of their service.
ON_SALE = say("it can be ordered now.")
ON_SALE_AGAIN = say("it can be ordered again.")
PAUSED = say("it is paused; orders that run go on.")
NO_LONGER_SOLD = say("it is no longer sold; orders that run go on.")
DESCRIBED_ANEW = say("the description has changed.")
_NEWS: dict[str, Phrase] = {each: each for each in (ON_SALE, ON_SALE_AGAIN, PAUSED, NO_LONGER_SOLD, DESCRIBED_ANEW)}
_LIMITS = re.compile(r"one order is now ([0-9]+) to ([0-9]+)\.")
_PRICE = re.compile(
    r"the price is (lower|higher), ([0-9]{1,12}\.[0-9]{2,6}) (\S+) instead of ([0-9]{1,12}\.[0-9]{2,6}) (\S+)\."
)


def news_of_limits(few: int, many: int) -> Phrase:
    """That another smallest or largest quantity counts."""
    return say("one order is now %(few)s to %(many)s.", few=Count(few, False), many=Count(many, False))


def news_of_price(*, new: Sum, old: Sum) -> Phrase:
    """That another price counts."""
    if new.micros < old.micros:
        return say("the price is lower, %(new)s instead of %(old)s.", new=new, old=old)
    return say("the price is higher, %(new)s instead of %(old)s.", new=new, old=old)


def said_again(text: str) -> str:
    """Say the stored text of a notice again where the catalogue wrote it: a service's name and the news about it.

    :returns: the same text, which knows its parts then; what a person wrote, as it is.
    """
    name, _colon, news = text.rpartition(": ")
    known = _NEWS.get(news) or _with_figures(news)
    said = say("%(service)s: %(news)s", service=name, news=known) if known and name else text
    return said if said == text else text


def _with_figures(news: str) -> Phrase | None:
    if limits := _LIMITS.fullmatch(news):
        return news_of_limits(int(limits[1]), int(limits[2]))
    if price := _PRICE.fullmatch(news):
        new, old = Sum(parse_amount(price[2]), price[3]), Sum(parse_amount(price[4]), price[5])
        return news_of_price(new=new, old=old)
    return None


Value = int | str | bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One figure before and after. Durations are in seconds, money in micro-units; None is "not said".

    :param field: a column of the catalogue: `rate_micros`, `state`, or a field of the description.
    """

    field: str
    old: Value
    new: Value


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A notice as somebody wants it published.

    :param subject: the network, or the id of the category or service; None for all.
    :param in_force_from: None for the instant of publication.
    """

    kind: NoticeKind
    scope: Scope
    subject: int | str | None = None
    text: str
    in_force_from: datetime | None = None
    in_force_until: datetime | None = None
    overrides: Overrides = field(default_factory=Overrides)


def is_paused_by(kind: NoticeKind, origin: Origin) -> bool | None:
    """What a notice does to ordering while it is in force: pauses it, lifts a pause, or None for nothing.

    The catalogue's own notices tell of a state that the service itself carries, so they do nothing here.
    """
    if origin is Origin.CATALOGUE:
        return None
    return {NoticeKind.PAUSED: True, NoticeKind.BACK: False}.get(kind)


def fault_of(draft: Draft, *, published_at: datetime, quantity_max: int) -> str:
    """Why a draft cannot be published, as a sentence; the empty string when it can.

    :param quantity_max: the most that any order may ask for.
    """
    begins = draft.in_force_from or published_at
    faults = (
        (not draft.text.strip(), "A notice needs words."),
        (len(draft.text) > TEXT_LENGTH_MAX, f"A notice has at most {TEXT_LENGTH_MAX} characters."),
        (not _is_plain(draft.text + (draft.overrides.text or "")), "A notice holds no control characters."),
        (
            draft.in_force_until is not None and draft.in_force_until <= max(begins, published_at),
            "A notice ends after it begins, and not in the past.",
        ),
        (
            not _bounds_hold(draft.overrides, quantity_max),
            "The smallest quantity is at least 1, the largest not below.",
        ),
        (not _times_hold(draft.overrides), "A promised time is longer than nothing and at most ten years."),
    )
    return next((sentence for is_fault, sentence in faults if is_fault), "")


def _is_plain(text: str) -> bool:
    """Whether a feed reader and a database can hold it: letters, signs, lines and tabs, no control characters."""
    return not any((ord(sign) < 32 and sign not in "\n\r\t") or 0xD800 <= ord(sign) <= 0xDFFF for sign in text)


def _bounds_hold(overrides: Overrides, most: int) -> bool:
    few = 1 if overrides.quantity_min is None else overrides.quantity_min
    many = most if overrides.quantity_max is None else overrides.quantity_max
    return 1 <= few <= many <= most


def _times_hold(overrides: Overrides) -> bool:
    times = (overrides.start_within, overrides.complete_within)
    return all(timedelta(0) < time <= WITHIN_MAX for time in times if time is not None)


def said(overrides: Overrides) -> Mapping[str, object]:
    """The fields that a notice changes, with what it puts there."""
    return {name: value for name in OVERRIDABLE if (value := getattr(overrides, name)) is not None}


def plain(value: object) -> Value:
    """A figure as a change stores it."""
    if isinstance(value, timedelta):
        return int(value.total_seconds())
    if value is None or isinstance(value, bool | int):
        return value
    return str(value.value) if isinstance(value, DropBand) else str(value)
