"""The operator's desk: what needs a person, how the providers stand, and whether the books balance."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from sevenpanel.accounts import queries as accounts
from sevenpanel.accounts.domain import Role
from sevenpanel.catalog import queries as catalog
from sevenpanel.deposits import queries as deposits
from sevenpanel.desk.access import staff_only
from sevenpanel.desk.rows import alert_of, provider_of, trial_rows, trial_totals, unknown_of
from sevenpanel.desk.ticket_lines import line_of
from sevenpanel.fulfilment import queries as fulfilment
from sevenpanel.insight import queries as insight
from sevenpanel.kernel.db import snapshot
from sevenpanel.kernel.invariants import Breach
from sevenpanel.ledger import queries as ledger
from sevenpanel.orders import queries as orders
from sevenpanel.support import queries as support
from sevenpanel.support.queries import Heap

WAITING_MAX = 5
# Every room that keeps invariants, as `sevenpanel verify` checks them.
ROOMS = (ledger, orders, catalog, fulfilment, accounts, deposits, insight)


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """The outcome of a check of all invariants."""

    breaches: tuple[Breach, ...]
    sentence: str


@staff_only
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Queues first: what nobody but a person can decide."""
    context = _context(request.received_at)  # type: ignore[attr-defined]
    return render(request, "desk/home.html", {**context, **_tickets(request, request.received_at)})  # type: ignore[attr-defined]


def _tickets(request: HttpRequest, now: datetime) -> dict[str, Any]:
    """The tickets that wait longest, for those who answer them."""
    assert request.user.is_authenticated
    if request.user.role not in (Role.SUPPORT, Role.ADMIN):
        return {"is_answering": False}
    rows = support.tickets_for_staff(heap=Heap.WAITING, staff_id=request.user.id, now=now, limit=WAITING_MAX)
    return {"is_answering": True, "waiting": [line_of(row, now) for row in rows]}


def _context(now: datetime) -> dict[str, Any]:
    lines = ledger.trial_balance()
    providers = fulfilment.providers()
    names = {provider.id: provider.name for provider in providers}
    return {
        "unknown": [unknown_of(row, names, now) for row in fulfilment.unknown_dispatches()],
        "alerts": [alert_of(row, now) for row in fulfilment.alerts()],
        "providers": [provider_of(row, now) for row in providers],
        "trial": trial_rows(lines),
        "totals": trial_totals(lines),
    }


def broken_now() -> tuple[Breach, ...]:
    """Every invariant that does not hold, over all rows, at one instant."""
    with snapshot():
        return tuple(breach for room in ROOMS for breach in room.broken_invariants())


@staff_only
@require_safe
def invariants(request: HttpRequest) -> HttpResponse:
    """Every invariant of the books, checked over all rows as they stand at one instant."""
    breaches = broken_now()
    found = _("Every invariant holds.") if not breaches else _("%(n)d broken.") % {"n": len(breaches)}
    return render(request, "desk/invariants.html", {"checked": Checked(breaches=breaches, sentence=found)})
