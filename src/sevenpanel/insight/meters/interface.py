"""What is asked of a meter, and every answer that must be told apart.

A meter asks a network's official API about a public channel or video, with the operator's own key, or a provider about
its own orders. It never opens a customer's link: the target is taken apart, and what is sent is an id of a known form.
The contract that all meters keep:

- Reading changes nothing, so a call may be made again.
- A call that fails as a whole raises `MeterUnavailable`: nothing is known about any of the targets.
- A target that was asked about and has no count gets `NoCount` with a reason; one that is missing in the result was
  not answered, and is asked again.
- A count is a whole number that was said, never a guess. What cannot be read is no count.
- All words are bounded and hold no key.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from sevenpanel.insight.domain import Counter, Network

COUNT_MAX = 2**62
WORDS_MAX = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """One count that is wanted.

    :param target: what the order's link points at, as the link module names it.
    """

    order_id: int
    counter: Counter
    target: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """What a meter showed.

    :param step: how coarse it is there; 1 when it is exact.
    """

    value: int
    step: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class NoCount:
    """There is no count of this target, and asking again would not change that."""

    words: str


class MeterUnavailable(Exception):  # noqa: N818 - a state of the meter, named as the desk speaks of it
    """A call failed as a whole and may be repeated.

    :param words: what went wrong, fit for the operator's eyes.
    :param retry_after_seconds: how long to leave it alone, when that is known.
    """

    def __init__(self, words: str, *, retry_after_seconds: int | None = None) -> None:
        super().__init__(words)
        self.words = words[:WORDS_MAX]
        self.retry_after_seconds = retry_after_seconds


Answers = Mapping[int, Count | NoCount]
"""By order id."""


class Meter(Protocol):
    """Whoever can be asked. See the module's text for the rules."""

    @property
    def network(self) -> Network:
        """Who is asked."""

    @property
    def batch(self) -> int:
        """How many counts one call may ask for."""

    def read(self, asks: Sequence[Ask]) -> Answers:
        """Ask for up to `batch` counts in one call, or a few.

        :raises MeterUnavailable: when the call as a whole failed.
        """


def whole(value: object) -> int | None:
    """A count as JSON or as digits in a string, the two ways in which these APIs say it; None for anything else."""
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) <= 18:
        return int(value)
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= COUNT_MAX:
        return value
    return None
