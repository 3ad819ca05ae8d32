"""Tickets and requests as the desk shows them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from sevenpanel.desk.rows import Moment, happened, moment
from sevenpanel.kernel.money import format_amount
from sevenpanel.orders import queries as orders
from sevenpanel.orders.commands import fingerprint
from sevenpanel.orders.commands.decisions import FINAL
from sevenpanel.orders.domain import Decider
from sevenpanel.support.domain import RequestState, Waiting
from sevenpanel.support.queries import FileRow, MessageRow, RequestRow, TicketRow
from sevenpanel.terms import Aspect, Kind
from sevenpanel.terms.sentences import span

SLUG_OF_ASPECT = {aspect: aspect.name.lower().replace("_", "-") for aspect in Aspect}
ASPECT_OF_SLUG = {slug: aspect for aspect, slug in SLUG_OF_ASPECT.items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketLine:
    """A ticket of the queue."""

    id: int
    customer: str
    subject: str
    order_ids: tuple[int, ...]
    clock: str
    is_urgent: bool
    keeper: str
    written: Moment
    is_closed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One part of a description that staff can find to differ."""

    slug: str
    name: str
    is_found: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A request, what the rules say about it, and what staff can do with it."""

    id: int
    order_id: int
    kind: str
    asked: Moment
    outcome: str
    clause: str
    terms_version: str
    reasons: tuple[str, ...]
    rules_said: tuple[str, ...]
    documents: tuple[str, ...]
    named: tuple[str, ...]
    is_decided: bool
    is_appealed: bool
    may_confirm: bool
    expected: str
    findings: tuple[Finding, ...]
    refund: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """A message or a note."""

    author: str
    is_from_staff: bool
    is_internal: bool
    at: Moment
    paragraphs: tuple[str, ...]
    files: tuple[FileRow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderBeside:
    """An order of a ticket with its timeline, beside the conversation."""

    id: int
    service: str
    status: str
    link: str
    charge: str
    lines: tuple[tuple[Moment, str, str], ...]


def line_of(row: TicketRow, now: datetime) -> TicketLine:
    """A ticket for the queue."""
    return TicketLine(
        id=row.id,
        customer=row.customer,
        subject=row.subject,
        order_ids=row.order_ids,
        clock=clock_words(row.waiting, now),
        is_urgent=row.waiting is not None and (row.waiting.has_run_out or row.waiting.claim_from - now < URGENT),
        keeper=row.assigned_name,
        written=moment(row.last_written_at, now),
        is_closed=row.closed_at is not None,
    )


URGENT = timedelta(hours=4)


def clock_words(waiting: Waiting | None, now: datetime) -> str:
    """How long there is to answer before the customer may claim (clause 4.4)."""
    if waiting is None:
        return _("nothing waits")
    minutes = timedelta(minutes=max(1, -(-int(abs(waiting.claim_from - now).total_seconds()) // 60)))
    words = _("unanswered: claimable for %(span)s") if waiting.has_run_out else _("%(span)s left to answer")
    return words % {"span": span(minutes)}


def case_of(row: RequestRow, currency: str, now: datetime) -> Case:
    """A request for the desk."""
    says, is_decided = row.says, row.state is RequestState.DECIDED
    overruled = is_decided and row.decided is not None and row.decided.decider is Decider.OVERRULED
    return Case(
        id=row.id,
        order_id=row.order_id,
        kind=row.kind.value,
        asked=moment(row.requested_at, now),
        outcome=says.outcome.value,
        clause=says.clause,
        terms_version=says.policy_version,
        reasons=says.reasons,
        rules_said=row.decided.record.decision.reasons if overruled and row.decided else (),
        documents=tuple(sorted(document.value for document in row.documents)),
        named=_named(row),
        is_decided=is_decided,
        is_appealed=row.state is RequestState.APPEALED,
        may_confirm=not is_decided and says.outcome in FINAL,
        expected=fingerprint(says),
        findings=_findings(row) if row.kind is Kind.WRONG_SPECIFICATION and not is_decided else (),
        refund=f"{format_amount(says.refund_micros)} {currency}" if says.refund_micros else "",
    )


def _named(row: RequestRow) -> tuple[str, ...]:
    """The parts of the description that the customer says are broken."""
    record = row.proposal or (row.decided.record if row.decided else None)
    return tuple(sorted(aspect.value for aspect in record.facts.broken)) if record else ()


def _findings(row: RequestRow) -> tuple[Finding, ...]:
    found = row.differs or frozenset()
    return tuple(Finding(slug=SLUG_OF_ASPECT[a], name=a.value, is_found=a in found) for a in Aspect)


def written_of(row: MessageRow, now: datetime) -> Written:
    """A message or a note for the desk."""
    return Written(
        author=row.author,
        is_from_staff=row.is_from_staff,
        is_internal=row.is_internal,
        at=moment(row.written_at, now),
        paragraphs=tuple(part for part in row.body.splitlines() if part.strip()),
        files=row.files,
    )


def orders_beside(order_ids: Sequence[int], customer_id: int, now: datetime) -> list[OrderBeside]:
    """The orders of a ticket with what happened to them."""
    found = (orders.order(customer_id=customer_id, order_id=order_id) for order_id in order_ids)
    return [_beside(row, now) for row in found if row is not None]


def _beside(row: orders.OrderRow, now: datetime) -> OrderBeside:
    return OrderBeside(
        id=row.id,
        service=row.service,
        status=row.status.value,
        link=row.link,
        charge=f"{format_amount(row.charge_micros)} {row.currency}",
        lines=tuple(happened(line, now) for line in orders.timeline(row)),
    )
