"""The API guide: every action with its fields, its answer and an example that runs; every error; limits; changes."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from sevenpanel.accounts import queries
from sevenpanel.accounts.domain import KeyKind, KeyRow
from sevenpanel.orders import queries as orders
from sevenpanel.rehearsal import queries as rehearsal
from sevenpanel.rehearsal.domain import FIRST_ID, KEPT, ORDERS_MAX, PLAY_MONEY_MICROS
from sevenpanel.rehearsal.queries import PlayRow
from sevenpanel.web import api_errors, api_words, present, rehearsal_rows
from sevenpanel.web.access import customer_only
from sevenpanel.web.api_examples import SAMPLE_ORDERS, Code, beginning, calls, code_of
from sevenpanel.web.api_words import ActionWords
from sevenpanel.web.request import DeskRequest
from sevenpanel.web.status_meanings import meanings
from sevenpanel.web.webhook_examples import SAMPLE, verifying

API_PATH = "/api/v2"
NO_KEY = "od_test_..."


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """One call as it is shown."""

    name: str
    code: Code


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """An action with its examples."""

    action: ActionWords
    examples: tuple[Example, ...]


@customer_only
@require_safe
def guide(request: DeskRequest) -> HttpResponse:
    """The page, with this desk's own address, the newest key masked, and orders of the reader's own to ask about.

    Where there is a test key the examples are written for it, so that trying them costs nothing.
    """
    live = [
        row for row in queries.keys(customer_id=request.customer_id) if row.revoked_at is None and row.ends_at is None
    ]
    shown = _shown(live)
    played = rehearsal.orders(customer_id=request.customer_id, now=request.received_at, limit=rehearsal_rows.SHOWN_MAX)
    own = _own(request.customer_id, shown, played)
    url = request.build_absolute_uri(API_PATH)
    context = {
        "api_url": url,
        "beginning": beginning(url=url, key=shown.hint if shown else NO_KEY),
        "has_key": shown is not None,
        "is_test": shown is not None and shown.kind is KeyKind.TEST,
        "play": _play(request, played),
        "telling": {"sample": SAMPLE, "code": verifying()},
        "sections": sections(own if len(own) == 2 else SAMPLE_ORDERS),
        "meanings": meanings(),
        "errors": api_errors.errors(),
        "keys": live,
        "changes": api_words.changes(),
    }
    return render(request, "web/keys/guide.html", context)


def _shown(keys: list[KeyRow]) -> KeyRow | None:
    """The key that stands in the examples: the newest test key, else the newest of all."""
    return next((row for row in keys if row.kind is KeyKind.TEST), keys[0] if keys else None)


def _own(customer_id: int, shown: KeyRow | None, played: Sequence[PlayRow]) -> tuple[int, ...]:
    """Orders that the key which stands in the examples can ask about."""
    if shown is not None and shown.kind is KeyKind.TEST:
        return tuple(row.order.id for row in played[:2])
    return tuple(order.id for order in orders.orders(customer_id=customer_id, limit=2))


def _play(request: DeskRequest, played: Sequence[PlayRow]) -> dict[str, object]:
    currency = queries.customer(customer_id=request.customer_id).currency
    left = rehearsal.left_micros(customer_id=request.customer_id, now=request.received_at)
    return {
        "lines": [rehearsal_rows.line_of(row) for row in played],
        "endings": rehearsal_rows.endings(),
        "whole": present.money(PLAY_MONEY_MICROS, currency),
        "left": present.money(left, currency),
        "orders_max": ORDERS_MAX,
        "days": KEPT.days,
        "first_id": FIRST_ID,
    }


def sections(order_ids: tuple[int, ...]) -> list[Section]:
    """Every action, with examples about these orders."""
    every = calls(order_ids=order_ids)
    return [
        Section(
            action=action,
            examples=tuple(Example(name=call.name, code=code_of(call)) for call in every if call.action == action.name),
        )
        for action in api_words.actions()
    ]
