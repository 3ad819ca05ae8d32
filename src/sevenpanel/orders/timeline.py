"""The timeline of an order: facts told as sentences, with the arithmetic of each movement of money (U-9).

Pure: it takes an order's facts and returns lines; the sums of the money lines are the charge, by construction
of `domain.divide` and shown by a property test.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sevenpanel.kernel.money import format_amount
from sevenpanel.orders.domain import BY_DECISION, Outcome


class EventKind(StrEnum):
    """The facts that are recorded about an order after it was placed."""

    SENT = "sent"
    WAITING = "waiting"
    UNKNOWN = "unknown"
    FOUND = "found"
    ABSENT = "absent"
    REFUSED = "refused"
    STATUS = "status"
    NOT_UNDERSTOOD = "not understood"
    CANCEL_REQUESTED = "cancel requested"
    CANCEL_ANSWERED = "cancel answered"
    SETTLED = "settled"
    SPOKE_AFTER_THE_END = "spoke after the end"
    DECIDED = "decided"
    GRANTED = "granted"
    LINK_FOUND = "link found"
    DOUBLED = "several orders"
    CORRECTED = "corrected"


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One recorded fact."""

    kind: EventKind
    happened_at: datetime
    facts: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderFacts:
    """What the timeline needs to know of an order."""

    order_id: int
    placed_at: datetime
    quantity: int
    rate_micros: int
    charge_micros: int
    currency: str
    is_package: bool
    source: str
    outcome: Outcome | None
    delivered: int
    earned_micros: int | None
    returned_micros: int | None
    settled_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of the timeline.

    :param amount_micros: signed as the customer's balance feels it; None when no money moved.
    :param ledger_key: the transfer behind the line, if any.
    """

    happened_at: datetime
    actor: str
    sentence: str
    amount_micros: int | None = None
    ledger_key: str | None = None


DESK, PROVIDER, CUSTOMER = "the desk", "the provider", "you"


def tell(facts: OrderFacts, events: Sequence[Event]) -> list[Line]:
    """Tell an order's life in lines, oldest first."""
    told = [_placed(facts)]
    for event in events:
        told += _MONEY[event.kind](event, facts) if event.kind in _MONEY else [_told(event, facts)]
    return told


def _placed(facts: OrderFacts) -> Line:
    cost = _sum(facts, facts.charge_micros)
    how = f"package price {cost}" if facts.is_package else _rate_sum(facts)
    return Line(
        happened_at=facts.placed_at,
        actor=CUSTOMER,
        sentence=f"Ordered through the {facts.source}: {how}. {cost} is held, not spent.",
        amount_micros=-facts.charge_micros,
        ledger_key=f"order/{facts.order_id}/charged",
    )


def _rate_sum(facts: OrderFacts) -> str:
    exact = facts.rate_micros * facts.quantity % 1000 == 0
    rounded = "" if exact else " (rounded up to a millionth)"
    return f"{facts.quantity} × {format_amount(facts.rate_micros)} / 1000 = {_sum(facts, facts.charge_micros)}{rounded}"


def _sum(facts: OrderFacts, value: int) -> str:
    return f"{format_amount(value)} {facts.currency}"


def _told(event: Event, facts: OrderFacts) -> Line:
    actor, sentence = _SENTENCES[event.kind](event.facts, facts)
    return Line(happened_at=event.happened_at, actor=actor, sentence=sentence)


def _status(event: Mapping[str, Any], facts: OrderFacts) -> tuple[str, str]:
    parts = [f"The provider says “{event['words']}”."]
    if event.get("start_count") is not None:
        parts.append(f"The count at the start was {event['start_count']}.")
    if event.get("delivered"):
        parts.append(f"{event['delivered']} of {facts.quantity} delivered so far.")
    return PROVIDER, " ".join(parts)


def _unknown(event: Mapping[str, Any], facts: OrderFacts) -> tuple[str, str]:
    return DESK, (
        f"Sent to the provider, but the confirmation is missing. Your {_sum(facts, facts.charge_micros)} is held, "
        f"not spent. It is not sent again blindly; it is decided at the latest by {event['decided_by']}."
    )


def _cancel_answered(event: Mapping[str, Any], _facts: OrderFacts) -> tuple[str, str]:
    if event["accepted"]:
        return PROVIDER, "The provider accepted the request to cancel. Money moves when it confirms the end."
    return (
        PROVIDER,
        f"The provider did not accept the request to cancel: “{event['words']}”. The order goes on.",
    )


def _link_found(event: Mapping[str, Any], _facts: OrderFacts) -> tuple[str, str]:
    return DESK, f"The link was found to be {event['found']}: {event['evidence']}"


def _doubled(event: Mapping[str, Any], _facts: OrderFacts) -> tuple[str, str]:
    named = ", ".join(map(str, event["orders"]))
    return DESK, f"Orders of the same service ran on this link at once, with this one: {named}. {event['evidence']}"


def _corrected(event: Mapping[str, Any], facts: OrderFacts) -> tuple[str, str]:
    said = f"The desk corrected what was delivered from {event['before']} to {event['delivered']} of {facts.quantity}"
    return DESK, f"{said}: {event['reason']}"


def _decided(event: Mapping[str, Any], _facts: OrderFacts) -> tuple[str, str]:
    """The reasons end with the arithmetic of what comes back, so nothing is computed here."""
    words = f"Decision {event['decision']} under clause {event['clause']}, {event['decider']}: {event['outcome']}."
    return DESK, " ".join([words, *event["reasons"]])


