"""Proposals at the desk: written with evidence by one person, decided by others who type the sum again."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from sevenpanel.deposits import commands, queries
from sevenpanel.deposits.commands import UnableToPropose, UnableToTakeEvidence
from sevenpanel.deposits.domain.amounts import is_same_sum
from sevenpanel.deposits.queries import IntentRow, ProposalRow
from sevenpanel.desk.access import staff_with
from sevenpanel.desk.deposit_form import GOODWILL, ProposalForm, first_wrong, uploads_of
from sevenpanel.desk.deposit_lines import IntentLine, intent_line, proposal_line
from sevenpanel.desk.deposits import HANDLING, me_of, now_of
from sevenpanel.desk.proving import prove
from sevenpanel.kernel.files import headers
from sevenpanel.kernel.money import format_amount
from sevenpanel.kernel.refusals import Refusal


@staff_with(*HANDLING)
@require_http_methods(["GET", "HEAD", "POST"])
def propose(request: HttpRequest) -> HttpResponse:
    """A new proposal; a payment that a customer announced fills in what it knows, never the sum."""
    if request.method != "POST":
        return _form(request, _announced(request.GET.get("intent", "")))
    form = ProposalForm(request.POST)
    if not form.is_valid():
        return _form(request, request.POST, wrong=first_wrong(form), status=422)
    try:
        prove(request)
        proposal_id = commands.propose_credit(
            credit=form.credit, maker_id=me_of(request), uploads=uploads_of(request), now=now_of(request)
        )
        if form.credit.is_single:
            commands.approve_alone(proposal_id=proposal_id, person_id=me_of(request), now=now_of(request))
    except Refusal as refusal:
        return _form(request, request.POST, wrong=refusal.sentence, first=_first(refusal), status=refusal.status)
    messages.success(request, _("Credited.") if form.credit.is_single else _("Proposed. Somebody else decides."))
    return redirect("desk:deposit-proposal", proposal_id=proposal_id)


def _announced(typed: str) -> dict[str, Any]:
    """What is known of an announced payment."""
    found = _intent(typed)
    if found is None:
        return {}
    owner = queries.owners_named([found.customer_id]).get(found.customer_id)
    return {"email": owner.email if owner else "", "way": str(found.method.id), "intent": str(found.id)}


def _intent(typed: str) -> IntentRow | None:
    return queries.intent(intent_id=int(typed), customer_id=None) if typed.isdigit() and len(typed) < 18 else None


def _first(refusal: Refusal) -> tuple[str, int] | None:
    """Where the first use of a key or of a file stands."""
    if isinstance(refusal, UnableToPropose) and refusal.receipt_id is not None:
        return "receipt", refusal.receipt_id
    if isinstance(refusal, UnableToTakeEvidence) and refusal.proposal_id is not None:
        return "proposal", refusal.proposal_id
    return None


def _form(
    request: HttpRequest, typed: Any, *, wrong: str = "", first: tuple[str, int] | None = None, status: int = 200
) -> HttpResponse:
    policy, announced = queries.policy_in_force(), _intent(str(typed.get("intent", "")))
    context = {
        "typed": typed,
        "methods": queries.methods(only_open=False),
        "goodwill": GOODWILL,
        "two_person": format_amount(policy.two_person_micros),
        "single_daily": format_amount(policy.single_daily_micros) if policy.is_single else "",
        "announced": _announced_line(announced, request) if announced and announced.announced_at else None,
        "wrong": wrong,
        "first": first,
    }
    return render(request, "desk/deposits/propose.html", context, status=status)


def _announced_line(found: IntentRow, request: HttpRequest) -> IntentLine:
    owners = queries.owners_named([found.customer_id])
    return intent_line(found, owners, queries.evidence_of_intent(intent_id=found.id), now_of(request))


@staff_with(*HANDLING)
@require_safe
def proposal(request: HttpRequest, proposal_id: int) -> HttpResponse:
    """A proposal with everything that has to be judged."""
    return _page(request, _found(proposal_id))


def _found(proposal_id: int) -> ProposalRow:
    found = queries.proposal(proposal_id=proposal_id)
    if found is None:
        raise Http404
    return found


def _page(request: HttpRequest, found: ProposalRow, *, wrong: str = "", status: int = 200) -> HttpResponse:
    line = proposal_line(found, me_of(request), now_of(request))
    me_voted = me_of(request) in queries.voters(proposal_id=found.id)
    context = {"row": line, "may_vote": line.is_open and not line.is_mine and not me_voted, "wrong": wrong}
    return render(request, "desk/deposits/proposal.html", context, status=status)


@staff_with(*HANDLING)
@require_POST
def decide(request: HttpRequest, proposal_id: int) -> HttpResponse:
    """Approve with the sum typed once more, or decline with a reason. The password is asked for once more."""
    found = _found(proposal_id)
    try:
        prove(request)
        said = _decided(request, found)
    except Refusal as refusal:
        return _page(request, _found(proposal_id), wrong=refusal.sentence, status=refusal.status)
    messages.success(request, said)
    return redirect("desk:deposit-proposal", proposal_id=proposal_id)


def _decided(request: HttpRequest, found: ProposalRow) -> str:
    note, typed = request.POST.get("note", "").replace("\0", ""), request.POST.get("typed", "").replace("\0", "")
    if request.POST.get("act") == "decline":
        commands.decline(proposal_id=found.id, person_id=me_of(request), note=note, now=now_of(request))
        return _("Declined.") if found.maker_id != me_of(request) else _("Withdrawn.")
    seen = request.POST.get("hash", "")
    is_done = commands.approve(
        proposal_id=found.id,
        person_id=me_of(request),
        seen_hash=bytes.fromhex(seen) if len(seen) == 64 and all(c in "0123456789abcdef" for c in seen) else b"",
        typed=found.typed if is_same_sum(typed, found.typed) else typed,
        note=note,
        now=now_of(request),
    )
    return _("Approved and carried out.") if is_done else _("Your approval counts. One more person is needed.")


@staff_with(*HANDLING)
@require_safe
def evidence(request: HttpRequest, evidence_id: int) -> HttpResponse:
    """A file of evidence."""
    found = queries.evidence(evidence_id=evidence_id)
    if found is None:
        raise Http404
    return HttpResponse(commands.opened(stored_as=found.stored_as), headers=headers(found.name, found.kind))
