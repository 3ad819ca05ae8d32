"""The order of precedence as one table, and `decide`: the first row that speaks wins, and the last always speaks.

Silence of the desk comes before everything, since it is the desk's own fault. Then comes what makes an order
impossible to carry out or to judge. Then the refusals that no document could change, so that nobody is sent for
screenshots in vain; then the documents; then what is granted.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sevenpanel.terms.clauses import cancelling, documentation, lateness, link_trouble, specification, unanswered
from sevenpanel.terms.decision import Case, Decision, Outcome, Ruling, case_of
from sevenpanel.terms.facts import OrderFacts, RequestFacts
from sevenpanel.terms.policy import Extent, Policy
from sevenpanel.terms.refunds import back_micros


@dataclass(frozen=True, slots=True)
class Rule:
    """One row: its name, the clauses it may cite, and what it says to a case."""

    name: str
    clauses: frozenset[str]
    speak: Callable[[Case], Ruling | None]


def _rule(name: str, clauses: str, speak: Callable[[Case], Ruling | None]) -> Rule:
    return Rule(name, frozenset(clauses.split()), speak)


PRECEDENCE: tuple[Rule, ...] = (
    _rule("all came back", "4.1 4.2 4.3 4.4 4.5 4.6 4.7 4.8 4.9 5", documentation.all_came_back),
    _rule("unanswered ticket", "4.4", unanswered.claim),
    _rule("wrong link", "2", link_trouble.wrong_link),
    _rule("changed link", "4.5", link_trouble.changed_link),
    _rule("several orders at once", "4.6", link_trouble.several_at_once),
    _rule("own mistake", "4.8", link_trouble.own_mistake),
    _rule("drop alone", "5", specification.drop_alone),
    _rule("cancel", "4.1", cancelling.cancel),
    _rule("untracked", "1", link_trouble.untracked),
    _rule("no specification", "4.3", specification.no_specification),
    _rule("asked after the end", "4.2 4.7", lateness.asked_after_the_end),
    _rule("delay announced", "3 4.7", lateness.announced),
    _rule("in time", "4.2 4.7", lateness.in_time),
    _rule("documents missing", "4.9", documentation.missing_documents),
    _rule("wrong specification", "4.3", specification.wrong_specification),
    _rule("late", "4.2 4.7", lateness.late),
    _rule("for staff", "4.9", documentation.for_staff),
)


def decide(facts: RequestFacts, policy: Policy, now: datetime) -> Decision:
    """Decide a request under the Terms: pure, so that the same facts, policy and time give the same decision.

    :param policy: of the version that the customer had accepted when placing the order.
    :param now: the instant of the decision, not before the request.
    """
    assert facts.requested_at <= now, (facts.requested_at, now)
    case = case_of(facts, policy)
    for rule in PRECEDENCE:
        if (ruling := rule.speak(case)) is not None:
            return _decision(rule, ruling, case, now)
    raise AssertionError("the last row always speaks")


def refund_limit_micros(clause: str, order: OrderFacts, policy: Policy) -> int:
    """The most that a clause can give back by itself."""
    extents = {"4.3": policy.wrong_spec_refund, "4.4": policy.unanswered_refund}
    if clause in {"4.1", "4.2", "4.7"} | extents.keys():
        return back_micros(order, extents.get(clause, Extent.UNDELIVERED))
    return 0


def _decision(rule: Rule, ruling: Ruling, case: Case, now: datetime) -> Decision:
    assert ruling.clause in rule.clauses, (rule.name, ruling.clause)
    assert 0 <= ruling.refund_micros <= refund_limit_micros(ruling.clause, case.order, case.policy)
    assert ruling.outcome is Outcome.GRANT or ruling.refund_micros == 0
    return Decision(
        outcome=ruling.outcome,
        clause=ruling.clause,
        rule=rule.name,
        reasons=ruling.reasons,
        refund_micros=ruling.refund_micros,
        needs=ruling.needs,
        close_as=ruling.close_as,
        may_ask_from=ruling.may_ask_from,
        cites=ruling.cites,
        policy_version=case.policy.version,
        decided_at=now,
    )
