"""Writes of the catalogue: services written, described, declared, listed; prices set."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sevenpanel import links
from sevenpanel.catalog import models, queries
from sevenpanel.catalog.domain import (
    FAVOURITES_MAX,
    LAWFUL,
    QUANTITY_MAX,
    RATE_MICROS_MAX,
    Declaration,
    DropBand,
    Metric,
    ServiceRow,
    ServiceState,
    ServiceType,
)
from sevenpanel.kernel import db
from sevenpanel.kernel.refusals import Refusal
from sevenpanel.kernel.said import say


class UnableToListService(Refusal):
    """A service that may not be sold as it stands."""


class UnableToWriteService(Refusal):
    """A service that nobody could order."""


class UnableToStar(Refusal):
    """One favourite too many."""


class UnableToSetRate(Refusal):
    """A rate out of bounds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewService:
    """What is needed to write a service down. It starts as a draft with an unknown declaration."""

    category: str
    name: str
    network: str
    type: ServiceType
    rate_micros: int
    quantity_min: int
    quantity_max: int
    accepts: Collection[str]
    description: str
    can_cancel: bool = False
    can_refill: bool = False
    start_within: timedelta | None = None
    complete_within: timedelta | None = None
    drop_band: DropBand | None = None
    position: int = 0
    metric: Metric | None = None
    is_long_running: bool = False


@db.step
def write_service(*, service: NewService, written_by: str, now: datetime) -> int:
    """Write a draft service with the first version of its description, and return its id.

    :raises UnableToWriteService: when it accepts no link, or a kind of link that nobody knows.
    """
    unknown = set(service.accepts) - links.ACCEPTABLE
    if unknown or not service.accepts:
        raise UnableToWriteService(f"A service accepts known kinds of links, not {sorted(unknown) or 'none'}.")
    category, _ = models.Category.objects.get_or_create(name=service.category, defaults={"position": service.position})
    row = models.Service.objects.create(
        category=category,
        name=service.name,
        network=service.network,
        type=service.type,
        rate_micros=service.rate_micros,
        quantity_min=service.quantity_min,
        quantity_max=service.quantity_max,
        accepts=sorted(service.accepts),
        can_cancel=service.can_cancel,
        can_refill=service.can_refill,
        start_within=service.start_within,
        complete_within=service.complete_within,
        drop_band=service.drop_band,
        position=service.position,
        metric=service.metric,
        is_long_running=service.is_long_running,
        created_at=now,
    )
    _add_description(row.id, 1, service.description, written_by, now)
    return row.id


@db.step
def describe_service(*, service_id: int, text: str, written_by: str, now: datetime) -> int:
    """Write a new version of a service's description; orders keep the version they were placed under."""
    row = models.Service.objects.select_for_update().get(id=service_id)
    row.description_version += 1
    row.save(update_fields=["description_version"])
    _add_description(row.id, row.description_version, text, written_by, now)
    return row.description_version


def _add_description(service_id: int, version: int, text: str, written_by: str, now: datetime) -> None:
    models.Description.objects.create(
        service_id=service_id, version=version, text=text, written_by=written_by, written_at=now
    )


@db.step
def declare_fulfilment(
    *, service_id: int, declaration: Declaration, declared_by: str, note: str = "", now: datetime
) -> None:
    """Record how a service is fulfilled (G-1). An unlawful declaration takes a listed service off the list."""
    row = models.Service.objects.select_for_update().get(id=service_id)
    row.declaration, row.declaration_note = declaration, note
    row.declared_by, row.declared_at = declared_by, now
    if declaration not in LAWFUL:
        row.state = ServiceState.DRAFT
    row.save(update_fields=["declaration", "declaration_note", "declared_by", "declared_at", "state"])


