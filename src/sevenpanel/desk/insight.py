"""Drop at the desk: what is declared beside what was measured, services whose declaration is contradicted first."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from sevenpanel.accounts.domain import Role
from sevenpanel.catalog import queries as catalog
from sevenpanel.desk.access import staff_with
from sevenpanel.desk.insight_form import GoForm, MeterForm, SeenForm, StrikeForm
from sevenpanel.desk.insight_lines import asked_of, band_words, is_contradicted, line_of, measured_of, read_of
from sevenpanel.insight import commands, queries
from sevenpanel.insight.domain import Network
from sevenpanel.kernel.refusals import Refusal
from sevenpanel.orders.queries import judged_by

MEASURING = (Role.ADMIN, Role.SUPPORT)
MEASUREMENTS_SHOWN, READINGS_SHOWN = 20, 20


@staff_with(*MEASURING)
@require_http_methods(["GET", "HEAD", "POST"])
def insight(request: HttpRequest) -> HttpResponse:
    """The services that are measured, and a form for what was seen of an order."""
    if request.method != "POST":
        return _list_page(request, SeenForm(initial=_typed(request)), status=200)
    form = SeenForm(request.POST)
    if not form.is_valid():
        return _list_page(request, form, status=422)
    try:
        service_id = commands.measure_by_hand(seen=form.seen(_now(request)), staff_id=_me(request), now=_now(request))
    except Refusal as refusal:
        form.add_error(None, refusal.sentence)
        return _list_page(request, form, status=422)
    messages.success(request, _("Written down. It counts with the next estimate, within ten minutes."))
    return redirect("desk:insight-service", service_id=service_id)


def _typed(request: HttpRequest) -> dict[str, Any]:
    """A link from elsewhere may name the order."""
    form = GoForm({"service": request.GET.get("order", "")})
    return {"order": form.cleaned_data["service"]} if form.is_valid() else {}


def _list_page(request: HttpRequest, form: SeenForm, *, status: int) -> HttpResponse:
    now = _now(request)
    policy = judged_by(now)
    lines = [line_of(row, policy, now) for row in queries.desk_rows()]
    on = {meter.network for meter in commands.configured_meters()} | {Network.PROVIDER}
    context = {
        "lines": sorted(lines, key=lambda line: not line.is_contradicted),
        "form": form,
        "asked": [asked_of(row, is_on=row.network in on, now=now) for row in queries.paces(now=now)],
    }
    return render(request, "desk/insight.html", context, status=status)


@staff_with(*MEASURING)
@require_safe
def go(request: HttpRequest) -> HttpResponse:
    """To the page of a service by its id."""
    form = GoForm(request.GET)
    if not form.is_valid():
        return redirect("desk:insight")
    return redirect("desk:insight-service", service_id=form.cleaned_data["service"])


@staff_with(*MEASURING)
@require_safe
def service(request: HttpRequest, service_id: int) -> HttpResponse:
    """One service: its estimate, its counter, its measurements and what was read."""
    meter = queries.meter_of(service_id=service_id)
    return _page(request, service_id, MeterForm(initial={"counter": meter}), StrikeForm(), status=200)


@staff_with(*MEASURING)
@require_POST
def set_meter(request: HttpRequest, service_id: int) -> HttpResponse:
    """Choose what tells how much is left."""
    form = MeterForm(request.POST)
    if not form.is_valid():
        return _page(request, service_id, form, StrikeForm(), status=422)
    try:
        commands.set_meter(service_id=service_id, counter=form.chosen, set_by=_who(request), now=_now(request))
    except Refusal as refusal:
        form.add_error("counter", refusal.sentence)
        return _page(request, service_id, form, StrikeForm(), status=422)
    messages.success(request, _("The counter is set. Orders that are placed from now on are read about."))
    return redirect("desk:insight-service", service_id=service_id)


@staff_with(*MEASURING)
@require_POST
def strike(request: HttpRequest, service_id: int) -> HttpResponse:
    """Let a measurement count no more."""
    form, meter = StrikeForm(request.POST), MeterForm(initial={"counter": queries.meter_of(service_id=service_id)})
    if not form.is_valid():
        return _page(request, service_id, meter, form, status=422)
    try:
        struck = commands.strike_out(
            measurement_id=form.cleaned_data["measurement"],
            why=form.cleaned_data["why"],
            staff_id=_me(request),
            now=_now(request),
        )
    except Refusal as refusal:
        form.add_error(None, refusal.sentence)
        return _page(request, service_id, meter, form, status=422)
    messages.success(request, _("It counts no more, and stays to be read."))
    return redirect("desk:insight-service", service_id=struck)


def _page(
    request: HttpRequest, service_id: int, meter: MeterForm, strike_form: StrikeForm, *, status: int
) -> HttpResponse:
    row = catalog.service(service_id=service_id, customer_id=None)
    if row is None:
        raise Http404
    now = _now(request)
    policy = judged_by(now)
    known = next((each for each in queries.desk_rows() if each.service_id == service_id), None)
    measured = queries.measurements(service_id=service_id, limit=MEASUREMENTS_SHOWN)
    readings = queries.readings(service_id=service_id, limit=READINGS_SHOWN, with_measured=False)
    context = {
        "service": row,
        "declared": band_words(row.drop_band),
        "line": line_of(known, policy, now) if known else None,
        "is_contradicted": is_contradicted(row.drop_band, known.drop if known else None, policy),
        "meter": meter,
        "strike": strike_form,
        "measurements": [measured_of(each, now) for each in measured],
        "readings": [read_of(each, now) for each in readings],
    }
    return render(request, "desk/insight_service.html", context, status=status)


def _now(request: HttpRequest) -> datetime:
    now: datetime = request.received_at  # type: ignore[attr-defined]
    return now


def _me(request: HttpRequest) -> int:
    assert request.user.is_authenticated
    return request.user.id


def _who(request: HttpRequest) -> str:
    user: Any = request.user
    return str(user.email)
