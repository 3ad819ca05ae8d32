"""Which services a customer uses, by the newest orders: a million are not read for a filter or a shelf."""

from dataclasses import dataclass

from sevenpanel.kernel import db
from sevenpanel.kernel.newest import FROM_NEWEST, NEWEST
from sevenpanel.orders.queries.listing import LOOKED_AT_MAX

_USED = f"""
SELECT service_id, max(id) AS last, count(*)
  FROM (SELECT id, service_id FROM orders_order WHERE {NEWEST} {FROM_NEWEST} LIMIT %(most)s) AS newest
 GROUP BY service_id ORDER BY last DESC
"""
_HAS = "SELECT EXISTS (SELECT FROM orders_order WHERE customer_id = %s AND service_id = %s)"
RECENT_ORDERS = 200


@dataclass(frozen=True, slots=True)
class UsedServices:
    """The services of a customer's newest orders.

    :param is_all: whether these were all orders there are.
    """

    ids: frozenset[int]
    is_all: bool


def used_services(*, customer_id: int) -> UsedServices:
    """The services that this customer has ordered, among the newest `LOOKED_AT_MAX` orders."""
    found = _used(customer_id, LOOKED_AT_MAX + 1)
    return UsedServices(
        ids=frozenset(service_id for service_id, _last, _count in found),
        is_all=sum(count for _id, _last, count in found) <= LOOKED_AT_MAX,
    )


def recent_services(*, customer_id: int, limit: int) -> list[int]:
    """The services that were ordered last, the last one first."""
    return [service_id for service_id, _last, _count in _used(customer_id, RECENT_ORDERS)[:limit]]


def has_ordered(*, customer_id: int, service_id: int) -> bool:
    """Whether this customer ever ordered a service; all orders are looked at where it did not."""
    return bool(db.rows(_HAS, (customer_id, service_id))[0][0])


def _used(customer_id: int, most: int) -> list[tuple[int, int, int]]:
    """Service, newest order and number of orders among the newest, the service used last first."""
    return db.rows(_USED, {"customer": customer_id, "before": None, "most": most})
