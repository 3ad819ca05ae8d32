"""Home: what can be spent, what is tied up, the last orders, and the next step."""

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from sevenpanel.ledger import queries as ledger
from sevenpanel.orders import queries as orders
from sevenpanel.web import present
from sevenpanel.web.access import customer_only
from sevenpanel.web.order_rows import row_of
from sevenpanel.web.request import DeskRequest

ORDERS_SHOWN = 5


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
    }
    return render(request, "web/home.html", context)
