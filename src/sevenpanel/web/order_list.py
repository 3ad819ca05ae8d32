"""Orders: by status, searched, newest first, a page at a time, refreshed while they are looked at; and as a file."""

from dataclasses import dataclass, replace
from typing import Any

from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from sevenpanel.kernel import spreadsheets
from sevenpanel.kernel.money import format_amount
from sevenpanel.orders import queries
from sevenpanel.orders.queries import OrderRow
from sevenpanel.terms import named_word
from sevenpanel.web import fragments, present
from sevenpanel.web.access import customer_only
from sevenpanel.web.order_filter import Filter, asked_by
from sevenpanel.web.order_rows import SLUGS, OrderLineRow, row_of
from sevenpanel.web.request import DeskRequest
from sevenpanel.web.telling import told

PAGE = 50
CSV_HEAD = (
    "order", "placed_at", "status", "service", "service_name", "link", "quantity", "start_count", "delivered",
    "remains", "charge", "spent", "came_back", "currency", "ended_at", "source",
)  # fmt: skip


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
    return render(request, "web/order/list.html", _context(request, asked))


@customer_only
@require_safe
def rows(request: DeskRequest) -> HttpResponse:
    """The part of the page that is refreshed."""
    context = _context(request, asked_by(request))
    return fragments.answer(request, "web/order/rows.html", context, context["etag"])


@customer_only
@require_safe
def table(request: DeskRequest) -> StreamingHttpResponse:
    """Everything that fits the filter as CSV, however much it is: it is written while it is read (U-16)."""
    wanted = replace(asked_by(request), before=None).wanted_of(request.customer_id)
    has_mark = request.GET.get("mark") != "0"
    return spreadsheets.answer("orders.csv", CSV_HEAD, map(_cells, queries.every(wanted)), has_mark=has_mark)


def _cells(order: OrderRow) -> tuple[object, ...]:
    return (
        order.id,
        order.placed_at.isoformat(timespec="seconds"),
        order.status.value,
        order.service_id,
        order.service,
        order.link,
        order.quantity,
        order.start_count,
        order.delivered,
        order.remains,
        format_amount(order.charge_micros),
        _amount(order.earned_micros),
        _amount(order.returned_micros),
        order.currency,
        order.settled_at.isoformat(timespec="seconds") if order.settled_at else None,
        order.source.value,
    )


def _amount(micros: int | None) -> str | None:
    return None if micros is None else format_amount(micros)


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
