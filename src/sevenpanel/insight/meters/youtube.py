"""Views, likes and subscribers, by `videos.list` and `channels.list` of the YouTube Data API v3.

One call asks for up to 50 ids and costs one unit of the day's quota; a channel that is named by its handle has to be
asked for alone. The numbers of subscribers are rounded down to three digits, which the answer does not say.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

from sevenpanel.insight.domain import Counter, Network
from sevenpanel.insight.meters.asking import BYTES_MAX, SECONDS, Said, ask
from sevenpanel.insight.meters.interface import WORDS_MAX, Answers, Ask, Count, MeterUnavailable, NoCount, whole
from sevenpanel.kernel.calling import Call

IDS_PER_CALL = 50
DIGITS_SHOWN = 3
RATE_SECONDS = 60
# Until the key is mended, or the next day's quota begins: the budget of our own usually ends earlier.
LOCKED_OUT_SECONDS = 3_600

_VIDEO = re.compile(r"https://www\.youtube\.com/watch\?v=([A-Za-z0-9_-]{11})")
_CHANNEL = re.compile(r"https://www\.youtube\.com/channel/(UC[A-Za-z0-9_-]{22})")
_HANDLE = re.compile(r"https://www\.youtube\.com/@([^/?#&]{3,30})")
_USER = re.compile(r"https://www\.youtube\.com/user/([A-Za-z0-9_.-]{1,60})")

_FIELD = {
    Counter.YOUTUBE_VIEWS: "viewCount",
    Counter.YOUTUBE_LIKES: "likeCount",
    Counter.YOUTUBE_SUBSCRIBERS: "subscriberCount",
}
_NOT_FOUND = NoCount(words="YouTube knows no such public video or channel.")
_HIDDEN = NoCount(words="YouTube does not show this number.")
_UNREADABLE = NoCount(words="This link names no video or channel that can be asked for.")


@dataclass(frozen=True, slots=True)
class _Question:
    """One call: what it lists, by which parameter, and which answer belongs to which ask.

    :param key: the id that answers carry; None when the only item is the answer.
    """

    listing: str
    parameter: str
    value: str
    asks: tuple[tuple[Ask, str | None], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class YouTubeMeter:
    """A key of the operator's. It travels in a header, so that no address holds it."""

    key: str = field(repr=False)
    api: str
    allow_private: bool = False

    @property
    def network(self) -> Network:
        """YouTube."""
        return Network.YOUTUBE

    @property
    def batch(self) -> int:
        """As many as one call may name."""
        return IDS_PER_CALL

    def read(self, asks: Sequence[Ask]) -> Answers:
        """Ask for the counts of videos and channels by id, in one call each; or of one channel by its name.

        :raises MeterUnavailable: when the call failed.
        """
        question, answers = _question(asks)
        if question is None:
            return answers
        said = ask(self._call(question))
        if said.status != HTTPStatus.OK:
            raise _refusal(said)
        items = said.body.get("items", [])
        if not isinstance(items, list):
            raise MeterUnavailable("The answer holds no list of items.")
        found = _statistics(items)
        return answers | {each.order_id: _counted(each, id_, found) for each, id_ in question.asks}

    def _call(self, question: _Question) -> Call:
        query = urlencode({"part": "statistics", question.parameter: question.value})
        return Call(
            method="GET",
            url=f"{self.api}/youtube/v3/{question.listing}?{query}",
            headers={"X-Goog-Api-Key": self.key},
            allow_private=self.allow_private,
            seconds=SECONDS,
            body_bytes_max=BYTES_MAX,
        )


def _question(asks: Sequence[Ask]) -> tuple[_Question | None, dict[int, Count | NoCount]]:
    """The next call: as many of the same kind as fit. What no call can ask for is answered at once."""
    answers: dict[int, Count | NoCount] = {}
    first: _Question | None = None
    for each in asks:
        one = _of(each)
        if one is None:
            answers[each.order_id] = _UNREADABLE
        elif first is None:
            first = one
        elif (one.listing, one.parameter) == (first.listing, first.parameter) and one.parameter == "id":
            first = _joined(first, one)
    return first, answers


def _of(each: Ask) -> _Question | None:
    forms: tuple[tuple[re.Pattern[str], str, str], ...] = (
        ((_CHANNEL, "channels", "id"), (_HANDLE, "channels", "forHandle"), (_USER, "channels", "forUsername"))
        if each.counter is Counter.YOUTUBE_SUBSCRIBERS
        else ((_VIDEO, "videos", "id"),)
    )
    for form, listing, parameter in forms:
        if found := form.fullmatch(each.target):
            id_ = found[1] if parameter == "id" else None
            return _Question(listing, parameter, found[1], ((each, id_),))
    return None


def _joined(first: _Question, one: _Question) -> _Question:
    ids = first.value.split(",")
    value = first.value if one.value in ids else f"{first.value},{one.value}"
    return _Question(first.listing, first.parameter, value, (*first.asks, *one.asks))


def _statistics(items: Sequence[object]) -> Callable[[str | None], Mapping[str, Any] | None]:
    """How to find the statistics of an id in an answer; or of the only item, where it was asked for by name."""
    read = [
        (str(item.get("id")), item["statistics"])
        for item in items
        if isinstance(item, dict) and isinstance(item.get("statistics"), dict)
    ]
    by_id = dict(read)

    def find(id_: str | None) -> Mapping[str, Any] | None:
        if id_ is not None:
            return by_id.get(id_)
        return read[0][1] if len(read) == 1 else None

    return find


def _counted(each: Ask, id_: str | None, find: Callable[[str | None], Mapping[str, Any] | None]) -> Count | NoCount:
    found = find(id_)
    if found is None:
        return _NOT_FOUND
    count = whole(found.get(_FIELD[each.counter]))
    if count is None or found.get("hiddenSubscriberCount") is True:
        return _HIDDEN
    return Count(value=count, step=_step(count) if each.counter is Counter.YOUTUBE_SUBSCRIBERS else 1)


def _step(count: int) -> int:
    """The size of the last digit that is shown."""
    return int(10 ** max(len(str(count)) - DIGITS_SHOWN, 0))


def _refusal(said: Said) -> MeterUnavailable:
    error = said.body.get("error")
    told = error if isinstance(error, dict) else {}
    words = str(told.get("message", ""))[:WORDS_MAX] or f"Status {said.status}."
    reasons = {str(each.get("reason")) for each in _list(told.get("errors")) if isinstance(each, dict)}
    if said.status == HTTPStatus.TOO_MANY_REQUESTS or reasons & {"rateLimitExceeded", "userRateLimitExceeded"}:
        return MeterUnavailable(words, retry_after_seconds=RATE_SECONDS)
    if said.status in (HTTPStatus.BAD_REQUEST, HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN):
        return MeterUnavailable(words, retry_after_seconds=LOCKED_OUT_SECONDS)
    return MeterUnavailable(words)


def _list(value: object) -> list[object]:
    return value if isinstance(value, list) else []
