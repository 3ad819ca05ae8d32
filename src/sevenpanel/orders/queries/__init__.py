"""Reads of orders: lists, pages, timelines, the API's status rows, and the invariants orders must keep."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sevenpanel.kernel import db, invariants
from sevenpanel.kernel.invariants import Breach
from sevenpanel.orders.domain import Dispatch, Outcome, Source, Status
from sevenpanel.orders.queries.beside import BesideRow, beside, open_on, policy_for
from sevenpanel.orders.queries.checks import CHECKS
from sevenpanel.orders.queries.decisions import (
    DecisionRow,
    all_decisions,
    appeal_of,
    decisions,
    decisions_of_customer,
    decisions_of_order,
    decisions_page,
)
from sevenpanel.orders.queries.facts import Asked, cancel_right_of, facts_of, judged_by, record_for, rights_of
from sevenpanel.orders.queries.reading import is_paid_with, read_links, short_link_in
from sevenpanel.orders.queries.stops import StopRow, lifted_stops, stop_in_force
from sevenpanel.orders.queries.troubles import (
    TroubleRow,
    corrected,
    similar_open,
    trouble,
    troubles,
    what_would_follow,
    what_would_follow_of_several,
)
from sevenpanel.orders.queries.watching import watch
from sevenpanel.orders.timeline import Event, EventKind, Line, OrderFacts, tell

__all__ = [
    "CHECKS",
    "STATUSES",
    "Asked",
    "BesideRow",
    "DecisionRow",
    "OrderRow",
    "ShipmentRow",
    "StatusRow",
    "StopRow",
    "TroubleRow",
    "all_decisions",
    "appeal_of",
    "beside",
    "broken_invariants",
    "cancel_right_of",
    "closed",
    "corrected",
    "counts",
    "customer_of",
    "decided_by",
    "decisions",
    "decisions_of_customer",
    "decisions_of_order",
    "decisions_page",
    "facts_of",
    "held_micros",
    "is_paid_with",
    "judged_by",
    "lifted_stops",
    "open_on",
    "order",
    "orders",
    "policy_for",
    "read_links",
    "record_for",
    "rights_of",
    "shipments",
    "short_link_in",
    "similar_open",
    "statuses",
    "stop_in_force",
    "timeline",
    "trouble",
    "troubles",
    "used_services",
    "watch",
    "what_would_follow",
    "what_would_follow_of_several",
]

_COLUMNS = """
o.id, o.customer_id, o.service_id, s.name AS service, s.type AS service_type, s.can_cancel, o.description_version,
o.source, o.link, o.address, o.target, o.link_tag, o.quantity, o.rate_micros, o.charge_micros, o.currency, o.placed_at,
o.status, o.dispatch, o.is_open, o.start_count, o.delivered, o.remains, o.cancel_requested_at, o.outcome,
o.earned_micros, o.returned_micros, o.granted_micros, o.settled_at, o.comments
"""

_LIST = f"""
SELECT {_COLUMNS} FROM orders_order o JOIN catalog_service s ON s.id = o.service_id
 WHERE o.customer_id = %(customer)s
   AND (%(status)s::text IS NULL OR o.status = %(status)s)
   AND (%(before)s::bigint IS NULL OR o.id < %(before)s)
   AND (%(search)s::text IS NULL OR o.id = %(search_id)s OR strpos(lower(o.link), lower(%(search)s)) > 0
        OR strpos(lower(o.target), lower(%(search)s)) > 0)
 ORDER BY o.id DESC LIMIT %(limit)s
"""

_ONE = f"""
SELECT {_COLUMNS} FROM orders_order o JOIN catalog_service s ON s.id = o.service_id
 WHERE o.customer_id = %(customer)s AND o.id = %(order)s
"""

_COUNTS = """
SELECT status, count(*)
  FROM (SELECT status FROM orders_order WHERE customer_id = %s ORDER BY id DESC LIMIT %s) AS newest GROUP BY status
"""
COUNTED_MAX = 2_000
"""So many orders of a customer are counted, the newest: of a million, 10,000 took 0.16 seconds and all 1.2, each time
(`sevenpanel bench --only following`)."""

_HELD = "SELECT coalesce(sum(charge_micros), 0) FROM orders_order WHERE customer_id = %s AND is_open"

_DECIDED_BY = """
SELECT facts->>'decided_by' FROM orders_event WHERE order_id = %s AND kind = 'unknown' ORDER BY id DESC LIMIT 1
"""

_EVENTS = "SELECT kind, happened_at, facts::text FROM orders_event WHERE order_id = %s ORDER BY id"

# The rows of the API's `status`. $-parameters for the lean door, %s for Django: one text, two drivers.
_STATUSES = """
SELECT id, coalesce(earned_micros - granted_micros, charge_micros) AS charge_micros, start_count, status,
       coalesce(remains, quantity) AS remains, currency
  FROM orders_order WHERE customer_id = {customer} AND id = ANY({ids}::bigint[])
