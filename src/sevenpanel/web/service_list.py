"""Services: what is on sale, by category, searched, a page at a time.

Only for signed-in customers: rates are the customer's own and in the customer's currency.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from sevenpanel.catalog import queries as catalog
from sevenpanel.catalog.domain import ServiceName, ServiceRow, ServiceState
from sevenpanel.insight import queries as insight
from sevenpanel.kernel import spreadsheets
from sevenpanel.kernel.money import format_amount
from sevenpanel.ledger import queries as ledger
from sevenpanel.notices import queries as notices
from sevenpanel.web import shelves
from sevenpanel.web.access import customer_only
from sevenpanel.web.converters import read_id
from sevenpanel.web.favourites import favourites_of, starred
from sevenpanel.web.price_history import marks
from sevenpanel.web.request import DeskRequest
from sevenpanel.web.service_facts import ServiceFacts, facts_of

PAGE = 50
CSV_HEAD = (
    "service", "category", "name", "network", "type", "price", "currency", "min", "max", "starts_within_s",
    "completes_within_s", "may_drop", "cancel", "refill", "on_sale", "description",
)  # fmt: skip
BATCH = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What the address asks for."""

    search: str
    category: str
    only_starred: bool

    def query(self, page: int | None = None) -> str:
        """The query string of this filter."""
        wanted = {
            "q": self.search,
            "category": self.category,
            "starred": "1" if self.only_starred else "",
            "page": page,
        }
        return urlencode({name: value for name, value in wanted.items() if value})


def _asked(request: DeskRequest) -> Asked:
    return Asked(
        search=request.GET.get("q", ""),
        category=request.GET.get("category", ""),
        only_starred=request.GET.get("starred") == "1",
    )


@customer_only
@require_safe
def services(request: DeskRequest) -> HttpResponse:
    """The page."""
    everything, asked = catalog.listed_names(), _asked(request)
    found = _found(request, asked, everything)
    number = min(read_id(request.GET.get("page")) or 1, max(1, -(-len(found) // PAGE)))
    stars = starred(request)
    context = {
        "search": asked.search,
        "category": asked.category,
        "only_starred": asked.only_starred,
        "categories": shelves.categories(everything),
        "found": len(found),
        "shelves": _shelves(request, found[(number - 1) * PAGE : number * PAGE], stars["favourites"]),
        "table_url": f"{reverse('web:services-table')}?{asked.query()}",
        **stars,
        **_neighbours(asked, number, len(found)),
    }
    return render(request, "web/services.html", context)


@customer_only
@require_safe
def table(request: DeskRequest) -> StreamingHttpResponse:
    """What fits the filter as CSV, at this customer's own rates, with what is announced laid over."""
    found = _found(request, asked := _asked(request), catalog.listed_names())
    has_mark = request.GET.get("mark") != "0"
    name = "favourites.csv" if asked.only_starred else "services.csv"
    return spreadsheets.answer(name, CSV_HEAD, _lines(request, [each.id for each in found]), has_mark=has_mark)


def _lines(request: DeskRequest, service_ids: Sequence[int]) -> Iterator[tuple[object, ...]]:
    currency = ledger.balance(customer_id=request.customer_id).currency
    for start in range(0, len(service_ids), BATCH):
        batch = service_ids[start : start + BATCH]
        for each in notices.effective_services(
            customer_id=request.customer_id, at=request.received_at, service_ids=batch
        ):
            yield _cells(each.service, currency)


def _cells(service: ServiceRow, currency: str) -> tuple[object, ...]:
    return (
        service.id,
        service.category,
        service.name,
        service.network,
        service.type.value,
        format_amount(service.rate_micros),
        currency,
        service.quantity_min,
        service.quantity_max,
        _seconds(service.start_within),
        _seconds(service.complete_within),
        service.drop_band.value if service.drop_band else None,
        "yes" if service.can_cancel else "no",
        "yes" if service.can_refill else "no",
        "yes" if service.state is ServiceState.LISTED else "no",
        service.description,
    )


def _seconds(length: timedelta | None) -> int | None:
    return None if length is None else int(length.total_seconds())


def _found(request: DeskRequest, asked: Asked, everything: Sequence[ServiceName]) -> list[ServiceName]:
    found = shelves.find(everything, asked.search, asked.category)
    if not asked.only_starred:
        return found
    starred_ids = set(favourites_of(request))
    return [service for service in found if service.id in starred_ids]


def _shelves(request: DeskRequest, shown: Sequence[ServiceName], favourites: frozenset[int]) -> list[dict[str, Any]]:
    ids = [name.id for name in shown]
    facts, marked = _facts(request, ids), marks(service_ids=ids, now=request.received_at)
    return [
        # Whatever has just been taken off sale is left out.
        {
            "category": shelf.category,
            "services": [
                (facts[name.id], marked.get(name.id), favourites & {name.id})
                for name in shelf.services
                if name.id in facts
            ],
        }
        for shelf in shelves.shelve(shown)
    ]


def _facts(request: DeskRequest, service_ids: Sequence[int]) -> dict[int, ServiceFacts]:
    currency = ledger.balance(customer_id=request.customer_id).currency
    known = insight.standings(service_ids=service_ids)
    in_force = notices.effective_services(
        customer_id=request.customer_id, at=request.received_at, service_ids=service_ids
    )
    return {each.base.id: facts_of(each, currency, known.get(each.base.id)) for each in in_force}


def _neighbours(asked: Asked, number: int, found: int) -> dict[str, Any]:
    return {
        "page": number,
        "pages": max(1, -(-found // PAGE)),
        "previous": asked.query(number - 1) if number > 1 else "",
        "next": asked.query(number + 1) if number * PAGE < found else "",
    }
