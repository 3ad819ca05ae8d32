"""Adding funds: the ways with everything to be known beforehand, a quote, where to send to, and what arrived."""

import io
from typing import Any

import segno
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from sevenpanel.accounts import queries as accounts
from sevenpanel.deposits import commands, queries
from sevenpanel.deposits.queries import IntentRow, MethodRow, ReceiptRow
from sevenpanel.kernel import spreadsheets
from sevenpanel.kernel.refusals import Refusal
from sevenpanel.ledger import queries as ledger
from sevenpanel.web import fragments, present
from sevenpanel.web.access import customer_only
from sevenpanel.web.converters import read_id
from sevenpanel.web.forms import new_form_id
from sevenpanel.web.fund_forms import AnnounceForm, FundsForm, evidence_of
from sevenpanel.web.fund_rows import arrival_of, bill_of, payment_of, receipt_lines, way_of
from sevenpanel.web.request import DeskRequest
from sevenpanel.web.telling import told

RECENT = 5
PAGE = 50
CSV_HEAD = ("receipt", "seen", "way", "amount", "asset", "state", "credited", "currency", "rate", "transaction")


@customer_only
@require_safe
def funds(request: DeskRequest) -> HttpResponse:
    """The ways to add funds, what is open, and what arrived last."""
    currency, now = _currency(request), request.received_at
    owed = ledger.balance(customer_id=request.customer_id)
    recent = queries.receipts(customer_id=request.customer_id, limit=RECENT)
    ways = [way_of(row, currency) for row in queries.methods(only_open=True)]
    context = {
        "ways": ways,
        "rehearsal": next((way for way in ways if way.is_rehearsed), None),
        "request_id": new_form_id(),
        "payments": [payment_of(row, currency, now) for row in queries.intents(customer_id=request.customer_id)],
        "arrivals": [arrival_of(row) for row in recent],
        "debt": present.money(-owed.balance_micros, currency) if owed.balance_micros < 0 else "",
        "on_hold": present.money(owed.hold_micros, currency) if owed.hold_micros else "",
    }
    return render(request, "web/funds/list.html", context)


@customer_only
@require_http_methods(["GET", "HEAD", "POST"])
def way(request: DeskRequest, method_id: int) -> HttpResponse:
    """One way: the sum, the quote with every line of it, and then the place to send to."""
    row = queries.method(method_id=method_id)
    if row is None or not row.is_open:
        raise Http404
    form = FundsForm(request.POST if request.method == "POST" else request.GET)
    if not form.is_valid():
        return _way(request, row, form, wrong=str(next(iter(form.errors.values()))[0]))
    if request.method != "POST":
        return _way(request, row, form)
    try:
        intent_id = commands.open_intent(
            customer_id=request.customer_id,
            user_id=_user(request),
            method_id=row.id,
            wanted_micros=form.cleaned_data["amount"],
            currency=_currency(request),
            request_id=form.cleaned_data["request_id"] or form.new_id,
            now=request.received_at,
        )
    except Refusal as refusal:
        return _way(request, row, form, wrong=told(refusal.sentence), status=refusal.status)
    return redirect("web:payment", intent_id=intent_id)


def _way(request: DeskRequest, row: MethodRow, form: FundsForm, *, wrong: str = "", status: int = 200) -> HttpResponse:
    currency, bill = _currency(request), None
    amount = form.cleaned_data.get("amount") if form.is_valid() else None
    if amount and not wrong:
        try:
            quote = queries.quote(method=row, wanted_micros=amount, currency=currency, now=request.received_at)
            bill = bill_of(quote, row, currency)
        except Refusal as refusal:
            wrong, status = told(refusal.sentence), refusal.status
    context = {
        "way": way_of(row, currency),
        "bill": bill,
        "typed": form.data.get("amount", ""),
        "request_id": form.new_id,
        "currency": currency,
        "wrong": wrong,
        "is_paused": bool(amount) and bill is None and row.asset is not None,
    }
    return render(request, "web/funds/way.html", context, status=422 if wrong and status == 200 else status)


@customer_only
@require_safe
def payment(request: DeskRequest, intent_id: int) -> HttpResponse:
    """Where to send to, until when the rate holds, what has arrived, and what if it was late or too little."""
    return _payment(request, _my_intent(request, intent_id))


def _payment(request: DeskRequest, found: IntentRow, *, wrong: str = "", status: int = 200) -> HttpResponse:
    context = _payment_context(request, found)
    return render(
        request, "web/funds/payment.html", {**context, "wrong": wrong, "request_id": new_form_id()}, status=status
    )


def _payment_context(request: DeskRequest, found: IntentRow) -> dict[str, Any]:
    shown = payment_of(found, _currency(request), request.received_at)
    arrivals = [arrival_of(row) for row in queries.receipts_of_intent(intent_id=found.id)]
    return {"payment": shown, "arrivals": arrivals, "etag": fragments.etag_of(shown, arrivals)}


