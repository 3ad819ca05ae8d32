"""What was found about orders' links, and what was corrected."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sevenpanel.kernel import db
from sevenpanel.orders.queries.facts import Asked, facts_of, record_about
from sevenpanel.terms import Decision, Kind, LinkFinding, LinkTrouble

_COLUMNS = """
SELECT t.order_id, o.customer_id, t.link_found, coalesce(t.doubled_with, '{}') AS doubled_with, t.evidence, t.staff_id,
       t.found_at,
       coalesce((SELECT e.facts ->> 'words' FROM orders_event e WHERE e.order_id = t.order_id AND e.kind = 'link found'
                  ORDER BY e.id DESC LIMIT 1), '') AS words
  FROM orders_trouble t JOIN orders_order o ON o.id = t.order_id
"""
_OF = f"{_COLUMNS} WHERE t.order_id = %s"
_NEWEST = f"{_COLUMNS} ORDER BY t.found_at DESC, t.order_id DESC LIMIT %s"
_CORRECTED = """
SELECT DISTINCT ON (order_id) order_id, delivered FROM orders_correction
 WHERE order_id = ANY(%s::bigint[]) ORDER BY order_id, id DESC
"""
# Of one network and metric, or of the same service: what clause 4.6 calls similar.
_BESIDE_NOW = """
SELECT o.id, o.address FROM orders_order o JOIN catalog_service s ON s.id = o.service_id
  JOIN orders_order of ON of.id = %s JOIN catalog_service f ON f.id = of.service_id
 WHERE o.customer_id = of.customer_id AND o.is_open AND o.id <> of.id
   AND (o.service_id = of.service_id OR s.network = f.network AND s.metric = f.metric)
 ORDER BY o.id DESC LIMIT %s
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class TroubleRow:
    """What was found about an order's link, or which orders ran on it at once.

    :param found: None where it is about several orders.
    :param staff_id: who found it; None when the provider's words or the door did.
    :param words: the provider's own words about the link, for staff; empty when it said none.
    """

    order_id: int
    customer_id: int
    found: LinkFinding | None
    doubled_with: tuple[int, ...]
    evidence: str
    staff_id: int | None
    found_at: datetime
    words: str


def trouble(*, order_id: int) -> TroubleRow | None:
    """What was found about an order."""
    found = db.named_rows(_OF, [order_id])
    return _row(found[0]) if found else None


def troubles(*, limit: int) -> list[TroubleRow]:
    """What was found about any order, newest first."""
    return [_row(row) for row in db.named_rows(_NEWEST, [limit])]


def corrected(*, order_ids: Collection[int]) -> dict[int, int]:
    """The last figure that an operator wrote down for what arrived, of those orders that have one."""
    return dict(db.rows(_CORRECTED, [list(order_ids)]))


def similar_open(*, order_id: int, limit: int) -> dict[int, str]:
    """The customer's other open orders of the same or a similar service with their addresses, newest first."""
    return dict(db.rows(_BESIDE_NOW, (order_id, limit)))


def what_would_follow(*, order_id: int, customer_id: int, now: datetime) -> Mapping[LinkFinding, Decision]:
    """What the rules would decide about an order for each thing that can be found about its link.

    :raises KeyError: when this customer has no such order.
    """
    order = facts_of(order_ids=[order_id], customer_id=customer_id)[order_id]
    asked = Asked(order_id=order_id, customer_id=customer_id, kind=Kind.LINK_TROUBLE, requested_at=now)
    found = {each: LinkTrouble(found=each, found_at=now, evidence="") for each in LinkFinding}
    return {
        each: record_about(replace(order, link_trouble=trouble), asked=asked, now=now).decision
        for each, trouble in found.items()
    }


def what_would_follow_of_several(
    *, order_id: int, customer_id: int, others: Collection[int], now: datetime
) -> Decision:
    """What the rules would decide about an order if these others ran on one link with it.

    :raises KeyError: when this customer has no such order.
    """
    order = facts_of(order_ids=[order_id], customer_id=customer_id)[order_id]
    asked = Asked(order_id=order_id, customer_id=customer_id, kind=Kind.SEVERAL_ORDERS, requested_at=now)
    return record_about(replace(order, doubled_with=tuple(others)), asked=asked, now=now).decision


def _row(row: dict[str, Any]) -> TroubleRow:
    row["found"] = LinkFinding(found) if (found := row.pop("link_found")) else None
    return TroubleRow(**{**row, "doubled_with": tuple(row["doubled_with"])})
