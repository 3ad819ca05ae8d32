"""One order: what was ordered, where it stands, everything that happened to it, and every movement of its money."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from sevenpanel.notices import queries as notices
from sevenpanel.orders import commands, queries
from sevenpanel.orders.queries import OrderRow
from sevenpanel.orders.timeline import DOORS
from sevenpanel.support import queries as support
from sevenpanel.terms import Ticket
from sevenpanel.web import fragments, present
from sevenpanel.web.access import customer_only
from sevenpanel.web.beside_rows import found_at_placing
from sevenpanel.web.notice_rows import Announcement, announcements
from sevenpanel.web.order_rows import CancelOffer, cancel_offer, is_package, line_of, money_of, row_of
from sevenpanel.web.request import DeskRequest
from sevenpanel.web.service_facts import Changed, changed_by
from sevenpanel.web.telling import told
from sevenpanel.web.ticket_rows import Choice, choices
from sevenpanel.web.trouble_rows import found_about


@customer_only
@require_safe
def order(request: DeskRequest, order_id: int) -> HttpResponse:
    """The page; 404 alike for no order and for somebody else's (S-1)."""
    found = _mine(request, order_id)
    tickets = support.tickets_about(order_id=found.id, customer_id=request.customer_id)
    context = {
        **_context(found, request),
        "beside": found_at_placing(found),
        "found": found_about(found, tickets),
        "promise": _promise(found, request),
        "choices": _choices(found, tickets, request),
    }
    return render(request, "web/order/page.html", context)


@customer_only
@require_safe
def progress(request: DeskRequest, order_id: int) -> HttpResponse:
    """The part of the page that is refreshed."""
    context = _context(_mine(request, order_id), request)
    return fragments.answer(request, "web/order/progress.html", context, context["etag"])


@customer_only
@require_POST
def cancel(request: DeskRequest, order_id: int) -> HttpResponse:
    """Ask to cancel, and say what became of it."""
    _mine(request, order_id)
    answers = commands.request_cancel(customer_id=request.customer_id, order_ids=[order_id], now=request.received_at)
    messages.info(request, told(answers[0].sentence))
    return redirect("web:order", order_id=order_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Promised:
    """What the service promised when the order was placed, and what was announced since."""

    start: str
    completion: str
    changed: Changed
    since: tuple[Announcement, ...]


def _mine(request: DeskRequest, order_id: int) -> OrderRow:
    found = queries.order(customer_id=request.customer_id, order_id=order_id)
    if found is None:
        raise Http404
    return found


def _cancel(found: OrderRow, request: DeskRequest) -> CancelOffer:
    """The button, by the description that counts and what was asked before (clauses 3 and 4.1)."""
    if not found.is_open:
        return cancel_offer(found, None)
    right = queries.cancel_right_of(order_id=found.id, customer_id=request.customer_id, now=request.received_at)
    return cancel_offer(found, right)


def _promise(found: OrderRow, request: DeskRequest) -> Promised:
    """What counted at placing stays; what was announced since is shown beside it."""
    then = notices.effective_service(service_id=found.service_id, customer_id=None, at=found.placed_at)
    now = notices.effective_service(service_id=found.service_id, customer_id=None, at=request.received_at)
    assert then is not None
    assert now is not None
    since = [notice for notice in now.notices if notice.published_at > found.placed_at]
    return Promised(
        start=present.duration(then.service.start_within),
        completion=present.duration(then.service.complete_within),
        changed=changed_by(then),
        since=announcements(since),
    )


def _choices(found: OrderRow, tickets: Sequence[Ticket], request: DeskRequest) -> list[Choice]:
    """What the customer may do now, until when and under which clause, before anybody asks."""
    rights = queries.rights_of(
        order_id=found.id, customer_id=request.customer_id, tickets=tickets, now=request.received_at
    )
    return choices(rights, tickets, found.id, found.currency)


def _context(found: OrderRow, request: DeskRequest) -> dict[str, Any]:
    row, money, offer = row_of(found, queries.decided_by(found)), money_of(found), _cancel(found, request)
    lines = [line_of(line, found.currency) for line in queries.timeline(found)]
    return {
        "order": row,
        "money": money,
        "cancel": offer,
        "lines": lines,
        "is_package": is_package(found),
        "rate": present.money(found.rate_micros, found.currency),
        "start_count": "" if found.start_count is None else present.count(found.start_count),
        "remains": "" if found.remains is None else present.count(found.remains),
        "source": told(DOORS[found.source]),
        "description_version": found.description_version,
        "comments": (found.comments or "").split("\n") if found.comments else [],
        "etag": fragments.etag_of(row, money, offer, lines, found.start_count, found.remains),
    }
