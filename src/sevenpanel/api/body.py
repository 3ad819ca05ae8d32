"""The body of a request: read whole when it is small enough, thrown away while it comes in when it is not."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from sevenpanel.api.refusals import INCORRECT, TOO_LARGE, IncorrectRequest

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]

BODY_MAX = 4 * 1024 * 1024
# A client that is still sending does not read: up to here its body is swallowed, so that it reads our answer.
SWALLOW_MAX = 64 * 1024 * 1024
BODY_SECONDS = 60

# Bodies above this size wait for one of a few places, so that a thousand big ones cannot fill the memory.
SMALL = 64 * 1024
LARGE_AT_ONCE = 16


class CallerGone(Exception):  # noqa: N818 - says what happened
    """The caller hung up before the request was complete: there is nobody to answer."""


class BodyReader:
    """Reads bodies within the limits above."""

    def __init__(self) -> None:
        self._places = asyncio.Semaphore(LARGE_AT_ONCE)

    async def read(self, scope: Scope, receive: Receive) -> bytes:
        """Return the body.

        :raises IncorrectRequest: when it is too large or takes too long.
        :raises CallerGone: when it never became complete.
        """
        if _is_not_worth_sending(scope):
            raise IncorrectRequest(TOO_LARGE)
        try:
            async with asyncio.timeout(BODY_SECONDS):
                return await self._read(receive)
        except TimeoutError:
            raise IncorrectRequest(f"{INCORRECT}: the body did not arrive in time") from None

    async def _read(self, receive: Receive) -> bytes:
        body, more = await _chunk(receive)
        received = bytearray(body)
        while more and len(received) <= SMALL:
            body, more = await _chunk(receive)
            received += body
        if not more and len(received) <= BODY_MAX:
            return bytes(received)
        async with self._places:
            return await _read_large(received, receive)


async def _read_large(received: bytearray, receive: Receive) -> bytes:
    more, swallowed = True, 0
    while more and swallowed < SWALLOW_MAX:
        body, more = await _chunk(receive)
        swallowed += len(body)
        if len(received) <= BODY_MAX:
            received += body
    if len(received) > BODY_MAX:
        raise IncorrectRequest(TOO_LARGE)
    return bytes(received)


async def _chunk(receive: Receive) -> tuple[bytes, bool]:
    message = await receive()
    if message["type"] != "http.request":
        raise CallerGone
    return message.get("body", b""), message.get("more_body", False)


def header(scope: Scope, name: bytes) -> str:
    """A request's header, empty when it is absent."""
    return next((value.decode("latin-1") for key, value in scope["headers"] if key == name), "")


def headers(scope: Scope, name: bytes) -> str:
    """A request's headers of this name, joined with commas as one; empty when there is none."""
    return ",".join(value.decode("latin-1") for key, value in scope["headers"] if key == name)


def _is_not_worth_sending(scope: Scope) -> bool:
    """A client that asks first (Expect), or means to send more than would be swallowed, is told at once."""
    declared = header(scope, b"content-length")
    size = int(declared) if declared.isascii() and declared.isdigit() and len(declared) < 19 else 0
    return size > SWALLOW_MAX or (size > BODY_MAX and header(scope, b"expect").lower() == "100-continue")
