"""C-9, the load: 25 requests a second of every kind on a desk with a long past, then as many orders as it takes.

    python -m tests.soak.mixed_load --orders 1000000 --minutes 10

It prints one JSON object. Requests begin when they are due, whether earlier ones were answered or not, and their time
counts from that instant: a server that falls behind cannot hide it. Servers, database and their end are the bench's.
"""

import argparse
import itertools
import json
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field
from http.client import HTTPConnection
from threading import local
from typing import Any
from urllib.parse import urlencode

from sevenpanel.launch import ports
from sevenpanel.launch.bench.browser import Browser, hidden
from sevenpanel.launch.bench.figures import sample
from sevenpanel.launch.bench.history import History, fill
from sevenpanel.launch.bench.plan import tell
from sevenpanel.launch.bench.servers import LOOPBACK, check_books, loaded, part, providing, run, serving, working
from sevenpanel.launch.bench.stage import Stage, stage
from sevenpanel.launch.processes import interrupt_on_signals
from sevenpanel.settings.environment import environment

CUSTOMERS = 200
THREADS = 24
PATIENCE_SECONDS = 60
BURST_CONNECTIONS, BURST_SECONDS = 32, 5.0
# One order in twenty is open, and the first customer, who looks at pages, has every fifth of the others.
OPEN_SHARE = 20
# What is asked, in turns; each order by the form needs the form first.
TURNS = (
    "orders list", "API add", "order page", "services", "form", "API status", "orders list", "API add", "new order",
    "order page", "API balance", "services", "form", "API add", "order page", "API status",
)  # fmt: skip
PAGES = ("orders list", "order page", "services", "new order", "form page")
ORDERS = ("API add", "form order")

Answer = tuple[int, str]


@dataclass(slots=True)
class Customer:
    """Somebody who asks for everything: by a browser that is signed in, and by a script with a key."""

    port: int
    cookie: str
    key: str
    service: int
    newest: Sequence[int]
    times_ms: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    wrong: list[str] = field(default_factory=list)
    numbers: "itertools.count[int]" = field(default_factory=itertools.count)
    lines: local = field(default_factory=local)

    def ask(self, kind: str, due: float) -> None:
        """One request of this kind, or the two that an order by the form takes."""
        try:
            if kind == "form":
                page = self._timed("form page", due, lambda: self._get(f"/orders/new/?service={self.service}"))
                self._timed("form order", time.perf_counter(), lambda: self._send_form(page))
            else:
                self._timed(kind, due, self._asks()[kind])
        except OSError as fault:
            self.wrong.append(f"{kind}: {fault!r}")

    def _asks(self) -> dict[str, Callable[[], Answer]]:
        order = self.newest[next(self.numbers) % len(self.newest)]
        return {
            "orders list": lambda: self._get("/orders/"),
            "order page": lambda: self._get(f"/orders/{order}/"),
            "services": lambda: self._get("/services/"),
            "new order": lambda: self._get(f"/orders/new/?service={self.service}"),
            "API add": lambda: self._api(action="add", service=self.service, link=self._link(), quantity=100),
            "API status": lambda: self._api(action="status", orders=",".join(map(str, self.newest))),
            "API balance": lambda: self._api(action="balance"),
        }

    def _timed(self, kind: str, since: float, ask: Callable[[], Answer]) -> str:
        status, body = ask()
        self.times_ms[kind].append(1000 * (time.perf_counter() - since))
        is_wrong = status not in (200, 302) or (kind.startswith("API") and '"error"' in body)
        if is_wrong or (kind == "form order" and status != 302):
            self.wrong.append(f"{kind}: {status} {body[:300]}")
        return body

    def _send_form(self, page: str) -> Answer:
        fields = {**hidden(page), "service": str(self.service), "link": self._link(), "quantity": "100"}
        return self._exchange("POST", "/orders/new/", urlencode(fields), {"Cookie": self.cookie})

    def _get(self, path: str) -> Answer:
        return self._exchange("GET", path, None, {"Cookie": self.cookie})

    def _api(self, **fields: object) -> Answer:
        return self._exchange("POST", "/api/v2", urlencode({"key": self.key, **fields}), {})

    def _link(self) -> str:
        return f"https://t.me/mixed_{self.port}_{next(self.numbers)}"

    def _exchange(self, method: str, path: str, body: str | None, headers: Mapping[str, str]) -> Answer:
        form = {"Content-Type": "application/x-www-form-urlencoded"} if body else {}
        if not hasattr(self.lines, "connection"):
            self.lines.connection = HTTPConnection(LOOPBACK, self.port, timeout=PATIENCE_SECONDS)
        connection: HTTPConnection = self.lines.connection
        connection.request(method, path, body, {**headers, **form})
        answer = connection.getresponse()
        return answer.status, answer.read().decode()


