"""Clauses 1, 2, 4.5, 4.6 and 4.8: trouble that comes from the link or from what the customer chose."""

from sevenpanel.kernel.said import Phrase, kept, say
from sevenpanel.terms.clauses.cancelling import has_button
from sevenpanel.terms.decision import UNTRACKED, Case, Outcome, Ruling, refusal
from sevenpanel.terms.facts import NEVER_FITTED, Kind, LinkTrouble, OrderFacts, Status
from sevenpanel.terms.names import named_word
from sevenpanel.terms.sentences import instant, listed

_BY_HAND = say(
    "The Terms return nothing by themselves here; staff may grant up to the undelivered part, with a reason."
)


def wrong_link(case: Case) -> Ruling | None:
    """Clause 2: a link that never fitted. The order is Completed and its charge kept."""
    trouble = case.order.link_trouble
    if trouble is None or trouble.found not in NEVER_FITTED:
        return None
    return _closed(case, "2", Status.COMPLETED, _found(trouble), say("Its charge is kept."))


def changed_link(case: Case) -> Ruling | None:
    """Clause 4.5: a link that is gone, changed or private since placing. The order is corrupted and not tracked."""
    trouble = case.order.link_trouble
    if trouble is None or trouble.found in NEVER_FITTED:
        return None
    reasons = [
        _found(trouble),
        say("From then on the order cannot be carried out or tracked."),
    ]
    if case.order.is_long_running:
        reasons.append(say("An order that runs for long needs the same link until it ends."))
    return _closed(case, "4.5", _without_completion(case.order), *reasons, _BY_HAND)


def several_at_once(case: Case) -> Ruling | None:
    """Clause 4.6: orders of the same service were open on the same link, so nobody can tell them apart."""
    others = case.order.doubled_with
    if not others:
        return None
    first, *more = others
    named = listed([say("Order %(order)s", order=first), *(say("order %(order)s", order=number) for number in more)])
    reason = say("%(orders)s of the same service ran on the same link, so no count belongs to this one.", orders=named)
    return _closed(case, "4.6", _without_completion(case.order), reason, _BY_HAND)


def own_mistake(case: Case) -> Ruling | None:
    """Clause 4.8: what the customer chose by mistake is no reason to cancel."""
    if case.kind is not Kind.OWN_MISTAKE:
        return None
    reason = say("An order cannot be cancelled because the wrong link or the wrong service was entered.")
    if case.order.is_open and has_button(case):
        button = say("This service has a cancel button, which asks for no reason (clause 4.1).")
        return refusal("4.8", reason, button)
    return refusal("4.8", reason)


def untracked(case: Case) -> Ruling | None:
    """Clause 1: where several services worked on one link that is not private, no claim about what arrived counts."""
    if case.kind is not Kind.WRONG_SPECIFICATION or not case.order.is_untracked:
        return None
    reason = say("What arrived cannot be told apart from what your other orders brought.")
    return refusal("1", reason, UNTRACKED)


def _closed(case: Case, clause: str, status: Status, *reasons: str) -> Ruling:
    if not case.order.is_open:
        was = say("The order was closed as %(status)s.", status=named_word(case.order.status))
        return refusal(clause, *reasons, was)
    reasons = (*reasons, say("The order is closed as %(status)s.", status=named_word(status)))
    return Ruling(outcome=Outcome.CLOSE, clause=clause, reasons=reasons, close_as=status)


def _found(trouble: LinkTrouble) -> Phrase:
    return say(
        "The link was found to be %(found)s on %(when)s: %(evidence)s",
        found=named_word(trouble.found), when=instant(trouble.found_at), evidence=kept(trouble.evidence),
    )  # fmt: skip


def _without_completion(order: OrderFacts) -> Status:
    return Status.COMPLETED if order.delivered else Status.CANCELED
