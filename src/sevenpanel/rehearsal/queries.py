"""Reads of test orders: as the API's `status` shows them, as their customer's list does, and their changes."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sevenpanel.accounts import queries as accounts
from sevenpanel.kernel import db
from sevenpanel.ledger.queries import BalanceRow
from sevenpanel.orders.domain import Placed, Refused
from sevenpanel.orders.queries import StatusRow
from sevenpanel.rehearsal.domain import (
    ANSWERS_AFTER,
    ENDS_AFTER,
    Course,
    PlayOrder,
    Standing,
    left_of,
    midnight,
    standing,
    steps,
)

COLUMNS = """
id, customer_id, service_id, link, target, quantity, charge_micros, currency, course, can_cancel, placed_at,
cancel_requested_at
"""
_OF = f"SELECT {COLUMNS} FROM rehearsal_playorder WHERE customer_id = %s ORDER BY id DESC LIMIT %s"
_THESE = f"SELECT {COLUMNS} FROM rehearsal_playorder WHERE customer_id = %s AND id = ANY(%s::bigint[]) ORDER BY id"
_MOVING = f"""
SELECT {COLUMNS} FROM rehearsal_playorder
 WHERE customer_id = ANY(%s::bigint[]) AND (placed_at > %s OR cancel_requested_at > %s) ORDER BY id
"""
_SPENT = """
SELECT coalesce(sum(charge_micros), 0) FROM rehearsal_playorder WHERE key_id = %s AND placed_at >= %s
"""
_ALL = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class PlayRow:
    """A test order and where it stands."""

    order: PlayOrder
    now: Standing


def orders(*, customer_id: int, now: datetime, limit: int) -> list[PlayRow]:
    """A customer's test orders, newest first."""
    found = db.named_rows(_OF, [customer_id, limit])
    return [PlayRow(order=order, now=standing(order, now)) for order in map(order_of, found)]


def statuses(*, customer_id: int, order_ids: Collection[int], now: datetime) -> dict[int, StatusRow]:
    """The API's status rows of those of these test orders that are this customer's, by id."""
    found = these(customer_id=customer_id, order_ids=order_ids)
    return {order.id: status_row(order, now) for order in found}


def these(*, customer_id: int, order_ids: Collection[int]) -> list[PlayOrder]:
    """Those of these test orders that are this customer's, by id."""
    return [order_of(row) for row in db.named_rows(_THESE, [customer_id, list(order_ids)])]


def is_answer_lost(*, customer_id: int, outcome: Placed | Refused) -> bool:
    """Whether an answer is to be lost: the first one of an order that asks for it; a repeated request is answered."""
    if isinstance(outcome, Refused) or outcome.is_replay:
        return False
    placed = these(customer_id=customer_id, order_ids=[outcome.order_id])
    return any(order.course is Course.UNANSWERED for order in placed)


def status_row(order: PlayOrder, now: datetime) -> StatusRow:
    """A test order as the API's `status` shows a real one."""
    at = standing(order, now)
    return StatusRow(
        id=order.id,
        charge_micros=at.charge_micros,
        start_count=at.start_count,
        status=at.status.value,
        remains=order.quantity - at.delivered,
        currency=order.currency,
    )


def balance(*, customer_id: int, now: datetime) -> BalanceRow:
    """What this customer has left to play with today, in the account's own currency."""
    return BalanceRow(
        customer_id=customer_id,
        currency=accounts.customer(customer_id=customer_id).currency,
        balance_micros=left_micros(customer_id=customer_id, now=now),
    )


def left_micros(*, customer_id: int, now: datetime) -> int:
    """What this customer has left to play with."""
    return left_of(every(customer_id=customer_id), now)


def spent_today_micros(*, key_id: int, now: datetime) -> int:
    """What a test key with a daily limit has spent since midnight UTC; of one without a limit nothing is kept."""
    return int(db.rows(_SPENT, [key_id, midnight(now)])[0][0])


def every(*, customer_id: int) -> Sequence[PlayOrder]:
    """All test orders of a customer that are remembered, newest first."""
    return [order_of(row) for row in db.named_rows(_OF, [customer_id, _ALL])]


def order_of(row: dict[str, Any]) -> PlayOrder:
    """A row of `COLUMNS`."""
    return PlayOrder(**{**row, "course": Course(row["course"])})


@dataclass(frozen=True, slots=True, kw_only=True)
class PlayChange:
    """That a test order went over into another status.

    :param number: which change of its life it was, from 1 on.
    """

    order: PlayOrder
    number: int
    now: Standing


def changes(*, customer_ids: Collection[int], since: datetime, until: datetime) -> list[PlayChange]:
    """The changes of these customers' test orders after an instant and up to another, in the order of time."""
    asked = [list(customer_ids), since - ENDS_AFTER, since - ANSWERS_AFTER]
    found = [
        PlayChange(order=order, number=number, now=standing(order, step.at))
        for order in map(order_of, db.named_rows(_MOVING, asked))
        for number, step in enumerate(steps(order))
        if number and since < step.at <= until
    ]
    return sorted(found, key=lambda change: (change.now.since, change.order.id))
