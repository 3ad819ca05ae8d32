"""Estimating drop: for each service about which something new is known, from its last measured orders.

This module brings NumPy along; the worker imports it, and no process that serves pages.
"""

from datetime import datetime, timedelta

from sevenpanel.catalog import queries as catalog
from sevenpanel.insight import models
from sevenpanel.insight.commands.recording import mark_stale
from sevenpanel.insight.domain import (
    AGES,
    MEASURED_FROM,
    ORDERS_COUNTED_MAX,
    SETTLED_AFTER,
    Found,
    band_at,
)
from sevenpanel.insight.domain.estimate import METHOD, estimate
from sevenpanel.kernel import db
from sevenpanel.orders import queries as orders
from sevenpanel.terms import DropBand, Policy

SERVICES_A_STEP = 50
STEPS_A_RUN = 40
# What dropped by which age is told of orders that ended lately: a year ago it may have been another service.
AGES_LOOKED_BACK = timedelta(days=90)

_STALE = """
SELECT service_id FROM insight_standing WHERE is_drop_stale
 ORDER BY service_id LIMIT %s FOR UPDATE SKIP LOCKED
"""
# Of each order the latest measurement that counts: a sample, of that age, not struck out, known at the instant.
_LAST = """
SELECT DISTINCT ON (m.ended_at, m.order_id) m.arrived, m.arrived - m.remaining AS dropped FROM insight_measurement m
 WHERE m.service_id = %(service)s AND m.occasion = 'sample' AND m.recorded_at <= %(as_of)s
   AND m.taken_at >= m.ended_at + %(from)s AND (%(until)s::interval IS NULL OR m.taken_at < m.ended_at + %(until)s)
   AND (%(since)s::timestamptz IS NULL OR m.ended_at > %(since)s)
   AND NOT EXISTS (SELECT FROM insight_strike x WHERE x.measurement_id = m.id AND x.struck_at <= %(as_of)s)
 ORDER BY m.ended_at DESC, m.order_id DESC, m.taken_at DESC LIMIT %(limit)s
"""
_DECLARED_SINCE = """
SELECT t.service_id FROM insight_standing t JOIN insight_estimate e ON e.id = t.estimate_id
  JOIN catalog_service s ON s.id = t.service_id WHERE s.drop_band IS DISTINCT FROM e.declared_band
"""


def estimate_drop(*, now: datetime) -> int:
    """Estimate what is stale, a bounded number of services a run.

    :returns: how many services were estimated.
    """
    _mark_declared_since()
    estimated = 0
    for _ in range(STEPS_A_RUN):
        some = _estimate_some(now)
        estimated += some
        if some < SERVICES_A_STEP:
            break
    return estimated


@db.command
def _mark_declared_since() -> None:
    """A declaration that changed since moves its estimate, too."""
    changed = [id_ for (id_,) in db.rows(_DECLARED_SINCE)]
    if changed:
        mark_stale(changed)


@db.command
def _estimate_some(now: datetime) -> int:
    services = [id_ for (id_,) in db.rows(_STALE, [SERVICES_A_STEP])]
    policy, declared = orders.judged_by(now), catalog.drop_bands(service_ids=services)
    rows = [reckoned(service_id=id_, as_of=now, declared=declared.get(id_), policy=policy) for id_ in services]
    for each in models.Estimate.objects.bulk_create(rows):
        models.Standing.objects.filter(service_id=each.service_id).update(estimate_id=each.id)
    models.Standing.objects.filter(service_id__in=services).update(is_drop_stale=False)
    return len(services)


def _measured(service_id: int, as_of: datetime, **more: object) -> list[tuple[int, int]]:
    """How much arrived and how much of it dropped, for each of the last orders that were measured by an instant."""
    usual = {"from": SETTLED_AFTER, "until": None, "since": None, "limit": ORDERS_COUNTED_MAX}
    found = db.rows(_LAST, {"service": service_id, "as_of": as_of, **usual, **more})
    return [(arrived, dropped) for arrived, dropped in found]


def _ages(service_id: int, as_of: datetime) -> list[dict[str, int]]:
    """How much had dropped on average at each planned age: measured from there on, and before the next."""
    planned = [*AGES.values()]
    found = []
    for age, next_age in zip(planned, [*planned[1:], None], strict=True):
        some = _measured(service_id, as_of, **{"from": age, "until": next_age, "since": as_of - AGES_LOOKED_BACK})
        if some:
            permille = sum(1000 * dropped // arrived for arrived, dropped in some) // len(some)
            found.append({"days": age.days, "orders": len(some), "permille": permille})
    return found


def reckoned(*, service_id: int, as_of: datetime, declared: DropBand | None, policy: Policy) -> models.Estimate:
    """Reckon the estimate of an instant, now or then: from what was measured, and not struck out, until then."""
    measured = _measured(service_id, as_of)
    found = estimate(measured, declared=declared, policy=policy)
    is_measured = len(measured) >= MEASURED_FROM
    return models.Estimate(
        service_id=service_id,
        as_of=as_of,
        found=Found.MEASURED if is_measured else Found.DECLARED,
        orders=len(measured),
        band=band_at(found.mean_permille, policy) if is_measured else declared,
        mean_permille=found.mean_permille,
        low_permille=found.low_permille,
        high_permille=found.high_permille,
        ages=_ages(service_id, as_of),
        declared_band=declared,
        policy_version=policy.version,
        method=METHOD,
    )
