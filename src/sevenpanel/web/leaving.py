"""Deleting one's account: what must end first, what goes and stays and why, the wait, the way back (clause 7.5)."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from sevenpanel.erasure import commands, queries
from sevenpanel.erasure.domain import SENTENCES, WAIT, Hindrance
from sevenpanel.terms import DATA_WORDS, TREATMENT
from sevenpanel.web import present
from sevenpanel.web.access import customer_only
from sevenpanel.web.proved import proved_lately
from sevenpanel.web.request import DeskRequest
from sevenpanel.web.telling import capital, told

# Where each thing that has to end first can be seen to.
_WAYS = {
    Hindrance.ORDERS: "web:orders",
    Hindrance.TICKETS: "web:tickets",
    Hindrance.DEPOSITS: "web:funds-history",
    Hindrance.HELD: "web:new-ticket",
    Hindrance.BALANCE: "web:new-order",
    Hindrance.DEBT: "web:funds",
    Hindrance.TEAM: "web:new-ticket",
}
assert _WAYS.keys() == set(Hindrance)


@customer_only
@require_http_methods(["GET", "HEAD", "POST"])
def leave(request: DeskRequest) -> HttpResponse:
    """What a deletion means; or the wish to be deleted, of somebody who showed lately who they are."""
    if request.method != "POST":
        return _page(request)
    if not proved_lately(request):
        return redirect(_prove())
    assert request.user.is_authenticated
    typed = request.POST.get("address", "").strip()
    if typed.casefold() != request.user.email.casefold():
        return _page(request, typed=typed, wrong=_("This is not the address of your account."), status=422)
    try:
        commands.ask_to_erase(customer_id=request.customer_id, user_id=request.user.id, now=request.received_at)
    except commands.UnableToErase:
        return _page(request, status=409)  # it lists what hinders
    return redirect("web:leave")


@customer_only
@require_POST
def stay(request: DeskRequest) -> HttpResponse:
    """The way back."""
    if commands.keep_account(customer_id=request.customer_id, now=request.received_at):
        messages.success(request, _("Your account stays. Nothing was deleted."))
    return redirect("web:leave")


def _prove() -> str:
    return f"{resolve_url('account_reauthenticate')}?{urlencode({'next': resolve_url('web:leave')})}"


def _page(request: DeskRequest, *, typed: str = "", wrong: str = "", status: int = 200) -> HttpResponse:
    assert request.user.is_authenticated
    asked = queries.asked(customer_id=request.customer_id)
    hindrances = queries.standing(customer_id=request.customer_id).hindrances()
    context: dict[str, Any] = {
        "kinds": [
            (capital(told(DATA_WORDS[kind])), capital(told(DATA_WORDS[each.on_erasure])), told(each.reason))
            for kind, each in TREATMENT.items()
        ],
        "hindrances": [(told(SENTENCES[each]), resolve_url(_WAYS[each])) for each in hindrances],
        "due": present.instant(asked.due_at) if asked else None,
        "wait_days": WAIT.days,
        "address": request.user.email,
        "is_proved": proved_lately(request),
        "prove": _prove(),
        "typed": typed,
        "wrong": wrong,
    }
    return render(request, "web/account/leave.html", context, status=status)
