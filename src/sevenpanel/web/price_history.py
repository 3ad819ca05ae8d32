"""What a service cost over time, from the notices of its catalogue: as a table, and as a small picture of steps.

It is the price for everybody; a customer's own rate is in no notice.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.utils.translation import gettext as _

from sevenpanel.notices import queries as notices
from sevenpanel.notices.queries import UpdateRow
from sevenpanel.web import present
from sevenpanel.web.present import Instant

STEPS_MAX = 50
MARKED_FOR = timedelta(days=14)
WIDTH, HEIGHT = 320, 110
LEFT, RIGHT, TOP, BOTTOM = 8, 312, 10, 84


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One change of a price."""

    at: Instant
    old: str
    new: str
    is_up: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceHistory:
    """Every change that is known, newest first, and the corners of the line that they make."""

    steps: tuple[Step, ...]
    points: str
    words: str
    width: int
    height: int
    left: int
    right: int
    bottom: int
    first_day: str
    last_day: str


@dataclass(frozen=True, slots=True)
class _Change:
    service_id: int
    at: datetime
    old: int
    new: int


def price_history(*, service_id: int, now: datetime) -> PriceHistory | None:
    """What a service cost; None when its price never changed."""
    found = _changes(notices.prices(service_ids=[service_id], limit=STEPS_MAX))
    oldest_first = sorted(found, key=lambda change: change.at)
    return _drawn(oldest_first, now) if oldest_first else None


def marks(*, service_ids: Collection[int], now: datetime) -> dict[int, Step]:
    """The last change of those of these services whose price changed of late, by id."""
    since = now - MARKED_FOR
    found = notices.prices(service_ids=service_ids, since=since, limit=4 * STEPS_MAX)
    changes = [change for change in _changes(found) if change.at >= since]
    return {change.service_id: _step(change) for change in reversed(changes)}


def _changes(found: Sequence[UpdateRow]) -> list[_Change]:
    """Changes of services' prices, newest first."""
    return [
        _Change(subject, row.first_published_at, change.old, change.new)
        for row in found
        if isinstance(subject := row.row.notice.subject, int)
        for change in row.row.changes
        if change.field == "rate_micros" and isinstance(change.old, int) and isinstance(change.new, int)
    ]


def _step(change: _Change) -> Step:
    return Step(
        at=present.instant(change.at),
        old=present.money(change.old, settings.CURRENCY),
        new=present.money(change.new, settings.CURRENCY),
        is_up=change.new > change.old,
    )


def _drawn(changes: Sequence[_Change], now: datetime) -> PriceHistory:
    first, last = changes[0], changes[-1]
    return PriceHistory(
        steps=tuple(_step(change) for change in reversed(changes)),
        points=_points(changes, now),
        words=_words(changes),
        width=WIDTH,
        height=HEIGHT,
        left=LEFT,
        right=RIGHT,
        bottom=BOTTOM,
        first_day=present.day(first.at),
        last_day=present.day(max(now, last.at)),
    )


def _points(changes: Sequence[_Change], now: datetime) -> str:
    """A line that is level between changes; it begins a little before the first one."""
    first, last = changes[0].at, max(now, changes[-1].at)
    whole = max((last - first).total_seconds(), 1.0) * 1.1
    top = max(max(change.old, change.new) for change in changes)

    def x(at: datetime) -> float:
        return RIGHT - (RIGHT - LEFT) * (last - at).total_seconds() / whole

    def y(rate: int) -> float:
        return BOTTOM - (BOTTOM - TOP) * rate / top

    corners = [(float(LEFT), y(changes[0].old))]
    for change in changes:
        corners += [(x(change.at), corners[-1][1]), (x(change.at), y(change.new))]
    corners.append((float(RIGHT), corners[-1][1]))
    return " ".join(f"{across:.1f},{down:.1f}" for across, down in corners)


def _words(changes: Sequence[_Change]) -> str:
    rates = [changes[0].old, *(change.new for change in changes)]
    said = {
        "low": present.money(min(rates), settings.CURRENCY),
        "high": present.money(max(rates), settings.CURRENCY),
        "first": present.day(changes[0].at),
        "now": present.money(rates[-1], settings.CURRENCY),
    }
    return _("Since %(first)s the price was between %(low)s and %(high)s; it is %(now)s now.") % said
