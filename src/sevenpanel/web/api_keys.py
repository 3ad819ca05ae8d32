"""API keys: made, shown once, limited, replaced, revoked."""

from dataclasses import dataclass
from datetime import datetime

from allauth.account.decorators import reauthentication_required
from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from sevenpanel.accounts import commands, queries
from sevenpanel.accounts.domain import ANYTHING, KeyKind, KeyLimits, KeyRow, Permission
from sevenpanel.kernel.money import format_amount
from sevenpanel.kernel.refusals import Refusal
from sevenpanel.rehearsal import queries as rehearsal
from sevenpanel.web import present
from sevenpanel.web.access import customer_only
from sevenpanel.web.api_guide import API_PATH
from sevenpanel.web.key_forms import HOURS, KINDS, PERMISSIONS, KeyForm, LimitsForm, ReplaceForm
from sevenpanel.web.present import Instant
from sevenpanel.web.request import DeskRequest
from sevenpanel.web.telling import told


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """Something that a key may do, as a box to tick."""

    value: str
    words: str
    is_ticked: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """A key as its owner may see it.

    :param spent: what it has spent today of its daily limit; empty when it has none.
    :param limits: what it is held to, in words; empty when it may do everything from everywhere.
    :param ends: until when it lives on, once it was replaced.
    """

    id: int
    name: str
    hint: str
    is_test: bool
    rate: str
    made: Instant
    used: Instant | None
    revoked: Instant | None
    ends: Instant | None
    is_live: bool
    limits: tuple[str, ...]
    boxes: tuple[Box, ...]
    networks: str
    daily_cap: str
    spent: str


@customer_only
@require_http_methods(["GET", "HEAD", "POST"])
@reauthentication_required(allow_get=True)  # type: ignore[untyped-decorator]
def keys(request: DeskRequest) -> HttpResponse:
    """The list; or a new key, shown this once: it is answered at once, because nothing here may store it."""
    if request.method != "POST":
        return _page(request)
    form = KeyForm(request.POST)
    if not form.is_valid():
        return _page(request, wrong=_first_of(form), status=422, typed=form)
    try:
        made = commands.make_key(
            customer_id=request.customer_id,
            name=form.cleaned_data["name"],
            now=request.received_at,
            limits=form.limits,
            kind=form.cleaned_data["kind"],
        )
    except Refusal as refusal:
        return _page(request, wrong=told(refusal.sentence), status=422, typed=form)
    return _page(request, made=made)


@customer_only
@require_http_methods(["GET", "HEAD", "POST"])
@reauthentication_required(allow_get=True)  # type: ignore[untyped-decorator]
def key(request: DeskRequest, key_id: int) -> HttpResponse:
    """One key, and what it may do; or new limits of it."""
    row = _my_key(request, key_id)
    if request.method != "POST":
        return _key_page(request, row)
    form = LimitsForm(request.POST)
    if not form.is_valid():
        return _key_page(request, row, wrong=_first_of(form), status=422)
    commands.limit_key(customer_id=request.customer_id, key_id=key_id, limits=form.limits, now=request.received_at)
    messages.success(request, _("The next request with this key is held to it."))
    return redirect("web:key", key_id)


@customer_only
@require_POST
@reauthentication_required()  # type: ignore[untyped-decorator]
def replace(request: DeskRequest, key_id: int) -> HttpResponse:
    """A new key in place of an old one, which lives on for a while; shown this once."""
    form = ReplaceForm(request.POST)
    if not form.is_valid():
        return _key_page(request, _my_key(request, key_id), wrong=_("Choose when the old key ends."), status=422)
    made = commands.replace_key(
        customer_id=request.customer_id, key_id=key_id, hours=form.cleaned_data["hours"], now=request.received_at
    )
    return _page(request, made=made)


@customer_only
@require_POST
def revoke(request: DeskRequest, key_id: int) -> HttpResponse:
    """End a key. Nobody is asked who it is again: what is stolen has to end quickly."""
    commands.revoke_key(customer_id=request.customer_id, key_id=key_id, now=request.received_at)
    messages.success(request, _("The key is revoked: the next request with it is refused."))
    return redirect("web:keys")


