"""A customer's program that is told of orders: listens on loopback, remembers what came, answers as a test says."""

import json
import threading
from collections import deque
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass(frozen=True, slots=True)
class Came:
    """One call as it came; names of headers are lower case."""

    headers: Mapping[str, str]
    body: bytes

    @property
    def events(self) -> list[dict[str, Any]]:
        """What it tells."""
        return list(json.loads(self.body)["events"])

    @property
    def ids(self) -> list[str]:
        """Which events it tells."""
        return [event["id"] for event in self.events]


@dataclass
class Receiver:
    """The listening end.

    :param statuses: what the next calls are answered with; then 200 for all.
    :param answer: what stands in each answer, and `headers` beside the usual ones.
    :param gate: calls are answered only while it is open.
    """

    url: str
    calls: list[Came] = field(default_factory=list)
    statuses: deque[int] = field(default_factory=deque)
    answer: bytes = b"thanks"
    headers: dict[str, str] = field(default_factory=dict)
    gate: threading.Event = field(default_factory=threading.Event)

    @property
    def ids(self) -> list[str]:
        """Every event that was told, again and again if it was."""
        return [id_ for call in self.calls for id_ in call.ids]


@contextmanager
def receiving() -> Iterator[Receiver]:
    """Listen until the end of the block."""
    receiver = Receiver("")
    receiver.gate.set()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            receiver.calls.append(Came({name.lower(): value for name, value in self.headers.items()}, body))
            status = receiver.statuses.popleft() if receiver.statuses else 200
            receiver.gate.wait(60)
            self.send_response(status)
            for name, value in receiver.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(receiver.answer)))
            self.end_headers()
            self.wfile.write(receiver.answer)

        def log_message(self, *args: Any) -> None:
            """Nothing on the screen."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    receiver.url = f"http://127.0.0.1:{server.server_address[1]}/orders"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield receiver
    finally:
        receiver.gate.set()
        server.shutdown()
        server.server_close()
        thread.join(60)
