"""Tables of orders that are too large to wait for: asked for, made by the worker, and downloaded once (U-16).

Asking and downloading are forms: a link that something follows on its own could use a file up that works once.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from sevenpanel.exports import commands, queries
from sevenpanel.exports.commands import UnableToExport
from sevenpanel.exports.queries import ExportRow
from sevenpanel.orders.domain import Status
from sevenpanel.terms import named_word
from sevenpanel.web import fragments, present
from sevenpanel.web.access import customer_only
from sevenpanel.web.order_filter import asked_by
from sevenpanel.web.request import DeskRequest
from sevenpanel.web.telling import told


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A file as its page shows it.

    :param status: the filter by status; empty for all.
    :param words: the filter by words.
    :param state: how far it is.
    """

    id: int
    status: str
    words: str
    state: str
    is_ready: bool


def _line(row: ExportRow) -> Line:
    return Line(
        id=row.id,
        status=told(named_word(Status(row.status))) if row.status else "",
        words=row.text,
        state=_state(row),
        is_ready=row.is_ready,
    )


def _state(row: ExportRow) -> str:
    facts = {"n": present.count(row.rows)}
    if row.ends_at is None:
        return ngettext("%(n)s row is written so far.", "%(n)s rows are written so far.", row.rows) % facts
    until = {**facts, "until": present.instant(row.ends_at).text}
    return ngettext("%(n)s row, here until %(until)s.", "%(n)s rows, here until %(until)s.", row.rows) % until


@customer_only
@require_http_methods(["GET", "HEAD", "POST"])
def exports(request: DeskRequest) -> HttpResponse:
    """What was asked for; or one more, where the address says which orders are wanted."""
    if request.method != "POST":
        return _page(request)
    assert request.user.is_authenticated
    wanted, has_mark = asked_by(request).wanted_of(request.customer_id), request.GET.get("mark") != "0"
    try:
        commands.ask(user_id=request.user.pk, wanted=wanted, has_mark=has_mark, now=request.received_at)
    except UnableToExport as refusal:
        return _page(request, refusal)
    return redirect("web:exports")


def _page(request: DeskRequest, refusal: UnableToExport | None = None) -> HttpResponse:
    """The list, where whoever is refused a file sees which ones there are."""
    asked = asked_by(request)
    context = {
        **_rows(request),
        "wrong": told(refusal.sentence) if refusal else "",
        "ask_url": f"{reverse('web:exports')}?{asked.query(mark=request.GET.get('mark'))}",
        "status": told(named_word(wanted_status)) if (wanted_status := asked.wanted_of(0).status) else "",
        "words": asked.search,
        "most": present.count(settings.LARGE_TABLE_ROWS),
    }
    return render(request, "web/exports/list.html", context, status=refusal.status if refusal else 200)


@customer_only
@require_safe
def rows(request: DeskRequest) -> HttpResponse:
    """The part of the page that is refreshed."""
    context = _rows(request)
    return fragments.answer(request, "web/exports/rows.html", context, context["etag"])


def _rows(request: DeskRequest) -> dict[str, Any]:
    assert request.user.is_authenticated
    lines = [_line(row) for row in queries.exports_of(user_id=request.user.pk, now=request.received_at)]
    return {"lines": lines, "etag": fragments.etag_of(lines)}


@customer_only
@require_POST
def take(request: DeskRequest, export_id: int) -> HttpResponseBase:
    """The file, once."""
    assert request.user.is_authenticated
    try:
        commands.take(export_id=export_id, user_id=request.user.pk, now=request.received_at)
    except UnableToExport as refusal:
        return _page(request, refusal)
    return StreamingHttpResponse(
        _whole(export_id),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="orders.csv"'},
    )


def _whole(export_id: int) -> Iterator[bytes]:
    yield from queries.content(export_id=export_id)
    commands.finish(export_id=export_id)
