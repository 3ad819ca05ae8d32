"""What the desk shows of measured drop, as text."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from sevenpanel.catalog.domain import DROP_BAND_WORDS
from sevenpanel.desk.rows import Moment, moment
from sevenpanel.insight.domain import MEASURED_FROM, Network, ReadingState, contradicts
from sevenpanel.insight.queries import DeskRow, EstimateRow, MeasurementRow, PaceRow, ReadingRow
from sevenpanel.terms import DropBand, Policy

NETWORK_NAMES = {Network.PROVIDER: "Providers", Network.TELEGRAM: "Telegram", Network.YOUTUBE: "YouTube"}
assert NETWORK_NAMES.keys() == set(Network)


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A service in the list."""

    service_id: int
    name: str
    declared: str
    measured: str
    interval: str
    orders: str
    as_of: Moment | None
    counter: str
    sources: str
    is_contradicted: bool


def line_of(row: DeskRow, policy: Policy, now: datetime) -> Line:
    """A service, with what is declared beside what was measured."""
    return Line(
        service_id=row.service_id,
        name=row.name,
        declared=band_words(row.declared_band),
        measured=_measured(row.drop),
        interval=interval_of(row.drop),
        orders=f"{row.drop.orders:,}" if row.drop else "0",
        as_of=moment(row.drop.as_of, now) if row.drop else None,
        counter=row.counter.value if row.counter else _("none"),
        sources=_sources(row),
        is_contradicted=is_contradicted(row.declared_band, row.drop, policy),
    )


def is_contradicted(declared: DropBand | None, drop: EstimateRow | None, policy: Policy) -> bool:
    """Whether what was measured lies outside the declared band altogether."""
    if declared is None or drop is None or not drop.is_measured:
        return False
    return contradicts(
        declared=declared, low_permille=drop.low_permille, high_permille=drop.high_permille, policy=policy
    )


def band_words(band: DropBand | None) -> str:
    """A band with its figures."""
    return f"{band}, {DROP_BAND_WORDS[band]}" if band else _("not stated")


def _measured(drop: EstimateRow | None) -> str:
    if drop is None:
        return _("nothing yet")
    if not drop.is_measured:
        return _("too few, shown from %(n)d on") % {"n": MEASURED_FROM}
    return f"{percent(drop.mean_permille)}: {drop.band}"


def interval_of(drop: EstimateRow | None) -> str:
    """Where the mean lies with 90 %."""
    return f"{percent(drop.low_permille)} – {percent(drop.high_permille)}" if drop else ""


def _sources(row: DeskRow) -> str:
    said = [f"{source}: {number:,}" for source, number in sorted(row.sources.items())]
    if row.complaints:
        said.append(
            ngettext("%(n)d after a complaint, not counted", "%(n)d after complaints, not counted", row.complaints)
            % {"n": row.complaints}
        )
    return "; ".join(said)


def percent(permille: int) -> str:
    """Thousandths as percent."""
    whole, tenth = divmod(permille, 10)
    return f"{whole}.{tenth} %" if tenth else f"{whole} %"


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """One measurement."""

    id: int
    order_id: int
    measured_by: str
    occasion: str
    taken: Moment
    age: str
    dropped: str
    evidence: str
    struck_why: str


def measured_of(row: MeasurementRow, now: datetime) -> Measured:
    """A measurement, with its figures."""
    dropped = row.arrived - row.remaining
    counts = "" if row.count is None else _(" (counted %(count)s)") % {"count": f"{row.count:,}"}
    return Measured(
        id=row.id,
        order_id=row.order_id,
        measured_by=row.measured_by.value,
        occasion=row.occasion.value,
        taken=moment(row.taken_at, now),
        age=ngettext("%(n)d day", "%(n)d days", (row.taken_at - row.ended_at).days)
        % {"n": (row.taken_at - row.ended_at).days},
        dropped=_("%(dropped)s of %(all)s") % {"dropped": f"{dropped:,}", "all": f"{row.arrived:,}"} + counts,
        evidence=row.evidence,
        struck_why=row.struck_why or "",
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """A count that was read, or is to be."""

    order_id: int
    counter: str
    moment: str
    at: Moment
    count: str
    words: str


def read_of(row: ReadingRow, now: datetime) -> Read:
    """A planned or taken count, and why it tells nothing if it does not."""
    counts = {
        ReadingState.PLANNED: _("planned"),
        ReadingState.MISSED: _("missed"),
        ReadingState.TAKEN: f"{row.count:,}" if row.count is not None else "",
    }
    return Read(
        order_id=row.order_id,
        counter=row.counter.value,
        moment=row.moment.value,
        at=moment(row.taken_at or row.planned_at, now),
        count=counts[row.state],
        words=row.words,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Somebody who is asked for counts."""

    name: str
    state: str
    is_well: bool
    planned: str
    overdue: str
    words: str


def asked_of(row: PaceRow, *, is_on: bool, now: datetime) -> Asked:
    """How a network fares that is asked for counts."""
    is_blocked = row.blocked_until is not None and row.blocked_until > now
    state = _("off: no key is set") if not is_on else _("asked to wait") if is_blocked else _("on")
    return Asked(
        name=NETWORK_NAMES[row.network],
        state=state,
        is_well=not is_blocked,
        planned=f"{row.planned:,}",
        overdue=f"{row.overdue:,}",
        words=row.words,
    )
