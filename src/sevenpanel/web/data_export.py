"""Everything the desk keeps about a person and their account, as one JSON file, at any time (clause 7)."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, cast

import msgspec
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from sevenpanel.accounts import queries as accounts
from sevenpanel.catalog import queries as catalog
from sevenpanel.kernel.said import plain
from sevenpanel.ledger import queries as ledger
from sevenpanel.ledger.domain import Reason
from sevenpanel.ledger.queries import StatementLine
from sevenpanel.letters import queries as letters
from sevenpanel.orders import queries as orders
from sevenpanel.rehearsal import queries as rehearsal
from sevenpanel.support import queries as support
from sevenpanel.support.queries import TicketPage
from sevenpanel.terms import DATA_WORDS, TREATMENT, DataKind, to_data
from sevenpanel.web.request import DeskRequest
from sevenpanel.web.telling import capital, told
from sevenpanel.webhooks import queries as webhooks

BATCH = 500
UNITS = "Names that end in _micros are millionths of the currency. Instants are in UTC."

Row = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """Whose data it is.

    :param customer_id: the account the person acts for; None for staff, who have none.
    """

    user_id: int
    email: str
    name: str
    role: str
    joined_at: datetime
    last_sign_in_at: datetime | None
    customer_id: int | None
    now: datetime
    site: str


@login_required
@require_safe
def data(request: HttpRequest) -> HttpResponse:
    """What is kept, what of it is in the file, and what goes or stays on erasure."""
    kinds = [
        (capital(told(DATA_WORDS[kind])), each.is_exported, told(DATA_WORDS[each.on_erasure]), told(each.reason))
        for kind, each in TREATMENT.items()
    ]
    return render(request, "web/documents/data.html", {"kinds": kinds})


@login_required
@require_safe
def export(request: HttpRequest) -> StreamingHttpResponse:
    """The file. It is written while it is read, so that no account is too large for it."""
    subject = _subject(cast(DeskRequest, request))
    name = f"7panel-data-{subject.now:%Y-%m-%d}.json"
    return StreamingHttpResponse(
        _written(subject),
        content_type="application/json",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def _subject(request: DeskRequest) -> Subject:
    user = request.user
    assert user.is_authenticated
    return Subject(
        user_id=user.id,
        email=user.email,
        name=user.name,
        role=user.role,
        joined_at=user.date_joined,
        last_sign_in_at=user.last_login,
        customer_id=user.customer_id,
        now=request.received_at,
        site=request.build_absolute_uri("/").rstrip("/"),
    )


def _written(subject: Subject) -> Iterator[bytes]:
    """The file in pieces: a head, then a list for each kind of data."""
    yield b'{\n"made_at": ' + _json(subject.now) + b',\n"units": ' + _json(UNITS)
    for kind, rows in SECTIONS.items():
        yield b",\n" + _json(kind.name.lower()) + b": ["
        for number, row in enumerate(rows(subject)):
            yield (b",\n" if number else b"\n") + _json(row)
        yield b"]"
    yield b"\n}\n"


def _json(value: Any) -> bytes:
    return msgspec.json.encode(value, enc_hook=plain)


def _account(subject: Subject) -> Iterable[Row]:
    names = ("email", "name", "role", "joined_at")
    yield {name: getattr(subject, name) for name in names} | {
        "look": asdict(accounts.look(user_id=subject.user_id)),
        "reading": asdict(accounts.reading(user_id=subject.user_id)),
        "favourites": catalog.favourites(user_id=subject.user_id),
        "letters": letters.choices(user_id=subject.user_id),
    }
    if subject.customer_id is not None:
        yield asdict(accounts.customer(customer_id=subject.customer_id))


def _sign_ins(subject: Subject) -> Iterable[Row]:
    yield {"last_sign_in_at": subject.last_sign_in_at}
    yield from map(asdict, accounts.sessions(user_id=subject.user_id, present_key="", now=subject.now))
    yield from map(asdict, accounts.security_events_of(user_id=subject.user_id))


def _keys(subject: Subject) -> Iterable[Row]:
    """The keys, and what was placed with those that only play."""
    if subject.customer_id is None:
        return
    yield from map(asdict, accounts.keys(customer_id=subject.customer_id))
    for order in rehearsal.every(customer_id=subject.customer_id):
        yield {"test_order": asdict(order)}
    for webhook in webhooks.webhooks(customer_id=subject.customer_id):
        yield {"webhook": asdict(webhook)}


def _acceptances(subject: Subject) -> Iterable[Row]:
    """One's own, and that others of the account accepted, without where and how they did."""
    for row in accounts.acceptances(user_id=subject.user_id, customer_id=subject.customer_id):
        whole = asdict(row)
        yield whole if row.user_id == subject.user_id else {name: whole[name] for name in _OF_OTHERS}


