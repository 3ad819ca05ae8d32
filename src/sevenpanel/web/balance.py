"""Balance: every movement, newest first, each with its reason and its order."""

from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from sevenpanel.accounts import queries as accounts
from sevenpanel.ledger import queries as ledger
from sevenpanel.ledger.domain import REASON_WORDS
from sevenpanel.ledger.queries import StatementLine
from sevenpanel.orders import queries as orders
from sevenpanel.web import present
from sevenpanel.web.access import customer_only
from sevenpanel.web.converters import read_id
from sevenpanel.web.papers import months_of
from sevenpanel.web.present import Instant
from sevenpanel.web.request import DeskRequest
from sevenpanel.web.telling import told

PAGE = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Movement:
    """One movement on the balance."""

    id: int
    at: Instant
    words: str
    note: str
    order_id: int | None
    amount: str
    is_in: bool


@customer_only
@require_safe
def balance(request: DeskRequest) -> HttpResponse:
    """The page."""
    now = ledger.balance(customer_id=request.customer_id)
    opened = accounts.customer(customer_id=request.customer_id)
    before = read_id(request.GET.get("before"))
    lines = ledger.statement(customer_id=request.customer_id, before_id=before, limit=PAGE + 1)
    context = {
        "available": present.money(now.available_micros, now.currency),
        "held": present.money(orders.held_micros(customer_id=request.customer_id), now.currency),
        "on_hold": present.money(now.hold_micros, now.currency) if now.hold_micros else "",
        "movements": [_movement(line, now.currency) for line in lines[:PAGE]],
        "older": lines[PAGE - 1].transfer_id if len(lines) > PAGE else None,
        "is_first": before is None,
        "months": months_of(since=opened.created_at, now=request.received_at) if before is None else [],
    }
    return render(request, "web/balance.html", context)


def _movement(line: StatementLine, currency: str) -> Movement:
    return Movement(
        id=line.transfer_id,
        at=present.instant(line.posted_at),
        words=told(REASON_WORDS[line.reason]),
        note=line.note,
        order_id=line.order_id,
        amount=present.signed_money(line.amount_micros, currency),
        is_in=line.amount_micros > 0,
    )
