"""Questions to a processor's API: JSON there and back over the guarded way out, bounded, and believed in its form only.

No float is ever made of a number: what has a point in it stays a decimal. Whatever goes wrong is one of three things:
nobody can be asked now, this one question was refused, or its subject is not there.
"""

import json
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from decimal import ROUND_FLOOR, Decimal, InvalidOperation, localcontext
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode, urlsplit

from sevenpanel.deposits.sources.interface import SourceUnavailable, UnableToOpen
from sevenpanel.kernel import calling
from sevenpanel.kernel.money import RAW_MAX

CALL_SECONDS = 10.0
LOOK_SECONDS = 40.0
"""After this much time in one look no further question is begun."""
ANSWER_BYTES_MAX = 2_000_000
WORDS_MAX = 200
_AMOUNT_LENGTH_MAX = 120
_DIGITS_MAX = 160
_RETRY_SECONDS_MAX = 600

exchange = calling.exchange


class NotHeard(Exception):  # noqa: N818 - a state of the processor, not a fault of ours
    """Nobody there can be asked now. Its words are for staff and hold no key."""

    def __init__(self, words: str, *, retry_after_seconds: int | None = None) -> None:
        super().__init__(words)
        self.words = words
        self.retry_after_seconds = retry_after_seconds


class Unusable(Exception):  # noqa: N818 - a state of one answer
    """This one question was refused, or its answer makes no sense. Others may go better."""

    @property
    def words(self) -> str:
        """What is wrong."""
        return str(self)


class NotThere(Unusable):
    """The processor knows no such thing."""


@dataclass(slots=True)
class Api:
    """One processor's API.

    :param url: its address, without a slash at the end.
    :param headers: what lets us in; never shown.
    :param allow_private: whether it may stand on this machine or in its own network.
    """

    url: str
    headers: Mapping[str, str] = field(repr=False)
    allow_private: bool = False
    _since: float | None = None

    @property
    def host(self) -> str:
        """What staff knows it by."""
        return urlsplit(self.url).hostname or ""

    @property
    def has_time(self) -> bool:
        """Whether another question may be begun in this look."""
        return self._left() > 0

    def get(self, path: str, query: Sequence[tuple[str, str]] = ()) -> Any:
        """Ask for something.

        :raises NotHeard, Unusable, NotThere: as their names say.
        """
        tail = f"?{urlencode(query)}" if query else ""
        return self._ask(calling.Call(method="GET", url=f"{self.url}{path}{tail}", **self._common()))

    def post(self, path: str, body: str) -> Any:
        """Ask for something to be made.

        :param body: JSON, written by the caller, since amounts in it must not pass through floats.
        :raises NotHeard, Unusable, NotThere: as their names say.
        """
        return self._ask(calling.Call(method="POST", url=f"{self.url}{path}", content=body.encode(), **self._common()))

    def _common(self) -> dict[str, Any]:
        headers = {"Accept": "application/json", "Content-Type": "application/json", **self.headers}
        seconds = max(1.0, min(CALL_SECONDS, self._left() + CALL_SECONDS / 2))
        bounds = {"seconds": seconds, "body_bytes_max": ANSWER_BYTES_MAX}
        return {"headers": headers, "allow_private": self.allow_private, **bounds}

    def _left(self) -> float:
        self._since = time.monotonic() if self._since is None else self._since
        return LOOK_SECONDS - (time.monotonic() - self._since)

    def _ask(self, call: calling.Call) -> Any:
        if self._left() < -CALL_SECONDS:
            raise NotHeard(f"{self.host} answers so slowly that the time of a look was over.")
        try:
            heard = exchange(call)
        except (calling.NotSent, calling.Lost) as outcome:
            raise NotHeard(f"{self.host} cannot be reached ({outcome.because.value}).") from None
        self._refuse_status(heard)
        return read(heard.body)

    def _refuse_status(self, heard: calling.Heard) -> None:
        status = heard.status
        if calling.is_success(status):
            return
        if status in (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN):
            raise NotHeard(f"{self.host} does not accept the key, or the key may not do this (HTTP {status}).")
        if status == HTTPStatus.NOT_FOUND:
            raise NotThere(f"{self.host} knows nothing of it.")
        if status == HTTPStatus.TOO_MANY_REQUESTS or status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            raise NotHeard(f"{self.host} answered with HTTP {status}.", retry_after_seconds=_retry_after(heard))
        raise Unusable(f"{self.host} answered with HTTP {status}: {_said(heard.body)}")


@contextmanager
def opening(refusal: str) -> Iterator[None]:
    """Say in the words of sources what goes wrong while a place to pay is opened.

    :param refusal: the sentence for the customer when the processor makes none.
    :raises SourceUnavailable: when it cannot be asked now.
    :raises UnableToOpen: when it refused, or answered something that makes no sense.
    """
    try:
        yield
    except NotHeard as away:
        raise SourceUnavailable(away.words) from away
    except Unusable as strange:
        raise UnableToOpen(refusal) from strange


def read(body: bytes) -> Any:
    """This function reads JSON without making floats of it.

    :raises Unusable: when it is none.
    """
    try:
        return json.loads(body, parse_float=Decimal, parse_constant=_refused)
    except (ValueError, RecursionError, InvalidOperation):
        raise Unusable("The answer is not JSON.") from None


def amount(value: object, *, decimals: int) -> int:
    """This function reads an amount of an asset in its smallest units, rounded down.

    :param value: a text or a number, as the processor writes it.
    :raises Unusable: when it is no amount, or below zero.
    """
    if isinstance(value, bool) or not isinstance(value, str | int | Decimal) or len(str(value)) > _AMOUNT_LENGTH_MAX:
        raise Unusable("An amount cannot be read.")
    try:
        exact = Decimal(value)
    except InvalidOperation:
        raise Unusable("An amount cannot be read.") from None
    if not exact.is_finite() or exact < 0 or exact.adjusted() > _DIGITS_MAX // 2:
        raise Unusable("An amount cannot be read.")
    with localcontext(prec=2 * _DIGITS_MAX, rounding=ROUND_FLOOR):
        raw = int((exact.scaleb(decimals)).to_integral_value())
    if raw > RAW_MAX:
        raise Unusable("An amount is larger than any.")
    return raw


def words(value: object, *, longest: int) -> str:
    """This function reads a text of an answer that is safe to keep and to show; empty when it is none."""
    if not isinstance(value, str | int) or isinstance(value, bool):
        return ""
    text = str(value)
    return text if len(text) <= longest and text.isprintable() else ""


def name(value: object, *, longest: int) -> str:
    """This function reads a name that may stand in an address: plain letters and digits; empty when it is none."""
    text = words(value, longest=longest)
    return text if text.isascii() and text.isalnum() else ""


def written(value: object) -> str:
    """This function writes down an answer as proof: plain ASCII, at most what is kept of one."""
    return json.dumps(value, default=str, sort_keys=True)[:4_000]


def _refused(text: str) -> Any:
    raise ValueError(text)


def _retry_after(heard: calling.Heard) -> int | None:
    text = heard.headers.get("retry-after", "")
    return min(int(text), _RETRY_SECONDS_MAX) if text.isascii() and text.isdigit() and len(text) < 7 else None


def _said(body: bytes) -> str:
    text = body[: 4 * WORDS_MAX].decode("utf-8", "replace")
    return "".join(character if character.isprintable() else " " for character in text)[:WORDS_MAX]
