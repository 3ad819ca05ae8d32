"""Clause 4.4: a ticket that stays unanswered, and the clock that both sides see."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sevenpanel.kernel.said import say
from sevenpanel.terms.decision import Case, Ruling, grant, refusal
from sevenpanel.terms.facts import Kind, Ticket
from sevenpanel.terms.policy import Policy
from sevenpanel.terms.sentences import amount, instant


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerClock:
    """How long a ticket has waited for staff.

    :param waiting_since: the customer's message that counts; None when nothing waits for an answer.
    :param claim_from: after this instant the customer may claim.
    """

    waiting_since: datetime | None
    claim_from: datetime | None

    def has_run_out(self, at: datetime) -> bool:
        """Whether the ticket has been unanswered for more than the time that staff have."""
        return self.claim_from is not None and at > self.claim_from


def answer_clock(ticket: Ticket, policy: Policy, at: datetime) -> AnswerClock:
    """Read the clock of a ticket at an instant.

    It counts from the customer's last message. Once it has run out, a reminder does not start it again; an answer
    does.
    """
    if ticket.withdrawn_at is not None and ticket.withdrawn_at <= at:
        return AnswerClock(waiting_since=None, claim_from=None)
    limit = timedelta(hours=policy.ticket_answer_hours)
    since: datetime | None = None
    # Of two messages of one instant the answer comes last.
    for message in sorted(ticket.messages, key=lambda m: (m.at, m.is_from_staff)):
        if message.at > at:
            break
        if message.is_from_staff:
            since = None
        elif since is None or message.at - since <= limit:
            since = message.at
    return AnswerClock(waiting_since=since, claim_from=since + limit if since else None)


def claim(case: Case) -> Ruling | None:
    """Clause 4.4: after the silence the customer cancels the order himself, and no staff is needed."""
    if case.kind is not Kind.UNANSWERED:
        return None
    ticket, order = case.facts.ticket, case.order
    if ticket is None or order.order_id not in ticket.order_ids:
        return refusal("4.4", say("There is no ticket about this order."))
    clock = answer_clock(ticket, case.policy, case.asked_at)
    if clock.waiting_since is None:
        nothing = say("In ticket %(ticket)s nothing of yours waits for an answer.", ticket=ticket.ticket_id)
        return refusal("4.4", nothing)
    assert clock.claim_from is not None  # it waits, so it can be claimed some time
    since, until = instant(clock.waiting_since), instant(clock.claim_from)
    if not clock.has_run_out(case.asked_at):
        reason = say(
            "Ticket %(ticket)s has waited since %(since)s; staff have until %(until)s to answer.",
            ticket=ticket.ticket_id, since=since, until=until,
        )  # fmt: skip
        return refusal("4.4", reason, may_ask_from=clock.claim_from)
    if order.closed_at is not None and order.closed_at <= clock.claim_from:
        ended = instant(order.closed_at)
        return refusal("4.4", say("The order ended on %(when)s, before the ticket had waited too long.", when=ended))
    hours = amount(case.policy.ticket_answer_hours, "hour")
    reason = say(
        "Ticket %(ticket)s has waited for an answer since %(since)s, which is more than %(hours)s.",
        ticket=ticket.ticket_id, since=since, hours=hours,
    )  # fmt: skip
    return grant(case, "4.4", case.policy.unanswered_refund, reason)
