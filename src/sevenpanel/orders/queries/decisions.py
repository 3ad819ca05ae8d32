"""Reads of decisions: those of an order or a request, and all of them to be decided anew."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec

from sevenpanel.kernel import db
from sevenpanel.orders.domain import Decider, Effect
from sevenpanel.terms import Decision, Kind, Outcome, Record, decision_from, reasons_said, record_from

_COLUMNS = """
id, order_id, customer_id, request_id, appeals_id, kind, record::text AS record, decision::text AS decision, effect,
decider, staff_id, decided_at
"""
_BY_ID = f"SELECT {_COLUMNS} FROM orders_decision WHERE id = ANY(%s::bigint[]) ORDER BY id"
_OF_ORDER = f"SELECT {_COLUMNS} FROM orders_decision WHERE order_id = %s ORDER BY id"
_OF_CUSTOMER = f"""
SELECT {_COLUMNS} FROM orders_decision WHERE customer_id = %s AND id > %s ORDER BY id LIMIT %s
"""
_AFTER = f"SELECT {_COLUMNS} FROM orders_decision WHERE id > %s ORDER BY id LIMIT %s"
# What staff leaf through: newest first, a page at a time by the last id seen.
_PAGE = f"""
SELECT {_COLUMNS} FROM orders_decision
 WHERE (%(clause)s::text IS NULL OR clause = %(clause)s) AND (%(outcome)s::text IS NULL OR outcome = %(outcome)s)
   AND (%(decider)s::text IS NULL OR decider = %(decider)s) AND (%(order)s::bigint IS NULL OR order_id = %(order)s)
   AND (%(before)s::bigint IS NULL OR id < %(before)s)
 ORDER BY id DESC LIMIT %(limit)s
"""
_APPEALS = "SELECT id FROM orders_decision WHERE appeals_id = %s"

BATCH = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionRow:
    """A decision as it was made.

    :param record: what it was made from, and what the rules said.
    :param decision: what was decided; differs from the rules' where staff overruled them.
    """

    id: int
    order_id: int
    customer_id: int
    request_id: int | None
    appeals_id: int | None
    kind: Kind
    record: Record
    decision: Decision
    effect: Effect
    decider: Decider
    staff_id: int | None
    decided_at: datetime

    @property
    def reasons(self) -> tuple[str, ...]:
        """Why, in the words that were stored, as sentences that can be told in any language where that is possible."""
        return reasons_said(self.record, self.decision)

    @property
    def is_all_back(self) -> bool:
        """Whether nothing of the charge is left after it that another decision could give back."""
        order = self.record.facts.order
        return order.returned_micros + self.decision.refund_micros >= order.charge_micros


def decisions(*, decision_ids: Sequence[int]) -> dict[int, DecisionRow]:
    """These decisions, by id."""
    return {row.id: row for row in map(_row, db.named_rows(_BY_ID, [list(decision_ids)]))}


def decisions_of_order(*, order_id: int) -> list[DecisionRow]:
    """Every decision about an order, oldest first."""
    return [_row(row) for row in db.named_rows(_OF_ORDER, [order_id])]


def decisions_page(
    *,
    clause: str | None = None,
    outcome: Outcome | None = None,
    decider: Decider | None = None,
    order_id: int | None = None,
    before_id: int | None = None,
    limit: int = 50,
) -> list[DecisionRow]:
    """A page of decisions, newest first (keyset: pass the last id seen), of one clause, outcome, decider or order."""
    parameters = {
        "clause": clause,
        "outcome": outcome.value if outcome else None,
        "decider": decider.value if decider else None,
        "order": order_id,
        "before": before_id,
        "limit": limit,
    }
    return [_row(row) for row in db.named_rows(_PAGE, parameters)]


def appeal_of(*, decision_id: int) -> int | None:
    """The decision that reviewed this one, if any."""
    found = db.rows(_APPEALS, (decision_id,))
    return int(found[0][0]) if found else None


def decisions_of_customer(*, customer_id: int) -> Iterator[DecisionRow]:
    """Every decision about a customer's orders in the order of ids, read a batch at a time."""
    last = 0
    while rows := db.named_rows(_OF_CUSTOMER, (customer_id, last, BATCH)):
        yield from map(_row, rows)
        last = rows[-1]["id"]


def all_decisions() -> Iterator[DecisionRow]:
    """Every stored decision in the order of ids, read a batch at a time."""
    last = 0
    while rows := db.named_rows(_AFTER, (last, BATCH)):
        yield from map(_row, rows)
        last = rows[-1]["id"]


def _row(row: dict[str, Any]) -> DecisionRow:
    row["kind"], row["effect"], row["decider"] = Kind(row["kind"]), Effect(row["effect"]), Decider(row["decider"])
    row["record"] = record_from(msgspec.json.decode(row["record"]))
    row["decision"] = decision_from(msgspec.json.decode(row["decision"]))
    return DecisionRow(**row)
