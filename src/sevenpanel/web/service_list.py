"""Services: what is on sale, by category, searched, a page at a time.

Only for signed-in customers: rates are the customer's own and in the customer's currency.
"""

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from sevenpanel.catalog import queries as catalog
from sevenpanel.catalog.domain import ServiceName
from sevenpanel.insight import queries as insight
from sevenpanel.ledger import queries as ledger
from sevenpanel.notices import queries as notices
from sevenpanel.web import present, shelves
from sevenpanel.web.access import customer_only
from sevenpanel.web.converters import read_id
from sevenpanel.web.request import DeskRequest
from sevenpanel.web.service_facts import ServiceFacts, facts_of

PAGE = 50


@customer_only
@require_safe
def services(request: DeskRequest) -> HttpResponse:
    """The page."""
    everything = catalog.listed_names()
    search, category = request.GET.get("q", ""), request.GET.get("category", "")
    found = shelves.find(everything, search, category)
    number = min(read_id(request.GET.get("page")) or 1, max(1, -(-len(found) // PAGE)))
    context = {
        "search": search,
        "category": category,
        "categories": shelves.categories(everything),
        "found": present.count(len(found)),
        "shelves": _shelves(request, found[(number - 1) * PAGE : number * PAGE]),
        **_neighbours(search, category, number, len(found)),
    }
    return render(request, "web/services.html", context)


def _shelves(request: DeskRequest, shown: Sequence[ServiceName]) -> list[dict[str, Any]]:
    facts = _facts(request, [name.id for name in shown])
    return [
        # Whatever has just been taken off sale is left out.
        {"category": shelf.category, "services": [facts[name.id] for name in shelf.services if name.id in facts]}
        for shelf in shelves.shelve(shown)
    ]


def _facts(request: DeskRequest, service_ids: Sequence[int]) -> dict[int, ServiceFacts]:
    currency = ledger.balance(customer_id=request.customer_id).currency
    known = insight.standings(service_ids=service_ids)
    in_force = notices.effective_services(
        customer_id=request.customer_id, at=request.received_at, service_ids=service_ids
    )
    return {each.base.id: facts_of(each, currency, known.get(each.base.id)) for each in in_force}


def _neighbours(search: str, category: str, number: int, found: int) -> dict[str, Any]:
    def query(page: int) -> str:
        wanted = {"q": search, "category": category, "page": page}
        return urlencode({name: value for name, value in wanted.items() if value})

    return {
        "page": number,
        "pages": max(1, -(-found // PAGE)),
        "previous": query(number - 1) if number > 1 else "",
        "next": query(number + 1) if number * PAGE < found else "",
    }
