"""The load: one process that keeps connections open and asks again on each as soon as it is answered.

Plain sockets and one selector, no library between: what asks shares the machine with what is measured, so it has
to be light. Its own CPU time is part of the result.
"""

import itertools
import json
import selectors
import socket
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any
from urllib.parse import quote_plus

from sevenpanel.launch.bench.figures import LOAD, sample

RECEIVE = 1 << 18
PATIENCE_SECONDS = 60.0
DIGITS = 9
QUANTITY = 100


def main(arguments: Sequence[str]) -> int:
    """Read what to ask as JSON from standard input, ask it, and write the sample as JSON."""
    print(json.dumps(drive(json.load(sys.stdin))))
    return 0


@dataclass(slots=True)
class _Line:
    """One connection: what has come in so far, and since when it waits."""

    socket: socket.socket
    since: float = 0.0
    heard: bytearray = field(default_factory=bytearray)


def drive(asked: Mapping[str, Any]) -> dict[str, Any]:
    """Ask for so many seconds over so many connections.

    :param asked: port, connections, seconds, warm (seconds before counting begins), kind (one of `KINDS`), and what
        that kind needs.
    :returns: the sample, and the first answer that was not what it had to be.
    """
    requests, is_good = KINDS[asked["kind"]](asked)
    with selectors.DefaultSelector() as selector:
        lines = [_connected(asked["port"]) for _ in range(asked["connections"])]
        for line in lines:
            selector.register(line.socket, selectors.EVENT_READ, line)
        run = _Run(requests=requests, is_good=is_good, begins=time.perf_counter() + asked["warm"])
        run.ends = run.begins + asked["seconds"]
        for line in lines:
            run.ask(line)
        _listen(selector, run)
    for line in lines:
        line.socket.close()
    cpu = {LOAD: time.process_time()}
    told = sample(run.latencies_ms, seconds=asked["seconds"], total=run.total, cpu=cpu)
    return {"sample": asdict(told), "wrong": run.wrong, "wrong_count": run.wrong_count}


@dataclass(slots=True, kw_only=True)
class _Run:
    """What is asked and what was heard."""

    requests: Iterator[bytes]
    is_good: Callable[[bytes], bool]
    begins: float
    ends: float = 0.0
    latencies_ms: list[float] = field(default_factory=list)
    total: int = 0
    out: int = 0
    wrong: str = ""
    wrong_count: int = 0

    def ask(self, line: _Line) -> None:
        """Send the next request."""
        line.since = time.perf_counter()
        line.socket.sendall(next(self.requests))
        self.out += 1

    def take(self, line: _Line) -> None:
        """Take what came in, and ask again when an answer is whole."""
        data = line.socket.recv(RECEIVE)
        if not data:
            raise ConnectionError("The server hung up.")
        line.heard += data
        if is_whole(line.heard):
            self._heard(line)

    def _heard(self, line: _Line) -> None:
        now = time.perf_counter()
        self.total += 1
        self.out -= 1
        # Where one answer takes longer than a sample, the first that comes stands for it: none would say nothing.
        if self.begins <= now and (now < self.ends or not self.latencies_ms):
            self.latencies_ms.append(1000 * (now - line.since))
        if not self.is_good(bytes(line.heard)):
            self.wrong_count += 1
            self.wrong = self.wrong or line.heard[:500].decode(errors="replace")
        line.heard.clear()
        if now < self.ends:
            self.ask(line)


def _listen(selector: selectors.BaseSelector, run: _Run) -> None:
    while run.out:
        ready = selector.select(PATIENCE_SECONDS)
        if not ready:
            raise TimeoutError("No answer came.")
        for key, _ in ready:
            run.take(key.data)


def _connected(port: int) -> _Line:
    connection = socket.create_connection(("127.0.0.1", port))
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return _Line(connection)


def is_whole(heard: bytearray) -> bool:
    """Whether an answer is complete: its head, and as much body as the head says."""
    end = heard.find(b"\r\n\r\n")
    if end < 0:
        return False
    head = bytes(heard[:end]).lower()
    at = head.find(b"content-length:")
    if at < 0:
        return heard.endswith(b"0\r\n\r\n")  # chunked: the last, empty piece
    length = int(head[at + 15 : (head.find(b"\r\n", at) + 1 or len(head) + 1) - 1])
    return len(heard) >= end + 4 + length


Kind = tuple[Iterator[bytes], Callable[[bytes], bool]]


def adds(asked: Mapping[str, Any]) -> Kind:
    """Orders of one service, each for a target of its own, from one account after the other."""
    link = quote_plus(f"https://t.me/{asked['name']}")
    fixed = f"&action=add&service={asked['service']}&quantity={QUANTITY}&link={link}"
    heads = [_form(asked["port"], f"key={key}{fixed}", DIGITS) for key in asked["keys"]]
    turns = itertools.cycle(heads)
    requests = (next(turns) + b"%09d" % n for n in itertools.count())
    return requests, lambda heard: b'{"order":' in heard


def statuses(asked: Mapping[str, Any]) -> Kind:
    """The status of many orders at once: `asks` holds pairs of a key and ids with commas between."""
    whole = [_form(asked["port"], f"key={key}&action=status&orders={quote_plus(ids)}") for key, ids in asked["asks"]]
    return itertools.cycle(whole), lambda heard: b'"charge":' in heard and b'"error"' not in heard


def pages(asked: Mapping[str, Any]) -> Kind:
    """Pages of the site as somebody who is signed in reads them."""
    host = f"Host: 127.0.0.1:{asked['port']}\r\nCookie: {asked['cookie']}\r\n\r\n"
    whole = [f"GET {path} HTTP/1.1\r\n{host}".encode() for path in asked["paths"]]
    return itertools.cycle(whole), lambda heard: heard.startswith(b"HTTP/1.1 200")


def _form(port: int, body: str, more: int = 0) -> bytes:
    """A POST; `more` is how many bytes are still to be written behind it."""
    head = f"POST /api/v2 HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nContent-Type: application/x-www-form-urlencoded\r\n"
    return f"{head}Content-Length: {len(body) + more}\r\n\r\n{body}".encode()


KINDS: dict[str, Callable[[Mapping[str, Any]], Kind]] = {"add": adds, "status": statuses, "page": pages}
