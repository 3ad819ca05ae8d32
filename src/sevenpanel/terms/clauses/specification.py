"""Clauses 4.3 and 5: what arrived is not what was sold; and what is no specification: speed, start time, drop."""

from sevenpanel.kernel.said import Phrase, passage, say
from sevenpanel.terms.decision import Case, Outcome, Ruling, grant, refusal
from sevenpanel.terms.effective import effective
from sevenpanel.terms.facts import NOT_SPECIFICATIONS, Aspect, Kind
from sevenpanel.terms.names import named_word
from sevenpanel.terms.sentences import listed


def drop_alone(case: Case) -> Ruling | None:
    """Clause 5: drop is an estimate from past performance, and never a reason by itself."""
    if case.kind is not Kind.DROP:
        return None
    order = case.order
    band = effective(order.description, order.notices, case.asked_at).description.drop_band
    rule = say("Drop after delivery is an estimate from past orders and gives no refund.")
    estimate = (
        say("It is estimated as %(band)s for this service.", band=named_word(band))
        if band
        else say("It is not estimated for this service.")
    )
    return refusal("5", passage([rule, estimate]))


def no_specification(case: Case) -> Ruling | None:
    """Clause 4.3: speed, start time and drop are not among the specifications, so no document could help."""
    if case.kind is not Kind.WRONG_SPECIFICATION or not case.facts.broken:
        return None
    return None if case.facts.broken - NOT_SPECIFICATIONS else refusal("4.3", _named(case.facts.broken))


def wrong_specification(case: Case) -> Ruling | None:
    """Clause 4.3: staff look at the documents; a difference in anything that was sold gives the charge back."""
    if case.kind is not Kind.WRONG_SPECIFICATION:
        return None
    found = case.facts.differs
    if found is None:
        reason = say("The documents are complete; staff look at them.")
        return Ruling(outcome=Outcome.STAFF, clause="4.3", reasons=(reason,))
    if not found:
        return refusal("4.3", say("Staff compared what arrived with the description and found no difference."))
    real = found - NOT_SPECIFICATIONS
    if not real:
        return refusal("4.3", _excluded(found))
    reason = say("What arrived differs in %(aspects)s.", aspects=_words(real))
    return grant(case, "4.3", case.policy.wrong_spec_refund, reason)


def _named(aspects: frozenset[Aspect]) -> Phrase:
    return say("You name %(aspects)s, which is not among the specifications of a service.", aspects=_words(aspects))


def _excluded(aspects: frozenset[Aspect]) -> Phrase:
    return say(
        "Staff found a difference in %(aspects)s, which is not among the specifications of a service.",
        aspects=_words(aspects),
    )


def _words(aspects: frozenset[Aspect]) -> str:
    return listed(map(named_word, sorted(aspects)))
