"""A call to a provider, over the guarded way out (`sevenpanel.kernel.calling`), in the words of dispatch."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import httpx

from sevenpanel.fulfilment.providers.interface import Body, Method, NotNowReason, UnknownReason
from sevenpanel.kernel import calling
from sevenpanel.kernel.addresses import AddressRefused, checked_url
from sevenpanel.kernel.calling import BODY_BYTES_MAX, TOTAL_SECONDS, Heard, LostBecause, NotSentBecause, is_success

__all__ = ["BODY_BYTES_MAX", "CATALOGUE_BYTES_MAX", "CATALOGUE_SECONDS", "Heard", "exchange", "is_success"]

CATALOGUE_SECONDS = 120.0
CATALOGUE_BYTES_MAX = 16_000_000

_NOT_NOW = {
    NotSentBecause.NOT_CONNECTED: NotNowReason.NOT_CONNECTED,
    NotSentBecause.ADDRESS_REFUSED: NotNowReason.ADDRESS_REFUSED,
}
assert _NOT_NOW.keys() == set(NotSentBecause)
_UNKNOWN = {
    LostBecause.TIMED_OUT: UnknownReason.TIMED_OUT,
    LostBecause.BROKEN_OFF: UnknownReason.BROKEN_OFF,
    LostBecause.TOO_LARGE: UnknownReason.TOO_LARGE,
    LostBecause.NOT_READABLE: UnknownReason.NOT_JSON,
}
assert _UNKNOWN.keys() == set(LostBecause)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outgoing:
    """One call as it is to be made.

    :param fields: the parameters, secrets among them; not shown.
    """

    method: Method
    url: str
    fields: Mapping[str, str] = field(repr=False)
    body: Body
    user_agent: str
    allow_private: bool
    seconds: float = TOTAL_SECONDS
    body_bytes_max: int = BODY_BYTES_MAX


class NotSent(Exception):  # noqa: N818 - an outcome, not a fault
    """No byte of the request left, so the call may be made again without risk."""

    def __init__(self, reason: NotNowReason, words: str, *, elapsed_ms: int = 0) -> None:
        super().__init__(words)
        self.reason = reason
        self.words = words
        self.elapsed_ms = elapsed_ms


class Lost(Exception):  # noqa: N818 - an outcome, not a fault
    """Bytes left and no whole answer came back.

    :param status: None when not even the answer's head arrived.
    :param body: what arrived until then, decoded.
    """

    def __init__(
        self, reason: UnknownReason, words: str, *, status: int | None, body: bytes, elapsed_ms: int = 0
    ) -> None:
        super().__init__(words)
        self.reason = reason
        self.words = words
        self.status = status
        self.body = body
        self.elapsed_ms = elapsed_ms


def exchange(outgoing: Outgoing) -> Heard:
    """This function makes one call and reads its whole answer.

    :raises NotSent: when no byte of the request left this machine.
    :raises Lost: when bytes left and no whole, readable answer came back.
    """
    try:
        return calling.exchange(_written(outgoing))
    except calling.NotSent as outcome:
        raise NotSent(_NOT_NOW[outcome.because], outcome.words, elapsed_ms=outcome.elapsed_ms) from outcome
    except calling.Lost as outcome:
        raise Lost(
            _UNKNOWN[outcome.because],
            outcome.words,
            status=outcome.status,
            body=outcome.body,
            elapsed_ms=outcome.elapsed_ms,
        ) from outcome


def _written(outgoing: Outgoing) -> calling.Call:
    """The call as it goes over the wire. What cannot even be written down has certainly not been sent."""
    try:
        request = _request(outgoing)
    except AddressRefused as refused:
        raise NotSent(NotNowReason.ADDRESS_REFUSED, str(refused)) from refused
    except ValueError as fault:
        raise NotSent(
            NotNowReason.NOT_CONNECTED, f"The call cannot be written down ({type(fault).__name__})."
        ) from fault
    headers = {name: value for name, value in request.headers.items() if name in ("content-type", "user-agent")}
    return calling.Call(
        method=request.method,
        url=str(request.url),
        headers=headers,
        content=request.content,
        allow_private=outgoing.allow_private,
        seconds=outgoing.seconds,
        body_bytes_max=outgoing.body_bytes_max,
    )


def _request(outgoing: Outgoing) -> httpx.Request:
    url = checked_url(outgoing.url, allow_private=outgoing.allow_private)
    headers = {"User-Agent": outgoing.user_agent}
    if outgoing.method is Method.GET:
        return httpx.Request("GET", url.copy_merge_params(dict(outgoing.fields)), headers=headers)
    if outgoing.body is Body.JSON:
        return httpx.Request("POST", url, headers=headers, json=dict(outgoing.fields))
    return httpx.Request("POST", url, headers=headers, data=dict(outgoing.fields))
