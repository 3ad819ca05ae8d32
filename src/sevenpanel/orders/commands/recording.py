"""Keeping decisions as they were made, one or many: the row, and the line that the customer reads."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sevenpanel.kernel import db
from sevenpanel.orders import models
from sevenpanel.orders.commands.settling import write_events
from sevenpanel.orders.domain import Decider, Effect
from sevenpanel.orders.queries.facts import Asked
from sevenpanel.orders.timeline import EventKind
from sevenpanel.terms import Decision, OrderFacts, Record, to_data


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """A decision that was made and is to be stored.

    :param record: what it was made from, and what the rules said.
    :param decision: what was decided; the rules' own unless staff overruled them.
    :param appeals: the decision that this one reviews.
    """

    asked: Asked
    record: Record
    decision: Decision
    decider: Decider = Decider.RULES
    staff_id: int | None = None
    appeals: int | None = None

    @property
    def order(self) -> OrderFacts:
        """The order as it stood."""
        return self.record.facts.order

    @property
    def effect(self) -> Effect:
        """What it does to its order."""
        if self.order.is_open and self.decision.close_as is not None:
            return Effect.ENDED
        return Effect.GRANTED if self.decision.refund_micros else Effect.NONE


def by_the_rules(asked: Asked, record: Record) -> Made:
    """What the rules decided alone."""
    return Made(asked=asked, record=record, decision=record.decision)


@db.step
def store_decisions(made: Sequence[Made], now: datetime) -> list[int]:
    """Store decisions and tell each on its order's timeline; the caller carries them out.

    :returns: their ids, in the same order.
    :raises django.db.IntegrityError: when a request or an appeal was decided before, or its order ended.
    """
    rows = models.Decision.objects.bulk_create([_row(each, now) for each in made])
    told = [_event(each, row.id) for each, row in zip(made, rows, strict=True)]
    write_events(told, now)
    return [row.id for row in rows]


def _row(made: Made, now: datetime) -> models.Decision:
    decision = made.decision
    return models.Decision(
        order_id=made.asked.order_id,
        customer_id=made.asked.customer_id,
        request_id=made.asked.request_id,
        appeals_id=made.appeals,
        kind=made.asked.kind,
        record=to_data(made.record),
        decision=to_data(decision),
        policy_version=decision.policy_version,
        outcome=decision.outcome,
        clause=decision.clause,
        refund_micros=decision.refund_micros,
        effect=made.effect,
        decider=made.decider,
        staff_id=made.staff_id,
        decided_at=now,
    )


def _event(made: Made, decision_id: int) -> tuple[int, int, EventKind, str]:
    facts = {
        "decision": decision_id,
        "clause": made.decision.clause,
        "outcome": made.decision.outcome.value,
        "decider": made.decider.value,
        "reasons": made.decision.reasons,
    }
    return (made.asked.order_id, made.asked.customer_id, EventKind.DECIDED, json.dumps(facts))
