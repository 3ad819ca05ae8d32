"""What dropped, from counts before and after: and when counts say nothing about it. Whole numbers only."""

from dataclasses import dataclass
from enum import StrEnum

from sevenpanel.insight.domain.figures import ARRIVED_PERCENT, STEP_PERCENT


class LeftOut(StrEnum):
    """Why a reading gives no measurement, as the operator reads it."""

    NOT_ALONE = "another order worked on the same target, so nobody can tell whose drop it is"
    WORK_HAD_BEGUN = "the work had begun before the first count was read"
    NO_START = "there is no count from before the work"
    NO_END = "there is no count from the end of the work"
    NOT_SEEN = "the counter did not show what was delivered"
    TOO_COARSE = "the counter is rounded too coarsely for an order of this size"
    NOTHING_DELIVERED = "nothing was delivered"


@dataclass(frozen=True, slots=True, kw_only=True)
class Left:
    """How much of what arrived is still there; the rest dropped."""

    arrived: int
    remaining: int

    @property
    def dropped(self) -> int:
        """What fell away again."""
        return self.arrived - self.remaining


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """What a public counter showed about one order.

    :param step: the counter's resolution where it is coarsest: 1 when it is exact.
    """

    delivered: int
    start: int
    end: int
    now: int
    step: int = 1


def left_of(counts: Counts) -> Left | LeftOut:
    """Find what is left of a delivery on a counter that others move, too.

    What the counter did not show when the work ended never arrived, which is a matter of delivery and no drop. Growth
    from elsewhere hides drop: more than was delivered is as much as was delivered.
    """
    if counts.delivered < 1:
        return LeftOut.NOTHING_DELIVERED
    if counts.step > 1 and counts.step * 100 > counts.delivered * STEP_PERCENT:
        return LeftOut.TOO_COARSE
    arrived = min(counts.end - counts.start, counts.delivered)
    if arrived * 100 < counts.delivered * ARRIVED_PERCENT:
        return LeftOut.NOT_SEEN
    remaining = min(max(counts.now - counts.start, 0), arrived)
    return Left(arrived=arrived, remaining=remaining)


def left_by_provider(*, delivered: int, there: int) -> Left | LeftOut:
    """Find what is left by the provider's own count, which nobody else moves.

    :param there: how many of the order it says are there.
    """
    if delivered < 1:
        return LeftOut.NOTHING_DELIVERED
    return Left(arrived=delivered, remaining=min(max(there, 0), delivered))
