"""One process of the web server: uvicorn with a parser and an event loop in C, and limits that it lacks by itself.

`serve` starts a few of these. All of them listen on one address, and the system deals the connections out
(docs/adr/0011-one-server-in-one-thread.md).
"""

import asyncio
import signal
import socket
import sys
from collections.abc import Sequence
from typing import Any

import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from sevenpanel.launch.processes import die_with_parent
from sevenpanel.settings.environment import Environment, environment

APPLICATIONS = {
    "whole": "sevenpanel.api.asgi:application",
    "api": "sevenpanel.api.asgi:api_only",
    "site": "sevenpanel.api.asgi:site_only",
}

BACKLOG = 2048
# Connections one process holds at a time, idle ones included; whoever comes then is told to try later.
CONNECTIONS_MAX = 1024
# So long a caller may rest between two requests: longer than a proxy does, so that the proxy hangs up first.
IDLE_SECONDS = 75
STOP_SECONDS = 10
# So long the head of a request may take, and then its body, however they drip.
HEAD_SECONDS = 30
BODY_SECONDS = 300
HEAD_BYTES_MAX = 64 * 1024


class Wire(HttpToolsProtocol):
    """One connection, on which nobody dawdles, and no head goes on for ever."""

    # How many seconds what is missing may take, 0 while nothing is; and what the timer is set for.
    _owed = 0
    _timed = 0
    _timer: asyncio.TimerHandle | None = None
    _head_bytes = 0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to wait for a request."""
        super().connection_made(transport)
        self._owed = HEAD_SECONDS
        self._watch(0)

    def data_received(self, data: bytes) -> None:
        """Read what came, then wait for what is missing, if anything is."""
        super().data_received(data)
        self._watch(len(data))

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait for nothing any more."""
        self._owed = 0
        self._watch(0)
        super().connection_lost(exc)

    def on_message_begin(self) -> None:
        """A request begins."""
        super().on_message_begin()
        self._owed = HEAD_SECONDS
        self._head_bytes = 0

    def on_headers_complete(self) -> None:
        """Its head is whole."""
        super().on_headers_complete()
        self._owed = BODY_SECONDS

    def on_message_complete(self) -> None:
        """It is whole."""
        super().on_message_complete()
        self._owed = 0

    def _watch(self, size: int) -> None:
        if self._owed == HEAD_SECONDS:
            self._head_bytes += size
            if self._head_bytes > HEAD_BYTES_MAX:
                self.send_400_response("The head of the request is too long.")
                return
        # A request that came in one piece, the usual case, has never set a timer.
        if self._timed != self._owed:
            self._time()

    def _time(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._timed = self._owed
        self._timer = self.loop.call_later(self._owed, self.timeout_keep_alive_handler) if self._owed else None


def main(arguments: Sequence[str]) -> int:
    """Serve one of `APPLICATIONS` until SIGTERM; requests in progress are answered first.

    :param arguments: the name of the application, and the pid of `serve`, which this process must not outlive.
    """
    name, parent = arguments
    die_with_parent(int(parent), signal.SIGKILL)
    here = environment()
    with listening(here) as listener:
        uvicorn.Server(_config(here, APPLICATIONS[name])).run(sockets=[listener])
    return 0


def listening(here: Environment) -> socket.socket:
    """A socket on the desk's address, which every process of ours has for itself."""
    family, kind, protocol, _, address = socket.getaddrinfo(here.bind, here.port, type=socket.SOCK_STREAM)[0]
    listener = socket.socket(family, kind, protocol)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    listener.bind(address)
    return listener


def _config(here: Environment, application: str) -> uvicorn.Config:
    quiet: dict[str, Any] = {"log_config": None, "access_log": False, "server_header": False}
    return uvicorn.Config(
        application,
        loop="uvloop",
        http=Wire,
        ws="none",
        proxy_headers=False,  # who believes which proxy is the site's own affair
        backlog=BACKLOG,
        limit_concurrency=CONNECTIONS_MAX,
        timeout_keep_alive=IDLE_SECONDS,
        timeout_graceful_shutdown=STOP_SECONDS,
        **quiet,
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
