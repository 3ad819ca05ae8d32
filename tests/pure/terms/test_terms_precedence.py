"""The order of precedence: for every two rows that can both speak, a case in which the upper one wins."""

from dataclasses import replace
from itertools import combinations

import pytest
from hypothesis import given
from tests.pure.terms.histories import EVERYTHING, requests
from tests.pure.terms.ordinary import DUE, HOUR, LATE, PLACED, POLICY, closed, described, notice, order, request, ticket

from sevenpanel.terms import (
    Aspect,
    Kind,
    LinkFinding,
    LinkTrouble,
    Outcome,
    RequestFacts,
    Status,
    decide,
    deciding,
    refund_limit_micros,
)
from sevenpanel.terms.deciding import PRECEDENCE
from sevenpanel.terms.decision import case_of

WHOLE = closed(Status.CANCELED)
WRONG = LinkTrouble(found=LinkFinding.WRONG, found_at=PLACED, evidence="no such place.")
GONE = replace(WRONG, found=LinkFinding.GONE)
DOUBLED = {"doubled_with": (4,)}
NONE: frozenset[Aspect] = frozenset()
ONLY_SPEED = frozenset({Aspect.SPEED})
DELAYED = order(notices=(notice(),))
SPEC = Kind.WRONG_SPECIFICATION
TIME = Kind.NOT_COMPLETED
SILENT = ticket((PLACED, "customer"))
BUTTON = described(can_cancel=True).description

