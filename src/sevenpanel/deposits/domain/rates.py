"""Which rate counts now, and whether it may be used (design: deposits, section 7)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sevenpanel.deposits.domain.amounts import BASIS_POINTS, RATE_ONE
from sevenpanel.deposits.domain.states import HeldReason
from sevenpanel.kernel.money import divide_up

PEG_LOW = RATE_ONE * 98 // 100
PEG_HIGH = RATE_ONE * 102 // 100
FEEDS_MIN = 2


class RateKind(StrEnum):
    """Where an asset's rate comes from, as the operator chose."""

    OPERATOR = "operator"
    PEG = "peg"
    FEED = "feed"


@dataclass(frozen=True, slots=True, kw_only=True)
class RateRule:
    """How one symbol is priced.

    :param spread_basis_points: what the desk keeps of the rate.
    :param max_age: how old a feed's figure may be.
    :param jump_basis_points: how far a feed may move from the last accepted figure without the operator's consent.
    """

    symbol: str
    kind: RateKind
    spread_basis_points: int = 0
    max_age: timedelta = timedelta(minutes=30)
    jump_basis_points: int = 1_000

    def __post_init__(self) -> None:
        if not 0 <= self.spread_basis_points < BASIS_POINTS or self.jump_basis_points <= 0:
            raise ValueError("A spread is less than the whole, and a rate may move at least a little.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A rate that somebody told: the operator, or a feed.

    :param valid_until: for the operator's own, until when it counts.
    """

    rate_e12: int
    source: str
    as_of: datetime
    valid_until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """The rate in force, with the spread taken off.

    :param doubt: why nothing may be credited with it without a person: `RATE_STALE` or `DEPEG`; None when it is good.
    :param is_guarded: for a peg, whether a feed watches over it.
    """

    rate_e12: int
    source: str
    as_of: datetime
    doubt: HeldReason | None = None
    is_guarded: bool = True


def rate_now(rule: RateRule, *, by_operator: Figure | None, by_feeds: Figure | None, now: datetime) -> Rate | None:
    """The rate in force by this rule; None when there has never been one.

    :param by_operator: the last rate that the operator set.
    :param by_feeds: the last accepted figure of the feeds.
    """
    if rule.kind is RateKind.PEG:
        return _pegged(rule, by_feeds, now)
    if rule.kind is RateKind.OPERATOR:
        return _of(rule, by_operator, is_stale=_has_ended(by_operator, now))
    return _of(rule, by_feeds, is_stale=_is_old(rule, by_feeds, now))


def _of(rule: RateRule, figure: Figure | None, *, is_stale: bool) -> Rate | None:
    if figure is None:
        return None
    doubt = HeldReason.RATE_STALE if is_stale else None
    kept = _less_spread(figure.rate_e12, rule)
    return Rate(rate_e12=kept, source=figure.source, as_of=figure.as_of, doubt=doubt)


def _pegged(rule: RateRule, by_feeds: Figure | None, now: datetime) -> Rate:
    """One to one. A fresh feed outside the band stops credits; without a feed the guard is off, and says so."""
    is_guarded = not _is_old(rule, by_feeds, now)
    is_off = is_guarded and by_feeds is not None and not PEG_LOW <= by_feeds.rate_e12 <= PEG_HIGH
    return Rate(
        rate_e12=_less_spread(RATE_ONE, rule),
        source=RateKind.PEG.value,
        as_of=now,
        doubt=HeldReason.DEPEG if is_off else None,
        is_guarded=is_guarded,
    )


def _less_spread(rate_e12: int, rule: RateRule) -> int:
    return rate_e12 * (BASIS_POINTS - rule.spread_basis_points) // BASIS_POINTS


def _has_ended(figure: Figure | None, now: datetime) -> bool:
    return figure is None or (figure.valid_until is not None and now >= figure.valid_until)


def _is_old(rule: RateRule, figure: Figure | None, now: datetime) -> bool:
    return figure is None or now - figure.as_of > rule.max_age


def median(figures: Sequence[Figure], rule: RateRule, now: datetime) -> Figure | None:
    """The middle of what fresh feeds say, rounded down between two; None unless at least `FEEDS_MIN` say something.

    It is as old as the oldest of them.
    """
    fresh = sorted((f for f in figures if not _is_old(rule, f, now)), key=lambda f: f.rate_e12)
    if len({f.source for f in fresh}) < FEEDS_MIN:
        return None
    low, high = fresh[(len(fresh) - 1) // 2], fresh[len(fresh) // 2]
    source = "median of " + ", ".join(sorted(f.source for f in fresh))
    return Figure(rate_e12=(low.rate_e12 + high.rate_e12) // 2, source=source, as_of=min(f.as_of for f in fresh))


def is_jump(rule: RateRule, new: Figure, last: Figure | None) -> bool:
    """Whether a figure lies further from the last accepted one than the operator lets feeds move by themselves."""
    if last is None:
        return False
    apart = abs(new.rate_e12 - last.rate_e12)
    return divide_up(apart * BASIS_POINTS, last.rate_e12) > rule.jump_basis_points
