"""Keeping decisions as they were made, one or many: the row, and the line that the customer reads."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sevenpanel.kernel import db
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


_STORE = """
INSERT INTO orders_decision (order_id, customer_id, request_id, appeals_id, kind, record, decision, policy_version,
                             outcome, clause, refund_micros, effect, decider, staff_id, decided_at)
SELECT d.order_id, d.customer_id, d.request_id, d.appeals_id, d.kind, d.record::jsonb, d.decision::jsonb,
       d.policy_version, d.outcome, d.clause, d.refund_micros, d.effect, d.decider, d.staff_id, %s
  FROM unnest(%s::bigint[], %s::bigint[], %s::bigint[], %s::bigint[], %s::text[], %s::text[], %s::text[], %s::text[],
              %s::text[], %s::text[], %s::bigint[], %s::text[], %s::text[], %s::bigint[]) WITH ORDINALITY
       AS d(order_id, customer_id, request_id, appeals_id, kind, record, decision, policy_version, outcome, clause,
            refund_micros, effect, decider, staff_id, place)
 ORDER BY d.place
RETURNING id
"""


@db.step
def store_decisions(made: Sequence[Made], now: datetime) -> list[int]:
    """Store decisions and tell each on its order's timeline; the caller carries them out.

    :returns: their ids, in the same order.
    :raises django.db.IntegrityError: when a request or an appeal was decided before, or its order ended.
    """
    if not made:
        return []
    # Ids are given in the order of the lines, which is what they are told apart by here.
    ids = sorted(id_ for (id_,) in db.rows(_STORE, [now, *db.columns(map(_row, made), 14)]))
    write_events([_event(each, id_) for each, id_ in zip(made, ids, strict=True)], now)
    return ids


def _row(made: Made) -> tuple[int | str | None, ...]:
    asked, decision = made.asked, made.decision
    return (
        asked.order_id, asked.customer_id, asked.request_id, made.appeals, asked.kind,
        json.dumps(to_data(made.record)), json.dumps(to_data(decision)), decision.policy_version, decision.outcome,
        decision.clause, decision.refund_micros, made.effect, made.decider, made.staff_id,
    )  # fmt: skip


def _event(made: Made, decision_id: int) -> tuple[int, int, EventKind, str]:
    facts = {
        "decision": decision_id,
        "clause": made.decision.clause,
        "outcome": made.decision.outcome.value,
        "decider": made.decider.value,
        "reasons": made.decision.reasons,
    }
    return (made.asked.order_id, made.asked.customer_id, EventKind.DECIDED, json.dumps(facts))