_Teller = Callable[[Mapping[str, Any], OrderFacts], tuple[str, str]]

_SENTENCES: dict[EventKind, _Teller] = {
    EventKind.SENT: lambda e, f: (DESK, "Sent to the provider, who accepted it."),
    EventKind.WAITING: lambda e, f: (
        DESK,
        f"Waiting: {e['words']} Nothing was sent; the desk tries again by itself.",
    ),
    EventKind.UNKNOWN: _unknown,
    EventKind.FOUND: lambda e, f: (DESK, f"Confirmed: the provider has this order ({e['how']})."),
    EventKind.ABSENT: lambda e, f: (
        DESK,
        f"It is shown that the provider does not have this order ({e['how']}).",
    ),
    EventKind.REFUSED: lambda e, f: (PROVIDER, f"The provider refused the order: “{e['words']}”."),
    EventKind.STATUS: _status,
    EventKind.NOT_UNDERSTOOD: lambda e, f: (
        PROVIDER,
        f"The provider said “{e['words']}”, which the desk does not understand. Nothing changed; the operator looks.",
    ),
    EventKind.CANCEL_REQUESTED: lambda e, f: (CUSTOMER, "Cancel requested."),
    EventKind.CANCEL_ANSWERED: _cancel_answered,
    EventKind.SPOKE_AFTER_THE_END: lambda e, f: (
        PROVIDER,
        f"After the end the provider said “{e['words']}”. A settled order stays settled; the operator looks.",
    ),
    EventKind.DECIDED: _decided,
    EventKind.LINK_FOUND: _link_found,
    EventKind.DOUBLED: _doubled,
    EventKind.CORRECTED: _corrected,
}


_OUTCOME_SENTENCES = {
    Outcome.DELIVERED: "The provider says the order is completed.",
    Outcome.STOPPED: "The provider stopped the order.",
    Outcome.CANCELLED_BY_CUSTOMER: "Cancelled at your request.",
    Outcome.REFUSED: "The order ended before anything was delivered, because the provider did not take it.",
    Outcome.WRITTEN_OFF: "Nobody could show what became of the order, so the desk gives the money back.",
    Outcome.GRANTED: "A request was granted, so the order ended.",
    Outcome.CLOSED: "The order was closed without completion.",
}
assert _OUTCOME_SENTENCES.keys() == set(Outcome)


def _settled(facts: OrderFacts) -> list[Line]:
    assert facts.outcome is not None
    end = f"{_OUTCOME_SENTENCES[facts.outcome]} {facts.delivered} of {facts.quantity} delivered."
    lines = [_end_line(facts, end)]
    if facts.earned_micros:
        lines.append(_end_line(facts, f"{_earned_sum(facts)} of the held money is spent.", "earned", 0))
    if facts.returned_micros:
        sentence = f"{_returned_sum(facts)} came back to your balance."
        lines.append(_end_line(facts, sentence, "returned", facts.returned_micros))
    return lines


def _end_line(facts: OrderFacts, sentence: str, movement: str | None = None, amount: int | None = None) -> Line:
    assert facts.settled_at is not None
    key = f"order/{facts.order_id}/{movement}" if movement else None
    return Line(happened_at=facts.settled_at, actor=DESK, sentence=sentence, amount_micros=amount, ledger_key=key)


def _earned_sum(facts: OrderFacts) -> str:
    assert facts.earned_micros is not None
    if facts.outcome in BY_DECISION:
        back = format_amount(facts.returned_micros or 0)
        return f"{format_amount(facts.charge_micros)} − {back} = {_sum(facts, facts.earned_micros)}"
    exact = facts.charge_micros * facts.delivered % facts.quantity == 0
    rounded = "" if exact else " (rounded up to a millionth)"
    return (
        f"{facts.delivered} of {facts.quantity} delivered × {_sum(facts, facts.charge_micros)} / {facts.quantity} = "
        f"{_sum(facts, facts.earned_micros)}{rounded}"
    )


def _returned_sum(facts: OrderFacts) -> str:
    assert facts.earned_micros is not None
    assert facts.returned_micros is not None
    return (
        f"{format_amount(facts.charge_micros)} − {format_amount(facts.earned_micros)} = "
        f"{_sum(facts, facts.returned_micros)}"
    )


def _granted(event: Event, facts: OrderFacts) -> list[Line]:
    amount, before = int(event.facts["amount"]), int(event.facts["before"])
    after = format_amount(before + amount)
    sentence = (
        f"{_sum(facts, amount)} came back to your balance; with {format_amount(before)} that came back before, "
        f"{after} of {_sum(facts, facts.charge_micros)}."
    )
    return [
        Line(
            happened_at=event.happened_at,
            actor=DESK,
            sentence=sentence,
            amount_micros=amount,
            ledger_key=grant_key(facts.order_id, int(event.facts["decision"])),
        )
    ]


def grant_key(order_id: int, decision_id: int) -> str:
    """The ledger key of what a decision gives back of a settled order: it can be booked once."""
    return f"order/{order_id}/granted/{decision_id}"


# Kinds that are told in lines of money.
_MONEY: dict[EventKind, Callable[[Event, OrderFacts], list[Line]]] = {
    EventKind.SETTLED: lambda event, facts: _settled(facts),
    EventKind.GRANTED: _granted,
}
assert _SENTENCES.keys() | _MONEY.keys() == set(EventKind)
