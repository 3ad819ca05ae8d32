"""Notices at the desk: written, corrected and withdrawn by staff whose work it is."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from sevenpanel.accounts.domain import Role
from sevenpanel.catalog import queries as catalog
from sevenpanel.desk.access import staff_with
from sevenpanel.desk.notice_form import NoticeForm, WithdrawForm, typed
from sevenpanel.desk.notice_lines import line_of
from sevenpanel.kernel.refusals import Refusal
from sevenpanel.notices import commands, queries
from sevenpanel.notices.channel import delivery
from sevenpanel.notices.channel.delivery import PostVerdict, UnableToDecidePost
from sevenpanel.notices.queries import UpdateRow

WRITERS = (Role.ADMIN, Role.SUPPORT)
PAGE = 50
ID_DIGITS_MAX = 18


@staff_with(*WRITERS)
@require_http_methods(["GET", "HEAD", "POST"])
def notices(request: HttpRequest) -> HttpResponse:
    """A page of notices, newest first, and a form for the next."""
    if request.method != "POST":
        return _list_page(request, NoticeForm(), status=200)
    form = NoticeForm(request.POST)
    if not form.is_valid():
        return _list_page(request, form, status=422)
    try:
        commands.publish(draft=form.draft, written_by=_who(request), now=_now(request))
    except Refusal as refusal:
        form.add_error(None, refusal.sentence)
        return _list_page(request, form, status=422)
    messages.success(request, _("The notice is published."))
    return redirect("desk:notices")


def _list_page(request: HttpRequest, form: NoticeForm, *, status: int) -> HttpResponse:
    asked = request.GET.get("before", "")
    before = int(asked) if asked.isascii() and asked.isdigit() and len(asked) <= ID_DIGITS_MAX else None
    found = queries.updates(before_id=before, limit=PAGE + 1)
    shown = found[:PAGE]
    context = {
        "form": form,
        "notices": [line_of(row) for row in shown],
        "is_later_page": before is not None,
        "older": shown[-1].root_id if len(found) > PAGE else None,
        "categories": catalog.categories(),
        "posts": delivery.posts_in_doubt(),
    }
    return render(request, "desk/notices.html", context, status=status)


@staff_with(*WRITERS)
@require_safe
def notice(request: HttpRequest, notice_id: int) -> HttpResponse:
    """One notice: its versions, a form to correct it and one to withdraw it."""
    found = _found(notice_id)
    return _page(request, found, NoticeForm(initial=typed(found.row.notice)), WithdrawForm(), status=200)


@staff_with(*WRITERS)
@require_POST
def correct(request: HttpRequest, notice_id: int) -> HttpResponse:
    """Put another version in its place."""
    found, form = _found(notice_id), NoticeForm(request.POST)
    if not form.is_valid():
        return _page(request, found, form, WithdrawForm(), status=422)
    try:
        commands.correct(
            notice_id=form.cleaned_data["version"] or 0,
            draft=form.draft,
            written_by=_who(request),
            why=form.cleaned_data["why"],
            now=_now(request),
        )
    except Refusal as refusal:
        form.add_error(None, refusal.sentence)
        return _page(request, found, form, WithdrawForm(), status=422)
    messages.success(request, _("The notice is corrected."))
    return redirect("desk:notice", notice_id=notice_id)


@staff_with(*WRITERS)
@require_POST
def withdraw(request: HttpRequest, notice_id: int) -> HttpResponse:
    """Let it stand no longer."""
    found, form = _found(notice_id), WithdrawForm(request.POST)
    correction = NoticeForm(initial=typed(found.row.notice))
    if not form.is_valid():
        return _page(request, found, correction, form, status=422)
    try:
        commands.withdraw(
            notice_id=form.cleaned_data["version"],
            withdrawn_by=_who(request),
            why=form.cleaned_data["why"],
            now=_now(request),
        )
    except Refusal as refusal:
        form.add_error(None, refusal.sentence)
        return _page(request, found, correction, form, status=422)
    messages.success(request, _("The notice is withdrawn."))
    return redirect("desk:notice", notice_id=notice_id)


@staff_with(*WRITERS)
@require_POST
def decide_post(request: HttpRequest, notice_id: int) -> HttpResponse:
    """Say what became of a post in the channel, or what shall become of it."""
    verdict, number = request.POST.get("verdict", ""), request.POST.get("message_id", "").strip()
    try:
        if verdict not in set(PostVerdict) or not (number == "" or (number.isascii() and number.isdigit())):
            raise UnableToDecidePost(_("Choose what became of it; a message's number has digits only."))
        message_id = int(number[:18]) if number else None
        delivery.decide_post(root_id=notice_id, verdict=PostVerdict(verdict), message_id=message_id)
        messages.success(request, _("The post is decided."))
    except Refusal as refusal:
        messages.error(request, refusal.sentence)
    return redirect("desk:notices")


def _found(notice_id: int) -> UpdateRow:
    found = queries.update(root_id=notice_id)
    if found is None:
        raise Http404
    return found


def _page(
    request: HttpRequest, found: UpdateRow, correction: NoticeForm, withdrawal: WithdrawForm, *, status: int
) -> HttpResponse:
    context = {
        "notice": line_of(found),
        "versions": [line_of(found, row) for row in queries.history(root_id=found.root_id)][::-1],
        "form": correction,
        "withdrawal": withdrawal,
        "version": found.row.id,
        "stands": found.row.notice.withdrawn_at is None,
        "categories": catalog.categories(),
    }
    return render(request, "desk/notice.html", context, status=status)


def _who(request: HttpRequest) -> str:
    user: Any = request.user
    return str(user.email)


def _now(request: HttpRequest) -> Any:
    return request.received_at  # type: ignore[attr-defined]
