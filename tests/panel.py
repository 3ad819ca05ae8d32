"""A provider's panel in memory, behind the same interface as every adapter, and the desk's side of a rehearsal.

The panel is honest unless it is told otherwise: it takes orders, charges for them, and answers. What it is told
to do wrong it does to the next calls, in order.
"""

import threading
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from tests.shop import NOON, Person, add_service

from sevenpanel.catalog.domain import ServiceType
from sevenpanel.fulfilment import commands
from sevenpanel.fulfilment.commands.access import AdapterFor
from sevenpanel.fulfilment.domain import expected_cost
from sevenpanel.fulfilment.providers.interface import (
    Answer,
    Balance,
    CancelAnswer,
    Catalogue,
    Evidence,
    Offer,
    Provider,
    ProviderAccess,
    ProviderStatus,
    ProviderUnavailable,
    RefusalReason,
    Refused,
    RowError,
    Sent,
    Shipment,
    StatusReport,
    Unknown,
    UnknownReason,
)
from sevenpanel.jobs.topics import HANDLERS
from sevenpanel.kernel import outbox
from sevenpanel.orders import commands as orders
from sevenpanel.orders.domain import OrderLine, Placed
from sevenpanel.terms import LinkFinding

HEARD = Evidence(http_status=200, answer='{"order":1}', elapsed_ms=3, bytes_left=True)
LOST = Unknown(
    reason=UnknownReason.TIMED_OUT, words="No complete answer came in time.", evidence=Evidence(bytes_left=True)
)


@dataclass(slots=True, kw_only=True)
class PanelOrder:
    """An order as the panel has it."""

    shipment: Shipment
    charge: Decimal
    status: ProviderStatus = ProviderStatus.PENDING
    word: str | None = None
    remains: int | None = None
    start_count: int | None = None
    is_error: bool = False
    is_missing: bool = False
    currency: str | None = "USD"
    link: LinkFinding | None = None


Deed = Callable[["MemoryPanel", Shipment], Answer]


def take(panel: "MemoryPanel", shipment: Shipment) -> Answer:
    """Take the order and say so."""
    return Sent(provider_order_id=panel.book(shipment), evidence=HEARD)


def take_and_lose(panel: "MemoryPanel", shipment: Shipment) -> Answer:
    """Take the order; the answer is lost on the way."""
    panel.book(shipment)
    return LOST


def lose(panel: "MemoryPanel", shipment: Shipment) -> Answer:
    """The request never arrives, which nobody can tell from here."""
    return LOST


def answer_and_lose(panel: "MemoryPanel", shipment: Shipment) -> Answer:
    """Do what it would have done, known request ids and all; the answer is lost on the way."""
    panel.be_honest(shipment)
    return LOST


def say(answer: Answer) -> Deed:
    """Answer this and take nothing."""
    return lambda _panel, _shipment: answer


