"""The timeline of an order: facts told as sentences, with the arithmetic of each movement of money (U-9).

Pure: it takes an order's facts and returns lines; the sums of the money lines are the charge, by construction
of `domain.divide` and shown by a property test.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from sevenpanel.kernel.money import Sum
from sevenpanel.kernel.said import MONTHS, Count, Moment, kept, named, passage, say
from sevenpanel.orders.domain import BY_DECISION, DECIDERS, Decider, Outcome, Source
from sevenpanel.terms import LinkFinding, named_word
from sevenpanel.terms import Outcome as Verdict


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


class Movement(StrEnum):
    """What a movement did with an order's money, in the words of U-8."""

    HELD = "held"
    SPENT = "spent"
    CAME_BACK = "came back"


MOVEMENT_WORDS = named([say("held"), say("spent"), say("came back")], Movement)


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of the timeline.

    :param amount_micros: signed as the customer's balance feels it, so nothing for what was held and is spent; None
        when no money moved.
    :param movement: what became of the money, when any moved, and `moved_micros` how much of it.
    :param ledger_key: the transfer behind the line, if any.
    """

    happened_at: datetime
    actor: str
    sentence: str
    amount_micros: int | None = None
    movement: Movement | None = None
    moved_micros: int = 0
    ledger_key: str | None = None


DESK, PROVIDER, CUSTOMER = say("the desk"), say("the provider"), say("you")


def tell(facts: OrderFacts, events: Sequence[Event]) -> list[Line]:
    """Tell an order's life in lines, oldest first."""
    told = [_placed(facts)]
    for event in events:
        told += _MONEY[event.kind](event, facts) if event.kind in _MONEY else [_told(event, facts)]
    return told


def _placed(facts: OrderFacts) -> Line:
    cost = _sum(facts, facts.charge_micros)
    how = say("package price %(cost)s", cost=cost) if facts.is_package else _rate_sum(facts)
    return Line(
        happened_at=facts.placed_at,
        actor=CUSTOMER,
        sentence=say(
            "Ordered through %(door)s: %(how)s. %(cost)s is held, not spent.",
            door=DOORS[Source(facts.source)], how=how, cost=cost,
        ),
        amount_micros=-facts.charge_micros,
        movement=Movement.HELD,
        moved_micros=facts.charge_micros,
        ledger_key=f"order/{facts.order_id}/charged",
    )  # fmt: skip


DOORS = {Source.FORM: say("the form"), Source.MASS: say("the mass order"), Source.API: say("the API")}
assert DOORS.keys() == set(Source)


def _rate_sum(facts: OrderFacts) -> str:
    parts = {
        "quantity": _count(facts.quantity),
        "rate": Sum(facts.rate_micros),
        "cost": _sum(facts, facts.charge_micros),
    }
    if facts.rate_micros * facts.quantity % 1000 == 0:
        return say("%(quantity)s × %(rate)s / 1000 = %(cost)s", **parts)
    return say("%(quantity)s × %(rate)s / 1000 = %(cost)s (rounded up to a millionth)", **parts)


def _sum(facts: OrderFacts, value: int) -> Sum:
    return Sum(value, facts.currency)


def _count(number: int) -> Count:
    return Count(number, False)


def _told(event: Event, facts: OrderFacts) -> Line:
    actor, sentence = _SENTENCES[event.kind](event.facts, facts)
    return Line(happened_at=event.happened_at, actor=actor, sentence=sentence)


def _status(event: Mapping[str, Any], facts: OrderFacts) -> tuple[str, str]:
    said = [say("The provider says “%(words)s”.", words=kept(event["words"]))]
    if event.get("start_count") is not None:
        said.append(say("The count at the start was %(count)s.", count=_count(event["start_count"])))
    if event.get("delivered"):
        delivered, quantity = _count(event["delivered"]), _count(facts.quantity)
        said.append(say("%(n)s of %(all)s delivered so far.", n=delivered, all=quantity))
    return PROVIDER, passage(said)


def _unknown(event: Mapping[str, Any], facts: OrderFacts) -> tuple[str, str]:
    return DESK, say(
        "Sent to the provider, but the confirmation is missing. Your %(charge)s is held, not spent. "
        "It is not sent again blindly; it is decided at the latest by %(when)s.",
        charge=_sum(facts, facts.charge_micros), when=latest(event["decided_by"]),
    )  # fmt: skip


