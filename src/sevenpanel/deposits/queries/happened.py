"""What became of payments, read on from one event to the next."""

from dataclasses import dataclass
from datetime import datetime

from sevenpanel.deposits.domain import Event, ReceiptState
from sevenpanel.kernel import db

TABLE = "deposits_event"
_BETWEEN = """
SELECT e.id AS event_id, r.id AS receipt_id, r.customer_id, e.event, e.after, r.net_micros, a.currency, e.at
  FROM deposits_event e JOIN deposits_receipt r ON r.id = e.receipt_id JOIN accounts_customer a ON a.id = r.customer_id
 WHERE e.id > %(after)s AND e.id <= %(upto)s ORDER BY e.id LIMIT %(limit)s
"""
# Seen again after a dispute, the sum is where it was before.
CREDITS = frozenset({Event.CONFIRMED, Event.RELEASED, Event.APPROVED})
ATTENTION = frozenset(
    {ReceiptState.HELD, ReceiptState.REJECTED, ReceiptState.DISPUTED, ReceiptState.REVERSED, ReceiptState.REFUNDED}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ArrivedRow:
    """A payment that was credited, or that needs a look.

    :param net_micros: what was credited; None where nothing was.
    """

    event_id: int
    receipt_id: int
    customer_id: int
    net_micros: int | None
    currency: str
    is_credit: bool
    at: datetime


def arrived_between(*, after: int, upto: int, limit: int) -> tuple[int, list[ArrivedRow]]:
    """Read on by at most so many events.

    :returns: the last event that is read now, and what of it customers may want to hear of.
    """
    rows = db.named_rows(_BETWEEN, {"after": after, "upto": upto, "limit": limit})
    last = rows[-1]["event_id"] if len(rows) == limit else upto
    return int(last), [row for each in rows if (row := _row(**each)) is not None]


def _row(*, event: str, after: str, **row: object) -> ArrivedRow | None:
    is_credit = Event(event) in CREDITS and after == ReceiptState.CREDITED
    if not is_credit and ReceiptState(after) not in ATTENTION:
        return None
    return ArrivedRow(**row, is_credit=is_credit)  # type: ignore[arg-type]
