"""A decision is appealable once: with new documents, and decided by another member of staff (settled 6)."""

from dataclasses import dataclass

from sevenpanel.kernel.said import say
from sevenpanel.terms.decision import Decision, Outcome
from sevenpanel.terms.facts import Document
from sevenpanel.terms.policy import Policy
from sevenpanel.terms.sentences import amount


@dataclass(frozen=True, slots=True, kw_only=True)
class Appealed:
    """A decision that a customer wants to have looked at again.

    :param appeals_before: how many appeals this request has had.
    :param decided_by: the member of staff who decided or confirmed it; None when the rules did alone.
    :param documents_before: what the first decision had; what is new must not be among it.
    :param is_all_back: nothing of the charge is left that another decision could give back.
    :param documents: what comes now. A second screenshot of the same kind is new: `is_new_evidence` says so.
    """

    decision: Decision
    appeals_before: int
    decided_by: int | None
    documents_before: frozenset[Document]
    documents: frozenset[Document]
    is_new_evidence: bool = False
    is_all_back: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """Yes or no, with the sentence for whoever asked, and the clause."""

    is_allowed: bool
    clause: str
    sentence: str


def may_appeal(appealed: Appealed, policy: Policy) -> Answer:
    """Tell whether a decision can be appealed: once, with new documents, when it left something open (settled 6)."""
    clause = appealed.decision.clause
    if appealed.decision.outcome not in {Outcome.REFUSE, Outcome.CLOSE, Outcome.GRANT}:
        return Answer(is_allowed=False, clause=clause, sentence=say("This request has not been decided yet."))
    if appealed.is_all_back:
        nothing = say("All of the charge came back; nothing is left to give.")
        return Answer(is_allowed=False, clause=clause, sentence=nothing)
    if appealed.appeals_before >= policy.appeals_max:
        often = amount(policy.appeals_max, "appeal")
        had = say("A decision has %(often)s, and this one had it.", often=often)
        return Answer(is_allowed=False, clause=clause, sentence=had)
    if not (appealed.is_new_evidence or appealed.documents - appealed.documents_before):
        brings = say("An appeal brings documents that were not there before.")
        return Answer(is_allowed=False, clause="4.9", sentence=brings)
    return Answer(is_allowed=True, clause=clause, sentence=say("Another member of staff decides it again."))


def may_judge_appeal(appealed: Appealed, *, staff_id: int) -> Answer:
    """Tell whether this member of staff may decide the appeal: anyone but the one who decided before."""
    is_other = appealed.decided_by != staff_id
    sentence = "You may decide this appeal." if is_other else "You decided this before; somebody else decides it now."
    return Answer(is_allowed=is_other, clause=appealed.decision.clause, sentence=sentence)
