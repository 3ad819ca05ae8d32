"""Customers who order without a break, and what each of them was told."""

import itertools
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPException
from typing import Any

import httpx
from tests.served import Client

CLIENTS = 6
PAUSE_SECONDS = 0.15
# How long somebody goes on repeating an order after the load was over.
PATIENCE_SECONDS = 60.0
NOTHING_CHARGED = "Nothing was charged."


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """An order that the desk said it has taken; the times are the customer's clock, in seconds."""

    order_id: int
    link: str
    begun: float
    ended: float


@dataclass(slots=True)
class Load:
    """Half of the customers repeat with the same request id until they know; the others never repeat."""

    client: Client
    browser: httpx.Client
    service_id: int
    prefix: str
    acknowledged: list[Acknowledged] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    repeated: int = 0
    pages: list[tuple[float, float]] = field(default_factory=list)
    _numbers: "itertools.count[int]" = field(default_factory=itertools.count)
    _stopping: threading.Event = field(default_factory=threading.Event)

    @contextmanager
    def running(self) -> Iterator[None]:
        """Order for the duration of a block, and then until nobody waits for an answer."""
        threads = [threading.Thread(target=self._order, args=(number % 2 == 0,)) for number in range(CLIENTS)]
        threads.append(threading.Thread(target=self._look))
        for thread in threads:
            thread.start()
        try:
            yield
        finally:
            self._stopping.set()
            for thread in threads:
                thread.join()

    def first_since(self, instant: float) -> float | None:
        """When the first order was acknowledged that was begun after an instant."""
        return min((each.ended for each in list(self.acknowledged) if each.begun > instant), default=None)

    def first_page_since(self, instant: float) -> float | None:
        """When the first page was answered that was asked for after an instant."""
        return min((ended for begun, ended in list(self.pages) if begun > instant), default=None)

    def _order(self, repeats: bool) -> None:
        while not self._stopping.is_set():
            number = next(self._numbers)
            link = f"https://{self.prefix}{number}.example.com/"
            fields = {"request_id": f"{self.prefix}-{number}"} if repeats else {}
            is_known = self._ask(link, fields)
            until = None
            while repeats and not is_known:
                until = until or (time.monotonic() + PATIENCE_SECONDS if self._stopping.is_set() else None)
                if until and time.monotonic() > until:
                    self.wrong.append(f"{link} was never answered")
                    break
                self.repeated += 1
                is_known = self._ask(link, fields)

    def _ask(self, link: str, fields: dict[str, str]) -> bool:
        """Ask once.

        :returns: whether the order is known to be taken.
        """
        begun = time.monotonic()
        try:
            status, answer = self.client.send(action="add", service=self.service_id, link=link, quantity=10, **fields)
        except (OSError, HTTPException, ValueError) as error:
            self.wrong.append(f"{link}: the web server gave no answer: {error!r}")
            return False
        self._note(link, status, answer, begun=begun, repeats=bool(fields))
        self._stopping.wait(PAUSE_SECONDS)
        return "order" in answer

    def _note(self, link: str, status: int, answer: dict[str, Any], *, begun: float, repeats: bool) -> None:
        if status == 200 and "order" in answer:
            self.acknowledged.append(Acknowledged(answer["order"], link, begun, time.monotonic()))
        elif status == 200 and NOTHING_CHARGED in answer.get("error", ""):
            if not repeats:
                self.refused.append(link)
        elif status == 503:
            if not repeats:
                self.unknown.append(link)
        else:
            self.wrong.append(f"{link}: {status} {answer}")

    def _look(self) -> None:
        """Read a page again and again: it says what it shows, or 503 with a time to come back."""
        while not self._stopping.wait(0.25):
            begun = time.monotonic()
            try:
                page = self.browser.get("/orders/")
            except httpx.TransportError as error:
                self.wrong.append(f"/orders/: {error!r}")
                continue
            if page.status_code == 200:
                self.pages.append((begun, time.monotonic()))
            if page.status_code != 200 and not (page.status_code == 503 and "Retry-After" in page.headers):
                self.wrong.append(f"/orders/: {page.status_code}")