_LATEST = re.compile(r"([0-9]{2}):([0-9]{2}) UTC on ([0-9]{2}) ([A-Z][a-z]+) ([0-9]{4})")


def latest(text: str) -> str:
    """The latest time of a decision, of which the text was kept, as an instant again."""
    found = _LATEST.fullmatch(text)
    if found is None or found[4] not in MONTHS:
        return text
    month = MONTHS.index(found[4]) + 1
    at = datetime(int(found[5]), month, int(found[3]), int(found[1]), int(found[2]), tzinfo=UTC)
    return Moment(at, text)


def _cancel_answered(event: Mapping[str, Any], _facts: OrderFacts) -> tuple[str, str]:
    if event["accepted"]:
        return PROVIDER, say("The provider accepted the request to cancel. Money moves when it confirms the end.")
    return PROVIDER, say(
        "The provider did not accept the request to cancel: “%(words)s”. The order goes on.",
        words=kept(event["words"]),
    )  # fmt: skip


def _link_found(event: Mapping[str, Any], _facts: OrderFacts) -> tuple[str, str]:
    return DESK, say(
        "The link was found to be %(found)s: %(evidence)s",
        found=named_word(LinkFinding(event["found"])), evidence=kept(event["evidence"]),
    )  # fmt: skip


def _doubled(event: Mapping[str, Any], _facts: OrderFacts) -> tuple[str, str]:
    others = ", ".join(map(str, event["orders"]))
    said = say("Orders of the same service ran on this link at once, with this one: %(orders)s.", orders=others)
    return DESK, passage([said, kept(event["evidence"])])


def _corrected(event: Mapping[str, Any], facts: OrderFacts) -> tuple[str, str]:
    return DESK, say(
        "The desk corrected what was delivered from %(before)s to %(after)s of %(all)s: %(reason)s",
        before=_count(event["before"]), after=_count(event["delivered"]), all=_count(facts.quantity),
        reason=event["reason"],
    )  # fmt: skip


def _decided(event: Mapping[str, Any], _facts: OrderFacts) -> tuple[str, str]:
    """The reasons end with the arithmetic of what comes back, so nothing is computed here."""
    said = say(
        "Decision %(decision)s under clause %(clause)s, %(decider)s: %(outcome)s.",
        decision=event["decision"], clause=event["clause"],
        decider=DECIDERS[Decider(event["decider"])], outcome=named_word(Verdict(event["outcome"])),
    )  # fmt: skip
    return DESK, passage([said, *map(kept, event["reasons"])])


_Teller = Callable[[Mapping[str, Any], OrderFacts], tuple[str, str]]

_SENTENCES: dict[EventKind, _Teller] = {
    EventKind.SENT: lambda e, f: (DESK, say("Sent to the provider, who accepted it.")),
    EventKind.WAITING: lambda e, f: (
        DESK,
        say("Waiting: %(why)s Nothing was sent; the desk tries again by itself.", why=kept(e["words"])),
    ),
    EventKind.UNKNOWN: _unknown,
    EventKind.FOUND: lambda e, f: (
        DESK,
        say("Confirmed: the provider has this order (%(how)s).", how=kept(e["how"])),
    ),
    EventKind.ABSENT: lambda e, f: (
        DESK,
        say("It is shown that the provider does not have this order (%(how)s).", how=kept(e["how"])),
    ),
    EventKind.REFUSED: lambda e, f: (
        PROVIDER,
        say("The provider refused the order: “%(words)s”.", words=kept(e["words"])),
    ),
    EventKind.STATUS: _status,
    EventKind.NOT_UNDERSTOOD: lambda e, f: (
        PROVIDER,
        say(
            "The provider said “%(words)s”, which the desk does not understand. Nothing changed; the operator looks.",
            words=kept(e["words"]),
        ),
    ),
    EventKind.CANCEL_REQUESTED: lambda e, f: (CUSTOMER, say("Cancel requested.")),
    EventKind.CANCEL_ANSWERED: _cancel_answered,
    EventKind.SPOKE_AFTER_THE_END: lambda e, f: (
        PROVIDER,
        say(
            "After the end the provider said “%(words)s”. A settled order stays settled; the operator looks.",
            words=kept(e["words"]),
        ),
    ),
    EventKind.DECIDED: _decided,
    EventKind.LINK_FOUND: _link_found,
    EventKind.DOUBLED: _doubled,
    EventKind.CORRECTED: _corrected,
}


