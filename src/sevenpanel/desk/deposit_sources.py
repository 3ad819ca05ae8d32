"""Where deposits come from, at the desk: sources and their nodes, books beside chains, rates, unknown tokens."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from sevenpanel.deposits import commands, queries
from sevenpanel.deposits.domain import HeldReason
from sevenpanel.deposits.domain.amounts import format_rate
from sevenpanel.deposits.queries import RateStanding
from sevenpanel.desk.access import staff_only, staff_with
from sevenpanel.desk.deposit_form import RateForm, first_wrong
from sevenpanel.desk.deposit_lines import asset_amount
from sevenpanel.desk.deposits import HANDLING, may_act, me_of, now_of
from sevenpanel.desk.proving import prove
from sevenpanel.desk.rows import moment
from sevenpanel.kernel.refusals import Refusal

_DOUBTS: Mapping[HeldReason, str] = {HeldReason.RATE_STALE: "stale", HeldReason.DEPEG: "off its peg"}


@staff_only
@require_safe
def sources(request: HttpRequest) -> HttpResponse:
    """Sources, counts, rates and unknown tokens."""
    now = now_of(request)
    heard = queries.webhooks(now=now)
    context: dict[str, Any] = {
        "sources": [_source(row, heard.get(row.name), now) for row in queries.sources()],
        "counts": [_count(row, now) for row in queries.counts()],
        "standings": [_standing(row) for row in queries.standings()],
        "rates": [_rate(row, now) for row in queries.rate_standings(currency=settings.CURRENCY, now=now)],
        "aliens": [(row, moment(row.seen_at, now)) for row in queries.aliens()],
        "currency": settings.CURRENCY,
        "may_act": may_act(request),
    }
    return render(request, "desk/deposits/sources.html", context)


def _source(row: queries.SourceRow, heard: queries.WebhookRow | None, now: datetime) -> dict[str, Any]:
    state = _("switched off") if not row.is_on else row.trouble or _("working")
    return {
        "name": row.name,
        "kind": row.kind,
        "state": state,
        "is_well": row.is_on and not row.trouble,
        "looked": moment(row.looked_at, now) if row.looked_at else None,
        "nodes": [(node, moment(node.since, now)) for node in row.nodes],
        "hook": commands.hook_of(row.name) if queries.is_processor(row.name) else "",
        "heard": heard,
        "last": moment(heard.last_at, now) if heard and heard.last_at else None,
    }


def _count(row: queries.CountRow, now: datetime) -> dict[str, Any]:
    return {
        "asset": row.asset.code,
        "counted": asset_amount(row.counted_raw, row.asset),
        "booked": asset_amount(row.booked_raw, row.asset),
        "unsettled": asset_amount(row.unsettled_raw, row.asset),
        "difference": asset_amount(row.difference, row.asset),
        "is_even": row.difference == 0,
        "block": row.block_height,
        "at": moment(row.counted_at, now),
    }


def _standing(row: queries.AssetStanding) -> dict[str, str]:
    names = ("custody", "suspense", "cold")
    return {"asset": row.asset.code} | {name: asset_amount(getattr(row, name), row.asset) for name in names}


def _rate(row: RateStanding, now: datetime) -> dict[str, Any]:
    rate = row.rate
    return {
        "symbol": row.symbol,
        "kind": row.kind.value,
        "rate": format_rate(rate.rate_e12) if rate else "",
        "source": rate.source if rate else "",
        "as_of": moment(rate.as_of, now) if rate else None,
        "doubt": _DOUBTS.get(rate.doubt, "") if rate and rate.doubt else "",
        "is_guarded": rate.is_guarded if rate else True,
        "leap": (row.leap[0], format_rate(row.leap[1]), row.leap[2]) if row.leap else None,
    }


@staff_with(*HANDLING)
@require_POST
def set_rate(request: HttpRequest) -> HttpResponse:
    """Set the operator's own rate of a symbol, for so many hours."""
    form = RateForm(request.POST)
    if not form.is_valid():
        messages.error(request, first_wrong(form))
        return redirect("desk:deposit-sources")
    try:
        prove(request)
        commands.set_rate(
            symbol=form.cleaned_data["symbol"],
            currency=settings.CURRENCY,
            rate_e12=form.cleaned_data["rate"],
            valid_until=form.until(now_of(request)),
            actor_id=me_of(request),
            now=now_of(request),
        )
        messages.success(request, _("The rate is set."))
    except Refusal as refusal:
        messages.error(request, refusal.sentence)
    return redirect("desk:deposit-sources")


@staff_with(*HANDLING)
@require_POST
def consent(request: HttpRequest, figure_id: int) -> HttpResponse:
    """Let a leap of the feeds count."""
    try:
        prove(request)
        commands.consent_to_rate(figure_id=figure_id, actor_id=me_of(request))
        messages.success(request, _("The rate counts now."))
    except Refusal as refusal:
        messages.error(request, refusal.sentence)
    return redirect("desk:deposit-sources")
