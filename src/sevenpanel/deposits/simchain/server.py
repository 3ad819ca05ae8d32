"""The simulated chain as a server: JSON-RPC over real HTTP on loopback, a block every three seconds.

POST /1 and /2   two nodes of the chain; the second is a block behind, as another node often is
POST /control    switches, for whoever has the key: send, reorganise, manner
GET  /           says what this is

While nothing is on its way no blocks are added, so that a desk that runs for a year has a short chain.
"""

import argparse
import asyncio
import json
import signal
import socket
import sys
import time
from collections.abc import Awaitable, Callable, Mapping, MutableMapping, Sequence
from dataclasses import dataclass, field, replace
from hmac import compare_digest
from pathlib import Path
from typing import Any

import uvicorn

from sevenpanel.deposits.keys.addresses import Family, UnableToReadAddress, plain, read_address
from sevenpanel.deposits.simchain.chain import Chain, Event
from sevenpanel.deposits.simchain.faucet import PLACE, SENDER, control_key
from sevenpanel.deposits.simchain.node import Manner, Node, Token, Unanswered
from sevenpanel.deposits.simchain.store import Store
from sevenpanel.deposits.sources.evm.chains import chains
from sevenpanel.settings.environment import environment, secret_key

DEFAULT_PORT = 7072
BODY_BYTES_MAX = 2_000_000
PACE_SECONDS_MIN = 0.05
RAW_MAX = 10**30
GREETING = b"This is a simulated chain. Nothing on it has any value.\n"
# What the switches may change about a node.
SWITCHES = frozenset({"lag", "silent", "logs_behind", "range_max", "batch_max", "pruned_below"})

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]


class _NotUnderstoodError(Exception):
    pass


# Whatever is wrong with what was posted: a form, a name, a number.
_NOT_UNDERSTOOD = (
    _NotUnderstoodError,
    UnableToReadAddress,
    ValueError,
    KeyError,
    TypeError,
    AttributeError,
    StopIteration,
)


@dataclass(slots=True)
class Rehearsal:
    """The chain, its two nodes, and where they are kept."""

    chain: Chain
    nodes: Mapping[str, Node]
    store: Store
    key: str = field(repr=False)

    def beat(self) -> None:
        """Another block, if there is a reason for one."""
        if self.chain.is_busy:
            self.chain.mine()
            self.store.save(self.chain)

    def control(self, asked: Mapping[str, Any]) -> dict[str, object]:
        """Carry out one switch."""
        (name, value) = next(iter(asked.items()), ("", None))
        switch = _CONTROLS.get(name)
        if switch is None or len(asked) != 1:
            raise _NotUnderstoodError
        told = switch(self, value)
        self.store.save(self.chain)
        return told

    def send(self, asked: Mapping[str, Any]) -> dict[str, object]:
        """A transfer of test tokens, pending until the next block."""
        settings = chains()[PLACE]
        contract = next(c for c, token in settings.tokens.items() if token.asset.symbol == asked["symbol"])
        to, raw = plain(read_address(str(asked["to"]), family=Family.SIM)), int(asked["raw"])
        if not 0 < raw <= RAW_MAX:
            raise _NotUnderstoodError
        return {"tx": self.chain.send(Event(contract=contract, sender=SENDER, to=to, raw=raw)).hash}

    def reorganise(self, asked: Mapping[str, Any]) -> dict[str, object]:
        """Another branch wins: `depth` blocks go; with `drop` their transactions do not come back."""
        depth = int(asked["depth"])
        if not 0 < depth <= self.chain.head - self.chain.finalized:
            raise _NotUnderstoodError
        self.chain.reorganise(depth, fate=lambda tx: None if asked.get("drop") else tx)
        return {"head": self.chain.head}

    def manner(self, asked: Mapping[str, Any]) -> dict[str, object]:
        """How a node behaves from now on; what is not named is as it should be."""
        changes = {name: value for name, value in asked.items() if name != "node"}
        if changes.keys() - SWITCHES or not all(type(value) in (int, bool) for value in changes.values()):
            raise _NotUnderstoodError
        self.nodes[str(asked["node"])].manner = replace(Manner(), **changes)
        return {"node": asked["node"], **changes}


_CONTROLS: Mapping[str, Callable[[Rehearsal, Any], dict[str, object]]] = {
    "send": Rehearsal.send,
    "reorganise": Rehearsal.reorganise,
    "manner": Rehearsal.manner,
}