@dataclass(slots=True)
class MemoryPanel:
    """One provider's panel."""

    rate: Decimal = Decimal("0.50")
    balance_left: Decimal = Decimal(1000)
    refuses_duplicates: bool = False
    honours_request_ids: bool = False
    seconds: float = 0.0
    deeds: deque[Deed] = field(default_factory=deque)
    orders: dict[str, PanelOrder] = field(default_factory=dict)
    added: list[Shipment] = field(default_factory=list)
    asked: list[list[str]] = field(default_factory=list)
    cancels: dict[str, CancelAnswer] = field(default_factory=dict)
    cancel_calls: list[list[str]] = field(default_factory=list)
    is_down: bool = False
    currency: str | None = "USD"
    services_listed: tuple[str, ...] = ("77",)
    on_add: Callable[[Shipment], None] | None = None
    next_id: int = 23501
    at_once: int = 0
    at_once_max: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def adapter_for(self, kind: str, access: ProviderAccess) -> Provider:
        """The panel itself, as the adapter for its provider."""
        return _Seen(self, access)

    def book(self, shipment: Shipment) -> str:
        """Take an order, charge for it, and give it an id."""
        with self._lock:
            number = str(self.next_id)
            self.next_id += 1
            charge = expected_cost(
                service_type=ServiceType(shipment.type), rate=self.rate, quantity=shipment.quantity or 1
            )
            self.orders[number] = PanelOrder(shipment=shipment, charge=charge)
            self.balance_left -= charge
            return number

    def end(self, number: str, status: ProviderStatus, *, remains: int | None = None) -> None:
        """Let an order end."""
        self.orders[number].status = status
        self.orders[number].remains = remains

    def taken_for(self, order_id: int) -> list[str]:
        """The ids under which the panel has this order of ours; more than one is a loss."""
        return [number for number, order in self.orders.items() if order.shipment.order_id == order_id]

    def add(self, shipment: Shipment) -> Answer:
        """Do what was told for this call, else be honest."""
        with self._lock:
            self.added.append(shipment)
            self.at_once += 1
            self.at_once_max = max(self.at_once_max, self.at_once)
            deed = self.deeds.popleft() if self.deeds else None
        try:
            if self.on_add is not None:
                self.on_add(shipment)
            time.sleep(self.seconds)
            return deed(self, shipment) if deed is not None else self.be_honest(shipment)
        finally:
            with self._lock:
                self.at_once -= 1

    def be_honest(self, shipment: Shipment) -> Answer:
        """Answer as a panel does that was told nothing."""
        if self.honours_request_ids:
            for number, order in self.orders.items():
                if order.shipment.request_id == shipment.request_id:
                    return Sent(provider_order_id=number, evidence=HEARD)
        active = (ProviderStatus.PENDING, ProviderStatus.PROCESSING, ProviderStatus.IN_PROGRESS)
        same = [o for o in self.orders.values() if o.shipment.link == shipment.link and o.status in active]
        if self.refuses_duplicates and same:
            words = "You have active order with this link. Please wait until order being completed."
            return Refused(reason=RefusalReason.ACTIVE_ORDER_WITH_LINK, words=words, evidence=HEARD)
        return take(self, shipment)

    def statuses(self, ids: Sequence[str]) -> Mapping[str, StatusReport | RowError]:
        """Tell where the orders stand."""
        self.asked.append(list(ids))
        self._raise_when_down()
        return {number: _told(self.orders.get(number)) for number in ids if not self._is_missing(number)}

    def _is_missing(self, number: str) -> bool:
        return number in self.orders and self.orders[number].is_missing

    def cancel(self, ids: Sequence[str]) -> Mapping[str, CancelAnswer]:
        """Accept, unless told otherwise."""
        self.cancel_calls.append(list(ids))
        self._raise_when_down()
        return {number: self.cancels.get(number, CancelAnswer(accepted=True)) for number in ids}

    def balance(self) -> Balance:
        """What is left."""
        self._raise_when_down()
        return Balance(amount=self.balance_left, currency=self.currency)

    def services(self) -> Catalogue:
        """The catalogue."""
        self._raise_when_down()
        return Catalogue(offers=tuple(self.offer(service) for service in self.services_listed))

    def offer(self, service: str) -> Offer:
        """One line of the catalogue."""
        return Offer(
            service=service, name=f"Service {service}", type="Default", category="Promotion", rate=self.rate, min=1,
            max=1_000_000, cancel=True,
        )  # fmt: skip

    def _raise_when_down(self) -> None:
        if self.is_down:
            raise ProviderUnavailable("No connection.", evidence=Evidence())


@dataclass(frozen=True, slots=True)
class _Seen:
    """The panel as one provider's adapter sees it."""

    panel: MemoryPanel
    access: ProviderAccess

    def __getattr__(self, name: str) -> object:
        return getattr(self.panel, name)


