"""O-4 at the door: a web process that is told to stop answers everybody who has got through to it, and then ends."""

import asyncio
import errno
import select
import socket
from collections.abc import Awaitable, Callable
from contextlib import closing
from dataclasses import dataclass

import pytest
import uvicorn
import uvloop
from tests.journeys.test_web_process import ASKED, application
from tests.sabotage import Switch, planted

from sevenpanel.jobs.stopping import PATIENCE_SECONDS
from sevenpanel.kernel.calling import TOTAL_SECONDS
from sevenpanel.launch import patience, web_process
from sevenpanel.launch.closing import overlook_new
from sevenpanel.launch.web_process import Server, Wire

PATIENCE = 60
TURNS = 10
LAST = b"connection: close"


@dataclass
class Stopping:
    """A server that can be told to stop, in the event loop that it has when it serves."""

    server: Server
    listener: socket.socket

    @property
    def address(self) -> tuple[str, int]:
        """Where it listens."""
        host, port = self.listener.getsockname()
        return host, port

    async def stop(self) -> None:
        """What SIGTERM leads to."""
        await self.server.shutdown(sockets=[self.listener])  # in this very turn of the loop


async def started(listener: socket.socket) -> Stopping:
    config = uvicorn.Config(application, http=Wire, ws="none", lifespan="off", log_config=None)
    config.load()
    server = Server(config)
    server.lifespan = config.lifespan_class(config)
    await server.startup(sockets=[listener])
    return Stopping(server, listener)


async def turns() -> None:
    """Let the server do what it can do now."""
    for _ in range(TURNS):
        await asyncio.sleep(0.01)


async def asks_while_nobody_looks(stopping: Stopping, caller: socket.socket) -> None:
    """Connect and ask, and only then does the server find time: to stop."""
    caller.connect(stopping.address)
    caller.sendall(ASKED)
    await stopping.stop()


async def asks_a_moment_later(stopping: Stopping, caller: socket.socket) -> None:
    """Connect, and ask when the server is stopping already."""
    caller.connect(stopping.address)
    await turns()
    ending = asyncio.create_task(stopping.stop())
    await turns()
    caller.sendall(ASKED)
    await ending


async def asks_again(stopping: Stopping, caller: socket.socket) -> None:
    """Ask, keep the connection as a proxy does, and ask again when the server is stopping."""
    caller.connect(stopping.address)
    caller.sendall(ASKED)
    await turns()
    ending = asyncio.create_task(stopping.stop())
    await turns()
    caller.sendall(ASKED)
    await ending


async def goes_on_asking(stopping: Stopping, caller: socket.socket) -> None:
    """Be half-way through a request when the server stops."""
    caller.connect(stopping.address)
    caller.sendall(ASKED[:20])
    await turns()
    ending = asyncio.create_task(stopping.stop())
    await turns()
    caller.sendall(ASKED[20:])
    await ending


async def says_nothing(stopping: Stopping, caller: socket.socket) -> None:
    """Connect, as browsers do beforehand, and never ask."""
    caller.connect(stopping.address)
    await turns()
    await stopping.stop()


Way = Callable[[Stopping, socket.socket], Awaitable[None]]
ASKING = [asks_while_nobody_looks, asks_a_moment_later, asks_again, goes_on_asking]


def heard(way: Way) -> bytes:
    """Everything that a caller hears until the server hangs up."""
    with socket.create_server(("127.0.0.1", 0)) as listener, closing(socket.socket()) as caller:
        caller.settimeout(PATIENCE)

        async def meet() -> None:
            await way(await started(listener), caller)

        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            runner.run(meet())
        return b"".join(iter(lambda: caller.recv(65536), b""))


@pytest.fixture
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """A last call that no slow machine misses."""
    monkeypatch.setattr(web_process, "LAST_CALL_SECONDS", PATIENCE / 2)


def is_answered_to_the_end(way: Way) -> None:
    answer = heard(way)
    assert answer.count(b"HTTP/1.1 200 OK") == (2 if way is asks_again else 1)
    assert answer.endswith(b"hello")
    assert LAST in answer.rpartition(b"HTTP/1.1 200 OK")[2]


@pytest.mark.usefixtures("patient")
@pytest.mark.parametrize("way", ASKING, ids=lambda way: way.__name__)
def test_o4_who_has_got_through_is_answered_although_the_server_stops(way: Way) -> None:
    """O-4."""
    is_answered_to_the_end(way)


@pytest.mark.usefixtures("patient")
@pytest.mark.parametrize("way", ASKING, ids=lambda way: way.__name__)
def test_o4_is_red_when_the_server_hangs_up_at_once(way: Way) -> None:
    """O-4, the sabotage: what any server does that closes its sockets when it is told to stop."""
    with planted(Switch.HANG_UP_AT_ONCE), pytest.raises((OSError, AssertionError)):
        is_answered_to_the_end(way)


def test_who_says_nothing_holds_nobody_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(web_process, "LAST_CALL_SECONDS", 0.1)

    assert heard(says_nothing) == b""


def test_who_comes_while_the_door_closes_is_told_to_go_elsewhere() -> None:
    """Overlooked at first; tried again by the caller's own system a second later, and refused then."""
    with socket.create_server(("127.0.0.1", 0)) as listener, closing(socket.socket()) as late:
        overlook_new(listener)
        late.setblocking(False)
        assert late.connect_ex(listener.getsockname()) == errno.EINPROGRESS
        listener.close()
        select.select([], [late], [], PATIENCE)
        assert late.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR) == errno.ECONNREFUSED


def test_whoever_waits_for_others_waits_longer_than_they_take() -> None:
    """A call, then the worker that makes it, then who would kill the worker; and so for the web server."""
    assert TOTAL_SECONDS < PATIENCE_SECONDS < patience.PARTS["worker"]
    assert patience.WEB_ANSWERS_SECONDS < patience.WEB_PROCESS_SECONDS < patience.PARTS["web"]
