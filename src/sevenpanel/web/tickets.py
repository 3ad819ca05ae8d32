"""Tickets of a customer: the list, a new one, one with everything in it, its files, and the claim (clause 4.4)."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from sevenpanel.kernel.refusals import Refusal
from sevenpanel.ledger import queries as ledger
from sevenpanel.orders import queries as orders
from sevenpanel.support import commands, queries
from sevenpanel.support.domain import IN_TICKETS, KIND_OF_SLUG, SLUG_OF_DOCUMENT, SLUG_OF_KIND
from sevenpanel.support.domain.files import headers
from sevenpanel.support.queries import TicketPage
from sevenpanel.terms import Aspect, Document, Kind, named_word
from sevenpanel.web import present
from sevenpanel.web.access import customer_only
from sevenpanel.web.converters import read_id
from sevenpanel.web.exposed_keys import after_writing
from sevenpanel.web.request import DeskRequest
from sevenpanel.web.telling import capital, told
from sevenpanel.web.ticket_forms import (
    PAYMENT,
    QUESTION,
    SLUG_OF_ASPECT,
    NewTicketForm,
    Problem,
    ReplyForm,
    refused,
    unread,
    uploads,
)
from sevenpanel.web.ticket_rows import (
    asked_of,
    claimable,
    clock_of,
    file_fields,
    line_of,
    state_of,
    subject_of,
    wanted,
    written_of,
)

FORESEEN_MAX = 5


@customer_only
@require_safe
def tickets(request: DeskRequest) -> HttpResponse:
    """The list, last written first."""
    rows = queries.tickets(customer_id=request.customer_id, now=request.received_at)
    return render(request, "web/tickets/list.html", {"tickets": [line_of(row, request.received_at) for row in rows]})


@customer_only
@require_http_methods(["GET", "HEAD", "POST"])
def new_ticket(request: DeskRequest) -> HttpResponse:
    """First what it is about, then the form with the documents that this needs; what was typed is never lost."""
    if request.method != "POST":
        return _new(request, request.GET.get("kind", ""), {"orders": ", ".join(_orders_asked(request))})
    form = NewTicketForm(request.POST)
    if not form.is_valid():
        return _new(request, request.POST.get("kind", ""), request.POST, problems=unread(form))
    try:
        ticket_id = commands.open_ticket(
            customer_id=request.customer_id,
            person_id=_person(request),
            topic=form.topic,
            kind=form.asked_kind,
            order_ids=form.cleaned_data["orders"],
            subject=form.cleaned_data["subject"],
            body=form.cleaned_data["body"],
            broken=form.cleaned_data["broken"],
            uploads=uploads(request),
            now=request.received_at,
        )
    except Refusal as refusal:
        return _new(request, form.cleaned_data["kind"], request.POST, problems=[refused(refusal)])
    messages.success(request, _("Your ticket is open. The clock for an answer runs from now."))
    return after_writing(request, ticket_id, form.cleaned_data["subject"], form.cleaned_data["body"])


def _orders_asked(request: DeskRequest) -> list[str]:
    return [text for text in request.GET.getlist("order") if read_id(text) is not None][:100]


def _new(request: DeskRequest, slug: str, typed: Any, *, problems: Sequence[Problem] = ()) -> HttpResponse:
    kind = KIND_OF_SLUG.get(slug)
    known = slug if kind is not None or slug in (PAYMENT, QUESTION) else ""
    wrong, places = {problem.field: problem.sentence for problem in problems}, _places(known, kind)
    context = {
        "kinds": [(SLUG_OF_KIND[each], capital(told(named_word(each)))) for each in IN_TICKETS],
        "slug": known,
        "kind": told(named_word(kind)) if kind else "",
        "is_about_orders": kind is not None,
        "typed": typed,
        "aspects": _aspects() if kind is Kind.WRONG_SPECIFICATION else (),
        "documents": [(each, wrong.get(f"document-{each.slug}")) for each in file_fields(kind)] if kind else (),
        "foreseen": _foreseen(request, kind, str(typed.get("orders", ""))) if kind else (),
        "problems": [(places.get(problem.field, ""), problem.sentence) for problem in problems],
        "wrong": wrong,
    }
    return render(request, "web/tickets/new.html", context, status=422 if problems else 200)


def _places(slug: str, kind: Kind | None) -> dict[str, str]:
    """The fields that the page has, each with the id by which a link leads there."""
    if not slug:
        return {"kind": f"kind-{SLUG_OF_KIND[IN_TICKETS[0]]}"}
    names = ["orders", *(f"document-{each.slug}" for each in file_fields(kind))] if kind else ["subject"]
    places = {name: name for name in (*names, "body", "file")}
    return places | ({"broken": f"broken-{_aspects()[0][0]}"} if kind is Kind.WRONG_SPECIFICATION else {})


def _aspects() -> tuple[tuple[str, str], ...]:
    return tuple((SLUG_OF_ASPECT[aspect], told(named_word(aspect))) for aspect in Aspect)


def _foreseen(request: DeskRequest, kind: Kind, typed: str) -> list[tuple[int, str, str, tuple[str, ...]]]:
    """What the rules would say now, told before anything is sent."""
    ids = [id_ for part in typed.split(",") if (id_ := read_id(part.strip().lstrip("#"))) is not None]
    found = []
    for order_id in ids[:FORESEEN_MAX]:
        rights = orders.rights_of(
            order_id=order_id, customer_id=request.customer_id, tickets=(), now=request.received_at
        )
        found += [
            (order_id, right.clause, right.terms_version, tuple(map(told, right.reasons)))
            for right in rights
            if right.kind is kind
        ]
    return found


@customer_only
@require_safe
def ticket(request: DeskRequest, ticket_id: int) -> HttpResponse:
    """A ticket; 404 alike for none and for somebody else's (S-1)."""
    return _page(request, _mine(request, ticket_id))


