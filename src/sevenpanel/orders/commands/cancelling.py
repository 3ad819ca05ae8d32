"""Cancelling: a visible request (clause 4.1). Before sending it is done at once, afterwards the provider decides."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from sevenpanel.kernel import chaos, db, outbox
from sevenpanel.orders.commands.settling import Ending, lock_open, settle, write_events
from sevenpanel.orders.domain import Dispatch, OpenOrder, Outcome, Status
from sevenpanel.orders.timeline import EventKind

TOPIC = "order.cancel_requested"

# The button is the effective description's: a notice in force gives it or takes it away (clauses 3 and 4.1).
_ASKED_ABOUT = """
SELECT o.id, coalesce(n.can_cancel, s.can_cancel) FROM orders_order o JOIN catalog_service s ON s.id = o.service_id
  LEFT JOIN LATERAL notices_in_force(ARRAY[o.service_id], %s) n ON true
 WHERE o.id = ANY(%s::bigint[]) AND o.customer_id = %s
"""
_MARK = "UPDATE orders_order SET cancel_requested_at = %s WHERE id = ANY(%s::bigint[]) AND cancel_requested_at IS NULL"


class CancelVerdict(StrEnum):
    """What became of a request to cancel."""

    CANCELLED = "cancelled"
    REQUESTED = "requested"
    NOT_FOUND = "not found"
    NOT_OFFERED = "not offered"
    ENDED = "ended"


CANCEL_SENTENCES = {
    CancelVerdict.CANCELLED: "Cancelled; everything came back.",
    CancelVerdict.REQUESTED: "Cancel requested. Money moves when the provider confirms it.",
    CancelVerdict.NOT_FOUND: "There is no such order.",
    CancelVerdict.NOT_OFFERED: "This service has no cancel button, so the order goes on.",
    CancelVerdict.ENDED: "This order has ended already.",
}
assert CANCEL_SENTENCES.keys() == set(CancelVerdict)


@dataclass(frozen=True, slots=True, kw_only=True)
class CancelAnswer:
    """What became of a request to cancel one order."""

    order_id: int
    verdict: CancelVerdict

    @property
    def sentence(self) -> str:
        """What the customer reads."""
        return CANCEL_SENTENCES[self.verdict]


@db.command
def request_cancel(*, customer_id: int, order_ids: Sequence[int], now: datetime) -> list[CancelAnswer]:
    """Ask to cancel orders of one customer, each by itself. Asking twice changes nothing.

    :returns: one answer per id, in the order given.
    """
    offered = dict(db.rows(_ASKED_ABOUT, (now, list(order_ids), customer_id)))
    orders = lock_open([id_ for id_, can_cancel in offered.items() if can_cancel])
    answers = [CancelAnswer(order_id=id_, verdict=_verdict(id_, offered, orders)) for id_ in order_ids]
    _carry_out(list({a.order_id: a for a in answers}.values()), orders, now)
    chaos.point("cancel.after_request")
    return answers


def _verdict(order_id: int, offered: dict[int, bool], orders: dict[int, OpenOrder]) -> CancelVerdict:
    if order_id not in offered:
        return CancelVerdict.NOT_FOUND
    if not offered[order_id]:
        return CancelVerdict.NOT_OFFERED
    if order_id not in orders:
        return CancelVerdict.ENDED
    not_sent = orders[order_id].dispatch is Dispatch.QUEUED
    return CancelVerdict.CANCELLED if not_sent else CancelVerdict.REQUESTED


def _carry_out(answers: Sequence[CancelAnswer], orders: dict[int, OpenOrder], now: datetime) -> None:
    active = {CancelVerdict.CANCELLED, CancelVerdict.REQUESTED}
    asked = [orders[a.order_id] for a in answers if a.verdict in active and not orders[a.order_id].is_cancel_requested]
    db.rows(_MARK, (now, [order.id for order in asked]))
    write_events([(o.id, o.customer_id, EventKind.CANCEL_REQUESTED, "{}") for o in asked], now)
    later = [o for o in asked if o.dispatch is not Dispatch.QUEUED]
    outbox.write(topic=TOPIC, subjects=[(o.customer_id, o.id) for o in later], now=now)
    at_once = [orders[a.order_id] for a in answers if a.verdict is CancelVerdict.CANCELLED]
    settle([_cancelled(order) for order in at_once], now)


def _cancelled(order: OpenOrder) -> Ending:
    stopped = replace(order, status=Status.CANCELED, delivered=0, remains=order.quantity)
    return Ending(order=stopped, outcome=Outcome.CANCELLED_BY_CUSTOMER)


@db.step
def record_cancel_answer(*, order_id: int, accepted: bool, words: str, now: datetime) -> None:
    """Record what the provider said to a request to cancel. No money moves: that is for its status to show."""
    order = lock_open([order_id]).get(order_id)
    if order is not None:
        facts = json.dumps({"accepted": accepted, "words": words})
        write_events([(order.id, order.customer_id, EventKind.CANCEL_ANSWERED, facts)], now)
