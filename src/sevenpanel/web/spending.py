"""What a customer's orders cost: by month or day, by service, as a picture and as a table for spreadsheets."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from sevenpanel.accounts import queries as accounts
from sevenpanel.insight.queries import spending
from sevenpanel.insight.queries.spending import SpentRow, SpentRows
from sevenpanel.kernel import spreadsheets
from sevenpanel.kernel.money import format_amount
from sevenpanel.web import papers, present
from sevenpanel.web.access import customer_only
from sevenpanel.web.request import DeskRequest

# How many months a period has; of one the days are told.
MONTHS = {"month": 1, "quarter": 3, "year": 12, "years": 60}
USUAL = "year"
SERVICES_SHOWN = 100
_BEFORE_ALL = datetime(2000, 1, 1, tzinfo=UTC)
CSV_HEAD = ("begins", "service", "name", "category", "orders", "charged", "came_back", "spent", "currency")

WIDTH, TOP, BOTTOM = 320, 22, 128


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A row of one of the tables.

    :param name: a time, or the foreign name of a service.
    """

    name: str
    orders: str
    charged: str
    returned: str
    spent: str
    service_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """Columns, as text for SVG: where each stands and how high it is."""

    columns: tuple[tuple[str, str, str, str], ...]
    most: str
    first: str
    last: str
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """The period that the address asks for.

    :param begins: when each of its days or months begins.
    """

    slug: str
    by_day: bool
    begins: tuple[datetime, ...]
    until: datetime


@customer_only
@require_safe
def report(request: DeskRequest) -> HttpResponse:
    """The page."""
    currency = accounts.customer(customer_id=request.customer_id).currency
    asked = _asked(request)
    found = _found(request, asked)
    context = {
        "periods": [(slug, words, slug == asked.slug) for slug, words in _periods()],
        "slug": asked.slug,
        "by_day": asked.by_day,
        "times": [_line(row, _name(row, asked), currency) for row in reversed(found.by_time)],
        "services": [_line(row, row.name or "", currency) for row in found.by_service[:SERVICES_SHOWN]],
        "has_more": len(found.by_service) > SERVICES_SHOWN,
        "picture": _picture(found.by_time, asked, currency) if found.by_time else None,
    }
    return render(request, "web/spending.html", context)


@customer_only
@require_safe
def table(request: DeskRequest) -> StreamingHttpResponse:
    """The same as a CSV file: the times first, then the services."""
    currency = accounts.customer(customer_id=request.customer_id).currency
    asked = _asked(request)
    found = _found(request, asked)
    rows = (_cells(row, asked, currency) for row in (*found.by_time, *found.by_service))
    return spreadsheets.answer("spending.csv", CSV_HEAD, rows, has_mark=request.GET.get("mark") != "0")


def _periods() -> tuple[tuple[str, str], ...]:
    words = (_("This month"), _("The last 3 months"), _("The last 12 months"), _("The last 5 years"))
    return tuple(zip(MONTHS, words, strict=True))


def _asked(request: DeskRequest) -> Asked:
    slug = request.GET.get("period", USUAL)
    slug = slug if slug in MONTHS else USUAL
    (last, *_rest) = months = papers.months_of(since=_BEFORE_ALL, now=request.received_at, at_most=MONTHS[slug])
    until = papers.after(last)
    if len(months) > 1:
        return Asked(slug=slug, by_day=False, begins=tuple(reversed(months)), until=until)
    days = tuple(last + timedelta(days=n) for n in range((until - last).days))
    return Asked(slug=slug, by_day=True, begins=days, until=until)


def _found(request: DeskRequest, asked: Asked) -> SpentRows:
    return spending.spent(
        customer_id=request.customer_id, since=asked.begins[0], until=asked.until, by_day=asked.by_day
    )  # fmt: skip


def _name(row: SpentRow, asked: Asked) -> str:
    assert row.begins is not None
    return present.day(row.begins) if asked.by_day else papers.name_of(row.begins)


def _line(row: SpentRow, name: str, currency: str) -> Line:
    return Line(
        name=name,
        orders=present.count(row.orders),
        charged=present.money(row.charged_micros, currency),
        returned=present.money(row.returned_micros, currency),
        spent=present.money(row.spent_micros, currency),
        service_id=row.service_id,
    )


def _cells(row: SpentRow, asked: Asked, currency: str) -> tuple[object, ...]:
    begins = "" if row.begins is None else f"{row.begins:%Y-%m-%d}" if asked.by_day else papers.name_of(row.begins)
    sums = (format_amount(each) for each in (row.charged_micros, row.returned_micros, row.spent_micros))
    return (begins, row.service_id, row.name, row.category, row.orders, *sums, currency)


def _picture(rows: Sequence[SpentRow], asked: Asked, currency: str) -> Picture:
    """What was spent in each day or month; what came back of earlier ones may be more, and has no column."""
    most, total = max(0, *(row.spent_micros for row in rows)), sum(row.spent_micros for row in rows)
    places, step = {begins: n for n, begins in enumerate(asked.begins)}, WIDTH / len(asked.begins)
    said = {"total": present.money(total, currency), "most": present.money(most, currency)}
    words = (
        _("Your orders cost %(total)s together, %(most)s at most on one day.")
        if asked.by_day
        else _("Your orders cost %(total)s together, %(most)s at most in one month.")
    )
    return Picture(
        columns=tuple(
            _column(places[row.begins], step, row.spent_micros / most)
            for row in rows
            if row.begins in places and row.spent_micros > 0
        ),
        most=present.money(most, currency),
        first=present.day(asked.begins[0]) if asked.by_day else papers.name_of(asked.begins[0]),
        last=present.day(asked.begins[-1]) if asked.by_day else papers.name_of(asked.begins[-1]),
        words=words % said,
    )


def _column(place: int, step: float, share: float) -> tuple[str, str, str, str]:
    height = max(1.5, (BOTTOM - TOP) * share)
    return f"{place * step + 1:.1f}", f"{BOTTOM - height:.1f}", f"{step - 2:.1f}", f"{height:.1f}"
