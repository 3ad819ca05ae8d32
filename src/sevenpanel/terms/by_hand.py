"""What staff decide themselves, beside or against the rules: with a reason, as a decision of its own.

"May not be returned" means that nothing is returned automatically; an operator may return up to the undelivered
part (settled 5). What the rules had said is stored too, so both are seen.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from sevenpanel.kernel.refusals import Refusal
from sevenpanel.kernel.said import Phrase, kept, plain, say
from sevenpanel.terms.decision import Decision, Outcome, ending
from sevenpanel.terms.facts import OrderFacts
from sevenpanel.terms.policy import Policy
from sevenpanel.terms.refunds import arithmetic, undelivered_micros
from sevenpanel.terms.sentences import money

# A claim under clause 4.4 needs no staff, so staff cannot take it away.
NOT_TO_BE_REFUSED = frozenset({"4.4"})


class UnableToDecide(Refusal):
    """What a member of staff wanted to decide is not theirs to decide, or lacks a reason."""


def grant_by_hand(
    *, order: OrderFacts, proposed: Decision, amount_micros: int, reason: str, policy: Policy, now: datetime
) -> Decision:
    """Give back some or all of what was not delivered, where the rules return nothing. An open order ends with it.

    :param proposed: what the rules said; the grant keeps its clause.
    :raises UnableToDecide: without a reason, beyond the undelivered part, or where the rules grant already.
    """
    limit = undelivered_micros(order)
    if proposed.outcome is Outcome.GRANT:
        raise UnableToDecide("This is granted already; a grant by hand is for what returns nothing.")
    if not 0 < amount_micros <= limit:
        most = money(limit, order.currency)
        raise UnableToDecide(f"At least something and at most what was not delivered can be granted: {most}.")
    reasons = (say("Granted by staff: %(reason)s", reason=_given(reason)), _sum(order, amount_micros, limit))
    granted = _by_hand(proposed, Outcome.GRANT, reasons, amount_micros, policy, now)
    end = (proposed.close_as or ending(order, amount_micros)) if order.is_open else None
    return replace(granted, close_as=end)


def refuse_by_hand(*, proposed: Decision, reason: str, policy: Policy, now: datetime) -> Decision:
    """Refuse what the rules would have granted or left to staff.

    :raises UnableToDecide: without a reason, or for a claim that needs no staff.
    """
    if proposed.clause in NOT_TO_BE_REFUSED:
        raise UnableToDecide("The claim of an unanswered ticket needs no staff, and staff cannot refuse it.")
    reasons = (say("Refused by staff: %(reason)s", reason=_given(reason)),)
    return _by_hand(proposed, Outcome.REFUSE, reasons, 0, policy, now)


_LEADS: dict[str, Callable[[str], Phrase]] = {
    "Granted by staff: ": lambda reason: say("Granted by staff: %(reason)s", reason=reason),
    "Refused by staff: ": lambda reason: say("Refused by staff: %(reason)s", reason=reason),
}


def said_again(order: OrderFacts, decision: Decision) -> tuple[str, ...]:
    """Say the stored reasons of a decision by hand again, as far as their parts are known.

    :param order: the facts that it was made from.
    :returns: the same texts, of which some know what they were made of.
    """
    limit, given = undelivered_micros(order), decision.refund_micros
    known = {plain(each): each for each in (arithmetic(order, given), _part(order, given, limit))}
    return tuple(known.get(reason) or _led(reason) for reason in decision.reasons)


def _led(reason: str) -> str:
    for lead, said in _LEADS.items():
        if reason.startswith(lead):
            return said(reason.removeprefix(lead))
    return kept(reason)


def _given(reason: str) -> str:
    if not reason.strip():
        raise UnableToDecide("A decision by hand needs a reason, which the customer reads.")
    return reason.strip()


def _sum(order: OrderFacts, given: int, limit: int) -> str:
    return arithmetic(order, given) if given == limit else _part(order, given, limit)


def _part(order: OrderFacts, given: int, limit: int) -> Phrase:
    return say(
        "%(back)s comes back, of %(limit)s for what was not delivered.",
        back=money(given, order.currency), limit=money(limit, order.currency),
    )  # fmt: skip


def _by_hand(
    proposed: Decision, outcome: Outcome, reasons: tuple[str, ...], refund: int, policy: Policy, now: datetime
) -> Decision:
    return Decision(
        outcome=outcome,
        clause=proposed.clause,
        rule="by hand",
        reasons=reasons,
        refund_micros=refund,
        cites=proposed.cites,
        policy_version=policy.version,
        decided_at=now,
    )
