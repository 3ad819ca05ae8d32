"""Clause 4.9: a request needs its documents; and the rows that begin and end the order of precedence."""

from sevenpanel.kernel.said import say
from sevenpanel.terms.decision import Case, Outcome, Ruling, refusal
from sevenpanel.terms.facts import Document, Kind
from sevenpanel.terms.names import named_word
from sevenpanel.terms.sentences import instant, listed, money

REQUIRED: dict[Kind, tuple[Document, ...]] = {
    Kind.CANCEL: (),
    Kind.NOT_COMPLETED: (Document.COUNT_SCREENSHOT,),
    Kind.SLOW_OR_LATE: (Document.COUNT_SCREENSHOT,),
    Kind.WRONG_SPECIFICATION: (Document.RECEIVED_SCREENSHOT, Document.BROKEN_PART),
    Kind.UNANSWERED: (),  # the desk has the evidence itself
    Kind.LINK_TROUBLE: (Document.STATEMENT,),
    Kind.SEVERAL_ORDERS: (Document.STATEMENT,),
    Kind.OWN_MISTAKE: (),
    Kind.DROP: (),
    Kind.OTHER: (Document.STATEMENT,),
}
assert REQUIRED.keys() == set(Kind)

CLAUSE_OF: dict[Kind, str] = {
    Kind.CANCEL: "4.1",
    Kind.NOT_COMPLETED: "4.2",
    Kind.SLOW_OR_LATE: "4.7",
    Kind.WRONG_SPECIFICATION: "4.3",
    Kind.UNANSWERED: "4.4",
    Kind.LINK_TROUBLE: "4.5",
    Kind.SEVERAL_ORDERS: "4.6",
    Kind.OWN_MISTAKE: "4.8",
    Kind.DROP: "5",
    Kind.OTHER: "4.9",
}
assert CLAUSE_OF.keys() == set(Kind)


def all_came_back(case: Case) -> Ruling | None:
    """A charge comes back at most once (settled 3): where all of it did, nothing is left to decide."""
    order = case.order
    if order.is_open or order.returned_micros < order.charge_micros:
        return None
    reason = say(
        "The order ended as %(status)s, and its whole charge of %(charge)s came back.",
        status=named_word(order.status), charge=money(order.charge_micros, order.currency),
    )  # fmt: skip
    return refusal(CLAUSE_OF[case.kind], reason)


def missing_documents(case: Case) -> Ruling | None:
    """Clause 4.9: what is missing is listed, and the request keeps the time at which it was made."""
    missing = tuple(each for each in REQUIRED[case.kind] if each not in case.facts.documents)
    if not missing:
        return None
    reasons = (
        say("This request still needs %(documents)s.", documents=listed(map(named_word, missing))),
        say("It keeps the time at which you asked, %(when)s.", when=instant(case.asked_at)),
    )
    return Ruling(outcome=Outcome.DOCUMENTS, clause="4.9", reasons=reasons, needs=missing)


def for_staff(case: Case) -> Ruling | None:
    """Clause 4.9: what no other clause decides, staff review with its documents. This row always speaks."""
    reason = say("No rule decides this by itself; staff look at it.")
    return Ruling(outcome=Outcome.STAFF, clause="4.9", reasons=(reason,))
