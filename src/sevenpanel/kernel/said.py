"""Sentences that know what they were made of, so that a page can say them in the reader's language (U-14).

The rooms that judge and count speak English: what they say is stored, sent over the API and compared. A `Phrase` is
that English text, a plain `str` for everybody who takes it as one; it also keeps the message and the values that it
was made of. A page looks the message up in its catalogue and fills the values in again.

Whatever makes another text of a phrase (an f-string, "+", `join`, `strip`) gives a plain `str` that is English for
good. So sentences that stand one after another are kept as a `Passage`.
"""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from enum import StrEnum
from functools import reduce
from typing import Any, Self

MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


class Made(str):
    """A text that is made of parts, and is made again of them when it is copied or pickled."""

    __slots__ = ()

    def __reduce_ex__(self, protocol: object) -> tuple[Any, ...]:
        return type(self), self._parts()

    def _parts(self) -> tuple[Any, ...]:
        return (plain(self),)


class Phrase(Made):
    """One whole sentence, or one part of speech that stands as a value in another.

    :param message: the English text with a place `%(name)s` for each value: the id of its translation.
    :param values: what stands in the places. A plain text is foreign: a name, a link, somebody's words.
    :param many: for a phrase that counts, its English text for other numbers than one.
    :param number: what is counted; it stands in the place `n`.
    """

    __slots__ = ("many", "message", "number", "values")

    message: str
    values: Mapping[str, "Value"]
    many: str | None
    number: int

    def __new__(
        cls, message: str, values: Mapping[str, "Value"], many: str | None = None, number: int = 1
    ) -> Self:  # fmt: skip
        english = message if many is None or number == 1 else many
        made = super().__new__(cls, english % values if values else english)
        made.message, made.values, made.many, made.number = message, values, many, number
        return made

    def _parts(self) -> tuple[Any, ...]:
        return self.message, self.values, self.many, self.number


class Passage(Made):
    """Sentences one after another, each of which can be said by itself."""

    __slots__ = ("sentences",)

    sentences: tuple[str, ...]

    def __new__(cls, sentences: tuple[str, ...]) -> Self:
        made = super().__new__(cls, " ".join(sentences))
        made.sentences = sentences
        return made

    def _parts(self) -> tuple[Any, ...]:
        return (self.sentences,)


class Count(Made):
    """A whole number of things, which is no id.

    :param is_apart: its thousands stand apart in English.
    """

    __slots__ = ("is_apart", "number")

    number: int
    is_apart: bool

    def __new__(cls, number: int, is_apart: bool = True) -> Self:
        made = super().__new__(cls, f"{number:,}" if is_apart else str(number))
        made.number, made.is_apart = number, is_apart
        return made

    def _parts(self) -> tuple[Any, ...]:
        return self.number, self.is_apart


class Moment(Made):
    """An instant, in UTC: "3 May 2026, 14:00 UTC", with seconds only where there are any.

    :param english: how it is written in English where it was written otherwise.
    """

    __slots__ = ("at",)

    at: datetime

    def __new__(cls, at: datetime, english: str = "") -> Self:
        made = super().__new__(cls, english or _written(at))
        made.at = at
        return made

    def _parts(self) -> tuple[Any, ...]:
        return self.at, plain(self)


def _written(at: datetime) -> str:
    utc = at.astimezone(UTC)
    seconds = f":{utc.second:02d}" if utc.second else ""
    return f"{utc.day} {MONTHS[utc.month - 1]} {utc.year}, {utc.hour:02d}:{utc.minute:02d}{seconds} UTC"


Value = str | int
"""What a place in a message can hold. A number stands as it is and in Latin digits, as ids do; others are a `Count`."""


def say(message: str, /, **values: Value) -> Phrase:
    """Say one whole sentence. The message is a literal, so that it is found and translated.

    :raises KeyError: for a place without a value.
    """
    return Phrase(message, values)


def say_many(message: str, many: str, /, *, n: int, **values: Value) -> Phrase:
    """Say a sentence about a number of things, which stands in the place `n`: for one of them, and for many."""
    return Phrase(message, {"n": Count(n), **values}, many, n)


def kept(text: str, /) -> str:
    """Words of the desk's own that were kept as text: said anew where they are a message without values."""
    return Phrase(text, {}) if text and not isinstance(text, (Phrase, Passage)) else text


def listed(parts: Iterable[str], *, last: str = "and") -> str:
    """Say parts of one list: "a", "a and b", "a, b and c".

    :param last: "and" or "or", before the last one.
    """
    *head, tail = parts
    if not head:
        return tail
    said = reduce(lambda before, part: say("%(before)s, %(part)s", before=before, part=part), head)
    if last == "or":
        return say("%(before)s or %(part)s", before=said, part=tail)
    return say("%(before)s and %(part)s", before=said, part=tail)


def named(words: Iterable[Phrase], *enums: type[StrEnum]) -> dict[str, Phrase]:
    """The phrase for each word of these enums, which is the word itself.

    :raises AssertionError: when a word has none, so that nobody forgets to translate it, or one is of no enum.
    """
    known = {plain(each): each for each in words}
    assert known.keys() == {member.value for enum in enums for member in enum}, enums
    return known


def passage(sentences: Iterable[str]) -> Passage:
    """Say sentences one after another; those that say nothing are left out."""
    return Passage(tuple(each for each in sentences if each))


def plain(value: object) -> str:
    """The English text alone, for encoders that take nothing but a plain `str`.

    :raises TypeError: for anything that is no text.
    """
    if not isinstance(value, str):
        raise TypeError(f"{type(value).__name__} is no text.")
    return str(value)