@customer_only
@require_safe
def progress(request: DeskRequest, intent_id: int) -> HttpResponse:
    """The part of a payment's page that is refreshed."""
    context = _payment_context(request, _my_intent(request, intent_id))
    return fragments.answer(request, "web/funds/progress.html", context, context["etag"])


@customer_only
@require_safe
def code(request: DeskRequest, intent_id: int) -> HttpResponse:
    """The QR code of a payment's address: dark on light, whatever the page looks like, so that cameras read it."""
    found = _my_intent(request, intent_id)
    if not found.address:
        raise Http404
    drawn = io.BytesIO()
    segno.make(found.uri or found.address, micro=False, error="m").save(
        drawn, kind="svg", scale=8, border=4, dark="#000", light="#fff", xmldecl=False, svgclass=None, lineclass=None
    )
    return HttpResponse(drawn.getvalue(), content_type="image/svg+xml")


@customer_only
@require_POST
def close(request: DeskRequest, intent_id: int) -> HttpResponse:
    """Close a payment that is not meant any more."""
    found = _my_intent(request, intent_id)
    commands.close_intent(customer_id=request.customer_id, intent_id=found.id)
    messages.info(request, _("Closed. Should money arrive for it all the same, it is credited."))
    return redirect("web:funds")


@customer_only
@require_POST
def announce(request: DeskRequest, intent_id: int) -> HttpResponse:
    """Say that one has paid by hand, with the slip."""
    found, form = _my_intent(request, intent_id), AnnounceForm(request.POST)
    if not form.is_valid():
        return _payment(request, found, wrong=str(next(iter(form.errors.values()))[0]), status=422)
    try:
        commands.announce(
            customer_id=request.customer_id,
            user_id=_user(request),
            intent_id=intent_id,
            note=form.cleaned_data["note"],
            uploads=evidence_of(request),
            now=request.received_at,
        )
    except Refusal as refusal:
        return _payment(request, found, wrong=told(refusal.sentence), status=422)
    messages.success(request, _("Thank you. Somebody looks for your payment and credits it."))
    return redirect("web:payment", intent_id=intent_id)


@customer_only
@require_safe
def history(request: DeskRequest) -> HttpResponse:
    """Everything that ever arrived, newest first."""
    before = read_id(request.GET.get("before"))
    rows = queries.receipts(customer_id=request.customer_id, before_id=before, limit=PAGE + 1)
    context = {
        "arrivals": [arrival_of(row) for row in rows[:PAGE]],
        "older": rows[PAGE - 1].id if len(rows) > PAGE else None,
        "is_first": before is None,
    }
    return render(request, "web/funds/history.html", context)


@customer_only
@require_safe
def table(request: DeskRequest) -> StreamingHttpResponse:
    """The same as a CSV file."""
    return spreadsheets.answer("deposits.csv", CSV_HEAD, (receipt_lines(row) for row in _all(request.customer_id)))


def _all(customer_id: int) -> Any:
    before: int | None = None
    while rows := queries.receipts(customer_id=customer_id, before_id=before, limit=PAGE):
        yield from rows
        before = rows[-1].id


@customer_only
@require_safe
def arrival(request: DeskRequest, receipt_id: int) -> HttpResponse:
    """One receipt, to be read and to be printed."""
    found = queries.receipt(receipt_id=receipt_id, customer_id=request.customer_id)
    if found is None:
        raise Http404
    return render(request, "web/funds/receipt.html", _receipt_context(request, found))


def _receipt_context(request: DeskRequest, found: ReceiptRow) -> dict[str, Any]:
    person = accounts.customer(customer_id=request.customer_id)
    return {
        "arrival": arrival_of(found),
        "lines": _lines(found),
        "customer": person.name,
        "site": settings.PUBLIC_URL,
        "printed": present.instant(request.received_at),
    }


def _lines(found: ReceiptRow) -> list[tuple[str, str]]:
    """The arithmetic of a credit: what came - fee + bonus = what the balance grew by."""
    if found.gross_micros is None or found.net_micros is None:
        return []
    fee, bonus = found.fee_micros or 0, found.bonus_micros or 0
    lines = [(_("Worth"), present.money(found.gross_micros, found.currency))]
    lines += [(_("Fee"), present.signed_money(-fee, found.currency))] if fee else []
    lines += [(_("Bonus"), present.signed_money(bonus, found.currency))] if bonus else []
    return [*lines, (_("On the balance"), present.signed_money(found.net_micros, found.currency))]


def _my_intent(request: DeskRequest, intent_id: int) -> IntentRow:
    found = queries.intent(intent_id=intent_id, customer_id=request.customer_id)
    if found is None:
        raise Http404
    return found


def _currency(request: DeskRequest) -> str:
    return ledger.balance(customer_id=request.customer_id).currency


def _user(request: DeskRequest) -> int:
    assert request.user.is_authenticated
    return request.user.id