_OUTCOME_SENTENCES = {
    Outcome.DELIVERED: say("The provider says the order is completed."),
    Outcome.STOPPED: say("The provider stopped the order."),
    Outcome.CANCELLED_BY_CUSTOMER: say("Cancelled at your request."),
    Outcome.REFUSED: say("The order ended before anything was delivered, because the provider did not take it."),
    Outcome.WRITTEN_OFF: say("Nobody could show what became of the order, so the desk gives the money back."),
    Outcome.GRANTED: say("A request was granted, so the order ended."),
    Outcome.CLOSED: say("The order was closed without completion."),
}
assert _OUTCOME_SENTENCES.keys() == set(Outcome)


def _settled(facts: OrderFacts) -> list[Line]:
    assert facts.outcome is not None
    arrived = say("%(n)s of %(all)s delivered.", n=_count(facts.delivered), all=_count(facts.quantity))
    lines = [_end_line(facts, passage([_OUTCOME_SENTENCES[facts.outcome], arrived]))]
    if facts.earned_micros:
        spent = say("%(sum)s of the held money is spent.", sum=_earned_sum(facts))
        lines.append(_end_money(facts, spent, Movement.SPENT, facts.earned_micros))
    if facts.returned_micros:
        back = say("%(sum)s came back to your balance.", sum=_returned_sum(facts))
        lines.append(_end_money(facts, back, Movement.CAME_BACK, facts.returned_micros))
    return lines


def _end_line(facts: OrderFacts, sentence: str) -> Line:
    assert facts.settled_at is not None
    return Line(happened_at=facts.settled_at, actor=DESK, sentence=sentence)


_KEYS_AT_THE_END = {Movement.SPENT: "earned", Movement.CAME_BACK: "returned"}


def _end_money(facts: OrderFacts, sentence: str, movement: Movement, micros: int) -> Line:
    """A movement at the end. What is spent was held before, so the balance does not feel it."""
    return replace(
        _end_line(facts, sentence),
        amount_micros=micros if movement is Movement.CAME_BACK else 0,
        movement=movement,
        moved_micros=micros,
        ledger_key=f"order/{facts.order_id}/{_KEYS_AT_THE_END[movement]}",
    )


def _earned_sum(facts: OrderFacts) -> str:
    assert facts.earned_micros is not None
    earned = _sum(facts, facts.earned_micros)
    if facts.outcome in BY_DECISION:
        charge, back = Sum(facts.charge_micros), Sum(facts.returned_micros or 0)
        return say("%(charge)s − %(back)s = %(earned)s", charge=charge, back=back, earned=earned)
    parts = {
        "n": _count(facts.delivered),
        "all": _count(facts.quantity),
        "charge": _sum(facts, facts.charge_micros),
        "earned": earned,
    }
    if facts.charge_micros * facts.delivered % facts.quantity == 0:
        return say("%(n)s of %(all)s delivered × %(charge)s / %(all)s = %(earned)s", **parts)
    return say("%(n)s of %(all)s delivered × %(charge)s / %(all)s = %(earned)s (rounded up to a millionth)", **parts)


def _returned_sum(facts: OrderFacts) -> str:
    assert facts.earned_micros is not None
    assert facts.returned_micros is not None
    charge, earned = Sum(facts.charge_micros), Sum(facts.earned_micros)
    return say(
        "%(charge)s − %(earned)s = %(back)s", charge=charge, earned=earned, back=_sum(facts, facts.returned_micros)
    )


def _granted(event: Event, facts: OrderFacts) -> list[Line]:
    amount, before = int(event.facts["amount"]), int(event.facts["before"])
    sentence = say(
        "%(amount)s came back to your balance; with %(before)s that came back before, %(after)s of %(charge)s.",
        amount=_sum(facts, amount), before=Sum(before), after=Sum(before + amount),
        charge=_sum(facts, facts.charge_micros),
    )  # fmt: skip
    return [
        Line(
            happened_at=event.happened_at,
            actor=DESK,
            sentence=sentence,
            amount_micros=amount,
            movement=Movement.CAME_BACK,
            moved_micros=amount,
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
