"""Reads of orders: lists, pages, timelines, the API's status rows, and the invariants orders must keep."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sevenpanel.kernel import db, invariants
from sevenpanel.kernel.invariants import Breach
from sevenpanel.kernel.newest import FROM_NEWEST, NEWEST
from sevenpanel.orders.domain import Dispatch, Status
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
from sevenpanel.orders.queries.facts import (
    Asked,
    cancel_right_of,
    cancel_rights_of,
    facts_of,
    judged_by,
    record_for,
    rights_of,
)
from sevenpanel.orders.queries.happened import HappenedRow, happened_between
from sevenpanel.orders.queries.listing import (
    LOOKED_AT_MAX,
    FoundOrders,
    Wanted,
    are_more_than,
    every,
    find,
    named,
    orders,
    stretch,
)
from sevenpanel.orders.queries.reading import is_paid_with, read_links, short_link_in
from sevenpanel.orders.queries.rows import COLUMNS, OrderRow, order_row
from sevenpanel.orders.queries.stops import StopRow, lifted_stops, stop_in_force
from sevenpanel.orders.queries.table import TABLE_HEAD, cells
from sevenpanel.orders.queries.troubles import (
    TroubleRow,
    corrected,
    similar_open,
    trouble,
    troubles,
    what_would_follow,
    what_would_follow_of_several,
)
from sevenpanel.orders.queries.used import UsedServices, has_ordered, recent_services, used_services
from sevenpanel.orders.queries.watching import watch
from sevenpanel.orders.timeline import Event, EventKind, Line, OrderFacts, latest, tell

__all__ = [
    "CHECKS",
    "LOOKED_AT_MAX",
    "STATUSES",
    "TABLE_HEAD",
    "Asked",
    "BesideRow",
    "DecisionRow",
    "FoundOrders",
    "HappenedRow",
    "OrderRow",
    "ShipmentRow",
    "StatusRow",
    "StopRow",
    "TroubleRow",
    "UsedServices",
    "Wanted",
    "all_decisions",
    "appeal_of",
    "are_more_than",
    "beside",
    "broken_invariants",
    "cancel_right_of",
    "cancel_rights_of",
    "cells",
    "closed",
    "corrected",
    "counts",
    "customer_of",
    "decided_by",
    "decisions",
    "decisions_of_customer",
    "decisions_of_order",
    "decisions_page",
    "every",
    "facts_of",
    "find",
    "happened_between",
    "has_ordered",
    "held_micros",
    "is_paid_with",
    "judged_by",
    "lifted_stops",
    "named",
    "open_on",
    "order",
    "orders",
    "policy_for",
    "read_links",
    "recent_services",
    "record_for",
    "rights_of",
    "shipments",
    "short_link_in",
    "similar_open",
    "statuses",
    "stop_in_force",
    "stretch",
    "timeline",
    "trouble",
    "troubles",
    "used_services",
    "watch",
    "what_would_follow",
    "what_would_follow_of_several",
]

_ONE = f"""
SELECT {COLUMNS} FROM orders_order o JOIN catalog_service s ON s.id = o.service_id
 WHERE o.customer_id = %(customer)s AND o.id = %(order)s
"""

_COUNTS = f"""
SELECT status, count(*)
  FROM (SELECT status FROM orders_order WHERE {NEWEST} {FROM_NEWEST} LIMIT %(most)s) AS newest GROUP BY status
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


def order(*, customer_id: int, order_id: int) -> OrderRow | None:
    """One order of this customer; None alike for no such order and for somebody else's (S-1)."""
    found = db.named_rows(_ONE, {"customer": customer_id, "order": order_id})
    return order_row(found[0]) if found else None


def counts(*, customer_id: int) -> Mapping[Status, int]:
    """How many orders this customer has in each status, among the newest.

    :returns: together more than `COUNTED_MAX` when there are more.
    """
    found = dict(db.rows(_COUNTS, {"customer": customer_id, "before": None, "most": COUNTED_MAX + 1}))
    return {status: found.get(status.value, 0) for status in Status}


def held_micros(*, customer_id: int) -> int:
    """What is tied up in this customer's open orders."""
    return int(db.rows(_HELD, (customer_id,))[0][0])


def timeline(row: OrderRow) -> list[Line]:
    """The order's life in sentences, oldest first, with every movement of its money."""
    events = [
        Event(kind=EventKind(kind), happened_at=at, facts=json.loads(facts))
        for kind, at, facts in db.rows(_EVENTS, (row.id,))
    ]
    return tell(_order_facts(row), _reasoned(row.id, events))


def _reasoned(order_id: int, events: Sequence[Event]) -> Sequence[Event]:
    """The reasons of decisions are said again from what they were made of, so that they can be told in any language."""
    if all(event.kind is not EventKind.DECIDED for event in events):
        return events
    reasons = {made.id: made.reasons for made in decisions_of_order(order_id=order_id)}
    return [
        replace(event, facts={**event.facts, "reasons": reasons[event.facts["decision"]]})
        if event.kind is EventKind.DECIDED and event.facts["decision"] in reasons
        else event
        for event in events
    ]


def decided_by(row: OrderRow) -> str:
    """When an order of unknown fate is decided at the latest, as its timeline says it; empty for all others."""
    found = db.rows(_DECIDED_BY, (row.id,)) if row.dispatch is Dispatch.UNKNOWN else []
    return latest(str(found[0][0])) if found else ""


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
