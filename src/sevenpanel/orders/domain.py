"""The life of an order as values: states, which may follow which, and how its money is divided.

Two facts run side by side. The *status* is the public word (six of them, the field's own); the *dispatch* says
how far the order has come on its way to the provider. Both transition tables stand here and nowhere else; the
database refuses everything that is not in them (design: orders, States).
"""

from dataclasses import dataclass, replace
from enum import StrEnum

from sevenpanel.kernel.money import divide_up
from sevenpanel.kernel.said import Phrase, say

# The two words of an order's state are the Terms' own: every clause is decided by them.
from sevenpanel.terms import Dispatch as Dispatch
from sevenpanel.terms import LinkFinding
from sevenpanel.terms import Status as Status


class Outcome(StrEnum):
    """How an order ended."""

    DELIVERED = "delivered"
    STOPPED = "stopped by the provider"
    CANCELLED_BY_CUSTOMER = "cancelled by the customer"
    REFUSED = "refused by the provider"
    WRITTEN_OFF = "written off"
    GRANTED = "granted under the Terms"
    CLOSED = "closed under the Terms"


# A decision says what came back of these; of all others it follows from what was delivered.
BY_DECISION = frozenset({Outcome.GRANTED, Outcome.CLOSED})


class Source(StrEnum):
    """The door an order came in by."""

    FORM = "form"
    MASS = "mass order"
    API = "API"


TERMINAL = frozenset({Status.COMPLETED, Status.PARTIAL, Status.CANCELED})

STATUS_AFTER: dict[Status, frozenset[Status]] = {
    Status.PENDING: frozenset({Status.PROCESSING, Status.IN_PROGRESS}) | TERMINAL,
    Status.PROCESSING: frozenset({Status.IN_PROGRESS}) | TERMINAL,
    Status.IN_PROGRESS: frozenset({Status.PROCESSING}) | TERMINAL,
    Status.COMPLETED: frozenset(),
    Status.PARTIAL: frozenset(),
    Status.CANCELED: frozenset(),
}
assert STATUS_AFTER.keys() == set(Status)

DISPATCH_AFTER: dict[Dispatch, frozenset[Dispatch]] = {
    Dispatch.QUEUED: frozenset({Dispatch.SENDING, Dispatch.REFUSED}),
    # Back to queued only when it is certain that nothing left the house.
    Dispatch.SENDING: frozenset({Dispatch.SENT, Dispatch.REFUSED, Dispatch.UNKNOWN, Dispatch.QUEUED}),
    Dispatch.UNKNOWN: frozenset({Dispatch.SENT, Dispatch.ABSENT, Dispatch.WRITTEN_OFF}),
    # Absent is shown, not supposed: the provider does not have it, so it may be sent again or given back.
    Dispatch.ABSENT: frozenset({Dispatch.QUEUED, Dispatch.REFUSED}),
    Dispatch.SENT: frozenset(),
    Dispatch.REFUSED: frozenset(),
    Dispatch.WRITTEN_OFF: frozenset(),
}
assert DISPATCH_AFTER.keys() == set(Dispatch)

STATUS_WORDS = {
    Status.PENDING: say("Paid and held; work has not started."),
    Status.PROCESSING: say("The provider prepares the work."),
    Status.IN_PROGRESS: say("The provider works on it."),
    Status.COMPLETED: say("The provider says it is done."),
    Status.PARTIAL: say("Stopped; what was not delivered came back."),
    Status.CANCELED: say("Stopped before anything arrived; everything came back."),
}
assert STATUS_WORDS.keys() == set(Status)

# What follows by itself, and what of the money can still move: the two other things that people ask of a state (U-10).
STATUS_NEXT = {
    Status.PENDING: say("The provider takes it and begins."),
    Status.PROCESSING: say("The provider begins to deliver."),
    Status.IN_PROGRESS: say("It ends as Completed, Partial or Canceled."),
    Status.COMPLETED: say("Nothing more. If something is wrong, write a ticket."),
    Status.PARTIAL: say("Nothing more. You can order the rest again."),
    Status.CANCELED: say("Nothing more. You can order again."),
}
_HELD = say("Held, not spent. What is not delivered comes back unless the Terms say otherwise.")
STATUS_MONEY = {
    Status.PENDING: _HELD,
    Status.PROCESSING: _HELD,
    Status.IN_PROGRESS: _HELD,
    Status.COMPLETED: say("Spent. It comes back only by a decision under the Terms."),
    Status.PARTIAL: say("What arrived is spent; the rest came back."),
    Status.CANCELED: say("Everything came back."),
}
assert STATUS_NEXT.keys() == STATUS_MONEY.keys() == set(Status)

