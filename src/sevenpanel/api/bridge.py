"""The site behind the door: Django as WSGI in a few threads, reached through a2wsgi.

a2wsgi takes the happy path for granted. What it is guarded against here: a form that is cut off would be read as
if it were whole, and a visitor who leaves in the middle of a page would keep a thread for ever.
"""

import logging
from collections.abc import Callable
from typing import Any
from urllib.parse import quote_from_bytes

from a2wsgi import WSGIMiddleware

from sevenpanel.api.body import Receive, Scope, Send

THREADS = 8
# What may stand in a query as it is; everything else is percent-encoded before ASCII is asked for.
_PLAIN = bytes(range(0x21, 0x7F)).decode()

log = logging.getLogger(__name__)


class Bridge:
    """A WSGI application as an ASGI one."""

    def __init__(self, site: Callable[..., Any]) -> None:
        self._site = WSGIMiddleware(site, workers=THREADS)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand one request over."""
        await self._site(_plain(scope), _Whole(receive), _Patient(send))  # type: ignore[arg-type]


def _plain(scope: Scope) -> Scope:
    # WSGI writes both X-Y and X_Y as HTTP_X_Y: only the first may speak for a proxy.
    headers = [(name, value) for name, value in scope["headers"] if b"_" not in name]
    query = quote_from_bytes(scope["query_string"], safe=_PLAIN).encode()
    return {**scope, "headers": headers, "query_string": query}


class _Whole:
    """Receives, and breaks the reading of a body that ends before it is complete."""

    def __init__(self, receive: Receive) -> None:
        self._receive = receive

    async def __call__(self) -> dict[str, Any]:
        message = await self._receive()
        if message["type"] == "http.disconnect":
            raise ConnectionResetError("The visitor left before the request was complete.")
        return message


class _Patient:
    """Sends, and swallows what a visitor who has left will not read."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self._is_gone = False

    async def __call__(self, message: dict[str, Any]) -> None:
        if self._is_gone:
            return
        try:
            await self._send(message)
        except Exception as error:
            self._is_gone = True
            log.debug("A visitor left before the answer was complete: %s", type(error).__name__)