def _page(
    request: DeskRequest, *, made: str = "", wrong: str = "", status: int = 200, typed: KeyForm | None = None
) -> HttpResponse:
    currency = _currency(request)
    context = {
        "keys": [_key(row, request, currency) for row in queries.keys(customer_id=request.customer_id)],
        "made": made,
        "wrong": wrong,
        "kinds": _kinds(typed),
        "boxes": _boxes(ANYTHING),
        "name": typed["name"].value() if typed else "",
        "networks": typed["networks"].value() if typed else "",
        "daily_cap": typed["daily_cap"].value() if typed else "",
        "currency": currency,
        "api_url": request.build_absolute_uri(API_PATH),
    }
    return render(request, "web/keys/list.html", context, status=status)


def _key_page(request: DeskRequest, row: KeyRow, *, wrong: str = "", status: int = 200) -> HttpResponse:
    currency = _currency(request)
    context = {
        "key": _key(row, request, currency),
        "wrong": wrong,
        "hours": list(HOURS.items()),
        "currency": currency,
    }
    return render(request, "web/keys/key.html", context, status=status)


def _my_key(request: DeskRequest, key_id: int) -> KeyRow:
    found = {row.id: row for row in queries.keys(customer_id=request.customer_id)}.get(key_id)
    if found is None:
        raise Http404
    return found


def _currency(request: DeskRequest) -> str:
    return queries.customer(customer_id=request.customer_id).currency


def _first_of(form: forms.Form) -> str:
    return str(next(iter(form.errors.values()))[0])


def _key(row: KeyRow, request: DeskRequest, currency: str) -> Key:
    cap = row.limits.daily_cap_micros
    has_ended = row.ends_at is not None and row.ends_at <= request.received_at
    return Key(
        id=row.id,
        name=row.name,
        hint=row.hint,
        is_test=row.kind is KeyKind.TEST,
        rate=_("%(rate)s a second, bursts of %(burst)s")
        % {"rate": present.count(row.rate_per_second), "burst": present.count(row.burst)},
        made=present.instant(row.created_at),
        used=present.instant(row.last_used_at) if row.last_used_at else None,
        revoked=present.instant(row.revoked_at) if row.revoked_at else None,
        ends=present.instant(row.ends_at) if row.ends_at else None,
        is_live=row.revoked_at is None and not has_ended,
        limits=_limits(row.limits, currency),
        boxes=_boxes(row.limits),
        networks="\n".join(row.limits.networks),
        daily_cap=format_amount(cap) if cap is not None else "",
        spent=_of_cap(row, currency, request.received_at) if cap is not None else "",
    )


def _of_cap(row: KeyRow, currency: str, now: datetime) -> str:
    cap = row.limits.daily_cap_micros or 0
    spent = rehearsal.spent_today_micros(key_id=row.id, now=now) if row.kind is KeyKind.TEST else row.spent_micros
    told = {"spent": present.money(spent, currency), "cap": present.money(cap, currency)}
    return _("%(spent)s of %(cap)s today; the day ends at midnight UTC") % told


def _limits(limits: KeyLimits, currency: str) -> tuple[str, ...]:
    cap = limits.daily_cap_micros
    spend = (_("at most %(cap)s a day") % {"cap": present.money(cap, currency)},) if cap is not None else ()
    permitted = [str(words) for each, words in PERMISSIONS.items() if each in limits.permissions]
    return (*(permitted if len(permitted) < len(Permission) else ()), *spend, *limits.networks[:3])


def _kinds(typed: KeyForm | None) -> tuple[Box, ...]:
    chosen = typed["kind"].value() if typed else None
    return tuple(
        Box(value=each.value, words=str(words), is_ticked=each.value == (chosen or KeyKind.LIVE.value))
        for each, words in KINDS.items()
    )


def _boxes(limits: KeyLimits) -> tuple[Box, ...]:
    return tuple(
        Box(value=each.value, words=str(words), is_ticked=each in limits.permissions)
        for each, words in PERMISSIONS.items()
    )
