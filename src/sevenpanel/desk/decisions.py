"""Decisions at the desk: leafed through by clause, outcome and decider; each with everything that it was made from."""

from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from sevenpanel.accounts import queries as accounts
from sevenpanel.accounts.domain import Role
from sevenpanel.desk.access import staff_with
from sevenpanel.desk.decision_lines import CLAUSES, detail_of, line_of
from sevenpanel.orders import queries
from sevenpanel.orders.domain import Decider
from sevenpanel.orders.queries import DecisionRow
from sevenpanel.support import queries as support
from sevenpanel.terms import Outcome

PAGE = 50
ID_DIGITS_MAX = 18
# Who answers for requests, and who answers for the money that they move.
reading = staff_with(Role.SUPPORT, Role.FINANCE, Role.ADMIN)


@reading
@require_safe
def decisions(request: HttpRequest) -> HttpResponse:
    """A page of decisions, newest first."""
    chosen = {name: request.GET.get(name, "").strip() for name in ("clause", "outcome", "decider", "order")}
    found = queries.decisions_page(
        clause=chosen["clause"] if chosen["clause"] in CLAUSES else None,
        outcome=Outcome(chosen["outcome"]) if chosen["outcome"] in set(Outcome) else None,
        decider=Decider(chosen["decider"]) if chosen["decider"] in set(Decider) else None,
        order_id=_number(chosen["order"]),
        before_id=_number(request.GET.get("before", "")),
        limit=PAGE + 1,
    )
    shown = found[:PAGE]
    context = {
        "decisions": _lines(request, shown),
        "chosen": chosen,
        "clauses": CLAUSES,
        "outcomes": [outcome.value for outcome in Outcome],
        "deciders": [decider.value for decider in Decider],
        "older": urlencode({**chosen, "before": shown[-1].id}) if len(found) > PAGE else "",
    }
    return render(request, "desk/decisions.html", context)


def _number(text: str) -> int | None:
    """A number of ours; what is none finds nothing, and an empty field everything."""
    if not text:
        return None
    return int(text) if text.isascii() and text.isdigit() and len(text) <= ID_DIGITS_MAX else 0


def _lines(request: HttpRequest, rows: list[DecisionRow]) -> list[Any]:
    staff = accounts.addresses_of(user_ids={row.staff_id for row in rows if row.staff_id})
    customers = accounts.customers(customer_ids={row.customer_id for row in rows})
    return [line_of(row, customers, staff, _now(request)) for row in rows]


@reading
@require_safe
def decision(request: HttpRequest, decision_id: int) -> HttpResponse:
    """One decision: what was decided, what the rules said and say today, and the facts and figures it rests on."""
    found = queries.decisions(decision_ids=[decision_id]).get(decision_id)
    if found is None:
        raise Http404
    (line,) = _lines(request, [found])
    context = {
        "decision": line,
        "detail": detail_of(found),
        "ticket_id": support.ticket_of_request(request_id=found.request_id) if found.request_id else None,
        "may_see_tickets": getattr(request.user, "role", "") in (Role.SUPPORT, Role.ADMIN),
        "reviews": found.appeals_id,
        "reviewed_by": queries.appeal_of(decision_id=decision_id),
    }
    return render(request, "desk/decision.html", context)


def _now(request: HttpRequest) -> Any:
    return request.received_at  # type: ignore[attr-defined]
