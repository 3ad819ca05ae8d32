"""Mass order: many lines pasted or in a file, previewed with an error per line and the total, then placed.

Nothing is kept between the steps: the page carries the text, the batch's id and the fingerprint of what was
previewed. Each line is ordered under `mass/<batch>/<number>`, so that sending a page twice orders nothing twice.
"""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from sevenpanel.catalog.domain import ServiceRow
from sevenpanel.ledger import queries as ledger
from sevenpanel.notices import queries as notices
from sevenpanel.orders import commands as orders
from sevenpanel.orders import queries
from sevenpanel.orders.domain import OrderLine, Placed, Refused, Source
from sevenpanel.web import mass_lines, present
from sevenpanel.web.access import customer_only
from sevenpanel.web.forms import MassForm
from sevenpanel.web.mass_lines import MassLine, TooManyLines
from sevenpanel.web.refused import sentence_of
from sevenpanel.web.request import DeskRequest
from sevenpanel.web.telling import told

ERRORS_SHOWN_MAX = 200
GOOD_SHOWN_MAX = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class GoodRow:
    """A line that can be, or was, ordered."""

    number: int
    text: str
    service: str
    charge: str
    note: str = ""
    order_id: int | None = None
    is_replay: bool = False


@customer_only
@require_http_methods(["GET", "HEAD", "POST"])
def mass_order(request: DeskRequest) -> HttpResponse:
    """The empty form, the preview, or the result, by the button that was pressed."""
    if request.method != "POST":
        return _form_page(request, "", [], status=200)
    form = MassForm(request.POST, request.FILES)
    if not form.is_valid():
        wrong = [str(sentence) for sentences in form.errors.values() for sentence in sentences]
        return _form_page(request, request.POST.get("lines", ""), wrong, status=422)
    return _preview_or_place(request, form.cleaned_data)


def _preview_or_place(request: DeskRequest, asked: dict[str, Any]) -> HttpResponse:
    text = asked["file"] or asked["lines"]
    try:
        services = _services(request)
        lines = _priced(request, text, services)
    except TooManyLines as many:
        return _form_page(request, text, [str(many)], status=422)
    if not lines:
        return _form_page(
            request, text, [_("There is no line to order. Write: service | link | quantity.")], status=422
        )
    is_as_previewed = mass_lines.fingerprint(lines) == asked["previewed"]
    if "place" not in request.POST or not asked["batch"] or not is_as_previewed:
        return _preview_page(request, text, lines, services, asked, is_as_previewed)
    return _place(request, lines, asked["batch"])


def _priced(request: DeskRequest, text: str, services: Mapping[int, ServiceRow]) -> list[MassLine]:
    lines = mass_lines.read_lines(text)
    read = queries.read_links(customer_id=request.customer_id, texts=(line.link for line in lines if not line.error))
    return mass_lines.price(lines, services, read)


def _marked(request: DeskRequest, lines: Sequence[MassLine], services: Mapping[int, ServiceRow]) -> list[MassLine]:
    """The lines with what else works on their targets. Only the preview tells it: placing finds it again."""
    known = queries.open_on(customer_id=request.customer_id, targets=mass_lines.targets(lines))
    policy = queries.policy_for(customer_id=request.customer_id, now=request.received_at)
    return mass_lines.mark(lines, services, known, policy)


def _services(request: DeskRequest) -> dict[int, ServiceRow]:
    found = notices.on_sale(customer_id=request.customer_id, at=request.received_at)
    return {service.id: service for service in found}


def _form_page(request: DeskRequest, text: str, wrong: Sequence[str], *, status: int) -> HttpResponse:
    context = {"text": text, "wrong": wrong, "lines_max": present.count(mass_lines.LINES_MAX)}
    return render(request, "web/mass/form.html", context, status=status)


