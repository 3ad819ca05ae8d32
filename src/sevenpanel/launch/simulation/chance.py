"""Seeded chance: every draw of a run follows from its seed, in every process alike."""

from collections.abc import Mapping, Sequence
from random import Random
from typing import TypeVar

T = TypeVar("T")


class Chance(Random):
    """Draws that read like what they decide."""

    def happens(self, permille: int) -> bool:
        """True so many times in a thousand."""
        return self.randrange(1000) < permille

    def one_of(self, choices: Sequence[T]) -> T:
        """Any of these, each as likely."""
        return choices[self.randrange(len(choices))]

    def weighted(self, weights: Mapping[T, int]) -> T:
        """One of the keys, each as likely as its weight says."""
        drawn = self.randrange(sum(weights.values()))
        for key, weight in weights.items():
            drawn -= weight
            if drawn < 0:
                return key
        raise AssertionError("The weights sum to more than themselves.")

    def some(self, choices: Sequence[T], at_most: int) -> list[T]:
        """A few different ones of these, in their order; none of none."""
        count = min(len(choices), self.randint(1, at_most))
        return [choices[at] for at in sorted(self.sample(range(len(choices)), count))]


def chance_of(seed: int, name: str) -> Chance:
    """A stream of draws of its own, so that more draws in one part leave the others as they are."""
    return Chance(f"{seed}/{name}")
