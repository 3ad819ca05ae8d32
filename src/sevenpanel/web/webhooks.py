"""Webhooks: addresses of the customer's own that are told of orders; tried out, and what was told last."""

from allauth.account.decorators import reauthentication_required
from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from sevenpanel.accounts.domain import KeyKind
from sevenpanel.kernel.refusals import Refusal
from sevenpanel.web.access import customer_only
from sevenpanel.web.forms import STALE, TextField
from sevenpanel.web.request import DeskRequest
from sevenpanel.web.telling import told
from sevenpanel.web.webhook_rows import HEARS, sent_of, webhook_of
from sevenpanel.webhooks import commands, queries
from sevenpanel.webhooks.queries import WebhookRow

SHOWN_MAX = 30


class WebhookForm(forms.Form):
    """A new address."""

    url = TextField(max_length=2_000)
    kind = forms.TypedChoiceField(
        coerce=KeyKind,
        choices=[(each.value, HEARS[each]) for each in KeyKind],
        required=False,
        empty_value=KeyKind.LIVE,
        error_messages={"invalid_choice": STALE},
    )


class ActForm(forms.Form):
    """What is asked of a webhook."""

    act = forms.ChoiceField(choices=[(each, each) for each in ("try", "again", "secret", "on", "remove")])
    sent = forms.IntegerField(required=False, min_value=1, max_value=2**62)


@customer_only
@require_http_methods(["GET", "HEAD", "POST"])
@reauthentication_required(allow_get=True)  # type: ignore[untyped-decorator]
def webhooks(request: DeskRequest) -> HttpResponse:
    """The list; or a new address, whose secret is shown this once."""
    if request.method != "POST":
        return _page(request)
    form = WebhookForm(request.POST)
    typed = request.POST.get("url", "")
    if not form.is_valid():
        return _page(request, wrong=str(next(iter(form.errors.values()))[0]), typed=typed, status=422)
    try:
        _id, secret = commands.make_webhook(
            customer_id=request.customer_id,
            url=form.cleaned_data["url"],
            kind=form.cleaned_data["kind"],
            now=request.received_at,
        )
    except Refusal as refusal:
        return _page(request, wrong=told(refusal.sentence), typed=typed, status=422)
    return _page(request, secret=secret)


@customer_only
@require_http_methods(["GET", "HEAD", "POST"])
@reauthentication_required(allow_get=True)  # type: ignore[untyped-decorator]
def webhook(request: DeskRequest, webhook_id: int) -> HttpResponse:
    """One address with what was told there last; or something that is asked of it."""
    row = queries.webhook(customer_id=request.customer_id, webhook_id=webhook_id)
    if row is None:
        raise Http404
    if request.method != "POST":
        return _one(request, row)
    form = ActForm(request.POST)
    if not form.is_valid():
        return _one(request, row, wrong=_("Choose what shall happen to this webhook."), status=422)
    try:
        return _act(request, row, form.cleaned_data["act"], form.cleaned_data["sent"] or 0)
    except Refusal as refusal:
        return _one(request, row, wrong=told(refusal.sentence), status=refusal.status)


def _act(request: DeskRequest, row: WebhookRow, act: str, sent: int) -> HttpResponse:
    mine, now = {"customer_id": request.customer_id, "webhook_id": row.id}, request.received_at
    if act == "secret":
        return _one(request, row, secret=commands.replace_secret(**mine, now=now))
    if act == "remove":
        commands.remove_webhook(**mine)
        messages.success(request, _("The webhook is removed: nothing is sent there any more."))
        return redirect("web:webhooks")
    if act == "on":
        commands.switch_on(**mine, now=now)
        messages.success(request, _("Switched on: it is told what happens from now on."))
    elif act == "again":
        commands.send_again(**mine, delivery_id=sent, now=now)
        messages.success(request, _("On its way. Load the page again in a moment to see the answer."))
    else:
        commands.send_trial(**mine, now=now)
        messages.success(request, _("On its way. Load the page again in a moment to see the answer."))
    return redirect("web:webhook", row.id)


def _page(
    request: DeskRequest, *, secret: str = "", wrong: str = "", typed: str = "", status: int = 200
) -> HttpResponse:
    context = {
        "webhooks": [webhook_of(row) for row in queries.webhooks(customer_id=request.customer_id)],
        "kinds": [(each.value, words, each == _chosen(request, wrong)) for each, words in HEARS.items()],
        "secret": secret,
        "wrong": wrong,
        "typed": typed,
    }
    return render(request, "web/keys/webhooks.html", context, status=status)


def _chosen(request: DeskRequest, wrong: str) -> str:
    """Which kind is ticked: the one that was chosen, as long as it waits for a better address."""
    chosen = request.POST.get("kind", "")
    return chosen if wrong and chosen in set(KeyKind) else KeyKind.LIVE


def _one(
    request: DeskRequest, row: WebhookRow, *, secret: str = "", wrong: str = "", status: int = 200
) -> HttpResponse:
    context = {
        "webhook": webhook_of(row),
        "sent": [sent_of(each) for each in queries.deliveries(webhook_id=row.id, limit=SHOWN_MAX)],
        "secret": secret,
        "wrong": wrong,
    }
    return render(request, "web/keys/webhook.html", context, status=status)
