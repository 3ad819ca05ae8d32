"""Resellers' scripts in front of several servers, as a proxy stands there: a closed door sends them to the next one."""

import json
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from itertools import count
from typing import Any
from urllib.parse import urlencode

from tests.waiting import until

CALLERS = 4
PER_SECOND = 20
PATIENCE_SECONDS = 60
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


@dataclass(slots=True)
class Callers:
    """Who orders, what was promised, and what went wrong.

    :param ports: where servers listen at this moment.
    :param lost: what was asked of a server that had taken the connection, and got no whole answer.
    :param refused: what got an answer that is no order, as from a machine that can do no more.
    :param asked: the ports of servers that owe an answer at this moment.
    """

    ports: Callable[[], Sequence[int]]
    key: str
    service: int
    promised: dict[str, int] = field(default_factory=dict)
    lost: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    asked: list[int] = field(default_factory=list)
    over: threading.Event = field(default_factory=threading.Event)
    _numbers: Iterator[int] = field(default_factory=count)
    _turns: Iterator[int] = field(default_factory=count)

    def order_on(self) -> None:
        """Order a few times a second until it is over."""
        while not self.over.wait(CALLERS / PER_SECOND):
            request = f"r{next(self._numbers)}"
            self.promised[request] = self.ordered(request)

    def ordered(self, request: str) -> int:
        """The order that a request became; asked until it is answered, each time under the same request id."""
        answers: list[int] = []

        def is_answered() -> bool:
            found = next((order for port in self._in_turn() if (order := self._asked_at(port, request))), None)
            answers.extend([found] if found else [])
            return bool(answers)

        until(is_answered, pause=0.1)
        return answers[0]

    def _in_turn(self) -> Sequence[int]:
        """Every server once, each time another one first."""
        ports = self.ports()
        first = next(self._turns) % max(1, len(ports))
        return [*ports[first:], *ports[:first]]

    def _asked_at(self, port: int, request: str) -> Any:
        connection = HTTPConnection("127.0.0.1", port, timeout=PATIENCE_SECONDS)
        try:
            connection.connect()
        except ConnectionRefusedError:
            return None  # nothing was asked of it
        self.asked.append(port)
        try:
            answer = self._answer(connection, request)
        except (OSError, HTTPException, ValueError) as fault:
            self.lost.append(f"{request} at {port}: {fault!r}")
            return None
        finally:
            self.asked.remove(port)
            connection.close()
        if "order" not in answer:
            self.refused.append(f"{request} at {port}: {answer}")
        return answer.get("order")

    def _answer(self, connection: HTTPConnection, request: str) -> Any:
        order = {"service": self.service, "link": link(request), "quantity": 10, "request_id": request}
        body = urlencode({"key": self.key, "action": "add"} | order)
        connection.request("POST", "/api/v2", body, FORM)
        return json.load(connection.getresponse())

    def go_on(self, orders: int = 1) -> None:
        """Wait until so many more are promised."""
        before = len(self.promised)
        until(lambda: len(self.promised) >= before + orders)


def link(request: str) -> str:
    """Every request has a link of its own."""
    return f"https://{request}.example.com/"


@contextmanager
def calling(ports: Callable[[], Sequence[int]], *, key: str, service: int) -> Iterator[Callers]:
    """Let callers order during a block; afterwards every request has been answered."""
    callers = Callers(ports, key, service)
    with ThreadPoolExecutor(CALLERS) as pool:
        running = [pool.submit(callers.order_on) for _ in range(CALLERS)]
        try:
            yield callers
        finally:
            callers.over.set()
    for one in running:
        one.result()
