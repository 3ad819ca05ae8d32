"""Where one is signed in, and signing out elsewhere (S-26)."""

from dataclasses import dataclass
from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from sevenpanel.accounts import commands, queries
from sevenpanel.accounts.queries import SessionRow
from sevenpanel.web import present
from sevenpanel.web.device_words import device
from sevenpanel.web.present import Instant
from sevenpanel.web.request import DeskRequest


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownSession:
    """A session as its owner recognises it."""

    id: int
    device: str
    address: str
    began: Instant
    seen: Instant
    is_present: bool


@login_required
@require_safe
def sessions(request: HttpRequest) -> HttpResponse:
    """The list, this one first."""
    rows = queries.sessions(
        user_id=_person(request), present_key=_present(request), now=cast(DeskRequest, request).received_at
    )
    return render(request, "web/account/sessions.html", {"sessions": [_shown(row) for row in rows]})


@login_required
@require_POST
def end(request: HttpRequest, session_id: int) -> HttpResponse:
    """End one of the others."""
    commands.end_session(user_id=_person(request), session_id=session_id, present_key=_present(request))
    messages.success(request, _("That session is ended: its next request has to sign in."))
    return redirect("web:sessions")


@login_required
@require_POST
def end_others(request: HttpRequest) -> HttpResponse:
    """End all but this one."""
    ended = commands.end_other_sessions(user_id=_person(request), present_key=_present(request))
    told = ngettext("%(n)s other session is ended.", "%(n)s other sessions are ended.", ended)
    messages.success(request, told % {"n": present.count(ended)})
    return redirect("web:sessions")


def _person(request: HttpRequest) -> int:
    assert request.user.is_authenticated
    return request.user.id


def _present(request: HttpRequest) -> str:
    return request.session.session_key or ""


def _shown(row: SessionRow) -> ShownSession:
    return ShownSession(
        id=row.id,
        device=device(row.agent),
        address=row.address,
        began=present.instant(row.began_at),
        seen=present.instant(row.seen_at),
        is_present=row.is_present,
    )
