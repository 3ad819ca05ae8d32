"""How long orders really took: median and 90 % range of the last ones, per so many pieces where that fits better.

Seconds and pieces are whole numbers. Quantiles are those of the nearest rank: each is the time of an order that was.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sevenpanel.insight.domain.figures import PER_MAX, TIMES_FROM

LOW_PERCENT, HIGH_PERCENT = 5, 95


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """One completed order.

    :param start_seconds: from placing to the first delivery that was seen.
    :param complete_seconds: from placing to Completed, as the promise counts it (settled 2).
    """

    quantity: int
    start_seconds: int
    complete_seconds: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Range:
    """The middle of some times, and where 90 % of them lie. In seconds."""

    low: int
    median: int
    high: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Times:
    """How long a service takes.

    :param orders: how many were looked at.
    :param per: for how many pieces `complete` is; None when it is for an order, whatever its size.
    """

    orders: int
    start: Range
    complete: Range
    per: int | None = None


def times_of(spans: Sequence[Span]) -> Times | None:
    """Reckon the times of completed orders; None when there are fewer than `TIMES_FROM`.

    Completion is divided by the quantity if, and only if, that brings the orders closer together: where time grows
    with the quantity it takes the differences out, and elsewhere it would put some in.
    """
    if len(spans) < TIMES_FROM:
        return None
    per = _usual_lot(spans)
    plain = range_of([max(span.complete_seconds, 1) for span in spans])
    lots = range_of([max(span.complete_seconds * per // span.quantity, 1) for span in spans])
    is_plain = plain.high * lots.low <= lots.high * plain.low
    return Times(
        orders=len(spans),
        start=range_of([span.start_seconds for span in spans]),
        complete=plain if is_plain else lots,
        per=None if is_plain else per,
    )


def _usual_lot(spans: Sequence[Span]) -> int:
    """The power of ten below the usual quantity, so that "per 1,000" is not said of a service sold by the dozen."""
    usual = sorted(span.quantity for span in spans)[(len(spans) - 1) // 2]
    return int(min(10 ** (len(str(usual)) - 1), PER_MAX))


def range_of(times: Sequence[int]) -> Range:
    """The median and the 90 % range of at least one time."""
    ranked = sorted(times)
    return Range(low=_at(ranked, LOW_PERCENT), median=_at(ranked, 50), high=_at(ranked, HIGH_PERCENT))


def _at(ranked: Sequence[int], percent: int) -> int:
    rank = -(-percent * len(ranked) // 100)
    return ranked[rank - 1]
