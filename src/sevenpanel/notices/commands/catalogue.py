"""Changes of the catalogue that write their own notice: exactly one for each change that a customer could see.

The catalogue stands below the notices and cannot announce itself, so whoever changes a service for everybody calls
these. A change that changes nothing, or that is about a service nobody can see, announces nothing; nor does a rate
of one customer's own, which is nobody else's business.
"""

from collections.abc import Sequence
from datetime import datetime

from django.conf import settings

from sevenpanel.catalog import commands as catalog
from sevenpanel.catalog.domain import Declaration, ServiceRow, ServiceState
from sevenpanel.kernel import db
from sevenpanel.kernel.money import Sum
from sevenpanel.notices import models
from sevenpanel.notices.commands.writing import write
from sevenpanel.notices.domain import (
    DESCRIBED_ANEW,
    NO_LONGER_SOLD,
    ON_SALE,
    ON_SALE_AGAIN,
    PAUSED,
    Change,
    Draft,
    Origin,
    Value,
    news_of_limits,
    news_of_price,
)
from sevenpanel.terms import NoticeKind, Scope

SEEN = frozenset({ServiceState.LISTED, ServiceState.PAUSED})


@db.step
def change_price(*, service_id: int, rate_micros: int, changed_by: str, now: datetime) -> None:
    """Set a service's rate for everybody.

    :raises UnableToSetRate: when it is out of bounds.
    """
    before = catalog.lock_service(service_id=service_id)
    catalog.set_rate(service_id=service_id, rate_micros=rate_micros)
    if rate_micros != before.rate_micros and before.state in SEEN:
        old, new = (Sum(rate, settings.CURRENCY) for rate in (before.rate_micros, rate_micros))
        text = f"{before.name}: {news_of_price(new=new, old=old)}"
        _announce(before, NoticeKind.PRICE, text, [("rate_micros", before.rate_micros, rate_micros)], changed_by, now)


@db.step
def change_limits(*, service_id: int, quantity_min: int, quantity_max: int, changed_by: str, now: datetime) -> None:
    """Set the smallest and the largest quantity of one order.

    :raises UnableToSetRate: when they are out of bounds.
    """
    before = catalog.lock_service(service_id=service_id)
    catalog.set_limits(service_id=service_id, quantity_min=quantity_min, quantity_max=quantity_max)
    figures = (
        ("quantity_min", before.quantity_min, quantity_min),
        ("quantity_max", before.quantity_max, quantity_max),
    )
    changes = [figure for figure in figures if figure[1] != figure[2]]
    if changes and before.state in SEEN:
        text = f"{before.name}: {news_of_limits(quantity_min, quantity_max)}"
        _announce(before, NoticeKind.DESCRIPTION, text, changes, changed_by, now)


@db.step
def describe_service(*, service_id: int, text: str, changed_by: str, now: datetime) -> int:
    """Write a new version of a service's description, and return its number."""
    before = catalog.lock_service(service_id=service_id)
    version = catalog.describe_service(service_id=service_id, text=text, written_by=changed_by, now=now)
    if text != before.description and before.state in SEEN:
        words = f"{before.name}: {DESCRIBED_ANEW}"
        _announce(before, NoticeKind.DESCRIPTION, words, [("text", before.description, text)], changed_by, now)
    return version


@db.step
def change_state(*, service_id: int, state: ServiceState, changed_by: str, now: datetime) -> None:
    """List, pause or retire a service.

    :raises UnableToListService: when its declaration does not allow it to be sold.
    """
    before = catalog.lock_service(service_id=service_id)
    catalog.change_state(service_id=service_id, state=state)
    _announce_state(before, state, changed_by, now)


@db.step
def declare_fulfilment(
    *, service_id: int, declaration: Declaration, declared_by: str, note: str = "", now: datetime
) -> None:
    """Record how a service is fulfilled; an unlawful declaration takes a listed service off the list, and says so."""
    before = catalog.lock_service(service_id=service_id)
    catalog.declare_fulfilment(
        service_id=service_id, declaration=declaration, declared_by=declared_by, note=note, now=now
    )
    _announce_state(before, catalog.lock_service(service_id=service_id).state, declared_by, now)


def _announce_state(before: ServiceRow, state: ServiceState, changed_by: str, now: datetime) -> None:
    if state is before.state or not {state, before.state} & SEEN:
        return
    kind, words = _news(before, state)
    _announce(before, kind, f"{before.name}: {words}", [("state", before.state.value, state.value)], changed_by, now)


def _news(before: ServiceRow, state: ServiceState) -> tuple[NoticeKind, str]:
    if state is ServiceState.LISTED:
        is_back = before.state is not ServiceState.DRAFT or _was_announced(before.id)
        return (NoticeKind.BACK, ON_SALE_AGAIN) if is_back else (NoticeKind.NEW, ON_SALE)
    if state is ServiceState.PAUSED:
        return NoticeKind.PAUSED, PAUSED
    return NoticeKind.PAUSED, NO_LONGER_SOLD


def _was_announced(service_id: int) -> bool:
    return models.Notice.objects.filter(
        scope=Scope.SERVICE, subject=str(service_id), kind__in=[NoticeKind.NEW, NoticeKind.BACK, NoticeKind.PAUSED]
    ).exists()


def _announce(
    service: ServiceRow,
    kind: NoticeKind,
    text: str,
    changes: Sequence[tuple[str, Value, Value]],
    changed_by: str,
    now: datetime,
) -> None:
    draft = Draft(kind=kind, scope=Scope.SERVICE, subject=service.id, text=text)
    told = [Change(field=field, old=old, new=new) for field, old, new in changes]
    write(draft=draft, origin=Origin.CATALOGUE, written_by=changed_by, changes=told, now=now)