def main(arguments: Sequence[str]) -> int:
    """Build, load, burst, look at the books, and print what was measured."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--orders", type=int, default=1_000_000, help="how many the desk has before")
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--rate", type=float, default=25, help="requests a second")
    asked = parser.parse_args(arguments)
    interrupt_on_signals()
    with stage(environment()) as here:
        print(json.dumps(_measured(here, asked)))
    return 0


def _measured(here: Stage, asked: argparse.Namespace) -> dict[str, Any]:
    with ExitStack() as stack:
        shop = _opened(here, stack, asked.orders)
        web, worker = stack.enter_context(serving(here, "shop")), stack.enter_context(working(here, "shop"))
        who = _customer(here, web.port, shop)
        begun = time.perf_counter()
        _load(who, asked)
        seconds = time.perf_counter() - begun
        tell("burst")
        adds = {"kind": "add", "keys": shop["keys"], "service": shop["services"][1], "name": f"burst{web.port}x"}
        timing = {"connections": BURST_CONNECTIONS, "seconds": BURST_SECONDS, "warm": 0.5}
        burst = loaded(here, {**adds, **timing}, web, worker)
    check_books(here, "shop")
    return {"base": asked.orders, "seconds": seconds, "burst_per_s": burst.per_second, **_figures(who)}


def _opened(here: Stage, stack: ExitStack, orders: int) -> Mapping[str, Any]:
    tell("preparing")
    port = ports.any_free(LOOPBACK)
    stack.enter_context(providing(here, port))
    here.create("shop")
    run(here, "shop", "migrate")
    address = f"http://{LOOPBACK}:{port}/api/v2"
    shop: Mapping[str, Any] = part(here, "shop", "shop", "--customers", str(CUSTOMERS), "--provider", address)
    tell(f"filling in {orders} orders")
    with here.connect("shop") as connection:
        fill(connection, History(open=orders // OPEN_SHARE, closed=orders - orders // OPEN_SHARE), shop)
    here.settle()
    return shop


def _customer(here: Stage, port: int, shop: Mapping[str, Any]) -> Customer:
    browser = Browser(port)
    browser.sign_in(shop["email"], shop["password"])
    browser.get("/orders/new/")
    statement = "SELECT id FROM orders_order WHERE customer_id = %s ORDER BY id DESC LIMIT 100"
    with here.connect("shop") as connection:
        newest = [int(str(id_)) for (id_,) in connection.execute(statement, [shop["customers"][0]]).fetchall()]
    key, service = shop["keys"][0], shop["services"][0]
    return Customer(port=port, cookie=browser.cookie, key=key, service=service, newest=newest)


def _load(who: Customer, asked: argparse.Namespace) -> None:
    tell(f"{asked.rate} requests a second for {asked.minutes} minutes")
    begun, turns = time.perf_counter(), itertools.cycle(TURNS)
    with ThreadPoolExecutor(THREADS) as pool:
        for number in range(int(asked.rate * 60 * asked.minutes)):
            due = begun + number / asked.rate
            time.sleep(max(0.0, due - time.perf_counter()))
            pool.submit(who.ask, next(turns), due)


def _figures(who: Customer) -> dict[str, Any]:
    def told(kinds: Sequence[str]) -> dict[str, float]:
        found = sample([ms for kind in kinds for ms in who.times_ms[kind]], seconds=1)
        return {"count": found.count, "p50_ms": found.p50_ms, "p95_ms": found.p95_ms, "p99_ms": found.p99_ms}

    kinds = {kind: told([kind]) for kind in sorted(who.times_ms)}
    return {"wrong": len(who.wrong), "first": who.wrong[:3], "page": told(PAGES), "order": told(ORDERS), "kinds": kinds}


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