def _told(order: PanelOrder | None) -> StatusReport | RowError:
    if order is None or order.is_error:
        return RowError(words="Incorrect order ID")
    return StatusReport(
        word=order.word or order.status.value,
        status=None if order.word else order.status,
        remains=order.remains,
        start_count=order.start_count,
        charge=order.charge,
        currency=order.currency,
        link=order.link,
    )


@dataclass(slots=True)
class Desk:
    """The desk's side: a clock that tests move, and the worker's steps one at a time."""

    panel: MemoryPanel
    provider_id: int
    service_id: int
    now: datetime = field(default_factory=lambda: datetime.now(UTC))

    def clock(self) -> datetime:
        """What time it is in the test."""
        return self.now

    def wait(self, **time: float) -> None:
        """Let time pass."""
        self.now += timedelta(**time)

    @property
    def adapter_for(self) -> AdapterFor:
        """How the desk reaches the panel."""
        return self.panel.adapter_for

    def place(self, person: Person, *, link: str = "t.me/northwind_news", quantity: int = 1000) -> int:
        """An order, paid and handed on."""
        line = OrderLine(customer_id=person.customer_id, service_id=self.service_id, link=link, quantity=quantity)
        (outcome,) = orders.place(lines=[line], now=self.now)
        assert isinstance(outcome, Placed), outcome
        self.take_in()
        return outcome.order_id

    def take_in(self) -> None:
        """What the intake loops do."""
        for topic, handler in HANDLERS.items():
            while outbox.hand_over(topic=topic, handler=handler, limit=1000):
                pass

    def dispatch(self) -> bool:
        """What a sending loop does once."""
        return commands.dispatch_next(clock=self.clock, adapter_for=self.adapter_for)

    def dispatch_all(self) -> None:
        """What a sending loop does until nothing can be sent now."""
        while self.dispatch():
            pass

    def follow(self) -> int:
        """What a following loop does once, when everything is due."""
        self.wait(hours=2)
        return commands.sync_next(clock=self.clock, adapter_for=self.adapter_for)

    def resolve(self) -> bool:
        """What the resolving loop does once, after a pause that makes everything due."""
        self.wait(seconds=30)
        return commands.resolve_next(clock=self.clock, adapter_for=self.adapter_for)

    def resolve_all(self, *, rounds: int = 20) -> None:
        """Resolve until nothing moves."""
        for _ in range(rounds):
            self.resolve()

    def cancel(self, person: Person, order_id: int) -> None:
        """The customer asks to cancel, and the desk asks the provider."""
        orders.request_cancel(customer_id=person.customer_id, order_ids=[order_id], now=self.now)
        self.take_in()
        commands.ask_cancels(clock=self.clock, adapter_for=self.adapter_for)


def open_desk(
    panel: MemoryPanel | None = None,
    *,
    rate: str = "0.90",
    idempotency_field: str | None = None,
    refuses_duplicate_links: bool = False,
    balance_is_ours: bool = False,
    exchange_rate: Decimal = Decimal(1),
    name: str = "Northwind Supply",
    service_id: int | None = None,
    priority: int = 0,
) -> Desk:
    """A desk with one service, and a provider that fulfils it."""
    panel = panel or MemoryPanel()
    provider_id = commands.register_provider(
        name=name,
        kind="apiv2",
        url="https://panel.example.org/api/v2",
        key="0123456789abcdef",
        currency="USD",
        exchange_rate=exchange_rate,
        idempotency_field=idempotency_field,
        refuses_duplicate_links=refuses_duplicate_links,
        balance_is_ours=balance_is_ours,
        now=NOON,
    )
    service_id = service_id or add_service(rate=rate)
    commands.set_route(service_id=service_id, provider_id=provider_id, provider_service="77", priority=priority)
    commands.refresh_catalogue(provider_id=provider_id, now=NOON, adapter_for=panel.adapter_for)
    return Desk(panel=panel, provider_id=provider_id, service_id=service_id)
