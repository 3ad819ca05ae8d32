"""One service: what counts about it now, how long its orders took, its drop over time, and what was announced."""

from datetime import timedelta

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from sevenpanel.catalog.domain import ServiceState
from sevenpanel.insight import queries as insight
from sevenpanel.ledger import queries as ledger
from sevenpanel.notices import queries as notices
from sevenpanel.notices.queries import EffectiveService
from sevenpanel.orders import queries as orders
from sevenpanel.web.access import customer_only
from sevenpanel.web.drop_picture import picture_of
from sevenpanel.web.favourites import starred
from sevenpanel.web.measured import drop_told
from sevenpanel.web.notice_rows import update_of
from sevenpanel.web.price_history import price_history
from sevenpanel.web.request import DeskRequest
from sevenpanel.web.service_facts import facts_of

HISTORY = timedelta(days=180)
UPDATES_SHOWN = 5


@customer_only
@require_safe
def service(request: DeskRequest, service_id: int) -> HttpResponse:
    """The page; 404 alike for no service and for one that is not to be seen."""
    found = _found(request, service_id)
    now, policy = request.received_at, orders.judged_by(request.received_at)
    standing = insight.standings(service_ids=[service_id]).get(service_id)
    history = insight.history(service_id=service_id, since=now - HISTORY)
    currency = ledger.balance(customer_id=request.customer_id).currency
    announced = notices.updates(service_ids=[service_id], limit=UPDATES_SHOWN)
    context = {
        "service": facts_of(found, currency, standing),
        "drop": drop_told(found, standing, policy, now),
        "picture": picture_of(history, policy),
        "updates": [update_of(row) for row in announced],
        "prices": price_history(service_id=service_id, now=now),
        **starred(request),
    }
    return render(request, "web/service.html", context)


def _found(request: DeskRequest, service_id: int) -> EffectiveService:
    found = notices.effective_service(service_id=service_id, customer_id=request.customer_id, at=request.received_at)
    if found is None or (found.base.state is ServiceState.DRAFT and not _has_ordered(request, service_id)):
        raise Http404
    return found


def _has_ordered(request: DeskRequest, service_id: int) -> bool:
    """Whether it was on sale for this customer once: whoever ordered it may read what it was."""
    return orders.has_ordered(customer_id=request.customer_id, service_id=service_id)
