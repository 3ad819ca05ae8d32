"""Correcting what counts as delivered: an operator's own figure, with a reason that the customer reads (settled 3).

It stands for the instant at which it is written down; what the provider adds to its count afterwards is added to it.
"""

import json
from collections.abc import Sequence
from datetime import datetime

from sevenpanel.kernel import db
from sevenpanel.kernel.refusals import Refusal
from sevenpanel.orders import models
from sevenpanel.orders.commands.settling import write_events
from sevenpanel.orders.domain import OpenOrder, as_corrected
from sevenpanel.orders.queries.facts import corrected_now, facts_of
from sevenpanel.orders.timeline import EventKind

REASON_LENGTH_MAX = 2000

_LOCK = "SELECT customer_id, delivered, is_open FROM orders_order WHERE id = %s FOR UPDATE"
_LAST = """
SELECT DISTINCT ON (order_id) order_id, delivered, reported FROM orders_correction
 WHERE order_id = ANY(%s::bigint[]) AND NOT is_after_end ORDER BY order_id, id DESC
"""


class UnableToCorrect(Refusal):
    """A figure that cannot stand for what was delivered."""


@db.command
def correct_delivered(*, order_id: int, delivered: int, reason: str, staff_id: int, now: datetime) -> None:
    """Say how much of an order had really arrived. Of a settled order no money moves: a grant is a decision of its own.

    :raises UnableToCorrect: for no such order, a figure beyond its quantity, one that changes nothing, an untracked
        order, or without a reason.
    """
    found = db.rows(_LOCK, [order_id])
    if not found:
        raise UnableToCorrect("There is no such order.")
    ((customer_id, reported, is_open),) = found
    order, words = facts_of(order_ids=[order_id], customer_id=None)[order_id], " ".join(reason.split())
    if not words or "\0" in words:
        raise UnableToCorrect("Give a reason; the customer reads it.")
    if order.is_untracked:
        raise UnableToCorrect("This order is untracked, so only the provider's own count is used (clause 1).")
    if not 0 <= delivered <= order.quantity or delivered == order.delivered:
        raise UnableToCorrect(f"Name another number than {order.delivered}, between 0 and {order.quantity}.")
    models.Correction.objects.create(
        order_id=order_id, delivered=delivered, reported=reported, reason=words[:REASON_LENGTH_MAX],
        staff_id=staff_id, corrected_at=now, is_after_end=not is_open,
    )  # fmt: skip
    told = {"before": order.delivered, "delivered": delivered, "reason": words[:REASON_LENGTH_MAX]}
    write_events([(order_id, customer_id, EventKind.CORRECTED, json.dumps(told))], now)


@db.step
def with_corrections(ended: Sequence[OpenOrder]) -> list[OpenOrder]:
    """Orders at their end, those that were corrected before with the figure that counts."""
    if not ended:
        return []
    found = {id_: (delivered, reported) for id_, delivered, reported in db.rows(_LAST, [[o.id for o in ended]])}
    return [
        as_corrected(order, corrected_now(*found[order.id], order.delivered, order.quantity))
        if order.id in found
        else order
        for order in ended
    ]
