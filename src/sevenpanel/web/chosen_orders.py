"""Several orders at once: their ids to copy, what cancelling each would do, and cancelling, each by its own rule."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from sevenpanel.orders import commands, queries
from sevenpanel.orders.commands import CancelAnswer
from sevenpanel.orders.queries import OrderRow
from sevenpanel.terms import Right
from sevenpanel.web.access import customer_only
from sevenpanel.web.converters import read_id
from sevenpanel.web.order_rows import CancelOffer, OrderLineRow, cancel_offer, row_of
from sevenpanel.web.request import DeskRequest
from sevenpanel.web.telling import told

# More than a page of the list shows.
CHOSEN_MAX = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class ChosenRow:
    """One of the chosen orders, and what cancelling it would do, said beforehand."""

    order: OrderLineRow
    offer: CancelOffer


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerRow:
    """What became of asking to cancel one order; without the order where there is none of this customer."""

    order_id: int
    order: OrderLineRow | None
    sentence: str


@customer_only
@require_http_methods(["GET", "HEAD", "POST"])
def chosen(request: DeskRequest) -> HttpResponse:
    """What can be done with the chosen orders; or those of them cancelled that can be."""
    if request.method == "POST":
        return _cancelled(request, _ids(request.POST))
    found = queries.named(customer_id=request.customer_id, order_ids=_ids(request.GET))
    rights = queries.cancel_rights_of(
        order_ids=[order.id for order in found if order.is_open],
        customer_id=request.customer_id,
        now=request.received_at,
    )
    rows = [_row(order, rights.get(order.id)) for order in found]
    context = {
        "rows": rows,
        "ids": ", ".join(str(row.order.id) for row in rows),
        "open": [row.order.id for row in rows if row.offer.is_offered],
    }
    return render(request, "web/order/chosen.html", context)


def _ids(asked: QueryDict) -> list[int]:
    """The ids that were sent, each once, in their order."""
    found = [read_id(text) for text in asked.getlist("order")]
    return list(dict.fromkeys(each for each in found if each is not None))[:CHOSEN_MAX]


def _row(order: OrderRow, right: Right | None) -> ChosenRow:
    return ChosenRow(order=row_of(order), offer=cancel_offer(order, right))


def _cancelled(request: DeskRequest, order_ids: Sequence[int]) -> HttpResponse:
    """Sent again, it asks nothing twice: each answer says how the order stands now."""
    answers = commands.request_cancel(customer_id=request.customer_id, order_ids=order_ids, now=request.received_at)
    found = {row.id: row_of(row) for row in queries.named(customer_id=request.customer_id, order_ids=order_ids)}
    rows = [_answer(each, found.get(each.order_id)) for each in answers]
    return render(request, "web/order/chosen_answers.html", {"rows": rows})


def _answer(answer: CancelAnswer, order: OrderLineRow | None) -> AnswerRow:
    return AnswerRow(order_id=answer.order_id, order=order, sentence=told(answer.sentence))
