"""Orders: by status, searched, newest first, a page at a time, refreshed while they are looked at; and as a file."""

from dataclasses import dataclass, replace
from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from sevenpanel.kernel import spreadsheets
from sevenpanel.orders import queries
from sevenpanel.terms import named_word
from sevenpanel.web import fragments, present
from sevenpanel.web.access import customer_only
from sevenpanel.web.order_filter import Filter, asked_by
from sevenpanel.web.order_rows import SLUGS, OrderLineRow, row_of
from sevenpanel.web.request import DeskRequest
from sevenpanel.web.status_meanings import meanings
from sevenpanel.web.telling import told

PAGE = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Tab:
    """One status with its number of orders; a plus behind it says that there may be more."""

    name: str
    url: str
    count: str
    is_here: bool


@customer_only
@require_safe
def orders(request: DeskRequest) -> HttpResponse:
    """The page."""
    asked = asked_by(request)
    return render(request, "web/order/list.html", _context(request, asked) | {"meanings": meanings()})


@customer_only
@require_safe
def rows(request: DeskRequest) -> HttpResponse:
    """The part of the page that is refreshed."""
    context = _context(request, asked_by(request))
    return fragments.answer(request, "web/order/rows.html", context, context["etag"])


@customer_only
@require_safe
def table(request: DeskRequest) -> HttpResponseBase:
    """Everything that fits the filter as CSV, written while it is read; very much of it in the background (U-16)."""
    asked = replace(asked_by(request), before=None)
    wanted, mark = asked.wanted_of(request.customer_id), request.GET.get("mark")
    if queries.are_more_than(wanted, settings.LARGE_TABLE_ROWS):
        return redirect(f"{reverse('web:exports')}?{asked.query(mark=mark)}")
    rows = map(queries.cells, queries.every(wanted))
    return spreadsheets.answer("orders.csv", queries.TABLE_HEAD, rows, has_mark=mark != "0")


def _context(request: DeskRequest, asked: Filter) -> dict[str, Any]:
    found = queries.find(asked.wanted_of(request.customer_id), limit=PAGE + 1)
    shown = [row_of(order) for order in found.orders[:PAGE]]
    tabs = _tabs(request, asked)
    return {
        "orders": shown,
        "tabs": tabs,
        "asked": asked,
        "older": asked.query(before=shown[-1].id) if len(found.orders) > PAGE else "",
        "further": asked.query(before=found.looked_to) if found.looked_to else "",
        "looked_to": found.looked_to,
        "looked_at": present.count(queries.LOOKED_AT_MAX),
        "newest": asked.query(before=None) if asked.before else "",
        "is_filtered": asked.is_narrow,
        "is_choosable": True,
        "rows_url": f"{reverse('web:order-rows')}?{asked.query()}",
        "table_url": f"{reverse('web:orders-table')}?{asked.query(before=None)}",
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
        for name, slug, number in everything + [(told(named_word(s)), SLUGS[s], n) for s, n in counts.items()]
    ]
