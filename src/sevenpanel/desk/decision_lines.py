"""A decision as staff read it: a line of a list, and everything that it was made from."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from sevenpanel.desk.rows import Moment, moment
from sevenpanel.kernel.money import format_amount
from sevenpanel.orders.domain import Decider, Effect
from sevenpanel.orders.queries import DecisionRow
from sevenpanel.terms import CancelAnswer, Message, Notice, OrderFacts, Outcome, RequestFacts, replay, to_data
from sevenpanel.terms.deciding import PRECEDENCE
from sevenpanel.terms.sentences import instant, span

CLAUSES = tuple(sorted({clause for rule in PRECEDENCE for clause in rule.clauses}))

# How an outcome looks, by the names that states of orders have already.
TONES = {
    Outcome.GRANT: "completed",
    Outcome.REFUSE: "canceled",
    Outcome.CLOSE: "partial",
    Outcome.DOCUMENTS: "",
    Outcome.PROVIDER: "",
    Outcome.STAFF: "",
}
assert TONES.keys() == set(Outcome)
EFFECT_WORDS = {
    Effect.NONE: "No money moved.",
    Effect.ENDED: "The order ended with it.",
    Effect.GRANTED: "The order had ended; this was a transfer of its own.",
}
assert EFFECT_WORDS.keys() == set(Effect)

Fact = tuple[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionLine:
    """A decision in a list."""

    id: int
    order_id: int
    customer: str
    kind: str
    outcome: str
    tone: str
    clause: str
    refund: str
    decider: str
    is_overruled: bool
    staff: str
    decided: Moment


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionDetail:
    """What stands behind a decision.

    :param rules_said: what the rules said, where staff decided otherwise.
    :param changed: what today's rules would decide otherwise from the same facts; empty for nothing.
    """

    reasons: tuple[str, ...]
    effect: str
    rules_outcome: str
    rules_clause: str
    rules_said: tuple[str, ...]
    changed: tuple[str, ...]
    cites: tuple[int, ...]
    order: tuple[Fact, ...]
    request: tuple[Fact, ...]
    promised: tuple[Fact, ...]
    notices: tuple[str, ...]
    messages: tuple[str, ...]
    version: str
    figures: tuple[Fact, ...]
    stored: str


def line_of(row: DecisionRow, customers: Mapping[int, str], staff: Mapping[int, str], now: datetime) -> DecisionLine:
    """A decision for a list."""
    decision, order = row.decision, row.record.facts.order
    return DecisionLine(
        id=row.id,
        order_id=row.order_id,
        customer=customers.get(row.customer_id, str(row.customer_id)),
        kind=row.kind.value,
        outcome=decision.outcome.value,
        tone=TONES[decision.outcome],
        clause=decision.clause,
        refund=_money(decision.refund_micros, order) if decision.refund_micros else "",
        decider=row.decider.value,
        is_overruled=row.decider is Decider.OVERRULED,
        staff=staff.get(row.staff_id, str(row.staff_id)) if row.staff_id else "",
        decided=moment(row.decided_at, now),
    )


def detail_of(row: DecisionRow) -> DecisionDetail:
    """Everything that a decision was made from."""
    facts, policy, rules = row.record.facts, row.record.policy, row.record.decision
    is_overruled = row.decider is Decider.OVERRULED
    return DecisionDetail(
        reasons=row.decision.reasons,
        effect=EFFECT_WORDS[row.effect],
        rules_outcome=rules.outcome.value,
        rules_clause=rules.clause,
        rules_said=rules.reasons if is_overruled else (),
        changed=replay(row.record).changed,
        cites=rules.cites,
        order=tuple(_of_order(facts.order)),
        request=tuple(_of_request(facts)),
        promised=tuple(_of_description(facts.order)),
        notices=tuple(_notice(notice) for notice in facts.order.notices),
        messages=tuple(_message(message) for message in facts.ticket.messages) if facts.ticket else (),
        version=policy.version,
        figures=tuple((name, str(value)) for name, value in asdict(policy).items() if name != "version"),
        stored=json.dumps(to_data(row.record), indent=1, ensure_ascii=False),
    )


def _of_order(order: OrderFacts) -> Iterator[Fact]:
    yield "State", f"{order.status}, sending: {order.dispatch}"
    yield "Placed", instant(order.placed_at)
    yield from _if("Started", order.started_at and instant(order.started_at))
    yield from _if("Ended", order.closed_at and instant(order.closed_at))
    yield "Delivered", f"{order.delivered} of {order.quantity}"
    if order.correction:
        by = f"{order.correction.by}: {order.correction.reason}"
        yield "Corrected", f"the provider had reported {order.reported_delivered}. {by}"
    yield "Charge", _money(order.charge_micros, order)
    yield "Came back before", _money(order.returned_micros, order)
    if order.cancel_answer is not CancelAnswer.NOT_ASKED:
        yield "Cancellation", f"{order.cancel_answer}. {order.cancel_words}".strip()
    yield from _if("Several services on the link", "untracked (clause 1)" if order.is_untracked else "")
    yield from _if("Orders of the same service", ", ".join(f"#{number}" for number in order.doubled_with))
    if order.link_trouble:
        found = order.link_trouble
        yield "Link", f"{found.found} since {instant(found.found_at)}. {found.evidence}"


def _of_request(facts: RequestFacts) -> Iterator[Fact]:
    yield "Asked", instant(facts.requested_at)
    yield "It came with", "; ".join(sorted(document.value for document in facts.documents)) or "nothing"
    yield from _if("The customer names", ", ".join(sorted(aspect.value for aspect in facts.broken)))
    if facts.differs is not None:
        yield "Staff found to differ", ", ".join(sorted(aspect.value for aspect in facts.differs)) or "nothing"
    yield from _if("Ticket", f"#{facts.ticket.ticket_id}" if facts.ticket else "")
    yield from _if("Withdrawn", facts.ticket and facts.ticket.withdrawn_at and instant(facts.ticket.withdrawn_at))


def _of_description(order: OrderFacts) -> Iterator[Fact]:
    described = order.description
    yield "Starts within", _within(described.start_within)
    yield "Completes within", _within(described.complete_within)
    yield "Cancel button", "yes" if described.can_cancel else "no"
    yield "May drop", described.drop_band.value if described.drop_band else "not stated"
    yield "Text", described.text


def _if(name: str, value: object) -> Iterator[Fact]:
    if value:
        yield name, str(value)


def _within(length: timedelta | None) -> str:
    return "not promised" if length is None else span(length)


def _notice(notice: Notice) -> str:
    ended = f", withdrawn {instant(notice.withdrawn_at)}" if notice.withdrawn_at else ""
    words = f": {notice.text}" if notice.text else ""
    return f"{notice.notice_id}, {notice.kind}, published {instant(notice.published_at)}{ended}{words}"


def _message(message: Message) -> str:
    return f"{instant(message.at)}, {'the desk' if message.is_from_staff else 'the customer'}"


def _money(micros: int, order: OrderFacts) -> str:
    return f"{format_amount(micros)} {order.currency}"
