"""The public side of short links: visitors are led on and counted, and anybody can complain in one click.

No account is needed, none is read and nothing is kept about a visitor. A link leads on only while an order with it is
paid, so that the desk is no free redirect service.
"""

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from sevenpanel.kernel.refusals import Refusal
from sevenpanel.orders import queries as orders
from sevenpanel.shortlinks import commands, queries
from sevenpanel.shortlinks.domain import WORDS_LENGTH_MAX, is_robot
from sevenpanel.web import errors
from sevenpanel.web.errors import Trouble
from sevenpanel.web.request import DeskRequest
from sevenpanel.web.telling import told


@require_safe
def follow(request: DeskRequest, token: str) -> HttpResponse:
    """Lead a visitor on; 404 while nothing is paid, 410 for a link that is switched off."""
    found = queries.short_link(token=token)
    if found is None or not orders.is_paid_with(token=token):
        return _private(errors.page(request, _nowhere()))
    if not found.is_on:
        return _private(errors.page(request, _off()))
    if _is_visit(request):
        commands.count_visit(token=token, now=request.received_at)
    return _private(HttpResponseRedirect(found.address))


def _is_visit(request: DeskRequest) -> bool:
    """A person who opens the page: no program that looks, no browser that only prepares for it."""
    prepares = "prefetch" in (request.headers.get("Sec-Purpose", "") + request.headers.get("Purpose", "")).lower()
    return request.method == "GET" and not prepares and not is_robot(request.headers.get("User-Agent", ""))


def _private(response: HttpResponse) -> HttpResponse:
    """Every visit comes here, no page learns from where, and no search engine keeps the link."""
    add_never_cache_headers(response)
    response["Referrer-Policy"] = "no-referrer"
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response


def _nowhere() -> Trouble:
    return Trouble(
        status=404,
        title=_("This link leads nowhere"),
        sentence=_("Either it was mistyped, or nothing was ordered with it yet."),
        advice=_("Ask whoever gave it to you."),
        is_uncharged=False,
    )


def _off() -> Trouble:
    return Trouble(
        status=410,
        title=_("This link is switched off"),
        sentence=_("Somebody complained about it, or the operator of this site decided so."),
        advice=_("If it is yours, ask the support."),
        is_uncharged=False,
    )


@require_http_methods(["GET", "HEAD", "POST"])
def complaint(request: DeskRequest, token: str) -> HttpResponse:
    """What this link is, and the button that switches it off at once."""
    if request.method != "POST":
        return _complaint(request, token)
    words = request.POST.get("words", "")[:WORDS_LENGTH_MAX].replace("\0", "")
    try:
        commands.complain(token=token, words=words, now=request.received_at)
    except Refusal as refusal:
        return _complaint(request, token, wrong=told(refusal.sentence), status=422)
    return _complaint(request, token, is_done=True)


def _complaint(
    request: DeskRequest, token: str, *, wrong: str = "", is_done: bool = False, status: int = 200
) -> HttpResponse:
    context = {"token": token, "wrong": wrong, "is_done": is_done, "length_max": WORDS_LENGTH_MAX}
    return _private(render(request, "web/links/complaint.html", context, status=status))
