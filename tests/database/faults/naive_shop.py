"""A naive model of the whole shop (Z-3): wallets, orders and what the provider has, in dictionaries and plain sums.

It knows nothing of the ledger, of the outbox, of tasks, attempts or leases, and reckons one thing at a time. What it
says and what the desk does must be the same after every step.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

RATE_MICROS = 901_003
QUANTITY_MIN, QUANTITY_MAX = 10, 10_000
UNKNOWN_MAX = timedelta(hours=24)
# After so many lost answers in a row a provider gets one order at a time.
LOSSES_MAX = 5


class Stage(StrEnum):
    """How far an order has come on its way, in the words of the desk."""

    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    UNKNOWN = "unknown"


@dataclass(slots=True)
class Order:
    """One order: what was paid, what arrived, what came back."""

    who: int
    link: str
    quantity: int
    charge: int
    stage: Stage = Stage.QUEUED
    status: str = "Pending"
    is_open: bool = True
    is_to_stop: bool = False
    delivered: int = 0
    back: int = 0
    unknown_since: datetime | None = None

    @property
    def undelivered(self) -> int:
        """What can still come back."""
        return self.charge - -(-self.charge * self.delivered // self.quantity) - self.back


@dataclass(slots=True)
class NaiveShop:
    """Everything there is.

    :param queue: since when an order may be sent; one that has ended meanwhile is only crossed out.
    :param taken: what the provider has: its number, and our order.
    """

    balance: dict[int, int]
    held: dict[int, int]
    orders: dict[int, Order] = field(default_factory=dict)
    queue: dict[int, datetime] = field(default_factory=dict)
    requests: dict[tuple[int, str], tuple[int, str, int]] = field(default_factory=dict)
    taken: dict[str, int] = field(default_factory=dict)
    losses: int = 0

    def judge(self, who: int, link: str, quantity: int, request: str | None) -> str | int:
        """What is said to somebody who asks for an order: the charge, an earlier order's number, or a refusal."""
        earlier = self.requests.get((who, request)) if request else None
        if earlier is not None:
            return f"order {earlier[0]}" if earlier[1:] == (link, quantity) else "request_conflict"
        if quantity < QUANTITY_MIN:
            return "below_min"
        if quantity > QUANTITY_MAX:
            return "above_max"
        if any(o.is_open and (o.who, o.link) == (who, link) for o in self.orders.values()):
            return "active_order"
        charge = -(-RATE_MICROS * quantity // 1000)
        return charge if charge <= self.balance[who] - self.held[who] else "not_enough_funds"

    def place(self, id_: int, order: Order, request: str | None, now: datetime) -> None:
        """Take an order."""
        self.balance[order.who] -= order.charge
        self.orders[id_], self.queue[id_] = order, now
        if request:
            self.requests[order.who, request] = (id_, order.link, order.quantity)

    def next_to_send(self) -> int | None:
        """The order whose turn it is, if any is sent now."""
        is_in_hand = any(order.stage is Stage.SENDING for order in self.orders.values())
        if not self.queue or (self.losses >= LOSSES_MAX and is_in_hand):
            return None
        return min(self.queue, key=lambda id_: (self.queue[id_], id_))

    def begin(self, id_: int) -> bool:
        """Take an order out of the queue; False when it needs no sending any more."""
        order = self.orders[id_]
        del self.queue[id_]
        if order.is_open and order.is_to_stop:
            self.end(order, 0)
        if order.is_open:
            order.stage = Stage.SENDING
        return order.is_open

    def found(self, id_: int) -> None:
        """It is known that the provider has an order."""
        self.orders[id_].stage = Stage.SENT

    def lose_sight(self, id_: int, now: datetime) -> None:
        """Nobody knows whether the provider has an order."""
        self.orders[id_].stage, self.orders[id_].unknown_since = Stage.UNKNOWN, now

    def in_stage(self, stage: Stage) -> list[int]:
        """The orders that have come so far."""
        return [id_ for id_, order in self.orders.items() if order.stage is stage]

    def give_back(self, id_: int) -> None:
        """An order was refused or given up: all of it comes back."""
        order = self.orders[id_]
        order.stage = Stage.SENT
        if order.is_open:
            order.delivered = 0
            self.end(order, 0)

    def write_off(self, now: datetime) -> None:
        """Give up what has been unknown for too long."""
        for id_ in self.in_stage(Stage.UNKNOWN):
            since = self.orders[id_].unknown_since
            if since is not None and since + UNKNOWN_MAX <= now:
                self.give_back(id_)

    def cancel(self, who: int, id_: int) -> str:
        """What a customer is told who wants an order stopped."""
        order = self.orders[id_]
        if order.who != who:
            return "not found"
        if not order.is_open:
            return "ended"
        order.is_to_stop = True
        if order.stage is Stage.QUEUED:
            self.end(order, 0)
            return "cancelled"
        return "requested"

    def report(self, id_: int, word: str, remains: int | None) -> None:
        """The provider says how an order stands."""
        order = self.orders[id_]
        if not order.is_open or word == "Pending":
            return
        is_count = remains is not None and 0 < remains < order.quantity
        got = max(order.delivered, order.quantity - (remains or 0) if is_count else 0)
        if word == "Processing":
            order.status = word
        elif word == "In progress":
            order.status, order.delivered = word, got
        elif word == "Completed":
            self.end(order, got if remains else order.quantity, is_completed=True)
        elif word != "Partial" or got or remains:
            self.end(order, got)

    def end(self, order: Order, got: int, *, is_completed: bool = False) -> None:
        """An order ends with so much delivered; what was not delivered comes back."""
        order.delivered, order.is_open = got, False
        self._pay_back(order, order.undelivered)
        is_completed = is_completed or got == order.quantity
        order.status = "Completed" if is_completed else "Partial" if got else "Canceled"

    def grant(self, id_: int, amount: int) -> None:
        """Staff give something back; an open order ends with it."""
        order = self.orders[id_]
        self._pay_back(order, amount)
        if order.is_open:
            order.is_open = False
            order.status = "Canceled" if amount == order.charge else "Partial"

    def _pay_back(self, order: Order, amount: int) -> None:
        order.back += amount
        self.balance[order.who] += amount
