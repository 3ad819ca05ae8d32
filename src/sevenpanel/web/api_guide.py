"""The API guide: every action with its fields, its answer and an example that runs; every error; limits; changes."""

from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from sevenpanel.accounts import queries
from sevenpanel.orders import queries as orders
from sevenpanel.web import api_errors, api_words
from sevenpanel.web.access import customer_only
from sevenpanel.web.api_examples import SAMPLE_ORDERS, Code, beginning, calls, code_of
from sevenpanel.web.api_words import ActionWords
from sevenpanel.web.request import DeskRequest

API_PATH = "/api/v2"
NO_KEY = "od_live_..."


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
    """The page, with this desk's own address, the newest key masked, and orders of the reader's own to ask about."""
    live = [
        row for row in queries.keys(customer_id=request.customer_id) if row.revoked_at is None and row.ends_at is None
    ]
    own = tuple(order.id for order in orders.orders(customer_id=request.customer_id, limit=2))
    url = request.build_absolute_uri(API_PATH)
    context = {
        "api_url": url,
        "beginning": beginning(url=url, key=live[0].hint if live else NO_KEY),
        "has_key": bool(live),
        "sections": sections(own if len(own) == 2 else SAMPLE_ORDERS),
        "errors": api_errors.errors(),
        "keys": live,
        "changes": api_words.changes(),
    }
    return render(request, "web/keys/guide.html", context)


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
