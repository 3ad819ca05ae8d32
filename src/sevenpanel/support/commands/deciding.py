"""Requests decided: the claim that needs no operator, staff's verdicts, appeals (clauses 4.4 and 4.9, settled 6)."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sevenpanel.kernel import db
from sevenpanel.kernel.refusals import Refusal
from sevenpanel.kernel.said import passage, say
from sevenpanel.orders import commands as orders
from sevenpanel.orders import queries as order_rows
from sevenpanel.orders.commands.decisions import Act
from sevenpanel.orders.queries import DecisionRow
from sevenpanel.support import models
from sevenpanel.support.commands.cleaning import CleanFile
from sevenpanel.support.commands.filing import stored
from sevenpanel.support.commands.writing import add_customer_message, add_staff_message, checked_words, locked
from sevenpanel.support.domain import RequestState, Upload
from sevenpanel.support.queries.clocks import for_the_terms
from sevenpanel.support.queries.requests import asked_of
from sevenpanel.terms import Appealed, Aspect, Document, Kind, Outcome, may_appeal, may_judge_appeal


class UnableToClaim(Refusal):
    """A claim that the Terms do not give now."""


class UnableToJudge(Refusal):
    """A verdict that cannot be given, or not by this person."""


class UnableToAppeal(Refusal):
    """A decision that cannot be reviewed, or not with what came."""


@db.command
def claim(*, customer_id: int, ticket_id: int, order_id: int, now: datetime) -> int:
    """Cancel and refund an order whose ticket went unanswered, without any operator (clause 4.4).

    :returns: what came back, in micro-units.
    :raises UnableToFindTicket: for no ticket and for somebody else's alike.
    :raises UnableToClaim: with the reason and the instant from which it can be claimed.
    """
    ticket = locked(ticket_id, customer_id=customer_id)
    made = models.Request.objects.filter(ticket=ticket, order_id=order_id, kind=Kind.UNANSWERED).exists()
    if made:
        raise UnableToClaim(say("You have claimed this order already."))
    request = models.Request.objects.create(
        ticket=ticket, order_id=order_id, kind=Kind.UNANSWERED, requested_at=now, state=RequestState.OPEN
    )
    asked = asked_of(request, customer_id, for_the_terms([ticket_id])[ticket_id])
    decided = orders.decide_by_rules(asked=asked, now=now)
    if decided.decision.outcome is not Outcome.GRANT:
        raise UnableToClaim(passage(decided.decision.reasons))
    _settle_request(request, decided.decision_id)
    return decided.decision.refund_micros


@db.command
def record_finding(*, ticket_id: int, request_id: int, differs: Collection[Aspect]) -> None:
    """Note what staff found to differ from the description (clause 4.3); empty for nothing.

    :raises UnableToJudge: for a request that is decided, or is not about a specification.
    """
    request = _undecided(locked(ticket_id), request_id)
    if request.kind != Kind.WRONG_SPECIFICATION:
        raise UnableToJudge("Only a request about a wrong specification has a finding.")
    request.differs = sorted(aspect.value for aspect in differs)
    request.save(update_fields=["differs"])


@db.command
def judge(*, ticket_id: int, request_id: int, act: Act, now: datetime) -> None:
    """Confirm what the rules propose for a request, or overrule it with a reason; the customer reads it as an answer.

    :raises UnableToJudge: when it is decided already, or by somebody who decided it before.
    :raises UnableToDecideOrder: when the rules changed their mind since staff looked, or decide nothing yet.
    """
    ticket = locked(ticket_id)
    request = _undecided(ticket, request_id)
    first = _first_decision(request)
    if first is not None:
        verdict = may_judge_appeal(_appealed(request, first, is_new_evidence=True), staff_id=act.staff_id)
        if not verdict.is_allowed:
            raise UnableToJudge(verdict.sentence)
    asked = asked_of(request, ticket.customer_id, for_the_terms([ticket_id])[ticket_id])
    decided = orders.decide_by_staff(asked=asked, act=act, now=now, appeals=first.id if first else None)
    _settle_request(request, decided.decision_id)
    decision = decided.decision
    lead = f"Order {request.order_id}, {request.kind}: {decision.outcome}, clause {decision.clause}."
    add_staff_message(ticket, act.staff_id, "\n".join([lead, *decision.reasons]), now)


def appeal(
    *,
    customer_id: int,
    person_id: int,
    ticket_id: int,
    request_id: int,
    body: str,
    uploads: Sequence[Upload],
    now: datetime,
) -> None:
    """Ask once for another member of staff to decide again, with new documents (a command).

    :raises UnableToFindTicket: for no ticket and for somebody else's alike.
    :raises UnableToAppeal: a second time, without new documents, or before anything was decided.
    """
    words = checked_words(body, has_files=False)
    with stored(uploads) as files:
        _appeal(customer_id, person_id, ticket_id, request_id, words, files, now)


@db.command
def _appeal(
    customer_id: int,
    person_id: int,
    ticket_id: int,
    request_id: int,
    body: str,
    files: Sequence[tuple[str, CleanFile]],
    now: datetime,
) -> None:
    ticket = locked(ticket_id, customer_id=customer_id)
    request = models.Request.objects.select_for_update().filter(id=request_id, ticket=ticket).first()
    if request is None or request.state != RequestState.DECIDED or request.decision_id is None:
        raise UnableToAppeal(say("Only a request that was decided can be reviewed."))
    decision = order_rows.decisions(decision_ids=[request.decision_id])[request.decision_id]
    answer = may_appeal(_appealed(request, decision, is_new_evidence=bool(files)), decision.record.policy)
    if not answer.is_allowed:
        raise UnableToAppeal(answer.sentence)
    request.state, request.differs = RequestState.APPEALED.value, None
    request.save(update_fields=["state", "differs"])
    add_customer_message(ticket, person_id, body, now, files=files)


def _appealed(request: models.Request, decision: DecisionRow, *, is_new_evidence: bool) -> Appealed:
    documents = frozenset(map(Document, request.documents))
    return Appealed(
        decision=decision.decision,
        appeals_before=0 if decision.appeals_id is None else 1,
        decided_by=decision.staff_id,
        documents_before=documents,
        documents=documents,
        is_new_evidence=is_new_evidence,
        is_all_back=decision.is_all_back,
    )


def _undecided(ticket: models.Ticket, request_id: int) -> models.Request:
    request = models.Request.objects.select_for_update().filter(id=request_id, ticket=ticket).first()
    if request is None:
        raise UnableToJudge("This ticket has no such request.")
    if request.state == RequestState.DECIDED:
        raise UnableToJudge("This request is decided already; look at it again.")
    return request


def _first_decision(request: models.Request) -> DecisionRow | None:
    if request.decision_id is None:
        return None
    return order_rows.decisions(decision_ids=[request.decision_id])[request.decision_id]


def _settle_request(request: models.Request, decision_id: int) -> None:
    request.state, request.decision_id = RequestState.DECIDED.value, decision_id
    request.save(update_fields=["state", "decision_id"])
