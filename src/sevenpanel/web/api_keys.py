"""API keys: made, shown once, revoked."""

from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from sevenpanel.accounts import commands, queries
from sevenpanel.accounts.domain import KeyRow
from sevenpanel.kernel.refusals import Refusal
from sevenpanel.web import present
from sevenpanel.web.access import customer_only
from sevenpanel.web.api_guide import API_PATH
from sevenpanel.web.forms import KeyForm
from sevenpanel.web.present import Instant
from sevenpanel.web.request import DeskRequest


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """A key as its owner may see it."""

    id: int
    name: str
    hint: str
    rate: str
    made: Instant
    used: Instant | None
    revoked: Instant | None


@customer_only
@require_http_methods(["GET", "HEAD", "POST"])
def keys(request: DeskRequest) -> HttpResponse:
    """The list; or a new key, shown this once: it is answered at once, because nothing here may store it."""
    if request.method != "POST":
        return _page(request)
    form = KeyForm(request.POST)
    if not form.is_valid():
        return _page(request, wrong=_("A name has at most 100 characters and no control bytes."), status=422)
    try:
        made = commands.make_key(
            customer_id=request.customer_id, name=form.cleaned_data["name"], now=request.received_at
        )
    except Refusal as refusal:
        return _page(request, wrong=refusal.sentence, status=422)
    return _page(request, made=made)


@customer_only
@require_POST
def revoke(request: DeskRequest, key_id: int) -> HttpResponse:
    """End a key."""
    commands.revoke_key(customer_id=request.customer_id, key_id=key_id, now=request.received_at)
    messages.success(request, _("The key is revoked: the next request with it is refused."))
    return redirect("web:keys")


def _page(request: DeskRequest, *, made: str = "", wrong: str = "", status: int = 200) -> HttpResponse:
    context = {
        "keys": [_key(row) for row in queries.keys(customer_id=request.customer_id)],
        "made": made,
        "wrong": wrong,
        "api_url": request.build_absolute_uri(API_PATH),
    }
    return render(request, "web/keys/list.html", context, status=status)


def _key(row: KeyRow) -> Key:
    return Key(
        id=row.id,
        name=row.name,
        hint=row.hint,
        rate=_("%(rate)d a second, bursts of %(burst)d") % {"rate": row.rate_per_second, "burst": row.burst},
        made=present.instant(row.created_at),
        used=present.instant(row.last_used_at) if row.last_used_at else None,
        revoked=present.instant(row.revoked_at) if row.revoked_at else None,
    )
