"""A crowd of reseller's scripts that go on ordering, whatever happens to the desk, and remember every promise."""

import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from http import HTTPStatus
from http.client import HTTPException
from itertools import count

from tests.served import Client
from tests.waiting import until

SCRIPTS = 3
# So short that a kill nearly always meets somebody who waits for an answer.
PAUSE_SECONDS = 0.01
PATIENCE_SECONDS = 0.2


@dataclass(slots=True)
class Crowd:
    """Who orders, and what was promised.

    :param promised: the order that the desk named, by request id, which is the link as well.
    :param lost: the requests that once got no answer, or one that promised nothing.
    """

    api: Client
    service: int
    name: str
    promised: dict[str, int] = field(default_factory=dict)
    lost: set[str] = field(default_factory=set)
    over: threading.Event = field(default_factory=threading.Event)

    def asked(self, request: str) -> int | None:
        """Send one order, perhaps again.

        :returns: the order it became; None when the answer was lost or promised nothing.
        """
        order = {"service": self.service, "link": request, "quantity": 10, "request_id": request}
        try:
            status, answer = self.api.send(action="add", **order)
            while status == HTTPStatus.TOO_MANY_REQUESTS:
                time.sleep(PATIENCE_SECONDS)
                status, answer = self.api.send(action="add", **order)
        except (OSError, HTTPException, ValueError):
            return None
        return int(answer["order"]) if "order" in answer else None

    def order_on(self, script: int) -> None:
        """Order until it is over; repeat every request until it is answered."""
        for number in count():
            if self.over.is_set():
                return
            request = f"https://example.com/{self.name}/{script}/{number}"
            while (order := self.asked(request)) is None:
                self.lost.add(request)
                time.sleep(PATIENCE_SECONDS)
            self.promised[request] = order
            self.over.wait(PAUSE_SECONDS)

    def goes_on(self) -> None:
        """Wait until another order is promised."""
        before = len(self.promised)
        until(lambda: len(self.promised) > before)


@contextmanager
def crowd(api: Client, service: int, name: str) -> Iterator[Crowd]:
    """Let a crowd order during a block; afterwards every request it ever sent has been answered."""
    people = Crowd(api, service, name)
    with ThreadPoolExecutor(SCRIPTS) as scripts:
        running = [scripts.submit(people.order_on, script) for script in range(SCRIPTS)]
        try:
            yield people
        finally:
            people.over.set()
    for script in running:
        script.result()