# upper row, lower row, a request about which both speak
PAIRS: list[tuple[str, str, RequestFacts]] = [
    ("all came back", "unanswered ticket", request(Kind.UNANSWERED, WHOLE, ticket=SILENT)),
    ("all came back", "wrong link", request(Kind.OTHER, replace(WHOLE, link_trouble=WRONG))),
    ("all came back", "changed link", request(Kind.OTHER, replace(WHOLE, link_trouble=GONE))),
    ("all came back", "several orders at once", request(Kind.OTHER, replace(WHOLE, **DOUBLED))),
    ("all came back", "own mistake", request(Kind.OWN_MISTAKE, WHOLE)),
    ("all came back", "drop alone", request(Kind.DROP, WHOLE)),
    ("all came back", "cancel", request(Kind.CANCEL, WHOLE)),
    ("all came back", "untracked", request(SPEC, replace(WHOLE, is_untracked=True))),
    ("all came back", "no specification", request(SPEC, WHOLE, broken=ONLY_SPEED)),
    ("all came back", "asked after the end", request(TIME, WHOLE)),
    ("all came back", "delay announced", request(TIME, replace(WHOLE, notices=(notice(),)))),
    ("all came back", "in time", request(TIME, WHOLE, at=DUE)),
    ("all came back", "documents missing", request(Kind.OTHER, WHOLE, documents=frozenset())),
    ("all came back", "wrong specification", request(SPEC, WHOLE)),
    ("all came back", "late", request(TIME, WHOLE)),
    ("all came back", "for staff", request(Kind.OTHER, WHOLE)),
    ("unanswered ticket", "wrong link", request(Kind.UNANSWERED, order(link_trouble=WRONG), ticket=SILENT)),
    ("unanswered ticket", "changed link", request(Kind.UNANSWERED, order(link_trouble=GONE), ticket=SILENT)),
    ("unanswered ticket", "several orders at once", request(Kind.UNANSWERED, order(**DOUBLED), ticket=SILENT)),
    ("unanswered ticket", "for staff", request(Kind.UNANSWERED, ticket=SILENT)),
    ("wrong link", "several orders at once", request(Kind.OTHER, order(link_trouble=WRONG, **DOUBLED))),
    ("wrong link", "own mistake", request(Kind.OWN_MISTAKE, order(link_trouble=WRONG))),
    ("wrong link", "drop alone", request(Kind.DROP, order(link_trouble=WRONG))),
    ("wrong link", "cancel", request(Kind.CANCEL, order(link_trouble=WRONG, description=BUTTON))),
    ("wrong link", "untracked", request(SPEC, order(link_trouble=WRONG, is_untracked=True))),
    ("wrong link", "no specification", request(SPEC, order(link_trouble=WRONG), broken=ONLY_SPEED)),
    ("wrong link", "asked after the end", request(TIME, closed(link_trouble=WRONG))),
    ("wrong link", "delay announced", request(TIME, replace(DELAYED, link_trouble=WRONG))),
    ("wrong link", "in time", request(TIME, order(link_trouble=WRONG), at=DUE)),
    ("wrong link", "documents missing", request(TIME, order(link_trouble=WRONG), documents=frozenset())),
    ("wrong link", "wrong specification", request(SPEC, order(link_trouble=WRONG))),
    ("wrong link", "late", request(TIME, order(link_trouble=WRONG))),
    ("wrong link", "for staff", request(Kind.LINK_TROUBLE, order(link_trouble=WRONG))),
    ("changed link", "several orders at once", request(Kind.OTHER, order(link_trouble=GONE, **DOUBLED))),
    ("changed link", "own mistake", request(Kind.OWN_MISTAKE, order(link_trouble=GONE))),
    ("changed link", "drop alone", request(Kind.DROP, order(link_trouble=GONE))),
    ("changed link", "cancel", request(Kind.CANCEL, order(link_trouble=GONE, description=BUTTON))),
    ("changed link", "untracked", request(SPEC, order(link_trouble=GONE, is_untracked=True))),
    ("changed link", "no specification", request(SPEC, order(link_trouble=GONE), broken=ONLY_SPEED)),
    ("changed link", "asked after the end", request(TIME, closed(link_trouble=GONE))),
    ("changed link", "delay announced", request(TIME, replace(DELAYED, link_trouble=GONE))),
    ("changed link", "in time", request(TIME, order(link_trouble=GONE), at=DUE)),
    ("changed link", "documents missing", request(TIME, order(link_trouble=GONE), documents=frozenset())),
    ("changed link", "wrong specification", request(SPEC, order(link_trouble=GONE))),
    ("changed link", "late", request(TIME, order(link_trouble=GONE))),
    ("changed link", "for staff", request(Kind.LINK_TROUBLE, order(link_trouble=GONE))),
    ("several orders at once", "own mistake", request(Kind.OWN_MISTAKE, order(**DOUBLED))),
    ("several orders at once", "drop alone", request(Kind.DROP, order(**DOUBLED))),
    ("several orders at once", "cancel", request(Kind.CANCEL, order(description=BUTTON, **DOUBLED))),
    ("several orders at once", "untracked", request(SPEC, order(is_untracked=True, **DOUBLED))),
    ("several orders at once", "no specification", request(SPEC, order(**DOUBLED), broken=ONLY_SPEED)),
    ("several orders at once", "asked after the end", request(TIME, closed(**DOUBLED))),
    ("several orders at once", "delay announced", request(TIME, replace(DELAYED, **DOUBLED))),
    ("several orders at once", "in time", request(TIME, order(**DOUBLED), at=DUE)),
    ("several orders at once", "documents missing", request(TIME, order(**DOUBLED), documents=frozenset())),
    ("several orders at once", "wrong specification", request(SPEC, order(**DOUBLED))),
    ("several orders at once", "late", request(TIME, order(**DOUBLED))),
    ("several orders at once", "for staff", request(Kind.SEVERAL_ORDERS, order(**DOUBLED))),
    ("own mistake", "for staff", request(Kind.OWN_MISTAKE)),
    ("drop alone", "for staff", request(Kind.DROP)),
    ("cancel", "for staff", request(Kind.CANCEL)),
    ("untracked", "no specification", request(SPEC, order(is_untracked=True), broken=ONLY_SPEED)),
    ("untracked", "documents missing", request(SPEC, order(is_untracked=True), documents=frozenset())),
    ("untracked", "wrong specification", request(SPEC, order(is_untracked=True))),
    ("untracked", "for staff", request(SPEC, order(is_untracked=True))),
    ("no specification", "documents missing", request(SPEC, broken=ONLY_SPEED, documents=frozenset())),
    ("no specification", "wrong specification", request(SPEC, broken=ONLY_SPEED)),
    ("no specification", "for staff", request(SPEC, broken=ONLY_SPEED)),
    ("asked after the end", "delay announced", request(TIME, closed(notices=(notice(),)))),
    ("asked after the end", "in time", request(TIME, closed(at=DUE - HOUR), at=DUE)),
    ("asked after the end", "documents missing", request(TIME, closed(), documents=frozenset())),
    ("asked after the end", "late", request(TIME, closed())),
    ("asked after the end", "for staff", request(TIME, closed())),
    ("delay announced", "documents missing", request(TIME, DELAYED, documents=frozenset())),
    ("delay announced", "for staff", request(TIME, DELAYED)),
    ("in time", "documents missing", request(TIME, at=DUE, documents=frozenset())),
    ("in time", "for staff", request(TIME, at=DUE)),
    ("documents missing", "wrong specification", request(SPEC, documents=frozenset())),
    ("documents missing", "late", request(TIME, documents=frozenset())),
    ("documents missing", "for staff", request(Kind.OTHER, documents=frozenset())),
    ("wrong specification", "for staff", request(SPEC)),
    ("late", "for staff", request(TIME)),
]


