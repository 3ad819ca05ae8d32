"""Settling: an order's held charge divided into earned and returned, once, with its status, in one transaction.

All ways to an end come through here: the provider's word, its refusal, the customer's cancel before sending,
and writing off. The ledger keys are derived from the order, so that a second settlement is refused by the
database even where a lock was forgotten (design: orders, Money).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sevenpanel.kernel import db
from sevenpanel.ledger import commands as ledger
from sevenpanel.ledger.domain import AccountKind, Reason, Transfer, customer, house
from sevenpanel.orders.domain import BY_DECISION, Dispatch, Division, OpenOrder, Outcome, Status, divide
from sevenpanel.orders.timeline import EventKind

_LOCK_OPEN = """
SELECT id, customer_id, currency, status, dispatch, quantity, charge_micros, delivered, remains, start_count,
       cancel_requested_at IS NOT NULL
  FROM orders_order WHERE id = ANY(%s::bigint[]) AND is_open ORDER BY id FOR UPDATE
"""

_SETTLE = """
UPDATE orders_order o
   SET status = s.status, delivered = s.delivered, remains = s.remains, start_count = s.start_count, is_open = false,
       outcome = s.outcome, earned_micros = s.earned, returned_micros = s.returned, settled_at = %s
  FROM unnest(%s::bigint[], %s::text[], %s::bigint[], %s::bigint[], %s::bigint[], %s::text[],
              %s::bigint[], %s::bigint[])
       AS s(id, status, delivered, remains, start_count, outcome, earned, returned)
 WHERE o.id = s.id AND o.is_open
"""

_WRITE_EVENTS = """
INSERT INTO orders_event (order_id, customer_id, kind, facts, happened_at)
SELECT order_id, customer_id, kind, facts::jsonb, %s
  FROM unnest(%s::bigint[], %s::bigint[], %s::text[], %s::text[]) AS e(order_id, customer_id, kind, facts)
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """An open order as it stands at its end, and how it ended.

    :param returned_micros: what a decision returns; None when it follows from what was delivered.
    """

    order: OpenOrder
    outcome: Outcome
    returned_micros: int | None = None


@db.step
def lock_open(order_ids: Sequence[int]) -> dict[int, OpenOrder]:
    """Lock these orders in id order and return the ones that are still open, by id."""
    names = OpenOrder.__slots__
    found = [dict(zip(names, row, strict=True)) for row in db.rows(_LOCK_OPEN, [sorted(set(order_ids))])]
    return {row["id"]: _open_order(row) for row in found}


def _open_order(row: dict[str, object]) -> OpenOrder:
    row["status"], row["dispatch"] = Status(str(row["status"])), Dispatch(str(row["dispatch"]))
    return OpenOrder(**row)  # type: ignore[arg-type]


@db.step
def settle(endings: Sequence[Ending], now: datetime) -> None:
    """Close these orders and divide their money. The caller holds their locks.

    :raises django.db.IntegrityError: when one of them was settled before (`ledger_transfer_once`).
    """
    if not endings:
        return
    divided = [_divided(ending) for ending in endings]
    db.rows(_SETTLE, (now, *db.columns((row for row, _ in divided), 8)))
    transfers = [transfer for _, some in divided for transfer in some]
    ledger.post(transfers=transfers, now=now)
    write_events([(e.order.id, e.order.customer_id, EventKind.SETTLED, "{}") for e in endings], now)


def _divided(ending: Ending) -> tuple[tuple[object, ...], list[Transfer]]:
    order = ending.order
    money = _division(ending)
    row = (
        order.id, order.status.value, order.delivered, order.remains, order.start_count, ending.outcome.value,
        money.earned_micros, money.returned_micros,
    )  # fmt: skip
    held = house(AccountKind.HELD, order.currency)
    ends = (
        ("earned", house(AccountKind.EARNED, order.currency), money.earned_micros, Reason.ORDER_EARNED),
        (
            "returned",
            customer(order.customer_id, order.currency),
            money.returned_micros,
            Reason.ORDER_RETURNED,
        ),
    )
    return row, [
        Transfer(
            key=f"order/{order.id}/{name}",
            debit=held,
            credit=account,
            amount_micros=amount,
            reason=reason,
            customer_id=order.customer_id,
            order_id=order.id,
        )
        for name, account, amount, reason in ends
        if amount > 0
    ]


def _division(ending: Ending) -> Division:
    order, returned = ending.order, ending.returned_micros
    assert (ending.outcome in BY_DECISION) == (returned is not None), ending.outcome
    if returned is None:
        return divide(charge_micros=order.charge_micros, quantity=order.quantity, delivered=order.delivered)
    assert 0 <= returned <= order.charge_micros, (returned, order.charge_micros)
    return Division(earned_micros=order.charge_micros - returned, returned_micros=returned)


@db.step
def write_events(events: Sequence[tuple[int, int, EventKind, str]], now: datetime) -> None:
    """Write facts: tuples of order id, customer id, kind, and the facts as JSON text."""
    if events:
        db.rows(_WRITE_EVENTS, (now, *db.columns(events, 4)))
