"""The demo customer as its two programs see the desk: a reseller's script, and a browser without scripts."""

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import httpx
from tests.journeys.running_desk import Desk
from tests.journeys.web.visitor import fields, text
from tests.served import Client
from tests.waiting import until

from sevenpanel.fulfilment.providers.sandbox.catalogue import catalogue

OPENING = Decimal(1000)
ENDED = {"Completed", "Partial", "Canceled"}
CHANNEL_ADS = 106  # Default, telegram/channel, from 1,000
SLOW = 901  # Default, website/page, ten times as slow
STATUSES_A_CALL = 100

_DIVISION = re.compile(r"([\d.]+) USD spent \+ ([\d.]+) USD came back = ([\d.]+) USD charged")
_MOVEMENT = re.compile(r"([+−])([\d.]+) USD (?:held|came back) ledger order/\d+/(charged|returned)")


@dataclass(slots=True)
class DemoCustomer:
    """Who orders at a running desk, and every order so far."""

    desk: Desk
    api: Client
    orders: list[int] = field(default_factory=list)

    def service(self, listing: int) -> int:
        """The desk's id for a service of the sandbox's catalogue."""
        name = catalogue()[listing].name
        return next(int(row["service"]) for row in self.api("services") if row["name"] == name)

    def add(self, **order: Any) -> int:
        """Place an order."""
        answer = self.api("add", **order)
        assert list(answer) == ["order"], answer
        self.orders.append(answer["order"])
        return int(answer["order"])

    def statuses(self, ids: Sequence[int] | None = None) -> dict[int, dict[str, Any]]:
        """Where these orders stand, or all."""
        ids = self.orders if ids is None else ids
        found: dict[int, dict[str, Any]] = {}
        for start in range(0, len(ids), STATUSES_A_CALL):
            some = ids[start : start + STATUSES_A_CALL]
            found |= {int(id_): row for id_, row in self.api("status", orders=",".join(map(str, some))).items()}
        return found

    def until_ended(self, ids: Sequence[int] | None = None) -> dict[int, dict[str, Any]]:
        """Poll until these orders, or all, have ended."""
        until(lambda: all(row["status"] in ENDED for row in self.statuses(ids).values()), pause=0.2)
        return self.statuses(ids)

    def charged(self) -> Decimal:
        """What all orders cost as the API says now."""
        return sum((Decimal(row["charge"]) for row in self.statuses().values()), Decimal())

    def balance(self) -> Decimal:
        """What can be spent."""
        return Decimal(self.api("balance")["balance"])

    def accounts_for_everything(self) -> bool:
        """Whether what is left and what the orders cost are the play money, to the last millionth."""
        return self.balance() + self.charged() == OPENING


def demo_customer(desk: Desk) -> DemoCustomer:
    """The customer of a running desk that has not ordered yet."""
    return DemoCustomer(desk, desk.api)


@contextmanager
def browser(desk: Desk, person: str = "customer") -> Iterator[httpx.Client]:
    """A browser, signed in as the demo customer, or as its operator."""
    with httpx.Client(base_url=desk.url, follow_redirects=True, timeout=60, trust_env=False) as client:
        form = fields(client.get("/accounts/login/"), "post /accounts/login/")
        who = desk.demo[person]
        page = client.post("/accounts/login/", data={**form, "login": who["email"], "password": who["password"]})
        assert (page.status_code, page.url.path) == (200, {"customer": "/", "operator": "/desk/"}[person]), text(page)
        yield client


def money_lines(page: httpx.Response) -> tuple[Decimal, Decimal]:
    """What an order's page says of its money.

    :returns: what was spent by its division, which must add up, and what its timeline's movements leave spent.
    """
    read = text(page)
    division = _DIVISION.search(read)
    assert division, read
    spent, back, charge = map(Decimal, division.groups())
    assert spent + back == charge, read
    moved = [Decimal(figure) * (-1 if sign == "−" else 1) for sign, figure, kind in _MOVEMENT.findall(read)]
    assert moved, read
    return spent, -sum(moved, Decimal())
