"""What the public status page tells, gathered: no customer, no order, no supplier's name, nothing that is a secret.

It is gathered once a minute at most for everybody who looks, and each part reads a bounded number of rows.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median_low

from django.core.cache import cache

from sevenpanel.catalog.domain import ServiceName
from sevenpanel.fulfilment.queries import outages
from sevenpanel.fulfilment.queries.outages import AnswersRow, OutageRow
from sevenpanel.insight import queries as insight
from sevenpanel.notices import queries as notices
from sevenpanel.notices.queries import interruptions
from sevenpanel.notices.queries.interruptions import InterruptionRow
from sevenpanel.orders import queries as orders
from sevenpanel.orders.queries import StopRow
from sevenpanel.terms import NoticeKind, Scope
from sevenpanel.web.status_days import DAYS, Health, Period, days_of, now_of

FRESH_SECONDS = 60
WHERE = "status"


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """A network with its services.

    :param start_seconds: half of its services begin so soon, as measured; None when too little is known.
    :param timed: how many services that is known of.
    """

    network: str
    services: int
    now: Health
    days: tuple[Health, ...]
    start_seconds: int | None
    timed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """Everything that the page says, as of an instant."""

    as_of: datetime
    groups: tuple[Group, ...]
    announced: tuple[InterruptionRow, ...]
    stops: tuple[tuple[datetime, datetime | None], ...]
    outages: tuple[OutageRow, ...]
    answers: AnswersRow | None


def facts(now: datetime) -> Facts:
    """What is known now, or was a minute ago."""
    kept: Facts | None = cache.get(WHERE)
    if kept is None:
        kept = gathered(now)
        cache.set(WHERE, kept, FRESH_SECONDS)
    return kept


def gathered(now: datetime) -> Facts:
    """What is known now."""
    since = now - timedelta(days=DAYS)
    announced = interruptions.interruptions(since=since, now=now)
    stops, outs = _stops(since), outages.outages(since=since)
    periods = [*map(_of_notice, announced), *map(_of_outage, outs), *map(_of_stop, stops)]
    return Facts(
        as_of=now,
        groups=_groups(periods, now),
        announced=tuple(announced),
        stops=tuple((stop.began_at, stop.lifted_at) for stop in stops),
        outages=tuple(outs),
        answers=outages.answers(),
    )


def _stops(since: datetime) -> list[StopRow]:
    standing = orders.stop_in_force()
    lifted = [stop for stop in orders.lifted_stops() if stop.lifted_at is not None and stop.lifted_at >= since]
    return [*([standing] if standing else []), *lifted]


def _groups(periods: Sequence[Period], now: datetime) -> tuple[Group, ...]:
    names = notices.names_on_sale(at=now)
    opened_at = interruptions.first_published_at()
    medians = {
        service_id: row.times.start.median
        for service_id, row in insight.standings(service_ids=[name.id for name in names]).items()
        if row.times is not None and row.times.start is not None
    }
    return tuple(
        _group(network, [name for name in names if name.network == network], medians, periods, opened_at, now)
        for network in sorted({name.network for name in names})
    )


def _group(
    network: str,
    names: Sequence[ServiceName],
    medians: dict[int, int],
    periods: Sequence[Period],
    opened_at: datetime | None,
    now: datetime,
) -> Group:
    times = [medians[name.id] for name in names if name.id in medians]
    return Group(
        network=network,
        services=len(names),
        now=now_of(network, periods, now=now),
        days=tuple(days_of(network, periods, opened_at=opened_at, now=now)),
        start_seconds=median_low(times) if times else None,
        timed=len(times),
    )


def _of_notice(row: InterruptionRow) -> Period:
    """A pause of one service or category delays its network; one of the whole network stops it."""
    is_whole = row.scope in (Scope.NETWORK, Scope.ALL) and row.kind is NoticeKind.PAUSED
    health = Health.STOPPED if is_whole else Health.DELAYED
    return Period(began_at=row.began_at, ended_at=row.ended_at, health=health, networks=row.networks)


def _of_outage(row: OutageRow) -> Period:
    return Period(began_at=row.began_at, ended_at=row.ended_at, health=Health.DELAYED, networks=row.networks)


def _of_stop(row: StopRow) -> Period:
    return Period(began_at=row.began_at, ended_at=row.lifted_at, health=Health.STOPPED)
