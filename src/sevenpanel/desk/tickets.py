"""Tickets at the desk: the queue by the answer clock, a ticket with its orders beside, verdicts, saved replies."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from sevenpanel.accounts.domain import Role
from sevenpanel.desk.access import staff_with
from sevenpanel.desk.ticket_lines import ASPECT_OF_SLUG, case_of, clock_words, line_of, orders_beside, written_of
from sevenpanel.kernel.money import NotAnAmount, parse_amount
from sevenpanel.kernel.refusals import Refusal
from sevenpanel.ledger import queries as ledger
from sevenpanel.orders.commands.decisions import Act, Confirm, GrantByHand, RefuseByHand
from sevenpanel.support import commands, queries
from sevenpanel.support.domain import Upload
from sevenpanel.support.domain.files import BYTES_MAX, headers
from sevenpanel.support.queries import Heap, TicketPage

ORDERS_BESIDE_MAX = 10
answering = staff_with(Role.SUPPORT, Role.ADMIN)


class UnableToReadVerdict(Refusal):
    """A verdict that cannot be read."""

    status = 422


@answering
@require_safe
def tickets(request: HttpRequest) -> HttpResponse:
    """A heap of tickets, the longest waiting first."""
    asked = request.GET.get("heap", "")
    heap = Heap(asked) if asked in set(Heap) else Heap.WAITING
    now = _now(request)
    rows = queries.tickets_for_staff(heap=heap, staff_id=_me(request), now=now)
    context = {"tickets": [line_of(row, now) for row in rows], "heap": heap.value, "heaps": [h.value for h in Heap]}
    return render(request, "desk/tickets.html", context)


@answering
@require_safe
def ticket(request: HttpRequest, ticket_id: int) -> HttpResponse:
    """A ticket with everything in it; a saved reply fills the answer when one is chosen."""
    chosen = request.GET.get("reply", "")
    body = next((each.body for each in queries.saved_replies() if str(each.id) == chosen), "")
    return _page(request, _found(request, ticket_id), body=body)


def _found(request: HttpRequest, ticket_id: int) -> TicketPage:
    found = queries.ticket_page(ticket_id=ticket_id, customer_id=None, now=_now(request))
    if found is None:
        raise Http404
    return found


def _page(
    request: HttpRequest, found: TicketPage, *, body: str = "", wrong: str = "", status: int = 200
) -> HttpResponse:
    now, row = _now(request), found.ticket
    currency = ledger.balance(customer_id=row.customer_id).currency
    context: dict[str, Any] = {
        "ticket": line_of(row, now),
        "clock": clock_words(row.waiting, now),
        "is_mine": row.assigned_to == _me(request),
        "cases": [case_of(each, currency, now) for each in found.requests],
        "written": [written_of(each, now) for each in found.messages],
        "beside": orders_beside(row.order_ids[:ORDERS_BESIDE_MAX], row.customer_id, now),
        "replies": queries.saved_replies(),
        "body": body,
        "wrong": wrong,
    }
    return render(request, "desk/ticket.html", context, status=status)


@answering
@require_POST
def answer(request: HttpRequest, ticket_id: int) -> HttpResponse:
    """Answer the customer, or leave a note."""
    found, body = _found(request, ticket_id), request.POST.get("body", "")
    uploads = [Upload(name=f.name or "", data=f.read(BYTES_MAX + 1)) for f in request.FILES.getlist("file")]
    is_internal = request.POST.get("internal") == "on"
    try:
        commands.answer(
            staff_id=_me(request),
            ticket_id=ticket_id,
            body=body,
            is_internal=is_internal,
            uploads=uploads,
            now=_now(request),
        )
    except Refusal as refusal:
        return _page(request, found, body=body, wrong=refusal.sentence, status=422)
    return redirect("desk:ticket", ticket_id=ticket_id)


@answering
@require_POST
def judge(request: HttpRequest, ticket_id: int, request_id: int) -> HttpResponse:
    """Confirm what the rules propose, or overrule it with a reason."""
    found = _found(request, ticket_id)
    try:
        commands.judge(ticket_id=ticket_id, request_id=request_id, act=_act(request), now=_now(request))
    except Refusal as refusal:
        return _page(request, found, wrong=refusal.sentence, status=refusal.status)
    messages.success(request, _("Decided. The customer reads it as an answer."))
    return redirect("desk:ticket", ticket_id=ticket_id)


def _act(request: HttpRequest) -> Act:
    me, reason = _me(request), request.POST.get("reason", "")[:2000].replace("\0", "")
    match request.POST.get("act"):
        case "confirm":
            return Confirm(staff_id=me, expected=request.POST.get("expected", ""))
        case "refuse":
            return RefuseByHand(staff_id=me, reason=reason)
        case "grant":
            return GrantByHand(staff_id=me, amount_micros=_amount(request), reason=reason)
        case _:
            raise UnableToReadVerdict(_("Choose to confirm, to grant or to refuse."))


def _amount(request: HttpRequest) -> int:
    try:
        return parse_amount(request.POST.get("amount", ""))
    except NotAnAmount as error:
        raise UnableToReadVerdict(str(error)) from error


@answering
@require_POST
def find(request: HttpRequest, ticket_id: int, request_id: int) -> HttpResponse:
    """Note what differs from the description; the rules then say what follows (clause 4.3)."""
    _found(request, ticket_id)
    differs = [ASPECT_OF_SLUG[slug] for slug in request.POST.getlist("differs") if slug in ASPECT_OF_SLUG]
    commands.record_finding(ticket_id=ticket_id, request_id=request_id, differs=differs)
    return redirect("desk:ticket", ticket_id=ticket_id)


@answering
@require_POST
def keep(request: HttpRequest, ticket_id: int) -> HttpResponse:
    """Take a ticket, let it go, close it or open it again."""
    match request.POST.get("act"):
        case "take":
            commands.assign(ticket_id=ticket_id, staff_id=_me(request))
        case "leave":
            commands.assign(ticket_id=ticket_id, staff_id=None)
        case "close":
            commands.close(ticket_id=ticket_id, now=_now(request))
        case "reopen":
            commands.reopen(ticket_id=ticket_id, now=_now(request))
        case _:
            raise Http404
    return redirect("desk:ticket", ticket_id=ticket_id)


@answering
@require_safe
def file(request: HttpRequest, ticket_id: int, file_id: int) -> HttpResponse:
    """A file of a ticket."""
    found = queries.file(ticket_id=ticket_id, file_id=file_id, customer_id=None)
    if found is None:
        raise Http404
    return HttpResponse(commands.path_of(found.stored_as).read_bytes(), headers=headers(found.name, found.kind))


@answering
@require_http_methods(["GET", "HEAD", "POST"])
def replies(request: HttpRequest) -> HttpResponse:
    """Saved replies: written, replaced, removed."""
    wrong = ""
    if request.method == "POST":
        try:
            commands.save_reply(title=request.POST.get("title", ""), body=request.POST.get("body", ""))
        except Refusal as refusal:
            wrong = refusal.sentence
        else:
            return redirect("desk:ticket-replies")
    context = {"replies": queries.saved_replies(), "wrong": wrong}
    return render(request, "desk/replies.html", context, status=422 if wrong else 200)


def _now(request: HttpRequest) -> datetime:
    now: datetime = request.received_at  # type: ignore[attr-defined]
    return now


def _me(request: HttpRequest) -> int:
    assert request.user.is_authenticated
    return request.user.id
