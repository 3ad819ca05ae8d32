"""Home: what can be spent, what is tied up, what waits for the customer, what changed, and the last 30 days.

Each part is one query, and each query reads a bounded number of rows: of orders the newest 2,000 (`activity.READ_MAX`),
by an index, so that a customer with a million orders waits no longer than one with a thousand. The pictures are drawn
here as SVG, so the page needs no script and nothing in it moves.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from sevenpanel.deposits import queries as deposits
from sevenpanel.deposits.queries import IntentRow
from sevenpanel.ledger import queries as ledger
from sevenpanel.notices import queries as notices
from sevenpanel.orders import queries as orders
from sevenpanel.orders.queries import activity
from sevenpanel.orders.queries.activity import ShortRow
from sevenpanel.support import queries as support
from sevenpanel.support.queries import AnsweredRow
from sevenpanel.terms import NoticeKind, named_word
from sevenpanel.web import home_pictures, present
from sevenpanel.web.access import customer_only
from sevenpanel.web.notice_rows import update_of
from sevenpanel.web.order_rows import SLUGS, row_of
from sevenpanel.web.request import DeskRequest
from sevenpanel.web.telling import told
from sevenpanel.web.ticket_rows import subject_of

ORDERS_SHOWN = 5
UPDATES_SHOWN = 4
WAITING_SHOWN = 5
NOTICE_STANDS = timedelta(days=14)
SHORT_STANDS = timedelta(days=3)


@dataclass(frozen=True, slots=True, kw_only=True)
class Short:
    """An order that ended with less than was ordered."""

    id: int
    status: str
    slug: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """What asks for the customer's eye: orders that ended short, answers in tickets, payments that are open."""

    short: tuple[Short, ...]
    tickets: tuple[AnsweredRow, ...]
    payments: tuple[IntentRow, ...]

    @property
    def is_something(self) -> bool:
        """Whether there is anything at all."""
        return bool(self.short or self.tickets or self.payments)


@require_safe
def home(request: HttpRequest) -> HttpResponseBase:
    """The page of a customer; staff go on to their desk."""
    if request.user.is_authenticated and request.user.customer_id is None:
        return redirect("desk:home")
    return _customers_home(request)


@customer_only
def _customers_home(request: DeskRequest) -> HttpResponse:
    balance = ledger.balance(customer_id=request.customer_id)
    last = orders.orders(customer_id=request.customer_id, limit=ORDERS_SHOWN)
    context = {
        "available": present.money(balance.available_micros, balance.currency),
        "held": present.money(orders.held_micros(customer_id=request.customer_id), balance.currency),
        "has_money": balance.available_micros > 0,
        "orders": [row_of(order) for order in last],
        "waiting": _waiting(request),
        **_news(request.received_at),
        **(_pictures(request, balance.currency) if last else {}),
    }
    return render(request, "web/home.html", context)


def _waiting(request: DeskRequest) -> Waiting:
    since = request.received_at - SHORT_STANDS
    short = activity.ended_short(customer_id=request.customer_id, since=since, limit=WAITING_SHOWN)
    return Waiting(
        short=tuple(_short(row) for row in short),
        tickets=tuple(map(_titled, support.answered(customer_id=request.customer_id, limit=WAITING_SHOWN))),
        payments=tuple(deposits.intents(customer_id=request.customer_id, limit=WAITING_SHOWN)),
    )


def _titled(row: AnsweredRow) -> AnsweredRow:
    return replace(row, subject=subject_of(row.subject))


def _short(row: ShortRow) -> Short:
    return Short(id=row.id, status=told(named_word(row.status)), slug=SLUGS[row.status])


def _news(now: datetime) -> dict[str, Any]:
    """The last updates; what the operator has to say to everybody stands above all, for two weeks."""
    rows = notices.updates(limit=UPDATES_SHOWN)
    said = [row for row in rows if row.row.notice.kind is NoticeKind.GENERAL]
    fresh = [row for row in said if _still_stands(row.row.notice.withdrawn_at, row.first_published_at, now)]
    return {
        "notice": update_of(fresh[0]) if fresh else None,
        "updates": [update_of(row) for row in rows if row not in fresh[:1]],
    }


def _still_stands(withdrawn_at: datetime | None, published_at: datetime, now: datetime) -> bool:
    return withdrawn_at is None and published_at > now - NOTICE_STANDS


def _pictures(request: DeskRequest, currency: str) -> dict[str, Any]:
    now = request.received_at
    since = now - timedelta(days=home_pictures.DAYS - 1, hours=now.hour, minutes=now.minute, seconds=now.second)
    rows = activity.activity(customer_id=request.customer_id, since=since.replace(microsecond=0))
    first = min((row.first_placed_at for row in rows), default=now)
    return {
        "spending": home_pictures.spending(rows, currency, now),
        "states": home_pictures.by_state(rows),
        "delivery": home_pictures.delivery(rows, now),
        "read_since": None if activity.is_all(rows) else present.instant(first),
        "read_most": present.count(activity.READ_MAX),
    }
