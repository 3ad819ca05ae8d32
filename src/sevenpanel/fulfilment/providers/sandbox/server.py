"""The sandbox as a server: real HTTP on loopback, one process, so that killing it kills all of it.

POST /api/v2          the reseller API v2: form, JSON, or GET with a query
POST /control         switches: key, service, personality; balance_micros, idempotency, refuse_duplicates
GET  /control/orders  every order that was really taken
"""

import argparse
import asyncio
import json
import signal
import socket
import sys
from collections.abc import Awaitable, Callable, Mapping, MutableMapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import uvicorn

from sevenpanel.fulfilment.providers.sandbox.catalogue import DEMO_KEY, catalogue
from sevenpanel.fulfilment.providers.sandbox.control import accepted, control
from sevenpanel.fulfilment.providers.sandbox.panel import WHOLE, Fields, Mishap, Panel, Reply, as_json
from sevenpanel.fulfilment.providers.sandbox.personality import Personality
from sevenpanel.fulfilment.providers.sandbox.store import Store
from sevenpanel.settings.environment import environment

DEFAULT_PORT = 7071
BODY_BYTES_MAX = 1_000_000
FIELDS_MAX = 100
SILENCE_SECONDS = 300

WEB_PAGE = b"<!DOCTYPE html><html><head><title>Just a moment...</title></head><body>Checking you.</body></html>"
GREETING = b"This is the sandbox provider. Orders sent here are answered, and fulfilled by nobody.\n"

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Application:
    """The ASGI application.

    :param closing: set when the server stops, so that silent calls do not hold it.
    """

    panel: Panel
    closing: asyncio.Event

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            return
        path = scope["path"].rstrip("/")
        if path not in _DOORS:
            await _whole(send, 200 if path == "" else 404, b"text/plain", GREETING)
            return
        fields = _fields(scope, await _body(receive))
        await self._say(_DOORS[path](self.panel, fields, datetime.now(UTC)), send)

    async def _say(self, reply: Reply, send: Send) -> None:
        match reply:
            case Mishap.WEB_PAGE:
                await _whole(send, 200, b"text/html", WEB_PAGE)
            case Mishap.STUMBLE:
                await _whole(send, 500, b"text/html", b"<h1>500 Internal Server Error</h1>")
            case Mishap.BREAK_OFF:
                await _broken_off(send)
            case Mishap.SILENCE:
                await self._silence()
                await _broken_off(send)
            case _:
                await _whole(send, 200, b"application/json", as_json(reply))

    async def _silence(self) -> None:
        try:
            await asyncio.wait_for(self.closing.wait(), SILENCE_SECONDS)
        except TimeoutError:
            return


_DOORS: Mapping[str, Callable[[Panel, Fields, datetime], Reply]] = {
    "/api/v2": Panel.answer,
    "/control": control,
    "/control/orders": accepted,
}


async def _whole(send: Send, status: int, kind: bytes, body: bytes) -> None:
    headers = [(b"content-type", kind), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


async def _broken_off(send: Send) -> None:
    # The head promises more than follows; leaving without the rest makes the server close the connection.
    headers = [(b"content-type", b"application/json"), (b"content-length", b"16")]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": b'{"or', "more_body": True})


async def _body(receive: Receive) -> bytes:
    body = b""
    while len(body) <= BODY_BYTES_MAX:
        message = await receive()
        body += bytes(message.get("body", b""))
        if not message.get("more_body", False):
            return body
    return b""


def _fields(scope: Scope, body: bytes) -> dict[str, str]:
    """Query, then form or JSON, the later winning; what cannot be read counts as absent."""
    text = body.decode("utf-8", "replace")
    found = _pairs(scope["query_string"].decode("latin-1"))
    return found | (_json_fields(text) if text.lstrip()[:1] == "{" else _pairs(text))


def _pairs(text: str) -> dict[str, str]:
    try:
        return dict(parse_qsl(text, keep_blank_values=True, max_num_fields=FIELDS_MAX))
    except ValueError:
        return {}


def _json_fields(text: str) -> dict[str, str]:
    try:
        document = json.loads(text, parse_float=str)
    except (ValueError, RecursionError):
        return {}
    return {str(name): str(value) for name, value in document.items() if isinstance(value, str | int)}


def main(argv: Sequence[str] | None = None) -> int:
    """Run the sandbox provider until it is told to stop.

    :returns: the exit status, 1 when the port is taken.
    """
    options = _options(argv)
    try:
        _claim(options.port)
    except OSError as fault:
        print(f"The sandbox cannot listen on port {options.port}: {fault}", file=sys.stderr)
        return 1
    store = Store(options.home / "sandbox.db")
    for service, personality in options.personality:
        store.switch(service, personality)
    panel = Panel(store=store, key=options.key, seed=options.seed, pace=options.pace)
    try:
        asyncio.run(_serve(panel, options.port))
    finally:
        store.close()
    return 0


def _claim(port: int) -> None:
    # The server shares its port with whoever asks in the same way, so two sandboxes would take turns.
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind(("127.0.0.1", port))


async def _serve(panel: Panel, port: int) -> None:
    application = Application(panel, asyncio.Event())
    quiet = uvicorn.Config(
        application,
        host="127.0.0.1",
        port=port,
        http="httptools",
        ws="none",
        lifespan="off",
        proxy_headers=False,
        log_config=None,
        log_level="critical",  # answers that break off are what it is for
        access_log=False,
    )
    server = uvicorn.Server(quiet)

    def stop() -> None:
        application.closing.set()
        server.should_exit = True

    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop)
    print(f"The sandbox provider answers at http://127.0.0.1:{port}/api/v2", flush=True)
    await server.serve()


def _options(argv: Sequence[str] | None) -> argparse.Namespace:
    here = environment()
    parser = argparse.ArgumentParser(prog="sevenpanel sandbox", description="A provider to rehearse with.")
    parser.add_argument("--port", type=int, default=here.sandbox_port or DEFAULT_PORT)
    parser.add_argument("--home", type=Path, default=here.home, help="where sandbox.db is kept")
    parser.add_argument("--key", default=DEMO_KEY, help="the API key to accept")
    parser.add_argument("--seed", type=int, default=7, help="decides the fate of orders taken from now on")
    parser.add_argument("--pace", type=_pace, default=here.sandbox_pace, help="percent of the normal durations")
    parser.add_argument(
        "--personality",
        type=_personality,
        action="append",
        default=[],
        metavar="SERVICE=NAME",
        help=f"how a service behaves, 0 for all calls: {', '.join(Personality)}",
    )
    return parser.parse_args(argv)


def _pace(text: str) -> int:
    pace = int(text)
    if not 1 <= pace <= 10_000:
        raise argparse.ArgumentTypeError("the pace is a percentage from 1 to 10000")
    return pace


def _personality(text: str) -> tuple[int, Personality]:
    service, _, name = text.partition("=")
    if not service.isdecimal() or (int(service) != WHOLE and int(service) not in catalogue()):
        raise argparse.ArgumentTypeError(f"the sandbox has no service {service!r}")
    try:
        return int(service), Personality(name)
    except ValueError as fault:
        raise argparse.ArgumentTypeError(str(fault)) from fault


if __name__ == "__main__":
    sys.exit(main())
