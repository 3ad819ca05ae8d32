"""What insight tells, as frozen rows."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sevenpanel.insight.domain import Counter, Found, MeasuredBy, Moment, Network, Occasion, Range, ReadingState
from sevenpanel.terms import DropBand


@dataclass(frozen=True, slots=True, kw_only=True)
class AgeRow:
    """How much had dropped at one age, in thousandths, as the mean over so many orders."""

    days: int
    orders: int
    permille: int


@dataclass(frozen=True, slots=True, kw_only=True)
class EstimateRow:
    """A service's drop as it was estimated at an instant.

    :param orders: how many measured orders counted; below the least number, the band is the declared one.
    :param declared_band: what the operator declared then.
    """

    service_id: int
    as_of: datetime
    found: Found
    orders: int
    band: DropBand | None
    mean_permille: int
    low_permille: int
    high_permille: int
    ages: tuple[AgeRow, ...]
    declared_band: DropBand | None

    @property
    def is_measured(self) -> bool:
        """Whether it rests on measurements rather than on the declaration."""
        return self.found is Found.MEASURED


@dataclass(frozen=True, slots=True, kw_only=True)
class TimesRow:
    """How long a service's last completed orders took, in seconds.

    :param per: for how many pieces `complete` is; None when for an order of any size.
    :param as_of: when the last of them ended.
    """

    orders: int
    as_of: datetime
    start: Range | None
    complete: Range | None
    per: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class StandingRow:
    """What is known of a service now."""

    service_id: int
    drop: EstimateRow | None
    times: TimesRow | None


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasurementRow:
    """One measurement, as the operator reads it."""

    id: int
    order_id: int
    measured_by: MeasuredBy
    occasion: Occasion
    ended_at: datetime
    taken_at: datetime
    arrived: int
    remaining: int
    start_count: int | None
    count: int | None
    evidence: str
    staff_id: int | None
    struck_why: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadingRow:
    """A count that was read, or is to be."""

    order_id: int
    counter: Counter
    moment: Moment
    planned_at: datetime
    state: ReadingState
    taken_at: datetime | None
    count: int | None
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskRow:
    """A service as the operator's page lists it.

    :param sources: how many measurements came from each source, those struck out aside.
    :param complaints: how many of them came from complaints and do not count.
    """

    service_id: int
    name: str
    declared_band: DropBand | None
    drop: EstimateRow | None
    counter: Counter | None
    sources: Mapping[MeasuredBy, int]
    complaints: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PaceRow:
    """How a network that is asked for counts fares.

    :param planned: how many counts are still to be read, and `overdue` how many of them should have been.
    """

    network: Network
    asked_at: datetime | None
    blocked_until: datetime | None
    words: str
    calls: int
    planned: int
    overdue: int
