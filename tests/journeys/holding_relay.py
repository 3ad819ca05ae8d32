"""A relay in front of the sandbox that keeps back what the sandbox answers to an order until it is told to go on."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from typing import Any

import httpx
from tests.rehearsal import Rehearsal
from tests.waiting import until

from sevenpanel.kernel import db

PATIENCE_SECONDS = 120


@dataclass(slots=True)
class Relay:
    """Between a shop and its provider.

    :param has_taken: set when the provider has taken an order whose answer is kept back.
    """

    provider: str
    has_taken: Event = field(default_factory=Event)
    _may_answer: Event = field(default_factory=Event)

    def passed_on(self, body: bytes, kind: str) -> bytes:
        """What the provider answers; to an order only when it is let go."""
        answer = httpx.post(self.provider, content=body, headers={"Content-Type": kind}, timeout=60, trust_env=False)
        if b"action=add" in body:
            self.has_taken.set()
            assert self._may_answer.wait(PATIENCE_SECONDS)
        return answer.content

    def until_taken(self) -> None:
        """Wait until the provider has an order of which the desk does not know yet."""
        until(self.has_taken.is_set)

    def let_go(self) -> None:
        """Let the answers through, from now on."""
        self._may_answer.set()


@contextmanager
def holding(shop: Rehearsal) -> Iterator[Relay]:
    """Put a relay between the shop and its sandbox for the duration of a block."""
    relay = Relay(shop.sandbox.url)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            answer = relay.passed_on(body, self.headers["Content-Type"])
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

        def handle(self) -> None:
            """Answer; a caller that has gone meanwhile is nobody's fault."""
            try:
                super().handle()
            except OSError:
                self.close_connection = True

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    Thread(target=server.serve_forever, daemon=True).start()
    db.rows("UPDATE fulfilment_provider SET url = %s", [f"http://127.0.0.1:{server.server_port}/api/v2"])
    try:
        yield relay
    finally:
        relay.let_go()
        server.shutdown()
        server.server_close()
