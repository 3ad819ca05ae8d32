"""A customer's short links: made, listed with their visits, and why one is off."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from sevenpanel.kernel.refusals import Refusal
from sevenpanel.shortlinks import commands, queries
from sevenpanel.shortlinks.domain import PATH, ShortLink, SwitchedBy
from sevenpanel.web import present
from sevenpanel.web.access import customer_only
from sevenpanel.web.present import Instant
from sevenpanel.web.request import DeskRequest
from sevenpanel.web.telling import told


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A short link as a page shows it.

    :param why: why it is off, or on again; empty for one that nobody touched.
    """

    token: str
    url: str
    page: str
    made: Instant
    visits: str
    is_on: bool
    why: str


def line_of(row: ShortLink) -> Line:
    """A short link for a page."""
    return Line(
        token=row.token,
        url=f"{settings.PUBLIC_URL}{PATH}{row.token}",
        page=row.address,
        made=present.instant(row.created_at),
        visits=ngettext("%(n)s visit", "%(n)s visits", row.visits) % {"n": present.count(row.visits)},
        is_on=row.is_on,
        why=_why(row),
    )


def _why(row: ShortLink) -> str:
    last = row.last_switch
    if last is None:
        return ""
    at = {"at": present.instant(last.at).text, "words": last.words}
    if last.by is SwitchedBy.COMPLAINT:
        told = (
            _("Off since %(at)s, after a complaint: %(words)s")
            if last.words
            else _("Off since %(at)s, after a complaint.")
        )
        return told % at
    return (_("On again since %(at)s: %(words)s") if last.is_on else _("Off since %(at)s: %(words)s")) % at


@customer_only
@require_http_methods(["GET", "HEAD", "POST"])
def short_links(request: DeskRequest) -> HttpResponse:
    """The list, or a new short link."""
    if request.method != "POST":
        return _page(request, typed=request.GET.get("page", ""))
    page = request.POST.get("page", "")
    try:
        commands.make_short_link(customer_id=request.customer_id, page=page, now=request.received_at)
    except Refusal as refusal:
        return _page(request, typed=page, wrong=told(refusal.sentence), status=422)
    messages.success(request, _("Your short link is made. Order with it, and it leads on to your page."))
    return redirect("web:short-links")


def _page(request: DeskRequest, *, typed: str, wrong: str = "", status: int = 200) -> HttpResponse:
    rows = queries.short_links(customer_id=request.customer_id)
    context: dict[str, Any] = {"lines": [line_of(row) for row in rows], "typed": typed, "wrong": wrong}
    return render(request, "web/links/list.html", context, status=status)
