"""Play money of the simulated chain: one button on a desk that rehearses, and not there on any other."""

from django.contrib import messages
from django.core.cache import cache
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from sevenpanel.deposits import commands, queries
from sevenpanel.kernel.refusals import Refusal
from sevenpanel.ledger import queries as ledger
from sevenpanel.web.access import customer_only
from sevenpanel.web.fund_forms import FundsForm
from sevenpanel.web.request import DeskRequest
from sevenpanel.web.telling import told

FORM_SECONDS = 3_600
"""For how long a form that was sent once is known again."""


@customer_only
@require_POST
def to_new_payment(request: DeskRequest, method_id: int) -> HttpResponse:
    """Open a payment of any amount and let the simulated chain send it."""
    row, form = queries.method(method_id=method_id), FundsForm(request.POST)
    if row is None or not row.is_open or not queries.is_rehearsed(row.source) or not form.is_valid():
        raise Http404
    assert request.user.is_authenticated
    try:
        intent_id = commands.open_intent(
            customer_id=request.customer_id,
            user_id=request.user.id,
            method_id=row.id,
            wanted_micros=None,
            currency=ledger.balance(customer_id=request.customer_id).currency,
            request_id=form.cleaned_data["request_id"] or form.new_id,
            now=request.received_at,
        )
    except Refusal as refusal:
        messages.error(request, told(refusal.sentence))
        return redirect("web:funds")
    return _sent(request, intent_id, form)


@customer_only
@require_POST
def to_payment(request: DeskRequest, intent_id: int) -> HttpResponse:
    """Let the simulated chain send an open payment what it waits for."""
    found, form = queries.intent(intent_id=intent_id, customer_id=request.customer_id), FundsForm(request.POST)
    if found is None or not queries.is_rehearsed(found.method.source) or not form.is_valid():
        raise Http404
    return _sent(request, intent_id, form)


def _sent(request: DeskRequest, intent_id: int, form: FundsForm) -> HttpResponse:
    once = f"play-money/{request.customer_id}/{form.cleaned_data['request_id'] or form.new_id}"
    if cache.add(once, True, FORM_SECONDS):
        try:
            commands.send_to_payment(customer_id=request.customer_id, intent_id=intent_id, now=request.received_at)
        except Refusal as refusal:
            cache.delete(once)
            messages.error(request, told(refusal.sentence))
            return redirect("web:payment", intent_id=intent_id)
    messages.success(request, _("Sent. It is in the chain's next block; watch it being confirmed."))
    # On a narrow screen what has arrived stands below the address, which nobody needs who pressed this.
    return redirect(f"{reverse('web:payment', args=[intent_id])}#progress")
