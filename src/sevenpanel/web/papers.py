"""What people print or keep: the receipt of an order, and the statement of a month (U-20).

Pages without buttons, dark only on the screen; the browser prints them, or keeps them as PDF.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.conf import settings
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from sevenpanel.accounts import queries as accounts
from sevenpanel.ledger.domain import REASON_WORDS
from sevenpanel.ledger.queries import months
from sevenpanel.ledger.queries.months import SpanRow
from sevenpanel.orders import queries as orders
from sevenpanel.orders.queries import DecisionRow, OrderRow
from sevenpanel.web import present
from sevenpanel.web.access import customer_only
from sevenpanel.web.order_rows import is_package, line_of, money_of, row_of
from sevenpanel.web.present import Instant
from sevenpanel.web.request import DeskRequest
from sevenpanel.web.telling import told

EACH_MAX = 500
"""A statement tells so many movements one by one; of more it tells what moved on each day for each reason."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """A decision about the order: when, by which clause of which version, and what came back."""

    at: Instant
    clause: str
    version: str
    refund: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One line of a statement: a movement, or all of a day for one reason."""

    when: str
    words: str
    note: str
    order_id: int | None
    amount: str


@customer_only
@require_safe
def order_receipt(request: DeskRequest, order_id: int) -> HttpResponse:
    """What was bought, by whom, for how much, when and under which Terms; 404 alike for no order and another's."""
    found = orders.order(customer_id=request.customer_id, order_id=order_id)
    if found is None:
        raise Http404
    facts = orders.facts_of(order_ids=[found.id], customer_id=request.customer_id)[found.id]
    lines = [line_of(line, found.currency) for line in orders.timeline(found)]
    context = {
        **_heads(request),
        "order": row_of(found),
        "money": money_of(found),
        "rate": _rate(found),
        "granted": present.money(found.granted_micros, found.currency) if found.granted_micros else "",
        "ended": present.instant(found.settled_at) if found.settled_at else None,
        "movements": [line for line in lines if line.amount],
        "version": facts.terms_version,
        "decisions": [_decided(row, found.currency) for row in orders.decisions_of_order(order_id=found.id)],
    }
    return render(request, "web/papers/order.html", context)


@customer_only
@require_safe
def statement(request: DeskRequest, month: datetime) -> HttpResponse:
    """What was on the balance, what moved in the month, and what was there at its end, or is there now."""
    opened = accounts.customer(customer_id=request.customer_id)
    if month > request.received_at or after(month) <= opened.created_at:
        raise Http404
    found = months.span(customer_id=request.customer_id, since=month, until=after(month), each_max=EACH_MAX)
    context = {
        **_heads(request),
        "month": name_of(month),
        "is_running": after(month) > request.received_at,
        "opening": present.money(found.opening_micros, opened.currency),
        "closing": present.money(found.closing_micros, opened.currency),
        "came": present.signed_money(_sum(found, sign=1), opened.currency),
        "went": present.signed_money(_sum(found, sign=-1), opened.currency),
        "entries": _entries(found, opened.currency),
        "is_by_day": bool(found.days) and not found.each,
    }
    return render(request, "web/papers/statement.html", context)


def months_of(*, since: datetime, now: datetime, at_most: int = 12) -> list[datetime]:
    """The months of an account that have begun, newest first."""
    found: list[datetime] = []
    month = _beginning(now)
    while len(found) < at_most and after(month) > since:
        found.append(month)
        month = _beginning(month - timedelta(days=1))
    return found


def name_of(month: datetime) -> str:
    """A month as its address and its paper name it, such as "2026-11"."""
    return f"{month:%Y-%m}"


def after(month: datetime) -> datetime:
    """When the next month begins."""
    return month.replace(year=month.year + 1, month=1) if month.month == 12 else month.replace(month=month.month + 1)


def _beginning(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(day=1, hour=0, minute=0, second=0, microsecond=0)


def _heads(request: DeskRequest) -> dict[str, Any]:
    assert request.user.is_authenticated
    return {
        "customer": accounts.customer(customer_id=request.customer_id),
        "email": request.user.email,
        "site": settings.PUBLIC_URL,
        "printed": present.instant(request.received_at),
    }


def _rate(found: OrderRow) -> str:
    rate = present.money(found.rate_micros, found.currency)
    return (_("%(rate)s for the package") if is_package(found) else _("%(rate)s per 1000")) % {"rate": rate}


def _decided(row: DecisionRow, currency: str) -> Decided:
    refund = row.decision.refund_micros
    return Decided(
        at=present.instant(row.decided_at),
        clause=row.decision.clause,
        version=row.decision.policy_version,
        refund=present.signed_money(refund, currency) if refund else "",
    )


def _in_utc(moment: datetime) -> str:
    """The months of statements begin and end in UTC, so their movements are told in it, too."""
    at = present.instant(moment)
    return at.utc or at.text


def _sum(found: SpanRow, *, sign: int) -> int:
    return sum(line.amount_micros for line in found.days if line.amount_micros * sign > 0)


def _entries(found: SpanRow, currency: str) -> list[Entry]:
    if found.each:
        return [
            Entry(
                when=_in_utc(line.posted_at),
                words=told(REASON_WORDS[line.reason]),
                note=line.note,
                order_id=line.order_id,
                amount=present.signed_money(line.amount_micros, currency),
            )
            for line in found.each
        ]
    return [
        Entry(
            when=present.day(line.day),
            words=told(REASON_WORDS[line.reason]),
            note=_("%(n)s movements") % {"n": present.count(line.movements)},
            order_id=None,
            amount=present.signed_money(line.amount_micros, currency),
        )
        for line in found.days
    ]
