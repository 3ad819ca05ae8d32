"""One ordinary order on an ordinary day, that the tests of the Terms change one thing at a time."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from sevenpanel.terms import (
    REQUIRED,
    Aspect,
    Decision,
    Description,
    Dispatch,
    DropBand,
    Kind,
    Message,
    Notice,
    NoticeKind,
    OrderFacts,
    Overrides,
    Policy,
    RequestFacts,
    Scope,
    Status,
    Ticket,
    decide,
)
from sevenpanel.terms.documents import policy_of, published

HOUR = timedelta(hours=1)
TICK = timedelta(microseconds=1)
PLACED = datetime(2027, 5, 3, 12, tzinfo=UTC)
POLICY: Policy = policy_of(published(), "1")

# Promised: to start within 6 hours, to be complete within 48.
STARTS_BY = PLACED + 6 * HOUR
DUE = PLACED + 48 * HOUR
LATE = DUE + HOUR

DESCRIPTION = Description(
    service_id=1234,
    network="telegram",
    category_id=7,
    start_within=6 * HOUR,
    complete_within=48 * HOUR,
    quantity_min=100,
    quantity_max=10_000,
    drop_band=DropBand.LOW,
    can_cancel=False,
    can_refill=True,
    text="Members for a channel.",
)
# 1,000 for 0.90, of which 400 have arrived: 0.36 is earned, 0.54 is not.
ORDER = OrderFacts(
    order_id=5,
    placed_at=PLACED,
    quantity=1_000,
    charge_micros=900_000,
    currency="EUR",
    terms_version="1",
    status=Status.IN_PROGRESS,
    dispatch=Dispatch.SENT,
    description=DESCRIPTION,
    reported_delivered=400,
    started_at=PLACED + 2 * HOUR,
)
UNDELIVERED = 540_000
CHARGE = 900_000


def order(**changed: Any) -> OrderFacts:
    """The ordinary order, changed."""
    return replace(ORDER, **changed)


def closed(status: Status = Status.COMPLETED, at: datetime = DUE - HOUR, **changed: Any) -> OrderFacts:
    """The ordinary order, ended."""
    delivered = {Status.COMPLETED: 1_000, Status.PARTIAL: 400, Status.CANCELED: 0}[status]
    returned = {Status.COMPLETED: 0, Status.PARTIAL: UNDELIVERED, Status.CANCELED: CHARGE}[status]
    known = {"status": status, "closed_at": at, "reported_delivered": delivered, "returned_micros": returned}
    return order(**(known | changed))


def described(**changed: Any) -> OrderFacts:
    """The ordinary order of a service with another description."""
    return order(description=replace(DESCRIPTION, **changed))


def notice(number: int = 12, *, published: datetime = PLACED + HOUR, **changed: Any) -> Notice:
    """A notice about the ordinary service; a delay without figures unless said otherwise."""
    overrides = {name: changed.pop(name) for name in list(changed) if name in Overrides.__dataclass_fields__}
    known = {
        "notice_id": number,
        "kind": NoticeKind.DELAY,
        "scope": Scope.SERVICE,
        "subject": 1234,
        "published_at": published,
        "in_force_from": published,
        "overrides": Overrides(**overrides),
        "text": "Telegram is slow this week.",
    }
    return Notice(**(known | {("text" if name == "words" else name): value for name, value in changed.items()}))


def ticket(*messages: tuple[datetime, str], orders: tuple[int, ...] = (5,), **changed: Any) -> Ticket:
    """A ticket with messages by "customer" or "staff"."""
    said = tuple(Message(at=at, is_from_staff=by == "staff") for at, by in messages)
    return Ticket(ticket_id=77, order_ids=orders, messages=said, **changed)


def request(kind: Kind, about: OrderFacts = ORDER, at: datetime = LATE, **changed: Any) -> RequestFacts:
    """A request with complete documents, unless said otherwise."""
    known: dict[str, Any] = {"documents": frozenset(REQUIRED[kind])}
    if kind is Kind.WRONG_SPECIFICATION:
        known["broken"] = frozenset({Aspect.QUALITY})
    return RequestFacts(order=about, kind=kind, requested_at=at, **(known | changed))


def ask(kind: Kind, about: OrderFacts = ORDER, at: datetime = LATE, **changed: Any) -> Decision:
    """Decide such a request under the first version of the Terms, at the instant at which it is made."""
    return decide(request(kind, about, at, **changed), POLICY, at)


def under(**figures: Any) -> Policy:
    """The policy with some figures changed."""
    return replace(POLICY, **figures)