_PENDING_WORDS = {
    Dispatch.QUEUED: STATUS_WORDS[Status.PENDING],
    Dispatch.SENDING: say("Being sent to the provider. The money is held, not spent."),
    Dispatch.SENT: say("The provider has it; work has not started. The money is held, not spent."),
    Dispatch.REFUSED: say("The provider did not take it; the money comes back."),
    Dispatch.UNKNOWN: say("Sent; the provider's confirmation is missing. The money is held, not spent."),
    Dispatch.ABSENT: say("The provider does not have it: it is sent again, or the money comes back."),
    Dispatch.WRITTEN_OFF: say("The provider's confirmation never came; the money comes back."),
}
assert _PENDING_WORDS.keys() == set(Dispatch)

_CANCELED_WORDS = {
    Dispatch.REFUSED: say("The provider did not take it; everything came back."),
    Dispatch.WRITTEN_OFF: say("The provider's confirmation never came; everything came back."),
}


def status_words(status: Status, dispatch: Dispatch, outcome: Outcome | None = None) -> Phrase:
    """What a status means for an order that has come so far on its way to the provider, and perhaps has ended."""
    if outcome in _ENDED_WORDS:
        return _ENDED_WORDS[outcome]
    if status is Status.PENDING:
        return _PENDING_WORDS[dispatch]
    if status is Status.CANCELED:
        return _CANCELED_WORDS.get(dispatch, STATUS_WORDS[status])
    return STATUS_WORDS[status]


# Here the status word tells less than how the order ended.
_ENDED_WORDS = {
    Outcome.GRANTED: say("Ended by a decision, which says what came back."),
    Outcome.CLOSED: say("Closed under the Terms; its charge is kept."),
}
assert _ENDED_WORDS.keys() == BY_DECISION

OUTCOME_STATUS = {
    Outcome.DELIVERED: Status.COMPLETED,
    Outcome.STOPPED: None,  # Partial or Canceled, by what had arrived
    Outcome.CANCELLED_BY_CUSTOMER: None,
    Outcome.REFUSED: Status.CANCELED,
    Outcome.WRITTEN_OFF: Status.CANCELED,
    Outcome.GRANTED: None,  # what the decision says
    Outcome.CLOSED: None,
}
assert OUTCOME_STATUS.keys() == set(Outcome)


class Decider(StrEnum):
    """Who stands behind a decision."""

    RULES = "the rules"
    CONFIRMED = "confirmed by staff"
    OVERRULED = "overruled by staff"


DECIDERS = {
    Decider.RULES: say("the rules"),
    Decider.CONFIRMED: say("confirmed by staff"),
    Decider.OVERRULED: say("overruled by staff"),
}
assert DECIDERS.keys() == set(Decider)


class Effect(StrEnum):
    """What a decision did to its order. Money moves with the first two only."""

    ENDED = "ended the order"
    GRANTED = "granted"
    NONE = "none"


