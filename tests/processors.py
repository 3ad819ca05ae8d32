"""Processors of payments for tests: what each of them keeps of the truth, and the ways in which they answer badly.

They answer within the process, in place of the way out, or over HTTP on this machine. Nothing is slow by the clock: a
slow answer is one that did not come in time.
"""

import json
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from random import Random
from threading import RLock, Thread
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from sevenpanel.kernel import calling


class Manner(StrEnum):
    """How a processor answers."""

    WELL = "well"
    DOWN = "down"
    SLOW = "slow"
    LOST = "lost"
    BROKEN = "broken"
    BUSY = "busy"
    GARBAGE = "garbage"
    LYING = "lying"
    REORDERING = "reordering"


@dataclass
class Processor(ABC):
    """What all of them share.

    :ivar asked: every question, as "GET /path".
    """

    manner: Manner = Manner.WELL
    chance: Random = field(default_factory=lambda: Random(7))
    asked: list[str] = field(default_factory=list)
    url: str = ""
    lock: RLock = field(default_factory=RLock)

    @abstractmethod
    def answer(
        self, method: str, path: str, query: list[tuple[str, str]], headers: dict[str, str], body: bytes
    ) -> tuple[int, Any]:
        """One answer of one that is well."""

    @abstractmethod
    def lied(self, said: Any) -> Any:
        """What one that lies makes of an answer."""

    def exchange(self, call: calling.Call) -> calling.Heard:
        """One call within the process, as `calling.exchange` makes it."""
        if self.manner is Manner.DOWN:
            raise calling.NotSent(calling.NotSentBecause.NOT_CONNECTED, "No connection.")
        status, body, headers = self.respond(call.method, call.url, dict(call.headers), call.content)
        if self.manner in (Manner.SLOW, Manner.LOST):
            raise calling.Lost(calling.LostBecause.TIMED_OUT, "No complete answer came in time.", status=None, body=b"")
        return calling.Heard(status=status, headers=headers, body=body, elapsed_ms=1)

    def respond(
        self, method: str, url: str, headers: dict[str, str], content: bytes
    ) -> tuple[int, bytes, dict[str, str]]:
        """One answer as bytes. Whoever is slow or loses an answer has done what was asked all the same."""
        parts = urlsplit(url)
        low = {name.lower(): value for name, value in headers.items()}
        with self.lock:
            self.asked.append(f"{method} {parts.path}")
            if self.manner is Manner.BROKEN:
                return 500, b"<h1>Oops</h1>", {}
            if self.manner is Manner.BUSY:
                return 429, b"{}", {"retry-after": "30"}
            if self.manner is Manner.GARBAGE:
                return 200, b"<html>Just a moment...</html>", {}
            status, said = self.answer(method, parts.path, parse_qsl(parts.query), low, content)
            if status == 200 and self.manner is Manner.LYING:
                said = self.lied(said)
            return status, json.dumps(said).encode(), {}

    def shuffled(self, rows: list[Any]) -> list[Any]:
        """Rows in another order each time, when it is one that reorders."""
        if self.manner is Manner.REORDERING:
            self.chance.shuffle(rows)
        return rows


@contextmanager
def serving(processor: Processor) -> Iterator[Processor]:
    """Let a processor answer over HTTP on this machine for the duration of a block."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._answer(b"")

        def do_POST(self) -> None:
            self._answer(self.rfile.read(int(self.headers["Content-Length"])))

        def _answer(self, content: bytes) -> None:
            if processor.manner in (Manner.DOWN, Manner.SLOW, Manner.LOST):
                self.close_connection = True
                return
            status, body, headers = processor.respond(self.command, self.path, dict(self.headers.items()), content)
            self.send_response(status)
            for name, value in {**headers, "Content-Length": str(len(body))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    processor.url = f"http://127.0.0.1:{server.server_port}"
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield processor
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
