"""The way of an order to the provider, as the order knows it. Fulfilment calls these within its own transactions."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sevenpanel.kernel import db
from sevenpanel.kernel.refusals import Refusal
from sevenpanel.orders.commands.settling import Ending, lock_open, settle, write_events
from sevenpanel.orders.domain import DISPATCH_AFTER, Dispatch, OpenOrder, Outcome, Status
from sevenpanel.orders.timeline import EventKind

_MOVE = """
UPDATE orders_order o SET dispatch = m.dispatch
  FROM unnest(%s::bigint[], %s::text[]) AS m(id, dispatch) WHERE o.id = m.id
"""

# What a provider has of an order is true of one that staff ended meanwhile, too. Its money was divided by then.
_SENT_ALL_THE_SAME = """
UPDATE orders_order SET dispatch = 'sent'
 WHERE id = ANY(%s::bigint[]) AND NOT is_open AND dispatch IN ('sending', 'unknown')
"""

# These dispatch states end an order whose money is still held: all of it goes back.
_ENDS = {Dispatch.REFUSED: Outcome.REFUSED, Dispatch.WRITTEN_OFF: Outcome.WRITTEN_OFF}


class UnableToMoveDispatch(Refusal):
    """A step on the way to the provider that may not follow the one before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DispatchResult:
    """What became of sending an order: the new state, and the fact to tell the customer.

    :param event: the kind of fact, None for a step that the customer need not read.
    :param facts: what the event's sentence names, by `timeline`.
    """

    order_id: int
    dispatch: Dispatch
    event: EventKind | None = None
    facts: dict[str, Any] = field(default_factory=dict)


@db.step
def begin_sending(*, order_ids: Sequence[int], now: datetime) -> frozenset[int]:
    """Move queued orders to sending, and return those that moved: the others were closed or taken meanwhile."""
    ready = [o for o in lock_open(order_ids).values() if o.dispatch is Dispatch.QUEUED]
    move_dispatch([(o.id, Dispatch.SENDING.value) for o in ready])
    return frozenset(o.id for o in ready)


@db.step
def record_dispatch(*, results: Sequence[DispatchResult], now: datetime) -> None:
    """Record what became of sending; a refused or written-off order is settled in the same transaction.

    A result for an order that is no longer open changes nothing, but one that its provider has counts as sent (I10).

    :raises UnableToMoveDispatch: when a state may not follow the order's present one (`DISPATCH_AFTER`).
    """
    orders = lock_open([result.order_id for result in results])
    known = [(orders[result.order_id], result) for result in results if result.order_id in orders]
    ended = [r.order_id for r in results if r.dispatch is Dispatch.SENT and r.order_id not in orders]
    if ended:
        db.rows(_SENT_ALL_THE_SAME, [ended])
    for order, result in known:
        _check(order, result.dispatch)
    move_dispatch([(order.id, result.dispatch.value) for order, result in known])
    write_events([(o.id, o.customer_id, r.event, json.dumps(r.facts)) for o, r in known if r.event is not None], now)
    settle(
        [_given_back(order, _ENDS[result.dispatch]) for order, result in known if result.dispatch in _ENDS],
        now,
    )


def _check(order: OpenOrder, dispatch: Dispatch) -> None:
    if dispatch not in DISPATCH_AFTER[order.dispatch]:
        raise UnableToMoveDispatch(f"Order {order.id} is {order.dispatch}; it cannot become {dispatch}.")


def _given_back(order: OpenOrder, outcome: Outcome) -> Ending:
    return Ending(order=replace(order, status=Status.CANCELED, delivered=0, remains=order.quantity), outcome=outcome)


@db.step
def move_dispatch(moves: Sequence[tuple[int, str]]) -> None:
    """Write how far orders have come: pairs of order id and state."""
    if moves:
        db.rows(_MOVE, db.columns(moves, 2))
