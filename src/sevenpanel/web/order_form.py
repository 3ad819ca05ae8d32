"""New order: choose a service, read what it is, see the price while typing, order."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST
from django_htmx.http import push_url

from sevenpanel import links
from sevenpanel.catalog.domain import ServiceRow, ServiceState, ServiceType, charge_micros
from sevenpanel.insight import queries as insight
from sevenpanel.kernel.money import MICROS_MAX
from sevenpanel.ledger import queries as ledger
from sevenpanel.notices import queries as notices
from sevenpanel.notices.queries import EffectiveService
from sevenpanel.orders import commands as orders
from sevenpanel.orders import queries
from sevenpanel.orders.domain import OrderLine, Placed, RefusalCode, Refused, Source
from sevenpanel.web import beside_rows, drafts, quoting, shelves
from sevenpanel.web.access import customer_only, keeping_draft
from sevenpanel.web.converters import read_id
from sevenpanel.web.favourites import near_shelves, starred
from sevenpanel.web.forms import OrderForm, comment_lines, new_form_id
from sevenpanel.web.refused import sentence_of
from sevenpanel.web.request import DeskRequest
from sevenpanel.web.service_facts import ServiceFacts, facts_of

# More would make the page heavy; the search narrows them down.
SERVICES_OFFERED_MAX = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What has been typed so far."""

    service_id: int | None
    link: str = ""
    quantity: str = ""
    comments: str = ""
    request_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Why an order was not taken: the sentence, and the field that it is about, if any."""

    field: str
    sentence: str


FIELD = {
    RefusalCode.UNKNOWN_SERVICE: "service",
    RefusalCode.UNREADABLE_LINK: "link",
    RefusalCode.WRONG_LINK: "link",
    RefusalCode.ACTIVE_ORDER: "link",
    RefusalCode.BAD_NUMBER: "quantity",
    RefusalCode.QUANTITY_MISSING: "quantity",
    RefusalCode.BELOW_MIN: "quantity",
    RefusalCode.ABOVE_MAX: "quantity",
    RefusalCode.COMMENTS_MISSING: "comments",
}


@keeping_draft
@customer_only
@require_http_methods(["GET", "HEAD", "POST"])
def new_order(request: DeskRequest) -> HttpResponse:
    """The form; or an order placed from it. Sent twice, it orders once."""
    if request.method != "POST":
        return _form(request)
    draft = _draft(request.POST, request.POST.get("request_id", ""))
    if "check" in request.POST:
        return _checked(request, draft)
    form = OrderForm(request.POST)
    if not form.is_valid():
        fresh = replace(draft, request_id=new_form_id()) if "request_id" in form.errors else draft
        return _page(request, fresh, _unread(form), status=422)
    return _answer(request, draft, orders.place(lines=[_line(request, form)], now=request.received_at)[0])


def _checked(request: DeskRequest, draft: Draft) -> HttpResponse:
    """The same page with the service that was chosen, and in its address nothing that was typed but the search."""
    response = _page(request, draft, [], status=200)
    if request.htmx:
        asked = {"q": request.POST.get("q", ""), "service": draft.service_id or ""}
        push_url(response, f"{request.path}?{urlencode({name: value for name, value in asked.items() if value})}")
    return response


def _form(request: DeskRequest) -> HttpResponse:
    """The form as it is asked for; or with what was typed before the sign-in ran out."""
    before = drafts.kept(request)
    if before is None:
        return _page(request, _again(request) or _draft(request.GET, new_form_id()), [], status=200)
    response = _page(request, _draft(before, new_form_id()), [], status=200, is_back=True)
    drafts.forget(response)
    return response


def _answer(request: DeskRequest, draft: Draft, outcome: Placed | Refused) -> HttpResponse:
    if isinstance(outcome, Refused):
        # The id of a form that has ordered something else is used up; any other refusal has left it free.
        is_used_up = outcome.code is RefusalCode.REQUEST_CONFLICT
        fresh = replace(draft, request_id=new_form_id()) if is_used_up else draft
        return _page(request, fresh, [_problem(request, outcome)], status=422)
    if outcome.is_completed:
        messages.warning(request, _("The link is wrong, so the order is Completed at once and its charge is kept."))
    else:
        again = _("This order was placed already; it was not ordered again.")
        messages.success(request, again if outcome.is_replay else _("Your order is placed."))
    return redirect("web:order", order_id=outcome.order_id)


def _draft(typed: Any, request_id: str) -> Draft:
    return Draft(
        service_id=read_id(typed.get("service")),
        link=typed.get("link", ""),
        quantity=typed.get("quantity", ""),
        comments=typed.get("comments", ""),
        request_id=request_id or new_form_id(),
    )


def _again(request: DeskRequest) -> Draft | None:
    """What an order of this customer's asked for, when the address names one; its link stays out of the address."""
    order_id = read_id(request.GET.get("again"))
    found = None if order_id is None else queries.order(customer_id=request.customer_id, order_id=order_id)
    if found is None:
        return None
    return Draft(
        service_id=found.service_id,
        link=found.link,
        quantity=str(found.quantity),
        comments=found.comments or "",
        request_id=new_form_id(),
    )