@db.step
def change_state(*, service_id: int, state: ServiceState) -> None:
    """List, pause or retire a service.

    :raises UnableToListService: when its declaration does not allow it to be sold. The database refuses the
        same by itself (`catalog_service_lawful_to_list`).
    """
    row = models.Service.objects.select_for_update().get(id=service_id)
    sellable = row.declaration in LAWFUL and row.declared_by
    if state in (ServiceState.LISTED, ServiceState.PAUSED) and not sellable:
        raise UnableToListService(
            f"Service {service_id} cannot be listed: it is declared as “{row.declaration}”. "
            "Declare first how it is fulfilled."
        )
    row.state = state
    row.save(update_fields=["state"])


@db.step
def set_metric(*, service_id: int, metric: Metric | None, is_long_running: bool) -> None:
    """Say what a service counts on the target, and whether an order serves what is published later too.

    Orders that are open keep what was found about them when they were placed (clauses 1 and 4.6).
    """
    models.Service.objects.filter(id=service_id).update(metric=metric, is_long_running=is_long_running)


@db.step
def lock_service(*, service_id: int) -> ServiceRow:
    """Read a service and keep everybody else from changing it until the caller's transaction ends.

    :raises UnableToWriteService: when there is none.
    """
    if not models.Service.objects.select_for_update().filter(id=service_id).exists():
        raise UnableToWriteService(f"There is no service {service_id}.")
    found = queries.service(service_id=service_id, customer_id=None)
    assert found is not None
    return found


@db.step
def set_rate(*, service_id: int, rate_micros: int) -> None:
    """Set a service's rate for everybody.

    :raises UnableToSetRate: when it is not above zero or out of bounds.
    """
    _check_rate(rate_micros)
    models.Service.objects.filter(id=service_id).update(rate_micros=rate_micros)


@db.step
def set_limits(*, service_id: int, quantity_min: int, quantity_max: int) -> None:
    """Set the smallest and the largest quantity of one order."""
    if not 1 <= quantity_min <= quantity_max <= QUANTITY_MAX:
        raise UnableToSetRate("The smallest quantity is at least 1 and not above the largest.")
    models.Service.objects.filter(id=service_id).update(quantity_min=quantity_min, quantity_max=quantity_max)


@db.step
def set_custom_rate(*, customer_id: int, service_id: int, rate_micros: int | None, now: datetime) -> None:
    """Give one customer an own rate for one service; None takes it back.

    :raises UnableToSetRate: when it is not above zero or out of bounds.
    """
    if rate_micros is None:
        models.CustomRate.objects.filter(customer_id=customer_id, service_id=service_id).delete()
        return
    _check_rate(rate_micros)
    models.CustomRate.objects.update_or_create(
        customer_id=customer_id, service_id=service_id, defaults={"rate_micros": rate_micros, "set_at": now}
    )


def _check_rate(rate_micros: int) -> None:
    if not 0 < rate_micros <= RATE_MICROS_MAX:
        raise UnableToSetRate("A rate is above zero and at most 1,000,000 for 1000.")


@db.command
def star(*, user_id: int, service_id: int, is_starred: bool, now: datetime) -> None:
    """Make a service a favourite of a person's, or no longer one. Of a service that is not there nothing is kept.

    :raises UnableToStar: when this person has starred as many as anybody may.
    """
    if not is_starred:
        models.Favourite.objects.filter(user_id=user_id, service_id=service_id).delete()
        return
    others = models.Favourite.objects.filter(user_id=user_id).exclude(service_id=service_id)
    if others.count() >= FAVOURITES_MAX:
        raise UnableToStar(
            say("At most %(most)s services can be favourites. Take the star from another first.", most=FAVOURITES_MAX)
        )
    if models.Service.objects.filter(id=service_id).exists():
        models.Favourite.objects.get_or_create(user_id=user_id, service_id=service_id, defaults={"starred_at": now})


@db.step
def forget_favourites(*, user_ids: Collection[int]) -> None:
    """Forget what these people have starred, as nothing of it is needed without them (clause 7.5)."""
    models.Favourite.objects.filter(user_id__in=user_ids).delete()
