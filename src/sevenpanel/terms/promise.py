"""Until when something was promised: from the effective description at placing, moved on by delays (settled 1 and 2).

A promise moves on only if, at the very instant at which it would be broken, a notice stands that announced more time.
So a notice that comes later finds the promise broken already and changes nothing, and one that ended or was withdrawn
before is no excuse.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sevenpanel.terms.effective import effective, is_about, rank, stands
from sevenpanel.terms.facts import OrderFacts
from sevenpanel.terms.notice import Notice, NoticeKind

START = "start_within"
COMPLETION = "complete_within"


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """What was promised.

    :param described_until: by the effective description at placing; None when nothing was promised.
    :param until: with the delays that were announced in time; None when nothing was promised, or the delay is open.
    :param moved_by: the notices that moved it, first to last.
    """

    described_until: datetime | None
    until: datetime | None
    moved_by: tuple[Notice, ...] = ()

    def is_broken(self, at: datetime) -> bool:
        """Whether it was broken at an instant: a promise still holds at its last instant."""
        return self.until is not None and at > self.until

    def is_excused(self, at: datetime) -> bool:
        """Whether it would have been broken, had no notice announced a delay."""
        return self.described_until is not None and at > self.described_until and not self.is_broken(at)


def promise(order: OrderFacts, what: str, *, known_at: datetime) -> Promise:
    """Find until when `START` or `COMPLETION` was promised, as far as could be known at an instant."""
    within = getattr(effective(order.description, order.notices, order.placed_at).description, what)
    if within is None:
        return Promise(described_until=None, until=None)
    described = until = order.placed_at + within
    moved_by: list[Notice] = []
    delays = _delays(order, what, known_at)
    while (notice := _standing(delays, until)) is not None:
        end = _end(order, notice, what)
        if end is not None and end <= until:
            break
        moved_by.append(notice)
        if end is None:
            return Promise(described_until=described, until=None, moved_by=tuple(moved_by))
        until = end
    return Promise(described_until=described, until=until, moved_by=tuple(moved_by))


def _delays(order: OrderFacts, what: str, known_at: datetime) -> list[Notice]:
    return [
        _as_known(notice, known_at)
        for notice in sorted(order.notices, key=rank)
        if notice.published_at <= known_at
        and is_about(notice, order.description)
        and (_is_open_delay(notice) or (_says(notice, what) and _was_to_come(notice, order.placed_at)))
    ]


def _as_known(notice: Notice, known_at: datetime) -> Notice:
    is_known = notice.withdrawn_at is None or notice.withdrawn_at <= known_at
    return notice if is_known else replace(notice, withdrawn_at=None)


def _says(notice: Notice, what: str) -> bool:
    return getattr(notice.overrides, what) is not None


def _was_to_come(notice: Notice, placed_at: datetime) -> bool:
    """Published after placing, or before for a time after it; all others are in the description at placing already."""
    return max(notice.published_at, notice.in_force_from) > placed_at


def _is_open_delay(notice: Notice) -> bool:
    """A delay without a figure covers as long as it stands."""
    return notice.kind is NoticeKind.DELAY and not _says(notice, START) and not _says(notice, COMPLETION)


def _standing(delays: list[Notice], at: datetime) -> Notice | None:
    return next((notice for notice in reversed(delays) if stands(notice, at)), None)


def _end(order: OrderFacts, notice: Notice, what: str) -> datetime | None:
    if _is_open_delay(notice):
        ends = (notice.in_force_until, notice.withdrawn_at)
        return min((end for end in ends if end is not None), default=None)
    within: timedelta = getattr(notice.overrides, what)
    return order.placed_at + within
