"""What became of each order of the large demo: drawn by its number alone, so that every desk has the same past.

No word and no figure is a measurement of anybody. Of a thousand orders about 840 were delivered and the others ended in
each of the ways in which an order can end.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from random import Random

SEED = 7


class End(StrEnum):
    """How an order of the past ended."""

    DELIVERED = "delivered"
    PARTIAL = "stopped part-way"
    CANCELED = "given back by the provider"
    WITHDRAWN = "cancelled by its customer before it was sent"
    REFUSED = "refused by the provider"
    LOST = "written off"
    LINK = "ended for its link"


SHARES = {
    End.DELIVERED: 840,
    End.PARTIAL: 65,
    End.CANCELED: 35,
    End.WITHDRAWN: 25,
    End.REFUSED: 25,
    End.LOST: 5,
    End.LINK: 5,
}
assert SHARES.keys() == set(End)
assert sum(SHARES.values()) == 1000

# An order's end comes so long after its beginning: orders of one batch end in as many waves.
WAVES = (timedelta(hours=1), timedelta(hours=5), timedelta(hours=23))


@dataclass(frozen=True, slots=True, kw_only=True)
class Fate:
    """What became of one order.

    :param size: how many times the smallest quantity was ordered, 1 to 5.
    :param wave: which of `WAVES` brought its end.
    :param arrived_percent: how much had arrived when it ended, of what was ordered.
    :param start_count: what stood on the target before.
    """

    end: End
    size: int
    wave: int
    arrived_percent: int
    start_count: int


def fate_of(number: int) -> Fate:
    """The fate of the order with this number in the large demo."""
    drawn = Random(f"{SEED}/{number}")
    (end,) = drawn.choices(list(SHARES), weights=_WEIGHTS)
    return Fate(
        end=end,
        size=drawn.randint(1, 5),
        wave=drawn.randrange(len(WAVES)),
        arrived_percent=drawn.randint(1, 99) if end is End.PARTIAL else 100 * (end is End.DELIVERED),
        start_count=drawn.randint(0, 50_000),
    )


_WEIGHTS: Sequence[int] = list(SHARES.values())
