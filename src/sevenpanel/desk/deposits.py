"""Deposits at the desk: what waits for a person, every receipt with its whole story, and the audit."""

from datetime import UTC, datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from sevenpanel.accounts.domain import Role
from sevenpanel.deposits import commands, queries
from sevenpanel.deposits.domain import ReceiptState
from sevenpanel.deposits.queries import ReceiptRow
from sevenpanel.desk.access import staff_only, staff_with
from sevenpanel.desk.deposit_form import SearchForm
from sevenpanel.desk.deposit_lines import (
    events_of,
    intent_line,
    proposal_line,
    receipt_facts,
    receipt_line,
)
from sevenpanel.desk.proving import prove
from sevenpanel.desk.rows import moment
from sevenpanel.kernel import spreadsheets
from sevenpanel.kernel.money import NotAnAmount, format_amount, parse_amount
from sevenpanel.kernel.refusals import Refusal
from sevenpanel.ledger import queries as ledger

PAGE = 50
AUDIT_DAYS_MAX = 366
AUDIT_HEAD = ("at", "what", "about", "who", "customer", "sum", "note")
HANDLING = (Role.FINANCE, Role.ADMIN)


@staff_only
@require_safe
def deposits(request: HttpRequest) -> HttpResponse:
    """What waits for a person, the longest waiting first."""
    now, me = now_of(request), me_of(request)
    held = queries.receipts_in(ReceiptState.HELD)
    disputed = queries.receipts_in(ReceiptState.DISPUTED)
    announced = queries.announced()
    owners = queries.owners_named(
        [*(row.customer_id for row in (*held, *disputed)), *(row.customer_id for row in announced)]
    )
    context = {
        "alarms": [
            (alarm.kind.value, alarm.subject, moment(alarm.since, now))
            for alarm in queries.alarms(currency=settings.CURRENCY, now=now)
        ],
        "proposals": [proposal_line(row, me, now) for row in queries.proposals()],
        "held": [receipt_line(row, owners, now) for row in held],
        "disputed": [receipt_line(row, owners, now) for row in disputed],
        "announced": [intent_line(row, owners, queries.evidence_of_intent(intent_id=row.id), now) for row in announced],
        "may_act": may_act(request),
    }
    return render(request, "desk/deposits/queues.html", context)


@staff_only
@require_safe
def receipts(request: HttpRequest) -> HttpResponse:
    """Every receipt, searched."""
    form = SearchForm(request.GET)
    asked: dict[str, Any] = form.cleaned_data if form.is_valid() else {}
    rows = queries.search_receipts(
        state=asked.get("state"),
        customer_id=asked.get("customer"),
        words=asked.get("words") or "",
        before_id=asked.get("before"),
        limit=PAGE + 1,
    )
    owners, now = queries.owners_named([row.customer_id for row in rows]), now_of(request)
    query = request.GET.copy()
    query["before"] = str(rows[PAGE - 1].id) if len(rows) > PAGE else ""
    context = {
        "rows": [receipt_line(row, owners, now) for row in rows[:PAGE]],
        "states": [state.value for state in ReceiptState],
        "asked": {name: request.GET.get(name, "") for name in ("state", "customer", "words")},
        "older": query.urlencode() if len(rows) > PAGE else "",
    }
    return render(request, "desk/deposits/receipts.html", context)


@staff_only
@require_safe
def receipt(request: HttpRequest, receipt_id: int) -> HttpResponse:
    """One receipt: facts, proof, events, proposals about it, and what may be done."""
    return _receipt(request, _found(receipt_id))


def _found(receipt_id: int) -> ReceiptRow:
    found = queries.receipt(receipt_id=receipt_id, customer_id=None)
    if found is None:
        raise Http404
    return found


def _receipt(request: HttpRequest, found: ReceiptRow, *, wrong: str = "", status: int = 200) -> HttpResponse:
    now, me = now_of(request), me_of(request)
    events = queries.events(receipt_id=found.id)
    people = queries.names([event.actor_id for event in events if event.actor_id])
    owners = queries.owners_named([found.customer_id])
    balance = ledger.balance(customer_id=found.customer_id)
    context = {
        "row": receipt_line(found, owners, now),
        "owner": owners.get(found.customer_id),
        "facts": receipt_facts(found),
        "link": found.link if found.link.startswith(("http://", "https://")) else "",
        "proof": sorted(queries.proof(receipt_id=found.id).items()),
        "events": events_of(events, people, now),
        "proposals": [proposal_line(row, me, now) for row in queries.proposals(only_open=False, receipt_id=found.id)],
        "acts": _acts(found, now) if may_act(request) else {},
        "balance": f"{format_amount(balance.balance_micros)} {balance.currency}",
        "debt": format_amount(-balance.balance_micros) if balance.balance_micros < 0 else "",
        "wrong": wrong,
    }
    return render(request, "desk/deposits/receipt.html", context, status=status)


