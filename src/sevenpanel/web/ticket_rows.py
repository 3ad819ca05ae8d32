"""Tickets, requests and rights as text for their pages."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from sevenpanel.orders.queries import DecisionRow
from sevenpanel.support.domain import SLUG_OF_DOCUMENT, SLUG_OF_KIND, RequestState, Waiting, files_for, own_subject
from sevenpanel.support.queries import FileRow, MessageRow, RequestRow, TicketPage, TicketRow
from sevenpanel.terms import UNTIL_WORDS, Kind, Outcome, Right, Ticket, named_word
from sevenpanel.terms.sentences import span
from sevenpanel.web import present
from sevenpanel.web.present import Instant
from sevenpanel.web.telling import capital, told


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """The answer clock as its customer reads it."""

    sentence: str
    until: Instant
    has_run_out: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketLine:
    """A ticket in the list."""

    id: int
    subject: str
    order_ids: tuple[int, ...]
    state: str
    written: Instant
    clock: Clock | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """A document that is still missing."""

    slug: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A request and how it stands."""

    id: int
    order_id: int
    kind: str
    asked: Instant
    outcome: str
    clause: str
    terms_version: str
    is_decided: bool
    is_appealed: bool
    reasons: tuple[str, ...]
    opens: Instant | None
    may_appeal: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Attached:
    """A file of a message.

    :param trouble: why it cannot be fetched; empty when it can.
    """

    id: int
    name: str
    size: str
    trouble: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """A message."""

    author: str
    is_mine: bool
    at: Instant
    paragraphs: tuple[str, ...]
    files: tuple[Attached, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """Something that the customer may do about an order, or why not."""

    name: str
    clause: str
    terms_version: str
    is_open: bool
    when: str
    refund: str
    needs: tuple[str, ...]
    reasons: tuple[str, ...]
    url: str
    act: str


def clock_of(waiting: Waiting | None, now: datetime) -> Clock | None:
    """How long staff have to answer, or since when the claim is open."""
    if waiting is None:
        return None
    left = _minutes(abs(waiting.claim_from - now))
    words = (
        _("Not answered in time: for %(span)s you may claim cancellation and refund, without any operator.")
        if waiting.has_run_out
        else _("Waits for an answer. Staff have %(span)s left; after that you may claim cancellation and refund.")
    )
    return Clock(
        sentence=words % {"span": left},
        until=present.instant(waiting.claim_from),
        has_run_out=waiting.has_run_out,
    )


def _minutes(length: timedelta) -> str:
    """A span in whole minutes, rounded up, so that a page does not promise a second that has passed."""
    return told(span(timedelta(minutes=max(1, -(-int(length.total_seconds()) // 60)))))


def line_of(row: TicketRow, now: datetime) -> TicketLine:
    """A ticket for the list."""
    return TicketLine(
        id=row.id,
        subject=subject_of(row.subject),
        order_ids=row.order_ids,
        state=state_of(row),
        written=present.instant(row.last_written_at),
        clock=clock_of(row.waiting, now),
    )


def subject_of(subject: str) -> str:
    """What a ticket is called; words of the desk's own in the language of the page."""
    own = own_subject(subject)
    return capital(told(own)) if own else subject


def state_of(row: TicketRow) -> str:
    """Whose turn it is."""
    if row.closed_at is not None and (row.is_withdrawn or row.waiting is None):
        return _("Closed")
    return _("Waits for the desk") if row.waiting is not None else _("Waits for you")


def asked_of(row: RequestRow) -> Asked:
    """A request with its decision, or with what the rules propose."""
    says, is_decided = row.says, row.state is RequestState.DECIDED
    return Asked(
        id=row.id,
        order_id=row.order_id,
        kind=told(named_word(row.kind)),
        asked=present.instant(row.requested_at),
        outcome=told(named_word(says.outcome)),
        clause=says.clause,
        terms_version=says.policy_version,
        is_decided=is_decided,
        is_appealed=row.state is RequestState.APPEALED,
        reasons=tuple(map(told, row.reasons)),
        opens=present.instant(says.may_ask_from) if says.may_ask_from and not is_decided else None,
        may_appeal=is_decided and _may_appeal(row.decided),
    )


def _may_appeal(made: DecisionRow | None) -> bool:
    return made is not None and made.appeals_id is None and not made.is_all_back


def wanted(requests: Sequence[RequestRow]) -> tuple[Wanted, ...]:
    """The documents that undecided requests still need, each once."""
    needs = dict.fromkeys(
        document
        for row in requests
        if row.proposal is not None and row.says.outcome is Outcome.DOCUMENTS
        for document in row.says.needs
    )
    return tuple(Wanted(slug=SLUG_OF_DOCUMENT[each], name=told(named_word(each))) for each in needs)


def file_fields(kind: Kind) -> tuple[Wanted, ...]:
    """The documents that a new request of this kind brings as files."""
    return tuple(Wanted(slug=SLUG_OF_DOCUMENT[each], name=told(named_word(each))) for each in files_for(kind))


def written_of(row: MessageRow, user_id: int) -> Written:
    """A message; staff speak as the desk."""
    return Written(
        author=_("The desk") if row.is_from_staff else row.author,
        is_mine=row.author_id == user_id,
        at=present.instant(row.written_at),
        paragraphs=tuple(part for part in row.body.splitlines() if part.strip()),
        files=tuple(map(_attached, row.files)),
    )


def _attached(row: FileRow) -> Attached:
    return Attached(id=row.id, name=row.name, size=kilobytes(row.size), trouble=file_trouble(row))


def file_trouble(row: FileRow) -> str:
    """Why a file cannot be fetched; empty when it can."""
    if row.is_infected:
        return _("not kept: the virus scanner found something in it")
    return _("being looked at by the virus scanner; reload this page in a minute") if row.is_held else ""


def kilobytes(size: int) -> str:
    """A size in whole kB, rounded up."""
    return f"{present.count(-(-size // 1024))} kB"


def claimable(page: TicketPage) -> tuple[int, ...]:
    """The orders of a ticket that can be claimed now: the clock ran out, and nothing was claimed yet."""
    if page.ticket.waiting is None or not page.ticket.waiting.has_run_out:
        return ()
    claimed = {row.order_id for row in page.requests if row.kind is Kind.UNANSWERED}
    return tuple(order_id for order_id in page.ticket.order_ids if order_id not in claimed)


def choices(rights: Sequence[Right], tickets: Sequence[Ticket], order_id: int, currency: str) -> list[Choice]:
    """What a customer may do about an order; what is open comes first."""
    found = [_choice(right, tickets, order_id, currency) for right in rights]
    return sorted(found, key=lambda choice: not choice.is_open)


def _choice(right: Right, tickets: Sequence[Ticket], order_id: int, currency: str) -> Choice:
    url, act = _way(right, tickets, order_id)
    return Choice(
        name=capital(told(named_word(right.kind))),
        clause=right.clause,
        terms_version=right.terms_version,
        is_open=right.is_open,
        when=_when(right),
        refund=present.money(right.refund_micros, currency) if right.refund_micros else "",
        needs=tuple(told(named_word(document)) for document in right.documents),
        reasons=tuple(map(told, right.reasons)),
        url=url,
        act=act,
    )


def _when(right: Right) -> str:
    if right.is_open:
        return told(UNTIL_WORDS[right.until]) if right.until else ""
    if right.opens_after is None:
        return ""
    return _("opens after %(instant)s") % {"instant": present.instant(right.opens_after).text}


def _way(right: Right, tickets: Sequence[Ticket], order_id: int) -> tuple[str, str]:
    if right.kind is Kind.CANCEL:
        return ("#cancel", _("Cancel")) if right.is_open else ("", "")
    if right.kind is Kind.UNANSWERED:
        is_there = right.is_open and tickets
        return (reverse("web:ticket", args=[tickets[0].ticket_id]), _("Claim")) if is_there else ("", "")
    query = urlencode({"kind": SLUG_OF_KIND[right.kind], "order": order_id})
    return f"{reverse('web:new-ticket')}?{query}", _("Ask in a ticket")
