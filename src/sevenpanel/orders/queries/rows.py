"""An order as its customer sees it, read from its row."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sevenpanel.orders.domain import Dispatch, Outcome, Source, Status

COLUMNS = """
o.id, o.customer_id, o.service_id, s.name AS service, s.type AS service_type, s.can_cancel, o.description_version,
o.source, o.link, o.address, o.target, o.link_tag, o.quantity, o.rate_micros, o.charge_micros, o.currency, o.placed_at,
o.status, o.dispatch, o.is_open, o.start_count, o.delivered, o.remains, o.cancel_requested_at, o.outcome,
o.earned_micros, o.returned_micros, o.granted_micros, o.settled_at, o.comments
"""
# Comments can be as long as a book, and lists show none.
LIST_COLUMNS = COLUMNS.replace("o.comments", "NULL AS comments")


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderRow:
    """An order as its customer sees it.

    :param comments: None in lists, too.
    """

    id: int
    customer_id: int
    service_id: int
    service: str
    service_type: str
    can_cancel: bool
    description_version: int
    source: Source
    link: str
    address: str
    target: str
    link_tag: str
    quantity: int
    rate_micros: int
    charge_micros: int
    currency: str
    placed_at: datetime
    status: Status
    dispatch: Dispatch
    is_open: bool
    start_count: int | None
    delivered: int
    remains: int | None
    cancel_requested_at: datetime | None
    outcome: Outcome | None
    earned_micros: int | None
    returned_micros: int | None
    granted_micros: int
    settled_at: datetime | None
    comments: str | None


def order_row(row: dict[str, Any]) -> OrderRow:
    """A row of `COLUMNS` by its names; the row itself is changed."""
    row["status"], row["dispatch"] = Status(row["status"]), Dispatch(row["dispatch"])
    row["source"] = Source(row["source"])
    row["outcome"] = Outcome(row["outcome"]) if row["outcome"] else None
    return OrderRow(**row)