def _preview_page(
    request: DeskRequest,
    text: str,
    lines: Sequence[MassLine],
    services: Mapping[int, ServiceRow],
    asked: dict[str, Any],
    is_same: bool,
) -> HttpResponse:
    balance = ledger.balance(customer_id=request.customer_id)
    marked = _marked(request, lines, services)
    good = [line for line in marked if not line.error]
    bad = [line for line in marked if line.error]
    total = sum(line.charge_micros or 0 for line in good)
    short_by = total - balance.available_micros
    context = {
        "text": text,
        "is_changed": "place" in request.POST and not is_same,
        # The same preview keeps its batch: going back and sending it again still orders nothing twice.
        "batch": asked["batch"] if is_same and asked["batch"] else str(uuid.uuid4()),
        "previewed": mass_lines.fingerprint(lines),
        "good_number": len(good),
        "good": [_good_row(line, balance.currency) for line in good[:GOOD_SHOWN_MAX]],
        "good_more": present.count(len(good) - GOOD_SHOWN_MAX) if len(good) > GOOD_SHOWN_MAX else "",
        "total": present.money(total, balance.currency),
        "before": present.money(balance.available_micros, balance.currency),
        "after": present.money(balance.available_micros - total, balance.currency),
        "short_by": present.money(short_by, balance.currency) if short_by > 0 else "",
        **_rejected(bad),
    }
    return render(request, "web/mass/preview.html", context)


def _good_row(line: MassLine, currency: str) -> GoodRow:
    charge = present.money(line.charge_micros or 0, currency)
    return GoodRow(number=line.number, text=line.text, service=line.service, charge=charge, note=line.note)


def _rejected(bad: Sequence[MassLine]) -> dict[str, Any]:
    return {
        "bad": bad[:ERRORS_SHOWN_MAX],
        "bad_count": present.count(len(bad)),
        "bad_more": present.count(len(bad) - ERRORS_SHOWN_MAX) if len(bad) > ERRORS_SHOWN_MAX else "",
        "rejected": mass_lines.as_text(bad),
    }


def _place(request: DeskRequest, lines: Sequence[MassLine], batch: str) -> HttpResponse:
    asking = [line for line in lines if not line.error]
    wanted = [_order_line(request.customer_id, batch, line) for line in asking]
    read = {line.link: line.read for line in asking if line.read is not None}
    outcomes = orders.place(lines=wanted, now=request.received_at, read=read) if wanted else []
    decided = list(zip(asking, outcomes, strict=True))
    currency = ledger.balance(customer_id=request.customer_id).currency
    refused = [replace(line, error=sentence_of(out, currency)) for line, out in decided if isinstance(out, Refused)]
    bad = sorted([*refused, *(line for line in lines if line.error)], key=lambda line: line.number)
    placed = [(line, out) for line, out in decided if isinstance(out, Placed)]
    return _result_page(request, placed, bad)


def _order_line(customer_id: int, batch: str, line: MassLine) -> OrderLine:
    assert line.service_id is not None
    return OrderLine(
        customer_id=customer_id,
        service_id=line.service_id,
        link=line.link,
        quantity=line.quantity,
        source=Source.MASS,
        request_id=f"mass/{batch}/{line.number}",
        max_charge_micros=line.charge_micros,
    )


def _result_page(
    request: DeskRequest, placed: Sequence[tuple[MassLine, Placed]], bad: Sequence[MassLine]
) -> HttpResponse:
    balance = ledger.balance(customer_id=request.customer_id)
    shown = placed[:GOOD_SHOWN_MAX]
    found = queries.beside(order_ids=[out.order_id for _line, out in shown])
    rows = [
        replace(
            _good_row(line, balance.currency),
            order_id=out.order_id,
            is_replay=out.is_replay,
            note=" ".join(map(told, found[out.order_id].sentences)) if out.order_id in found else "",
        )
        for line, out in shown
    ]
    context = {
        "placed_count": present.count(len(placed)),
        "placed": rows,
        "placed_more": present.count(len(placed) - GOOD_SHOWN_MAX) if len(placed) > GOOD_SHOWN_MAX else "",
        "replays": sum(out.is_replay for _line, out in placed),
        "total": present.money(sum(out.charge_micros for _line, out in placed), balance.currency),
        "after": present.money(balance.available_micros, balance.currency),
        **_rejected(bad),
    }
    return render(request, "web/mass/result.html", context)


@customer_only
@require_POST
def rejected_file(request: DeskRequest) -> HttpResponse:
    """The rejected lines that a page carries, handed back as a file. Nothing is stored here."""
    response = HttpResponse(request.POST.get("lines", ""), content_type="text/plain; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="rejected-lines.txt"'
    return response