def _unread(form: OrderForm) -> list[Problem]:
    # The first sentence of a field is enough, and so is one field for a sentence: a stale form lacks several.
    fields: dict[str, str] = {}
    for field, sentences in form.errors.items():
        fields.setdefault(str(sentences[0]), field)
    nothing = _("Nothing was charged.")
    return [Problem(field=field, sentence=f"{sentence} {nothing}") for sentence, field in fields.items()]


def _problem(request: DeskRequest, refused: Refused) -> Problem:
    if refused.code is RefusalCode.REQUEST_CONFLICT:
        sentence = _("This form has ordered something else already. Nothing was charged now; see your orders.")
        return Problem(field="", sentence=sentence)
    currency = ledger.balance(customer_id=request.customer_id).currency
    return Problem(field=FIELD.get(refused.code, ""), sentence=sentence_of(refused, currency))


def _line(request: DeskRequest, form: OrderForm) -> OrderLine:
    asked = form.cleaned_data
    found = _any_service(request, asked["service"])
    kind = found.service.type if found else ServiceType.DEFAULT
    comments = asked["comments"] if kind is ServiceType.CUSTOM_COMMENTS else ()
    quantity = asked["quantity"] if kind is ServiceType.DEFAULT else None
    return OrderLine(
        customer_id=request.customer_id,
        service_id=asked["service"],
        link=asked["link"],
        quantity=quantity,
        comments=comments,
        source=Source.FORM,
        request_id=asked["request_id"],
        max_charge_micros=_shown_charge(kind, asked["rate"], quantity or len(comments)),
    )


def _shown_charge(kind: ServiceType, rate_micros: int, units: int) -> int | None:
    """The price at the rate that was shown. A sum beyond all money is no limit; placing refuses it by its number."""
    if rate_micros * units > MICROS_MAX * 1000:
        return None
    return charge_micros(type=kind, rate_micros=rate_micros, quantity=units)


@keeping_draft
@customer_only
@require_POST
def quote(request: DeskRequest) -> HttpResponse:
    """The price of what has been typed so far, as a piece of the page."""
    draft = _draft(request.POST, "unused")
    found = _service(request, draft)
    service = found.service if found else None
    return render(request, "web/order/quote.html", {"quote": _quote(request, draft, service)})


def _quote(request: DeskRequest, draft: Draft, service: ServiceRow | None) -> quoting.Quote | None:
    if service is None:
        return None
    reading, beside = _link(request, draft.link, service)
    return quoting.quote(
        service=service,
        balance=ledger.balance(customer_id=request.customer_id),
        reading=reading,
        beside=beside,
        quantity=draft.quantity,
        comments=comment_lines(draft.comments),
    )


def _link(
    request: DeskRequest, text: str, service: ServiceRow
) -> tuple[quoting.LinkReading | None, beside_rows.Neighbours | None]:
    """How the link is understood, and what else of this customer's works on its target."""
    if not text.strip():
        return None, None
    link = queries.read_links(customer_id=request.customer_id, texts=[text])[text]
    policy = queries.policy_for(customer_id=request.customer_id, now=request.received_at)
    reading = quoting.reading_of(service, link, policy)
    if isinstance(link, links.Unreadable) or not reading.is_good:
        return reading, None
    known = queries.open_on(customer_id=request.customer_id, targets=[link.target]).get(link.target, [])
    return reading, beside_rows.warning(beside_rows.judged(service, link, known, policy), service, link)


def _service(request: DeskRequest, draft: Draft) -> EffectiveService | None:
    if draft.service_id is None:
        return None
    found = _any_service(request, draft.service_id)
    return found if found and found.service.state is ServiceState.LISTED else None


def _any_service(request: DeskRequest, service_id: int) -> EffectiveService | None:
    return notices.effective_service(service_id=service_id, customer_id=request.customer_id, at=request.received_at)


def _page(
    request: DeskRequest, draft: Draft, problems: Sequence[Problem], *, status: int, is_back: bool = False
) -> HttpResponse:
    found = _service(request, draft)
    service = found.service if found else None
    currency = ledger.balance(customer_id=request.customer_id).currency
    context = {
        **_offer(request, currency, service),
        **starred(request),
        "person": request.user.pk,
        "is_back": is_back,
        "draft": draft,
        "service": _facts(found, currency) if found else None,
        "is_gone": draft.service_id is not None and service is None,
        "quote": _quote(request, draft, service),
        "problems": problems,
        "wrong": {problem.field: problem.sentence for problem in problems},
    }
    return render(request, "web/order/new.html", context, status=status)


def _facts(found: EffectiveService, currency: str) -> ServiceFacts:
    known = insight.standings(service_ids=[found.base.id])
    return facts_of(found, currency, known.get(found.base.id))


def _offer(request: DeskRequest, currency: str, chosen: ServiceRow | None) -> dict[str, Any]:
    search = request.POST.get("q", "") or request.GET.get("q", "")
    everything = notices.names_on_sale(at=request.received_at)
    found = shelves.find(everything, search)
    offered = found[:SERVICES_OFFERED_MAX]
    if chosen and all(name.id != chosen.id for name in offered):
        offered = [*(name for name in everything if name.id == chosen.id), *offered]
    return {
        "search": search,
        "near": [] if search else near_shelves(request, everything),
        "shelves": shelves.shelve(offered),
        "currency": currency,
        "found": len(found),
        "total": len(everything),
        "offered_max": SERVICES_OFFERED_MAX,
    }
