"""Decisions: made under the order's lock, stored as they were made, and booked in the same transaction.

A grant about an open order ends it: what comes back is returned from what was held. A grant about a settled order
is a transfer of its own with a key derived from the decision, so that it is booked once. A decision is never changed:
an appeal is another one.
"""

import json
from dataclasses import dataclass, replace
from datetime import datetime

from sevenpanel.kernel import db, outbox
from sevenpanel.kernel.refusals import Refusal
from sevenpanel.kernel.said import say
from sevenpanel.ledger import commands as ledger
from sevenpanel.ledger.domain import AccountKind, Reason, Transfer, customer, house
from sevenpanel.orders.commands.cancelling import TOPIC as CANCEL_TOPIC
from sevenpanel.orders.commands.recording import Made, by_the_rules, store_decisions
from sevenpanel.orders.commands.settling import Ending, lock_open, settle, write_events
from sevenpanel.orders.domain import Decider, Effect, Outcome, Status
from sevenpanel.orders.queries.facts import Asked, record_for
from sevenpanel.orders.timeline import EventKind, grant_key
from sevenpanel.terms import NOT_SENT, Decision, OrderFacts, Record, grant_by_hand, refuse_by_hand
from sevenpanel.terms import Outcome as Verdict

# What the rules decide without anybody's help; the others wait for documents, staff or the provider.
FINAL = frozenset({Verdict.GRANT, Verdict.REFUSE, Verdict.CLOSE})

_LOCK = "SELECT id FROM orders_order WHERE id = %s AND customer_id = %s FOR UPDATE"
_ADD_GRANT = "UPDATE orders_order SET granted_micros = granted_micros + %s WHERE id = %s"


class UnableToDecideOrder(Refusal):
    """A decision that cannot be made now."""


class UnableToFindOrder(Refusal):
    """An order that is not there, or is somebody else's."""

    status = 404


@dataclass(frozen=True, slots=True, kw_only=True)
class Confirm:
    """Staff agree with the rules. `expected` is the fingerprint of what they read (`fingerprint`)."""

    staff_id: int
    expected: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GrantByHand:
    """Staff give back some of what was not delivered, where the rules give nothing."""

    staff_id: int
    amount_micros: int
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RefuseByHand:
    """Staff refuse what the rules would have granted, or left to them."""

    staff_id: int
    reason: str


Act = Confirm | GrantByHand | RefuseByHand


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """A decision that was stored, and what it did."""

    decision_id: int
    decision: Decision
    effect: Effect


def fingerprint(decision: Decision) -> str:
    """What staff agree to when they confirm: if it changed since they looked, they look again."""
    return f"{decision.outcome}/{decision.clause}/{decision.refund_micros}"


@db.step
def decide_by_rules(*, asked: Asked, now: datetime) -> Decided:
    """Let the rules decide alone, and carry it out.

    :raises UnableToFindOrder: when this customer has no such order.
    :raises UnableToDecideOrder: when the rules wait for documents, staff or the provider.
    """
    record = _locked(asked, now)
    if record.decision.outcome not in FINAL:
        raise UnableToDecideOrder(" ".join(record.decision.reasons))
    return _store(by_the_rules(asked, record), now)


@db.step
def decide_by_staff(*, asked: Asked, act: Act, now: datetime, appeals: int | None = None) -> Decided:
    """Confirm what the rules say or overrule them, and carry it out. What the rules said is stored in any case.

    :param appeals: the decision that this one reviews.
    :raises UnableToFindOrder: when there is no such order.
    :raises UnableToDecideOrder: when the rules say something else than what staff read, or decide nothing yet.
    :raises terms.UnableToDecide: for an overruling without a reason or beyond its limit.
    :raises django.db.IntegrityError: when the request or the appeal was decided before.
    """
    record = _locked(asked, now)
    decision = _by_staff(record, act, now)
    decider = Decider.CONFIRMED if isinstance(act, Confirm) else Decider.OVERRULED
    made = Made(
        asked=asked, record=record, decision=decision, decider=decider, staff_id=act.staff_id, appeals=appeals
    )  # fmt: skip
    return _store(made, now)


def _locked(asked: Asked, now: datetime) -> Record:
    if not db.rows(_LOCK, (asked.order_id, asked.customer_id)):
        raise UnableToFindOrder(say("There is no such order."))
    return record_for(asked=asked, now=now)


def _by_staff(record: Record, act: Act, now: datetime) -> Decision:
    proposed = record.decision
    if isinstance(act, GrantByHand):
        return grant_by_hand(
            order=record.facts.order,
            proposed=proposed,
            amount_micros=act.amount_micros,
            reason=act.reason,
            policy=record.policy,
            now=now,
        )
    if isinstance(act, RefuseByHand):
        return refuse_by_hand(proposed=proposed, reason=act.reason, policy=record.policy, now=now)
    if proposed.outcome not in FINAL:
        raise UnableToDecideOrder(f"There is nothing to confirm yet. {' '.join(proposed.reasons)}")
    if fingerprint(proposed) != act.expected:
        raise UnableToDecideOrder(f"What the rules say has changed since you looked. Now: {' '.join(proposed.reasons)}")
    return proposed


def _store(made: Made, now: datetime) -> Decided:
    (decision_id,) = store_decisions([made], now)
    if made.effect is Effect.ENDED:
        _end(made.order, made.decision, now)
    elif made.effect is Effect.GRANTED:
        _grant(made.asked, made.order, made.decision, decision_id, now)
    return Decided(decision_id=decision_id, decision=made.decision, effect=made.effect)


def _end(order: OrderFacts, decision: Decision, now: datetime) -> None:
    """Settle an open order as the decision says; a provider that may work on it is asked to stop."""
    assert decision.close_as is not None
    running = lock_open([order.order_id])[order.order_id]
    stopped = replace(
        running,
        status=Status(decision.close_as.value),
        delivered=order.delivered,
        remains=order.quantity - order.delivered,
    )
    outcome = Outcome.GRANTED if decision.outcome is Verdict.GRANT else Outcome.CLOSED
    settle([Ending(order=stopped, outcome=outcome, returned_micros=decision.refund_micros)], now)
    if order.dispatch not in NOT_SENT:
        outbox.write(topic=CANCEL_TOPIC, subjects=[(running.customer_id, running.id)], now=now)


def _grant(asked: Asked, order: OrderFacts, decision: Decision, decision_id: int, now: datetime) -> None:
    """Give back some of what a settled order earned."""
    assert not order.is_open
    db.rows(_ADD_GRANT, (decision.refund_micros, order.order_id))
    grant = Transfer(
        key=grant_key(order.order_id, decision_id),
        debit=house(AccountKind.EARNED, order.currency),
        credit=customer(asked.customer_id, order.currency),
        amount_micros=decision.refund_micros,
        reason=Reason.GRANT,
        customer_id=asked.customer_id,
        order_id=order.order_id,
        note=f"Clause {decision.clause}",
    )
    ledger.post(transfers=[grant], now=now)
    facts = {"decision": decision_id, "amount": decision.refund_micros, "before": order.returned_micros}
    write_events([(order.order_id, asked.customer_id, EventKind.GRANTED, json.dumps(facts))], now)
