"""Reads of the catalogue, as frozen rows priced for the customer who looks."""

from collections.abc import Collection
from decimal import Decimal
from typing import Any

from sevenpanel.catalog.domain import (
    LAWFUL,
    Declaration,
    DropBand,
    Metric,
    ServiceName,
    ServiceRow,
    ServiceState,
    ServiceType,
)
from sevenpanel.kernel import db, invariants
from sevenpanel.kernel.invariants import Breach, Check

_SERVICES = """
SELECT s.id, s.category_id, c.name AS category, s.name, s.network, s.type,
       coalesce(r.rate_micros, s.rate_micros) AS rate_micros, s.quantity_min, s.quantity_max, s.accepts, s.can_cancel,
       s.can_refill, s.start_within, s.complete_within, s.drop_band, d.text AS description, s.description_version,
       s.declaration, s.declared_by, s.state, s.metric, s.is_long_running
  FROM catalog_service s
  JOIN catalog_category c ON c.id = s.category_id
  JOIN catalog_description d ON d.service_id = s.id AND d.version = s.description_version
  LEFT JOIN catalog_customrate r ON r.service_id = s.id AND r.customer_id = %(customer)s
 WHERE {where}
 ORDER BY c.position, c.name, s.position, s.id
"""

# A sum of the rows' hashes: the same exactly while nothing of the names, of their order or of what is on sale changes.
_DIGEST = """
coalesce(sum(hash_record_extended(
    ROW(s.id, s.category_id, s.position, s.name, s.network, c.position, c.name), 0)) {over}, 0)
"""
_LISTED = "FROM catalog_service s JOIN catalog_category c ON c.id = s.category_id WHERE s.state = 'listed'"
_NAMES_DIGEST = f"SELECT {_DIGEST.format(over='')} {_LISTED}"
_NAMES = f"""
SELECT {_DIGEST.format(over="OVER ()")} AS digest, s.id, s.category_id, c.name, s.name, s.network {_LISTED}
 ORDER BY c.position, c.name, s.position, s.id
"""

_LAWFUL = ", ".join(f"'{each.value}'" for each in sorted(LAWFUL))
CHECKS = (
    Check(
        invariant="G-1",
        sentence="A service is on sale without a lawful declaration of how it is fulfilled.",
        statement=f"""
        SELECT id FROM catalog_service
         WHERE state IN ('listed', 'paused') AND (declaration NOT IN ({_LAWFUL}) OR declared_by = '')""",
    ),
)


class _Names:
    """The names as this process read them last.

    They hold no price, no limit and no state: whatever is shown of a service is read when it is shown. And they are
    never older than the question: the database is asked for the digest of what stands there now, and for the names with
    the digest that they themselves have when that is another one.
    """

    def __init__(self) -> None:
        self._read: tuple[Decimal, tuple[ServiceName, ...]] = (Decimal(0), ())

    def now(self) -> tuple[ServiceName, ...]:
        """The names as they stand in the database."""
        digest, names = self._read
        if db.rows(_NAMES_DIGEST)[0][0] == digest:
            return names
        found = db.rows(_NAMES)
        names = tuple(_name(*row) for _, *row in found)
        self._read = (found[0][0] if found else Decimal(0), names)
        return names


_names = _Names()


def _name(id_: int, category_id: int, category: str, name: str, network: str) -> ServiceName:
    return ServiceName(id_, category_id, category, name, network, f"{id_} {name} {category} {network}".casefold())


def listed_names() -> tuple[ServiceName, ...]:
    """What every service on sale is found by, in the order of the catalogue."""
    return _names.now()


def listed_services(*, customer_id: int | None, service_ids: Collection[int] | None = None) -> list[ServiceRow]:
    """Every service on sale, in the order of the catalogue, with the rates of this customer.

    :param service_ids: only those of them.
    """
    where = "s.state = 'listed'" + (" AND s.id = ANY(%(ids)s::bigint[])" if service_ids is not None else "")
    asked = {"customer": customer_id, "ids": list(service_ids or ())}
    return [_row(r) for r in db.named_rows(_SERVICES.format(where=where), asked)]


def all_services() -> list[ServiceRow]:
    """Every service in whatever state, for the operator."""
    return [_row(r) for r in db.named_rows(_SERVICES.format(where="true"), {"customer": None})]


def service(*, service_id: int, customer_id: int | None) -> ServiceRow | None:
    """One service in whatever state, with the rate of this customer."""
    found = db.named_rows(_SERVICES.format(where="s.id = %(id)s"), {"customer": customer_id, "id": service_id})
    return _row(found[0]) if found else None


def accepted_links(*, service_ids: Collection[int]) -> dict[int, tuple[str, ...]]:
    """Which kinds of link these services take, by service id."""
    if not service_ids:
        return {}
    found = db.rows("SELECT id, accepts FROM catalog_service WHERE id = ANY(%s::bigint[])", [list(service_ids)])
    return {service_id: tuple(accepts) for service_id, accepts in found}


def favourites(*, user_id: int) -> list[int]:
    """The services that this person has starred, the last one first."""
    found = db.rows("SELECT service_id FROM catalog_favourite WHERE user_id = %s ORDER BY id DESC", [user_id])
    return [service_id for (service_id,) in found]


def drop_bands(*, service_ids: Collection[int]) -> dict[int, DropBand | None]:
    """Which band of drop the operator declares for these services, by service id."""
    found = db.rows("SELECT id, drop_band FROM catalog_service WHERE id = ANY(%s::bigint[])", [list(service_ids)])
    return {service_id: DropBand(band) if band else None for service_id, band in found}


def category_exists(*, category_id: int) -> bool:
    """Whether there is such a category."""
    return bool(db.rows("SELECT 1 FROM catalog_category WHERE id = %s", [category_id]))


def categories() -> list[tuple[int, str]]:
    """Every category's id and name, in the order of the catalogue."""
    found = db.rows("SELECT id, name FROM catalog_category ORDER BY position, name")
    return [(category_id, name) for category_id, name in found]


def _row(row: dict[str, Any]) -> ServiceRow:
    row["accepts"] = tuple(row["accepts"])
    row["type"], row["state"] = ServiceType(row["type"]), ServiceState(row["state"])
    row["drop_band"] = DropBand(row["drop_band"]) if row["drop_band"] else None
    row["declaration"] = Declaration(row["declaration"])
    row["metric"] = Metric(row["metric"]) if row["metric"] else None
    return ServiceRow(**row)


def broken_invariants() -> list[Breach]:
    """Check that nothing unlawful is on sale (G-1)."""
    return invariants.run(CHECKS)
