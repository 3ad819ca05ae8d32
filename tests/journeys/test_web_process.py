"""One process of the web server: callers that dawdle are hung up on, heads without end refused, others left alone."""

import asyncio
import socket
from collections.abc import Callable, Coroutine, Iterable
from typing import Any

import pytest
import uvicorn

from sevenpanel.launch import web_process
from sevenpanel.launch.web_process import HEAD_BYTES_MAX, Wire

PATIENCE_SECONDS = 30
ASKED = b"POST / HTTP/1.1\r\nHost: desk\r\nContent-Length: 4\r\n\r\nbody"

Caller = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Coroutine[Any, Any, bytes]]


async def application(scope: Any, receive: Any, send: Any) -> None:
    """Reads the whole body, then greets."""
    while (message := await receive()).get("more_body"):
        pass
    if message["type"] == "http.request":
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"5")]})
        await send({"type": "http.response.body", "body": b"hello"})


def said_to(caller: Caller) -> bytes:
    """Let a caller meet a server, and return what it heard."""

    async def meet() -> bytes:
        listener = socket.create_server(("127.0.0.1", 0))
        config = uvicorn.Config(application, http=Wire, ws="none", lifespan="off", log_config=None)
        server = uvicorn.Server(config)
        serving = asyncio.create_task(server.serve(sockets=[listener]))
        reader, writer = await asyncio.open_connection(*listener.getsockname())
        try:
            return await asyncio.wait_for(caller(reader, writer), PATIENCE_SECONDS)
        finally:
            writer.close()
            server.should_exit = True
            await serving

    return asyncio.run(meet())


def dripping(pieces: Iterable[bytes]) -> Caller:
    """A caller that sends a piece now and then and listens until the server hangs up."""

    async def drip(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bytes:
        hearing = asyncio.create_task(reader.read())
        for piece in pieces:
            writer.write(piece)
            await asyncio.wait([hearing], timeout=0.05)
        return await hearing

    return drip


@pytest.fixture
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """A server that waits for less than a second."""
    monkeypatch.setattr(web_process, "HEAD_SECONDS", 0.3)
    monkeypatch.setattr(web_process, "BODY_SECONDS", 0.6)


@pytest.mark.parametrize(
    "pieces",
    [
        pytest.param([], id="nothing at all"),
        pytest.param([b"POST / HT"], id="half a head"),
        pytest.param([b"POST / HTTP/1.1\r\n", *[b"X: y\r\n"] * 200], id="a head that never ends"),
        pytest.param([ASKED[:-4]], id="a head without its body"),
        pytest.param([ASKED.replace(b": 4", b": 9999"), *[b"x"] * 200], id="a body that never ends"),
    ],
)
@pytest.mark.usefixtures("hurried")
def test_who_dawdles_is_hung_up_on(pieces: list[bytes]) -> None:
    assert said_to(dripping(pieces)) == b""


@pytest.mark.usefixtures("hurried")
def test_who_rests_between_two_requests_is_left_alone() -> None:
    async def rests(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bytes:
        heard = b""
        for _ in range(2):
            writer.write(ASKED)
            heard += await reader.readuntil(b"hello")
            await asyncio.sleep(0.8)
        return heard

    assert said_to(rests).count(b"HTTP/1.1 200 OK") == 2


def test_a_head_without_end_is_refused() -> None:
    head = b"GET / HTTP/1.1\r\nHost: desk\r\nX: "

    assert said_to(dripping([head, *[b"x" * 8_000] * (HEAD_BYTES_MAX // 8_000 + 1)])).startswith(b"HTTP/1.1 400")


def test_a_large_body_in_one_piece_with_its_head_is_no_long_head() -> None:
    size = 4 * HEAD_BYTES_MAX
    asked = ASKED.replace(b": 4", b": %d" % size).removesuffix(b"body")

    async def sends(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bytes:
        writer.write(asked + b"x" * size)
        return await reader.readuntil(b"hello")

    assert said_to(sends).startswith(b"HTTP/1.1 200")


def test_two_requests_in_one_piece_are_both_answered() -> None:
    async def hurries(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bytes:
        writer.write(ASKED + ASKED)
        return await reader.readuntil(b"hello") + await reader.readuntil(b"hello")

    assert said_to(hurries).count(b"HTTP/1.1 200 OK") == 2
