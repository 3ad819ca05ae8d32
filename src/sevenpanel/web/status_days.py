"""Ninety days of each network, from what interrupted it: pure, periods in and days out."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

DAYS = 90


class Health(StrEnum):
    """How a day was, or how it is now; the later, the worse."""

    UNKNOWN = "unknown"
    FINE = "fine"
    DELAYED = "delayed"
    STOPPED = "stopped"


RANK = {health: place for place, health in enumerate(Health)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """An interruption: `[began_at, ended_at)`, and which networks it is about.

    :param networks: none for all.
    :param ended_at: None while it lasts.
    """

    began_at: datetime
    ended_at: datetime | None
    health: Health
    networks: tuple[str, ...] = ()

    def concerns(self, network: str) -> bool:
        """Whether this network is interrupted by it."""
        return not self.networks or network in self.networks

    def lasts_at(self, moment: datetime) -> bool:
        """Whether it is on at an instant."""
        return self.began_at <= moment and (self.ended_at is None or self.ended_at > moment)

    def overlaps(self, since: datetime, until: datetime) -> bool:
        """Whether some of `[since, until)` lies in it."""
        return self.began_at < until and (self.ended_at is None or self.ended_at > since)


def days_of(network: str, periods: Iterable[Period], *, opened_at: datetime | None, now: datetime) -> list[Health]:
    """The worst of each of the last days, the oldest first; unknown before the shop opened."""
    mine = [period for period in periods if period.concerns(network)]
    today = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    begins = [today - timedelta(days=ago) for ago in reversed(range(DAYS))]
    return [_day(mine, day, min(day + timedelta(days=1), now), opened_at) for day in begins]


def now_of(network: str, periods: Iterable[Period], *, now: datetime) -> Health:
    """How the network is at this instant."""
    return worst([period.health for period in periods if period.concerns(network) and period.lasts_at(now)])


def worst(found: Sequence[Health]) -> Health:
    """The worst of these; fine when there are none."""
    return max((Health.FINE, *found), key=RANK.__getitem__)


def _day(periods: Sequence[Period], since: datetime, until: datetime, opened_at: datetime | None) -> Health:
    if opened_at is None or until <= opened_at:
        return Health.UNKNOWN
    return worst([period.health for period in periods if period.overlaps(since, until)])