CASES = {(upper, lower) for upper, lower, _ in PAIRS}
# About the same requests, and yet never both: a finding is of one sort, and a promise is kept, excused or broken.
EXCLUSIVE = {
    ("wrong link", "changed link"),
    ("delay announced", "in time"),
    ("delay announced", "late"),
    ("in time", "late"),
}


def speaking(facts: RequestFacts) -> list[str]:
    """Name the rows that have something to say, top to bottom."""
    case = case_of(facts, POLICY)
    return [rule.name for rule in PRECEDENCE if rule.speak(case) is not None]


@pytest.mark.parametrize(("upper", "lower", "facts"), PAIRS, ids=lambda part: part if isinstance(part, str) else "")
def test_of_two_rows_that_could_speak_the_upper_one_does(upper: str, lower: str, facts: RequestFacts) -> None:
    said = speaking(facts)

    assert said[0] == upper
    assert lower in said
    assert decide(facts, POLICY, facts.requested_at).rule == upper


def test_every_two_rows_have_their_case_or_can_never_both_speak() -> None:
    """Neighbours and all others: two rows without a case are about different requests, or one excludes the other."""
    about: dict[str, set[Kind]] = {rule.name: set() for rule in PRECEDENCE}
    together: set[tuple[str, str]] = set()
    for facts in EVERYTHING:
        said = speaking(facts)
        together.update(combinations(said, 2))
        for name in said:
            about[name].add(facts.kind)

    possible = {pair for pair in combinations(about, 2) if about[pair[0]] & about[pair[1]]} - EXCLUSIVE
    assert together == possible == CASES


@given(requests())
def test_two_rows_without_a_case_never_both_speak(facts: RequestFacts) -> None:
    assert set(combinations(speaking(facts), 2)) <= CASES


def test_every_row_speaks_first_somewhere_and_the_last_always_speaks() -> None:
    said = [speaking(facts) for facts in EVERYTHING]

    assert {names[0] for names in said} == {rule.name for rule in PRECEDENCE}
    assert {names[-1] for names in said} == {"for staff"}


def test_every_clause_that_a_row_may_cite_is_cited_somewhere() -> None:
    cited = {(d.rule, d.clause) for facts in EVERYTHING if (d := decide(facts, POLICY, LATE + 1000 * HOUR))}
    allowed = {(rule.name, clause) for rule in PRECEDENCE for clause in rule.clauses}

    assert cited == allowed


def test_only_clauses_that_say_so_give_anything_back() -> None:
    about = order(returned_micros=40_000)
    limits = {clause: refund_limit_micros(clause, about, POLICY) for rule in PRECEDENCE for clause in rule.clauses}

    assert {clause: most for clause, most in limits.items() if most} == {
        "4.1": 500_000, "4.2": 500_000, "4.7": 500_000, "4.3": 860_000, "4.4": 860_000,
    }  # fmt: skip


def test_the_rows_stand_in_this_order() -> None:
    assert [rule.name for rule in deciding.PRECEDENCE] == [
        "all came back",
        "unanswered ticket",
        "wrong link",
        "changed link",
        "several orders at once",
        "own mistake",
        "drop alone",
        "cancel",
        "untracked",
        "no specification",
        "asked after the end",
        "delay announced",
        "in time",
        "documents missing",
        "wrong specification",
        "late",
        "for staff",
    ]


def test_every_outcome_is_reached() -> None:
    assert {decide(facts, POLICY, facts.requested_at).outcome for facts in EVERYTHING} == set(Outcome)
    assert frozenset() == NONE