"""
STATUSES = _STATUSES.format(customer="$1", ids="$2")

_CLOSED = "SELECT id FROM orders_order WHERE id = ANY(%s::bigint[]) AND NOT is_open"

_SHIPMENTS = """
SELECT o.id, o.customer_id, o.service_id, s.type AS service_type, o.address AS link, o.quantity, o.comments,
       o.charge_micros, o.currency, o.dispatch, o.is_open, o.target, o.placed_at, o.cancel_requested_at
  FROM orders_order o JOIN catalog_service s ON s.id = o.service_id WHERE o.id = ANY(%s::bigint[])
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderRow:
    """An order as its customer sees it."""

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


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusRow:
    """An order as the API's `status` shows it. Once it is settled, the charge is what is kept, without grants."""

    id: int
    charge_micros: int
    start_count: int | None
    status: str
    remains: int
    currency: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ShipmentRow:
    """What fulfilment needs to know to send an order. The link is the full address, however it was typed."""

    id: int
    customer_id: int
    service_id: int
    service_type: str
    link: str
    quantity: int
    comments: str | None
    charge_micros: int
    currency: str
    dispatch: Dispatch
    is_open: bool
    target: str
    placed_at: datetime
    cancel_requested_at: datetime | None


def orders(
    *,
    customer_id: int,
    status: Status | None = None,
    search: str | None = None,
    before_id: int | None = None,
    limit: int = 50,
) -> list[OrderRow]:
    """A page of the customer's orders, newest first (keyset: pass the last id seen).

    :param search: an order's id, or a part of its link in any case.
    """
    parameters = {
        "customer": customer_id,
        "status": status,
        "before": before_id,
        "search": search or None,
        "search_id": _as_id(search),
        "limit": limit,
    }
    return [_order_row(row) for row in db.named_rows(_LIST, parameters)]


def _as_id(search: str | None) -> int | None:
    text = (search or "").strip().lstrip("#")
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 18 else None


def order(*, customer_id: int, order_id: int) -> OrderRow | None:
    """One order of this customer; None alike for no such order and for somebody else's (S-1)."""
    found = db.named_rows(_ONE, {"customer": customer_id, "order": order_id})
    return _order_row(found[0]) if found else None


def _order_row(row: dict[str, Any]) -> OrderRow:
    row["status"], row["dispatch"] = Status(row["status"]), Dispatch(row["dispatch"])
    row["source"] = Source(row["source"])
    row["outcome"] = Outcome(row["outcome"]) if row["outcome"] else None
    return OrderRow(**row)


def counts(*, customer_id: int) -> Mapping[Status, int]:
    """How many orders this customer has in each status, among the newest.

    :returns: together more than `COUNTED_MAX` when there are more.
    """
    found = dict(db.rows(_COUNTS, (customer_id, COUNTED_MAX + 1)))
    return {status: found.get(status.value, 0) for status in Status}


def used_services(*, customer_id: int) -> frozenset[int]:
    """The services that this customer has ordered."""
    found = db.rows("SELECT DISTINCT service_id FROM orders_order WHERE customer_id = %s", (customer_id,))
    return frozenset(service_id for (service_id,) in found)


def held_micros(*, customer_id: int) -> int:
    """What is tied up in this customer's open orders."""
    return int(db.rows(_HELD, (customer_id,))[0][0])


def timeline(row: OrderRow) -> list[Line]:
    """The order's life in sentences, oldest first, with every movement of its money."""
    events = [
        Event(kind=EventKind(kind), happened_at=at, facts=json.loads(facts))
        for kind, at, facts in db.rows(_EVENTS, (row.id,))
    ]
    return tell(_order_facts(row), events)


def decided_by(row: OrderRow) -> str:
    """When an order of unknown fate is decided at the latest, as its timeline says it; empty for all others."""
    found = db.rows(_DECIDED_BY, (row.id,)) if row.dispatch is Dispatch.UNKNOWN else []
    return str(found[0][0]) if found else ""


def _order_facts(row: OrderRow) -> OrderFacts:
    return OrderFacts(
        order_id=row.id,
        placed_at=row.placed_at,
        quantity=row.quantity,
        rate_micros=row.rate_micros,
        charge_micros=row.charge_micros,
        currency=row.currency,
        is_package=row.service_type == "Package",
        source=row.source,
        outcome=row.outcome,
        delivered=row.delivered,
        earned_micros=row.earned_micros,
        returned_micros=row.returned_micros,
        settled_at=row.settled_at,
    )


def statuses(*, customer_id: int, order_ids: Sequence[int]) -> dict[int, StatusRow]:
    """The API's status rows of those of these orders that are this customer's, by id."""
    found = db.named_rows(_STATUSES.format(customer="%s", ids="%s"), (customer_id, list(order_ids)))
    return {row["id"]: StatusRow(**row) for row in found}


def customer_of(*, order_ids: Sequence[int]) -> int | None:
    """Whose these orders are; None when one is not there, or they are not of one customer."""
    found = dict(db.rows("SELECT id, customer_id FROM orders_order WHERE id = ANY(%s::bigint[])", [list(order_ids)]))
    owners = set(found.values())
    return owners.pop() if len(owners) == 1 and found.keys() == set(order_ids) else None


def shipments(*, order_ids: Sequence[int]) -> dict[int, ShipmentRow]:
    """What is to be sent for these orders, by id."""
    found = db.named_rows(_SHIPMENTS, [list(order_ids)])
    return {row["id"]: ShipmentRow(**{**row, "dispatch": Dispatch(row["dispatch"])}) for row in found}


def closed(*, order_ids: Sequence[int]) -> frozenset[int]:
    """Those of these orders that have ended."""
    return frozenset(order_id for (order_id,) in db.rows(_CLOSED, [list(order_ids)])) if order_ids else frozenset()


def broken_invariants() -> list[Breach]:
    """Check the invariants of orders (design: trust, section 3: I5, I6, I11, I14; clause 4.6)."""
    return invariants.run(CHECKS)