def _mine(request: DeskRequest, ticket_id: int) -> TicketPage:
    found = queries.ticket_page(ticket_id=ticket_id, customer_id=request.customer_id, now=request.received_at)
    if found is None:
        raise Http404
    return found


def _page(
    request: DeskRequest, found: TicketPage, *, body: str = "", wrong: str = "", status: int = 200
) -> HttpResponse:
    missing = wanted(found.requests)
    context = {
        "ticket": replace(found.ticket, subject=subject_of(found.ticket.subject)),
        "state": state_of(found.ticket),
        "opened": present.instant(found.ticket.opened_at),
        "clock": clock_of(found.ticket.waiting, request.received_at),
        "clock_version": orders.judged_by(found.ticket.opened_at).version,
        "claimable": claimable(found),
        "requests": [asked_of(row) for row in found.requests],
        "messages_written": [written_of(row, _person(request)) for row in found.messages],
        "missing": [each for each in missing if each.slug != SLUG_OF_DOCUMENT[Document.BROKEN_PART]],
        "aspects": _aspects() if any(each.slug == "broken" for each in missing) else (),
        "body": body,
        "wrong": wrong,
    }
    return render(request, "web/tickets/page.html", context, status=status)


@customer_only
@require_POST
def reply(request: DeskRequest, ticket_id: int) -> HttpResponse:
    """Write in a ticket, with documents that were missing."""
    found, form = _mine(request, ticket_id), ReplyForm(request.POST)
    if not form.is_valid():
        return _page(request, found, wrong=str(next(iter(form.errors.values()))[0]), status=422)
    try:
        commands.reply(
            customer_id=request.customer_id,
            person_id=_person(request),
            ticket_id=ticket_id,
            body=form.cleaned_data["body"],
            broken=form.cleaned_data["broken"],
            uploads=uploads(request),
            now=request.received_at,
        )
    except Refusal as refusal:
        return _page(request, found, body=form.cleaned_data["body"], wrong=told(refusal.sentence), status=422)
    return after_writing(request, ticket_id, form.cleaned_data["body"])


@customer_only
@require_POST
def withdraw(request: DeskRequest, ticket_id: int) -> HttpResponse:
    """Close one's own ticket."""
    commands.withdraw(customer_id=request.customer_id, ticket_id=ticket_id, now=request.received_at)
    messages.info(request, _("The ticket is closed. Write in it to open it again."))
    return redirect("web:ticket", ticket_id=ticket_id)


@customer_only
@require_POST
def claim(request: DeskRequest, ticket_id: int) -> HttpResponse:
    """Cancel and refund an order whose ticket went unanswered: no operator is needed."""
    _mine(request, ticket_id)
    order_id = read_id(request.POST.get("order"))
    if order_id is None:
        raise Http404
    try:
        back = commands.claim(
            customer_id=request.customer_id, ticket_id=ticket_id, order_id=order_id, now=request.received_at
        )
    except Refusal as refusal:
        messages.error(request, told(refusal.sentence))
    else:
        currency = ledger.balance(customer_id=request.customer_id).currency
        messages.success(
            request, _("Claimed: %(sum)s came back to your balance.") % {"sum": present.money(back, currency)}
        )
    return redirect("web:ticket", ticket_id=ticket_id)


@customer_only
@require_POST
def appeal(request: DeskRequest, ticket_id: int, request_id: int) -> HttpResponse:
    """Ask once for another member of staff to decide again."""
    found, body = _mine(request, ticket_id), request.POST.get("body", "")
    try:
        commands.appeal(
            customer_id=request.customer_id,
            person_id=_person(request),
            ticket_id=ticket_id,
            request_id=request_id,
            body=body,
            uploads=uploads(request),
            now=request.received_at,
        )
    except Refusal as refusal:
        return _page(request, found, body=body, wrong=told(refusal.sentence), status=422)
    messages.success(request, _("Another member of staff decides it again."))
    return after_writing(request, ticket_id, body)


@customer_only
@require_safe
def file(request: DeskRequest, ticket_id: int, file_id: int) -> HttpResponse:
    """A file of one's own ticket; 404 alike for all others (S-10)."""
    found = queries.file(ticket_id=ticket_id, file_id=file_id, customer_id=request.customer_id)
    if found is None:
        raise Http404
    return HttpResponse(commands.path_of(found.stored_as).read_bytes(), headers=headers(found.name, found.kind))


def _person(request: DeskRequest) -> int:
    assert request.user.is_authenticated
    return request.user.id