_OF_OTHERS = ("id", "user_id", "customer_id", "document", "version", "language", "sha256", "accepted_at")


def _orders(subject: Subject) -> Iterable[Row]:
    if subject.customer_id is None:
        return
    last = None
    while page := orders.orders(customer_id=subject.customer_id, before_id=last, limit=BATCH):
        yield from map(asdict, page)
        last = page[-1].id


def _decisions(subject: Subject) -> Iterable[Row]:
    if subject.customer_id is None:
        return
    for row in orders.decisions_of_customer(customer_id=subject.customer_id):
        yield {
            "id": row.id,
            "order_id": row.order_id,
            "decided_at": row.decided_at,
            "decider": row.decider,
            "effect": row.effect,
            "decision": to_data(row.decision),
            "record": to_data(row.record),
        }


def _statement(subject: Subject) -> Iterator[StatementLine]:
    last = None
    while subject.customer_id is not None and (
        page := ledger.statement(customer_id=subject.customer_id, before_id=last, limit=BATCH)
    ):
        yield from page
        last = page[-1].transfer_id


def _ledger(subject: Subject) -> Iterable[Row]:
    return map(asdict, _statement(subject))


def _deposits(subject: Subject) -> Iterable[Row]:
    return (asdict(line) for line in _statement(subject) if line.reason is Reason.DEPOSIT)


def _tickets(subject: Subject) -> Iterable[Row]:
    if subject.customer_id is None:
        return
    for ticket_id in support.every_ticket(customer_id=subject.customer_id):
        page = support.ticket_page(ticket_id=ticket_id, customer_id=subject.customer_id, now=subject.now)
        if page is not None:
            yield _ticket(page, subject)


def _ticket(page: TicketPage, subject: Subject) -> Row:
    names = ("id", "topic", "subject", "opened_at", "closed_at", "order_ids")
    return {
        **{name: getattr(page.ticket, name) for name in names},
        "messages": [_message(each, page.ticket.id, subject) for each in page.messages],
        "requests": [_request(each) for each in page.requests],
    }


def _message(row: support.MessageRow, ticket_id: int, subject: Subject) -> Row:
    """A message; staff speak as the desk, and each file is named with the address where it can be had."""
    files = [
        {"name": f.name, "bytes": f.size, "url": subject.site + reverse("web:ticket-file", args=[ticket_id, f.id])}
        for f in row.files
    ]
    author = "The desk" if row.is_from_staff else row.author
    return {"author": author, "written_at": row.written_at, "body": row.body, "files": files}


def _request(row: support.RequestRow) -> Row:
    return {
        "order_id": row.order_id,
        "kind": row.kind,
        "requested_at": row.requested_at,
        "state": row.state,
        "outcome": row.says.outcome,
        "clause": row.says.clause,
        "reasons": row.says.reasons,
    }


SECTIONS: dict[DataKind, Callable[[Subject], Iterable[Row]]] = {
    DataKind.ACCOUNT: _account,
    DataKind.SESSIONS: _sign_ins,
    DataKind.API_KEYS: _keys,
    DataKind.ACCEPTANCES: _acceptances,
    DataKind.ORDERS: _orders,
    DataKind.TICKETS: _tickets,
    DataKind.DECISIONS: _decisions,
    DataKind.LEDGER: _ledger,
    DataKind.DEPOSITS: _deposits,
}
assert SECTIONS.keys() == {kind for kind, treatment in TREATMENT.items() if treatment.is_exported}