def _acts(found: ReceiptRow, now: datetime) -> dict[str, bool]:
    """What may be done with a receipt as it stands."""
    is_chain, is_held = found.source.startswith(("evm:", "utxo:")), found.state is ReceiptState.HELD
    takes_two = is_held and commands.release_takes_two(receipt_id=found.id, now=now)
    return {
        "release": is_held and not takes_two,
        "propose_release": takes_two,
        "reject": is_held,
        "reopen": found.state is ReceiptState.REJECTED,
        "refund": found.state is ReceiptState.REJECTED,
        "recall": found.state is ReceiptState.CREDITED and not is_chain,
    }


@staff_with(*HANDLING)
@require_POST
def act(request: HttpRequest, receipt_id: int) -> HttpResponse:
    """Release, reject, reopen, or propose what takes a second person. The password is asked for once more."""
    found = _found(receipt_id)
    try:
        prove(request)
        said, proposal_id = _done(request, found)
    except Refusal as refusal:
        return _receipt(request, _found(receipt_id), wrong=refusal.sentence, status=refusal.status)
    messages.success(request, said)
    if proposal_id is not None:
        return redirect("desk:deposit-proposal", proposal_id=proposal_id)
    return redirect("desk:deposit", receipt_id=receipt_id)


def _done(request: HttpRequest, found: ReceiptRow) -> tuple[str, int | None]:
    note, me, now = request.POST.get("note", "").replace("\0", ""), me_of(request), now_of(request)
    reference = request.POST.get("reference", "").replace("\0", "")
    match request.POST.get("act"):
        case "release":
            commands.release(receipt_id=found.id, person_id=me, note=note, now=now)
            return _("Released: it is on the customer's balance."), None
        case "reject":
            commands.reject(receipt_id=found.id, person_id=me, note=note, now=now)
            return _("Rejected. The customer reads the reason."), None
        case "reopen":
            commands.reopen(receipt_id=found.id, person_id=me, note=note, now=now)
            return _("Open again. Somebody else releases it."), None
        case "propose-release":
            asked = commands.propose_release(receipt_id=found.id, person_id=me, reason=note, now=now)
        case "refund":
            asked = commands.propose_refund(receipt_id=found.id, person_id=me, tx=reference, reason=note, now=now)
        case "recall":
            asked = commands.propose_recall(
                receipt_id=found.id, person_id=me, reference=reference, reason=note, now=now
            )
        case _:
            raise Http404
    return _("Proposed. Somebody else decides."), asked


@staff_with(*HANDLING)
@require_POST
def write_off(request: HttpRequest, customer_id: int) -> HttpResponse:
    """Propose to give up a debt that a reversal left."""
    try:
        prove(request)
        amount = parse_amount(request.POST.get("amount", ""))
        asked = commands.propose_write_off(
            customer_id=customer_id,
            person_id=me_of(request),
            amount_micros=amount,
            reason=request.POST.get("note", "").replace("\0", ""),
            now=now_of(request),
        )
    except (Refusal, NotAnAmount) as refusal:
        messages.error(request, str(refusal))
        return redirect("desk:deposits")
    messages.success(request, _("Proposed. Somebody else decides."))
    return redirect("desk:deposit-proposal", proposal_id=asked)


@staff_with(*HANDLING)
@require_safe
def audit(request: HttpRequest) -> StreamingHttpResponse:
    """Everything that people and the desk did with deposits, as a CSV file; of so many days until now."""
    typed = request.GET.get("days", "")
    days = min(int(typed), AUDIT_DAYS_MAX) if typed.isdigit() and len(typed) < 5 else 31
    until = now_of(request)
    lines = queries.audit(since=until - timedelta(days=days), until=until + timedelta(seconds=1))
    rows = (
        (_utc(each.at), each.what, each.subject, each.actor, each.customer_id, each.amount, each.note) for each in lines
    )
    response = StreamingHttpResponse(spreadsheets.lines(AUDIT_HEAD, rows), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="deposits-audit.csv"'
    return response


def _utc(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="seconds")


def now_of(request: HttpRequest) -> datetime:
    """When the request came."""
    now: datetime = request.received_at  # type: ignore[attr-defined]
    return now


def me_of(request: HttpRequest) -> int:
    """Whoever asks."""
    assert request.user.is_authenticated
    return request.user.id


def may_act(request: HttpRequest) -> bool:
    """Whether whoever asks may do more than look."""
    return request.user.is_authenticated and request.user.role in HANDLING
