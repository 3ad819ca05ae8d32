"""Who may see a page: a signed-in person who acts for a customer."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, cast

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import resolve_url
from django.utils.translation import gettext as _
from django_htmx.http import HttpResponseClientRedirect

from sevenpanel.kernel.refusals import Refusal
from sevenpanel.web import drafts
from sevenpanel.web.request import DeskRequest

P = ParamSpec("P")
View = Callable[Concatenate[DeskRequest, P], HttpResponseBase]


class UnableToActAsCustomer(Refusal):
    """Staff have no balance and place no orders."""

    status = 404


def customer_only(view: View[P]) -> Callable[Concatenate[HttpRequest, P], HttpResponseBase]:
    """Let in people who act for a customer, and put that customer's id on the request.

    Everybody else signs in first.

    :raises UnableToActAsCustomer: for staff, who have a desk of their own.
    """

    @wraps(view)
    def enter(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return _to_sign_in(cast(DeskRequest, request))
        if request.user.customer_id is None:
            raise UnableToActAsCustomer(
                _("You are signed in as staff. This page belongs to customers; yours is the desk, at /desk/.")
            )
        asked = cast(DeskRequest, request)
        asked.customer_id = request.user.customer_id
        return view(asked, *args, **kwargs)

    return enter


def keeping_draft(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Let what was typed wait for whoever has to sign in before it can be sent, and lead back to it afterwards."""

    @wraps(view)
    def enter(request: HttpRequest, /) -> HttpResponseBase:
        if request.method != "POST" or request.user.is_authenticated:
            return view(request)
        goal = redirect_to_login(drafts.PATH)
        response = HttpResponseClientRedirect(goal.url) if cast(DeskRequest, request).htmx else goal
        drafts.keep(response, request.POST)
        return response

    return enter


def _to_sign_in(request: DeskRequest) -> HttpResponse:
    if request.htmx:
        # A poll that outlived its session: the whole page goes to sign in, not the piece that was refreshed.
        return HttpResponseClientRedirect(resolve_url("account_login"))
    return redirect_to_login(request.get_full_path())