class RefusalCode(StrEnum):
    """Why an order was not taken. Nothing was charged in any of these cases."""

    STOPPED = "stopped"
    UNKNOWN_CUSTOMER = "unknown_customer"
    SUSPENDED = "suspended"
    REQUEST_CONFLICT = "request_conflict"
    UNKNOWN_SERVICE = "unknown_service"
    UNREADABLE_LINK = "unreadable_link"
    WRONG_LINK = "wrong_link"
    BAD_NUMBER = "bad_number"
    QUANTITY_MISSING = "quantity_missing"
    COMMENTS_MISSING = "comments_missing"
    BELOW_MIN = "below_min"
    ABOVE_MAX = "above_max"
    ACTIVE_ORDER = "active_order"
    PRICE_CHANGED = "price_changed"
    NOT_ENOUGH_FUNDS = "not_enough_funds"
    OVER_CAP = "over_cap"


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderLine:
    """One order as it is asked for. Which of quantity and comments counts depends on the service's type.

    :param max_charge_micros: the price that was shown and confirmed; a higher one is refused (I13).
    :param request_id: the caller's own id for this request: the same id is never charged twice.
    :param key_id: the API key under which it came, which may have a daily limit (S-33).
    """

    customer_id: int
    service_id: int
    link: str
    quantity: int | None = None
    comments: tuple[str, ...] = ()
    source: Source = Source.API
    request_id: str | None = None
    max_charge_micros: int | None = None
    key_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """An order that was taken: held money, not spent money.

    :param is_replay: this request came before.
    :param is_completed: its link is wrong, so that it is Completed at once and its charge kept (clause 2).
    """

    order_id: int
    charge_micros: int
    is_replay: bool = False
    is_completed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """An order that was not taken, with the sentence for the customer and the figure in it, if any.

    :param fact: the limit, the id of the open order, or the missing micro-units, by the code.
    """

    code: RefusalCode
    sentence: str
    fact: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenOrder:
    """What a decision about an order's end needs to know."""

    id: int
    customer_id: int
    currency: str
    status: Status
    dispatch: Dispatch
    quantity: int
    charge_micros: int
    delivered: int
    remains: int | None
    start_count: int | None
    is_cancel_requested: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What a provider said about an order, understood as far as it can be.

    :param status: None when the word is not known; then nothing changes and the operator is asked.
    :param remains: as the provider said it, unclamped; None when it said nothing readable.
    :param words: the provider's own word, kept as evidence.
    :param link: what it says about the link, in words that are clear; None when it says nothing of it.
    :param link_words: these words, which staff read; customers are told in words of the desk's own.
    """

    order_id: int
    status: Status | None
    remains: int | None
    start_count: int | None
    words: str
    link: LinkFinding | None = None
    link_words: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Division:
    """A charge divided into what was earned and what came back; the two sum to the charge (I6, I14)."""

    earned_micros: int
    returned_micros: int


def divide(*, charge_micros: int, quantity: int, delivered: int) -> Division:
    """Divide a charge by what was delivered: earned is rounded up to a whole micro-unit, the rest comes back.

    Computed from the original charge, exact, with delivered between 0 and quantity (design: terms, Settled here 3).
    """
    assert 0 <= delivered <= quantity, (delivered, quantity)
    earned = divide_up(charge_micros * delivered, quantity)
    return Division(earned_micros=earned, returned_micros=charge_micros - earned)


def follow(order: OpenOrder, report: Report) -> OpenOrder:
    """Return the order as it stands after a provider's report; the same order when nothing changes.

    What a provider said before is never forgotten: delivered does not fall, Pending does not come back.
    """
    if report.status is None:
        return order
    if report.status in TERMINAL:
        return _ended(order, report)
    status = report.status if report.status in STATUS_AFTER[order.status] else order.status
    delivered = counted(order, report.remains) if report.status is Status.IN_PROGRESS else order.delivered
    return replace(
        order,
        status=status,
        delivered=delivered,
        remains=order.quantity - delivered if report.remains is not None or delivered else order.remains,
        start_count=report.start_count if report.start_count is not None else order.start_count,
    )


def counted(order: OpenOrder, said: int | None) -> int:
    """How much is shown to have arrived, by what a provider says remains.

    Providers put remains to 0 or to the whole quantity where they have no count: for work that has not begun, and
    again when they stop it. Only a figure strictly between the two is a count that somebody made.
    """
    if said is None or not 0 < said < order.quantity:
        return order.delivered
    return max(order.delivered, order.quantity - said)


def _ended(order: OpenOrder, report: Report) -> OpenOrder:
    delivered = _delivered_at_end(order, report)
    if delivered is None:
        return order
    return replace(
        order,
        status=_end_status(report.status, delivered, order.quantity),
        delivered=delivered,
        remains=order.quantity - delivered,
        start_count=report.start_count if report.start_count is not None else order.start_count,
    )


def _delivered_at_end(order: OpenOrder, report: Report) -> int | None:
    """How much had arrived when the work ended; None when the provider left it open, so that nobody guesses."""
    is_all_done = report.remains is None or report.remains <= 0
    if report.status is Status.COMPLETED and is_all_done:
        return order.quantity
    arrived = counted(order, report.remains)
    # "Partial" says that something arrived: without any count it stays open, and the operator is asked.
    is_open = report.status is Status.PARTIAL and not arrived and is_all_done
    return None if is_open else arrived


def _end_status(said: Status | None, delivered: int, quantity: int) -> Status:
    if said is Status.COMPLETED or delivered == quantity:
        return Status.COMPLETED
    return Status.PARTIAL if delivered else Status.CANCELED


def as_corrected(order: OpenOrder, delivered: int) -> OpenOrder:
    """An order at its end, with an operator's own figure in the place of the provider's count (settled 3)."""
    said = Status.COMPLETED if order.status is Status.COMPLETED else None
    status = _end_status(said, delivered, order.quantity)
    return replace(order, status=status, delivered=delivered, remains=order.quantity - delivered)


def outcome_of(order: OpenOrder) -> Outcome:
    """How an order that reached a terminal status by the provider's word ended."""
    if order.status is Status.COMPLETED:
        return Outcome.DELIVERED
    return Outcome.CANCELLED_BY_CUSTOMER if order.is_cancel_requested else Outcome.STOPPED
