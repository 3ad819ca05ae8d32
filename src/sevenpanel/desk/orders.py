"""Orders at the desk: what is found about their links, corrections of what arrived, and grants after that."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from sevenpanel.accounts import queries as accounts
from sevenpanel.accounts.domain import Role
from sevenpanel.desk.access import staff_with
from sevenpanel.desk.order_lines import FINDING_OF_SLUG, line_of, placed_of, shown, staff_of
from sevenpanel.kernel.money import NotAnAmount, parse_amount
from sevenpanel.kernel.refusals import Refusal
from sevenpanel.orders import commands, queries
from sevenpanel.orders.queries import OrderRow
from sevenpanel.support import commands as support
from sevenpanel.support.domain import Upload
from sevenpanel.support.domain.files import BYTES_MAX

NEWEST = 50
ID_DIGITS_MAX = 18
ADDRESS_LENGTH_MAX = 254
finding = staff_with(Role.SUPPORT, Role.ADMIN)


class UnableToReadFinding(Refusal):
    """A form that says nothing that can be found."""

    status = 422


@finding
@require_safe
def orders(request: HttpRequest) -> HttpResponse:
    """What was found, newest first; an order by its number, and a customer's newest by an e-mail address."""
    asked = request.GET.get("order", "")[:ADDRESS_LENGTH_MAX].replace("\0", "").strip().lstrip("#")
    order_id = _number(asked)
    if order_id and queries.customer_of(order_ids=[order_id]) is not None:
        return redirect("desk:order", order_id=order_id)
    now = request.received_at  # type: ignore[attr-defined]
    customer_id = accounts.customer_of_email(email=asked) if "@" in asked else None
    placed = queries.orders(customer_id=customer_id, limit=NEWEST) if customer_id is not None else []
    found = queries.troubles(limit=NEWEST)
    staff = accounts.addresses_of(user_ids=staff_of(found))
    context = {
        "asked": asked,
        "is_customer": customer_id is not None,
        "placed": [placed_of(row, now) for row in placed],
        "found": [line_of(row, staff, now) for row in found],
    }
    return render(request, "desk/orders.html", context)


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) <= ID_DIGITS_MAX else 0


@finding
@require_safe
def order(request: HttpRequest, order_id: int) -> HttpResponse:
    """One order, with everything that staff can find and do about it."""
    return _page(request, _found(order_id))


def _found(order_id: int) -> OrderRow:
    customer_id = queries.customer_of(order_ids=[order_id])
    found = queries.order(customer_id=customer_id, order_id=order_id) if customer_id is not None else None
    if found is None:
        raise Http404
    return found


def _page(request: HttpRequest, found: OrderRow, *, wrong: str = "", status: int = 200) -> HttpResponse:
    staff = accounts.addresses_of(user_ids=staff_of([queries.trouble(order_id=found.id)]))
    row = shown(found, staff, request.received_at)  # type: ignore[attr-defined]
    context = {
        "order": row,
        "customer": accounts.customers(customer_ids=[found.customer_id]).get(found.customer_id, ""),
        "typed": request.POST,
        "wrong": wrong,
    }
    return render(request, "desk/order.html", context, status=status)


@finding
@require_POST
def act(request: HttpRequest, order_id: int) -> HttpResponse:
    """Do what one of the forms says; what cannot be done is told above the forms, and nothing typed is lost."""
    found = _found(order_id)
    try:
        done = _DONE[_ACTS.get(request.POST.get("act", ""), _nothing)(request, order_id)]
    except Refusal as refusal:
        return _page(request, found, wrong=refusal.sentence, status=422)
    messages.success(request, _(done))
    return redirect("desk:order", order_id=order_id)


def _nothing(request: HttpRequest, order_id: int) -> str:
    raise UnableToReadFinding(_("Choose what you found."))


def _find(request: HttpRequest, order_id: int) -> str:
    slug = request.POST.get("found", "")
    if slug not in FINDING_OF_SLUG:
        raise UnableToReadFinding(_("Choose what you found."))
    support.close_for_link(order_id=order_id, found=FINDING_OF_SLUG[slug], **_evidence(request))
    return "found"


def _well(request: HttpRequest, order_id: int) -> str:
    support.tell_link_is_well(order_id=order_id, **_evidence(request))
    return "well"


def _several(request: HttpRequest, order_id: int) -> str:
    others = [number for text in request.POST.getlist("with") if (number := _number(text))]
    support.close_for_several(order_ids=[order_id, *others], **_evidence(request))
    return "found"


def _evidence(request: HttpRequest) -> dict[str, Any]:
    uploads = [Upload(name=f.name or "", data=f.read(BYTES_MAX + 1)) for f in request.FILES.getlist("file")]
    return {**_by(request), "evidence": request.POST.get("evidence", ""), "uploads": uploads}


def _by(request: HttpRequest) -> dict[str, Any]:
    assert request.user.is_authenticated
    return {"staff_id": request.user.id, "now": request.received_at}  # type: ignore[attr-defined]


def _correct(request: HttpRequest, order_id: int) -> str:
    text = request.POST.get("delivered", "").strip()
    if not text.isascii() or not text.isdigit() or len(text) > ID_DIGITS_MAX:
        raise UnableToReadFinding(_("Write how many arrived, as a whole number."))
    commands.correct_delivered(
        order_id=order_id, delivered=int(text), reason=request.POST.get("reason", ""), **_by(request)
    )
    return "corrected"


def _grant(request: HttpRequest, order_id: int) -> str:
    try:
        amount = parse_amount(request.POST.get("amount", "").strip())
    except NotAnAmount as error:
        raise UnableToReadFinding(str(error)) from error
    reason = request.POST.get("reason", "")[:2000].replace("\0", "")
    commands.grant_after_trouble(
        order_id=order_id,
        amount_micros=amount,
        returned_micros=_number(request.POST.get("returned", "")),
        reason=reason,
        **_by(request),
    )
    return "granted"


_ACTS = {"find": _find, "well": _well, "several": _several, "correct": _correct, "grant": _grant}
_DONE = {
    "found": "Closed. The customer reads why in a ticket, and can have it decided again there.",
    "well": "Written down. The customer reads it in a ticket, and the order goes on.",
    "corrected": "Corrected. The customer reads it on the order's page.",
    "granted": "Granted. The customer reads it on the order's page.",
}
