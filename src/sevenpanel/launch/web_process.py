"""One process of the web server: uvicorn with a parser and an event loop in C, and limits that it lacks by itself.

`serve` starts a few of these. All of them listen on one address, and the system deals the connections out
(docs/adr/0013-one-server-in-one-thread.md).
"""

import asyncio
import os
import signal
import socket
import sys
from collections.abc import Sequence
from typing import Any

import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from sevenpanel.launch import closing
from sevenpanel.launch.patience import WEB_ANSWERS_SECONDS
from sevenpanel.launch.processes import die_with_parent
from sevenpanel.settings.environment import Environment, environment

APPLICATIONS = {
    "whole": "sevenpanel.api.asgi:application",
    "api": "sevenpanel.api.asgi:api_only",
    "site": "sevenpanel.api.asgi:site_only",
}

# What a command of the desk sets, and what it is in a process that answers people.
PRODUCTION, SERVING = "sevenpanel.settings.production", "sevenpanel.settings.serving"

BACKLOG = 2048
# Connections one process holds at a time, idle ones included; whoever comes then is told to try later.
CONNECTIONS_MAX = 1024
# So long a caller may rest between two requests: longer than a proxy does, so that the proxy hangs up first.
IDLE_SECONDS = 75
# So long a connection on which no request is in progress may still bring one that is on its way, after SIGTERM.
LAST_CALL_SECONDS = 2.0
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

    def shutdown(self) -> None:
        """The server stops: what is in progress is answered, and so is a request that is on its way."""
        if not self._may_bring_another():
            super().shutdown()
            return
        self._unset_keepalive_if_required()
        self.timeout_keep_alive_task = self.loop.call_later(LAST_CALL_SECONDS, self._hang_up)

    def _may_bring_another(self) -> bool:
        return self.cycle is None or self.cycle.response_complete

    def _hang_up(self) -> None:
        # What has come in by now is read next, and the usual limits hold for it.
        if not closing.has_news(self.transport.get_extra_info("socket").fileno()):
            self.timeout_keep_alive_handler()

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


class Server(uvicorn.Server):
    """A server that hangs up on nobody who has got through to it (test O-4)."""

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Listen no more, answer everybody who has connected, and return."""
        self.server_state.default_headers = [*self.server_state.default_headers, (b"connection", b"close")]
        await _taken_in(sockets or [])
        await super().shutdown(sockets)


async def _taken_in(listeners: Sequence[socket.socket]) -> None:
    """Take in whoever has connected by now, and nobody else."""
    clock = asyncio.get_running_loop().time
    until = clock() + LAST_CALL_SECONDS
    for listener in listeners:
        closing.overlook_new(listener)
        while closing.has_news(listener.fileno()) and clock() < until:
            await asyncio.sleep(0)
    for _ in range(2):  # who was taken in is known to the server a turn of the loop later
        await asyncio.sleep(0)


def main(arguments: Sequence[str]) -> int:
    """Serve one of `APPLICATIONS` until SIGTERM; requests in progress are answered first.

    :param arguments: the name of the application, and the pid of `serve`, which this process must not outlive.
    """
    name, parent = arguments
    die_with_parent(int(parent), signal.SIGKILL)
    if os.environ.get("DJANGO_SETTINGS_MODULE", PRODUCTION) == PRODUCTION:
        os.environ["DJANGO_SETTINGS_MODULE"] = SERVING
    here = environment()
    with listening(here) as listener:
        Server(_config(here, APPLICATIONS[name])).run(sockets=[listener])
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
        timeout_graceful_shutdown=WEB_ANSWERS_SECONDS,
        **quiet,
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
