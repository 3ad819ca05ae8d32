"""What the customer may do about an order now, until when, and under which clause; or why not, before anybody asks.

Nothing is decided twice: each right is what `decide` would say if it were asked now, with complete documents.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sevenpanel.kernel.said import named, say
from sevenpanel.terms.clauses.documentation import REQUIRED
from sevenpanel.terms.clauses.unanswered import answer_clock
from sevenpanel.terms.deciding import decide
from sevenpanel.terms.decision import Decision, Outcome
from sevenpanel.terms.facts import Aspect, CancelAnswer, Document, Kind, OrderFacts, RequestFacts, Ticket
from sevenpanel.terms.policy import Policy


class Until(StrEnum):
    """The event that ends a right."""

    COMPLETED = "until the order is completed"
    ANSWERED = "until staff answer the ticket"
    ALWAYS = "at any time"


UNTIL_WORDS = named(
    (say("until the order is completed"), say("until staff answer the ticket"), say("at any time")), Until
)

# What customers ask for themselves, in the order in which a page shows it.
ASKABLE: dict[Kind, Until] = {
    Kind.CANCEL: Until.COMPLETED,
    Kind.NOT_COMPLETED: Until.COMPLETED,
    Kind.SLOW_OR_LATE: Until.COMPLETED,
    Kind.UNANSWERED: Until.ANSWERED,
    Kind.WRONG_SPECIFICATION: Until.ALWAYS,
    Kind.OWN_MISTAKE: Until.ALWAYS,
    Kind.DROP: Until.ALWAYS,
    Kind.OTHER: Until.ALWAYS,
}
_OPEN = frozenset({Outcome.GRANT, Outcome.PROVIDER, Outcome.STAFF})


@dataclass(frozen=True, slots=True, kw_only=True)
class Right:
    """One thing that a customer can ask for.

    :param terms_version: the version of the Terms whose clause it is.
    :param outcome: what asking now would lead to.
    :param is_open: whether asking now can lead anywhere.
    :param opens_after: for a closed right, the instant after which it opens if nothing changes; None when unknown.
    :param until: what ends it; None while it is closed.
    :param documents: what has to come with the request.
    :param refund_micros: what would come back if it were granted now by itself.
    """

    kind: Kind
    clause: str
    terms_version: str
    outcome: Outcome
    is_open: bool
    opens_after: datetime | None
    until: Until | None
    documents: tuple[Document, ...]
    refund_micros: int
    reasons: tuple[str, ...]


def rights(order: OrderFacts, policy: Policy, now: datetime, *, tickets: Sequence[Ticket] = ()) -> tuple[Right, ...]:
    """Say for each kind of request what it would lead to now.

    :param policy: of the version of the Terms that the order was placed under.
    :param tickets: the customer's; of those about this order the one that has waited longest counts.
    """
    ticket = _longest_waiting(order, tickets, policy, now)
    return tuple(_right(order, kind, policy, now, ticket) for kind in ASKABLE)


def _right(order: OrderFacts, kind: Kind, policy: Policy, now: datetime, ticket: Ticket | None) -> Right:
    decision = decide(_as_if_asked(order, kind, now, ticket), policy, now)
    is_asked = decision.outcome is Outcome.PROVIDER and order.cancel_answer is CancelAnswer.ASKED
    is_open = decision.outcome in _OPEN and not is_asked
    return Right(
        kind=kind,
        clause=decision.clause,
        terms_version=policy.version,
        outcome=decision.outcome,
        is_open=is_open,
        opens_after=decision.may_ask_from,
        until=ASKABLE[kind] if is_open else None,
        documents=REQUIRED[kind] if is_open else (),
        refund_micros=decision.refund_micros,
        reasons=_reasons(decision, kind),
    )


def _reasons(decision: Decision, kind: Kind) -> tuple[str, ...]:
    """Nothing was handed in yet, so what staff would look at is told as a condition."""
    if decision.outcome is Outcome.STAFF and kind is Kind.WRONG_SPECIFICATION:
        return (say("If what arrived is not what was described, staff look at your documents."),)
    return decision.reasons


def _as_if_asked(order: OrderFacts, kind: Kind, now: datetime, ticket: Ticket | None) -> RequestFacts:
    return RequestFacts(
        order=order,
        kind=kind,
        requested_at=now,
        documents=frozenset(REQUIRED[kind]),
        ticket=ticket,
        broken=frozenset({Aspect.OTHER}),
    )


def _longest_waiting(order: OrderFacts, tickets: Sequence[Ticket], policy: Policy, now: datetime) -> Ticket | None:
    def waiting_since(ticket: Ticket) -> tuple[datetime, int]:
        return (answer_clock(ticket, policy, now).waiting_since or now, ticket.ticket_id)

    return min((t for t in tickets if order.order_id in t.order_ids), key=waiting_since, default=None)