@dataclass(frozen=True, slots=True)
class Application:
    """The ASGI application. Everything happens in one thread, one request after the other."""

    rehearsal: Rehearsal

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            return
        path = scope["path"].strip("/")
        if scope["method"] != "POST":
            await _whole(send, 200 if path == "" else 405, b"text/plain", GREETING)
            return
        status, said = self._answered(path, scope, await _body(receive))
        await _whole(send, status, b"application/json", said)

    def _answered(self, path: str, scope: Scope, body: bytes) -> tuple[int, bytes]:
        node = self.rehearsal.nodes.get(path)
        if node is not None:
            try:
                return 200, node.answer(body)
            except Unanswered:
                return 503, b""
        if path != "control":
            return 404, b"{}"
        given = dict(scope["headers"]).get(b"x-control-key", b"")
        if not compare_digest(bytes(given), self.rehearsal.key.encode()):
            return 403, b'{"error":"the key is wrong"}'
        return self._controlled(body)

    def _controlled(self, body: bytes) -> tuple[int, bytes]:
        try:
            return 200, json.dumps(self.rehearsal.control(json.loads(body))).encode()
        except (
            _NotUnderstoodError,
            UnableToReadAddress,
            ValueError,
            KeyError,
            TypeError,
            AttributeError,
            StopIteration,
        ):
            return 400, b'{"error":"not understood"}'


async def _whole(send: Send, status: int, kind: bytes, body: bytes) -> None:
    headers = [(b"content-type", kind), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


async def _body(receive: Receive) -> bytes:
    body = b""
    while len(body) <= BODY_BYTES_MAX:
        message = await receive()
        body += bytes(message.get("body", b""))
        if not message.get("more_body", False):
            return body
    return b""


def rehearsal(path: Path, *, key: str) -> Rehearsal:
    """This function opens the chain that is kept in a file, with its two nodes."""
    settings = chains()[PLACE]
    chain = Chain(settings.chain_id, finality=settings.final_blocks, clock=lambda _number: int(time.time()))
    store = Store(path)
    store.load(chain)
    tokens = {
        contract: Token(
            contract=contract,
            symbol=next(name for name in sorted(token.shown_as) if name != token.asset.symbol),
            decimals=token.asset.decimals,
        )
        for contract, token in settings.tokens.items()
    }
    nodes = {"1": Node(chain, tokens), "2": Node(chain, tokens, Manner(lag=1))}
    return Rehearsal(chain, nodes, store, key)


def main(argv: Sequence[str] | None = None) -> int:
    """Run the simulated chain until it is told to stop.

    :returns: the exit status, 1 when the port is taken.
    """
    options = _options(argv)
    try:
        _claim(options.port)
    except OSError as fault:
        print(f"The simulated chain cannot listen on port {options.port}: {fault}", file=sys.stderr)
        return 1
    opened = rehearsal(options.home / "simchain.db", key=control_key(secret_key(environment())))
    try:
        asyncio.run(_serve(opened, options.port, max(PACE_SECONDS_MIN, options.block_seconds)))
    finally:
        opened.store.close()
    return 0


def _claim(port: int) -> None:
    # The server shares its port with whoever asks in the same way, so two chains would take turns.
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind(("127.0.0.1", port))


async def _serve(opened: Rehearsal, port: int, block_seconds: float) -> None:
    quiet = uvicorn.Config(
        Application(opened),
        host="127.0.0.1",
        port=port,
        http="httptools",
        ws="none",
        lifespan="off",
        proxy_headers=False,
        log_config=None,
        access_log=False,
    )
    server = uvicorn.Server(quiet)

    def stop() -> None:
        server.should_exit = True

    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop)
    print(f"The simulated chain answers at http://127.0.0.1:{port}/1 and /2", flush=True)
    beating = asyncio.create_task(_beat(opened, block_seconds))
    try:
        await server.serve()
    finally:
        beating.cancel()


async def _beat(opened: Rehearsal, block_seconds: float) -> None:
    while True:
        await asyncio.sleep(block_seconds)
        opened.beat()


def _options(argv: Sequence[str] | None) -> argparse.Namespace:
    here = environment()
    parser = argparse.ArgumentParser(prog="sevenpanel simchain", description="A chain to rehearse deposits with.")
    parser.add_argument("--port", type=int, default=here.simchain_port or DEFAULT_PORT)
    parser.add_argument("--home", type=Path, default=here.home, help="where simchain.db is kept")
    parser.add_argument("--block-seconds", type=float, default=chains()[PLACE].block_seconds, help="between two blocks")
    return parser.parse_args(argv)


if __name__ == "__main__":
    sys.exit(main())
