"""Orders: by status, searched, newest first, a page at a time, refreshed while they are looked at."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from sevenpanel.orders import queries
from sevenpanel.web import fragments, present
from sevenpanel.web.access import customer_only
from sevenpanel.web.converters import read_id
from sevenpanel.web.numbers import latin_digits
from sevenpanel.web.order_rows import SLUGS, STATUS_OF_SLUG, OrderLineRow, row_of
from sevenpanel.web.request import DeskRequest

PAGE = 50
SEARCH_LENGTH_MAX = 2048


@dataclass(frozen=True, slots=True, kw_only=True)
class Tab:
    """One status with its number of orders; a plus behind it says that there may be more."""

    name: str
    url: str
    count: str
    is_here: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """What the address asks for."""

    status: str
    search: str
    before: int | None

    def query(self, **changes: object) -> str:
        """The query string of this filter with some changes."""
        wanted = {"status": self.status, "q": self.search, "before": self.before, **changes}
        return urlencode({name: value for name, value in wanted.items() if value})


@customer_only
@require_safe
def orders(request: DeskRequest) -> HttpResponse:
    """The page."""
    asked = _asked(request)
    return render(request, "web/order/list.html", _context(request, asked))


@customer_only
@require_safe
def rows(request: DeskRequest) -> HttpResponse:
    """The part of the page that is refreshed."""
    context = _context(request, _asked(request))
    return fragments.answer(request, "web/order/rows.html", context, context["etag"])


def _asked(request: DeskRequest) -> Filter:
    status = request.GET.get("status", "")
    return Filter(
        status=status if status in STATUS_OF_SLUG else "",
        search=latin_digits(request.GET.get("q", "").replace("\0", "").strip())[:SEARCH_LENGTH_MAX],
        before=read_id(request.GET.get("before")),
    )


def _context(request: DeskRequest, asked: Filter) -> dict[str, Any]:
    found = queries.orders(
        customer_id=request.customer_id,
        status=STATUS_OF_SLUG.get(asked.status),
        search=asked.search or None,
        before_id=asked.before,
        limit=PAGE + 1,
    )
    shown = [row_of(order) for order in found[:PAGE]]
    tabs = _tabs(request, asked)
    return {
        "orders": shown,
        "tabs": tabs,
        "asked": asked,
        "older": asked.query(before=shown[-1].id) if len(found) > PAGE else "",
        "newest": asked.query(before=None) if asked.before else "",
        "is_filtered": bool(asked.status or asked.search),
        "rows_url": f"{reverse('web:order-rows')}?{asked.query()}",
        "etag": _etag(shown, tabs),
    }


def _etag(shown: list[OrderLineRow], tabs: list[Tab]) -> str:
    return fragments.etag_of(shown, tabs)


def _tabs(request: DeskRequest, asked: Filter) -> list[Tab]:
    counts, most = queries.counts(customer_id=request.customer_id), queries.COUNTED_MAX
    total = sum(counts.values())
    more = "+" if total > most else ""
    everything = [(_("All"), "", min(total, most))]
    return [
        Tab(
            name=name,
            url=f"{reverse('web:orders')}?{asked.query(status=slug, before=None)}",
            count=present.count(number) + more,
            is_here=slug == asked.status,
        )
        for name, slug, number in everything + [(s.value, SLUGS[s], n) for s, n in counts.items()]
    ]
