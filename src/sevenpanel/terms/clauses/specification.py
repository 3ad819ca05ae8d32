"""Clauses 4.3 and 5: what arrived is not what was sold; and what is no specification: speed, start time, drop."""

from sevenpanel.terms.decision import Case, Outcome, Ruling, grant, refusal
from sevenpanel.terms.effective import effective
from sevenpanel.terms.facts import NOT_SPECIFICATIONS, Aspect, Kind
from sevenpanel.terms.sentences import listed


def drop_alone(case: Case) -> Ruling | None:
    """Clause 5: drop is an estimate from past performance, and never a reason by itself."""
    if case.kind is not Kind.DROP:
        return None
    order = case.order
    band = effective(order.description, order.notices, case.asked_at).description.drop_band
    estimate = f"It is estimated as {band} for this service." if band else "It is not estimated for this service."
    return refusal("5", f"Drop after delivery is an estimate from past orders and gives no refund. {estimate}")


def no_specification(case: Case) -> Ruling | None:
    """Clause 4.3: speed, start time and drop are not among the specifications, so no document could help."""
    if case.kind is not Kind.WRONG_SPECIFICATION or not case.facts.broken:
        return None
    return None if case.facts.broken - NOT_SPECIFICATIONS else _excluded(case.facts.broken, "You name")


def wrong_specification(case: Case) -> Ruling | None:
    """Clause 4.3: staff look at the documents; a difference in anything that was sold gives the charge back."""
    if case.kind is not Kind.WRONG_SPECIFICATION:
        return None
    found = case.facts.differs
    if found is None:
        return Ruling(outcome=Outcome.STAFF, clause="4.3", reasons=("The documents are complete; staff look at them.",))
    if not found:
        return refusal("4.3", "Staff compared what arrived with the description and found no difference.")
    real = found - NOT_SPECIFICATIONS
    if not real:
        return _excluded(found, "Staff found a difference in")
    return grant(case, "4.3", case.policy.wrong_spec_refund, f"What arrived differs in {_words(real)}.")


def _excluded(aspects: frozenset[Aspect], lead: str) -> Ruling:
    return refusal("4.3", f"{lead} {_words(aspects)}, which is not among the specifications of a service.")


def _words(aspects: frozenset[Aspect]) -> str:
    return listed(sorted(aspects))
