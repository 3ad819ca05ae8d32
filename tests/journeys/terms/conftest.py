"""A desk whose clock can be moved: its customers, its staff, its pages, its API, and what its provider says."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.utils import timezone
from tests.books import books_are_right
from tests.database.support.pictures import picture
from tests.journeys.api.conftest import door
from tests.journeys.support.conftest import staff
from tests.journeys.web.conftest import _static_root
from tests.journeys.web.visitor import LINK, Visitor, fields, text
from tests.served import Client, Served
from tests.shop import add_service, make_key, open_customer

from sevenpanel.ledger import queries as ledger
from sevenpanel.ledger.domain import AccountKind
from sevenpanel.notices import queries as notices
from sevenpanel.orders import commands, queries
from sevenpanel.orders.commands.dispatching import DispatchResult
from sevenpanel.orders.domain import Dispatch, Report, Status
from sevenpanel.orders.queries import DecisionRow, OrderRow

__all__ = ["_static_root", "door"]

QUANTITY = 1000
# Of 10.00 on the balance; the service costs 0.90 for 1000.
PUT_IN = 10_000_000
CHARGE = 900_000
HOUR = timedelta(hours=1)


def screenshot() -> SimpleUploadedFile:
    """A picture as somebody would attach it."""
    return SimpleUploadedFile("count.png", picture(), "image/png")


@dataclass
class Clock:
    """What the site takes for the time. It starts at the real one, by which the API's own process goes."""

    now: datetime = field(default_factory=timezone.now)

    def at(self, instant: datetime) -> None:
        """Move on to an instant."""
        assert instant >= self.now, "time does not run backwards"
        self.now = instant


@dataclass(frozen=True)
class Money:
    """Where the customer's money is, in micro-units: on the balance, held for open orders, earned by the desk."""

    balance: int
    held: int
    earned: int


@dataclass(frozen=True)
class Customer:
    """A customer at the pages and at the API."""

    visitor: Visitor
    api: Client
    service: int
    clock: Clock

    @property
    def customer_id(self) -> int:
        """The customer's id."""
        assert self.visitor.person is not None
        return self.visitor.person.customer_id

    def orders_by_form(self, link: str = LINK) -> OrderRow:
        """Order 1000 through the page."""
        answer = self.visitor.order(self.service, link=link, quantity=str(QUANTITY))
        assert answer.status_code == 302, text(answer)
        return self.visitor.orders[0]

    def orders_by_api(self, link: str = LINK) -> OrderRow:
        """Order 1000 through API v2; the time is the real one then."""
        answer = self.api("add", service=self.service, link=link, quantity=QUANTITY)
        found = queries.order(customer_id=self.customer_id, order_id=answer["order"])
        assert found is not None
        return found

    def reads(self, address: str) -> str:
        """What can be read on a page."""
        page = self.visitor.get(address)
        assert page.status_code == 200, (address, page.status_code)
        return text(page)

    def asks(self, order: OrderRow, kind: str, **given: Any) -> str:
        """Open a ticket about an order through the form; the ticket's address."""
        opened = self.visitor.get(f"/tickets/new/?kind={kind}&order={order.id}")
        form = {**fields(opened, "post /tickets/new/"), "body": "Please look at it.", **given}
        page = self.visitor.client.post("/tickets/new/", form, follow=True)
        assert page.status_code == 200, text(page)
        return str(page.request["PATH_INFO"])

    def adds(self, ticket: str, **files: Any) -> str:
        """Send documents into a ticket; the page that followed."""
        form = fields(self.visitor.get(ticket), f"post {ticket}reply/")
        return text(self.visitor.client.post(f"{ticket}reply/", {**form, **files}, follow=True))

    def is_offered(self, address: str, *, on: str) -> bool:
        """Whether a page has a form that goes to an address."""
        return f'action="{address}"' in self.visitor.get(on).content.decode()

    def claims(self, ticket: str, order: OrderRow) -> str:
        """Press the button of an unanswered ticket, whether or not the page shows it; the page that followed."""
        return text(self.visitor.client.post(f"{ticket}claim/", {"order": str(order.id)}, follow=True))

    def status(self, order: OrderRow) -> Mapping[str, Any]:
        """What the API says of an order."""
        answer: Mapping[str, Any] = self.api("status", order=order.id)
        return answer


@dataclass(frozen=True)
class Staff:
    """Somebody who answers tickets and writes notices."""

    visitor: Visitor

    def announces(self, service: int, **typed: str) -> int:
        """Publish a notice about a service at the desk; its number."""
        form = {
            **fields(self.visitor.get("/desk/notices/"), "post /desk/notices/"),
            "kind": "delay",
            "scope": "service",
            "subject_id": str(service),
            "text": "Slower this week.",
            **typed,
        }
        answer = self.visitor.post("/desk/notices/", form)
        assert answer.status_code == 302, text(answer)
        return notices.updates()[0].root_id

    def finds(self, ticket: str, *differs: str) -> str:
        """Note what differs from the description; the page that followed."""
        target = self._action(ticket, "find")
        return text(self.visitor.client.post(target, {"differs": list(differs)}, follow=True))

    def confirms(self, ticket: str) -> str:
        """Confirm what the rules propose; the page that followed."""
        page = self.visitor.get(f"/desk{ticket}")
        target = self._action(ticket, "judge")
        return text(self.visitor.client.post(target, fields(page, f"post {target}"), follow=True))

    def _action(self, ticket: str, name: str) -> str:
        page = self.visitor.get(f"/desk{ticket}").content.decode()
        return next(part for part in page.split('"') if part.endswith(f"/{name}/") and "/requests/" in part)


def provider_says(order: OrderRow, status: Status, delivered: int, at: datetime) -> None:
    """Let the provider have the order, if it had not, and report so many as delivered."""
    words = status.value
    report = Report(order_id=order.id, status=status, remains=QUANTITY - delivered, start_count=None, words=words)
    with transaction.atomic():
        found = queries.order(customer_id=order.customer_id, order_id=order.id)
        if found is not None and found.dispatch is Dispatch.QUEUED:
            commands.begin_sending(order_ids=[order.id], now=at)
            sent = DispatchResult(order_id=order.id, dispatch=Dispatch.SENT)
            commands.record_dispatch(results=[sent], now=at)
        commands.apply_reports(reports=[report], now=at)


def money(customer: Customer) -> Money:
    """Where the money is by the books, which are right."""
    books_are_right()
    lines = ledger.trial_balance()
    held, earned = (
        sum(line.credit_micros - line.debit_micros for line in lines if line.kind is kind)
        for kind in (AccountKind.HELD, AccountKind.EARNED)
    )
    return Money(balance=customer.visitor.balance, held=held, earned=earned)


def decision(order: OrderRow) -> DecisionRow:
    """The one decision about an order."""
    (found,) = queries.decisions_of_order(order_id=order.id)
    return found


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    moving = Clock()
    monkeypatch.setattr(timezone, "now", lambda: moving.now)
    return moving


@pytest.fixture
def alice(transactional_db: Any, door: Served, clock: Clock) -> Customer:
    person = open_customer("Alice", balance="10")
    return Customer(Visitor(person), door.client(make_key(person)), add_service(), clock)


@pytest.fixture
def sam(alice: Customer) -> Staff:
    return Staff(staff("sam"))


Place = Callable[..., OrderRow]


@pytest.fixture(params=["form", "API"])
def place(request: pytest.FixtureRequest) -> Place:
    """Order by the page, or by the API."""
    return Customer.orders_by_form if request.param == "form" else Customer.orders_by_api
