"""The account's own page: who one is here, and everything that can be seen to about it."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from sevenpanel.accounts import queries
from sevenpanel.web.account_places import ACCOUNT_PLACES


@login_required
@require_safe
def account(request: HttpRequest) -> HttpResponse:
    """Who is signed in, and where to go from here."""
    user = request.user
    assert user.is_authenticated
    customer = queries.customer(customer_id=user.customer_id) if user.customer_id is not None else None
    context = {
        "person": user,
        "customer": customer,
        "has_second_factor": queries.second_factors(user_id=user.id).is_on,
        "places": [place for place in ACCOUNT_PLACES if place.for_staff or customer is not None],
    }
    return render(request, "web/account/home.html", context)
