"""The arithmetic of measuring: percentiles, medians over rounds, ratios. Pure."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from statistics import median
from typing import Any

LOAD, PYTHON, POSTGRESQL = "load", "python", "postgresql"
"""Whose CPU time is counted: who asks, the desk's own processes, the database."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """One measurement: how much was done in which time, how long one took, and whose CPU time it took.

    :param count: how many were done within `seconds`.
    :param total: how many were done in all, those before and after that time among them: the CPU did them, too.
    :param cpu: CPU seconds by who; whose it is not known is not named.
    """

    count: int
    seconds: float
    p50_ms: float
    p95_ms: float
    p99_ms: float
    total: int
    cpu: Mapping[str, float] = field(default_factory=dict)

    @property
    def per_second(self) -> float:
        """How many were done in a second."""
        return self.count / self.seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """The same thing measured in every round, as one line of the table: medians."""

    name: str
    rounds: tuple[Sample, ...]

    @property
    def per_second(self) -> float:
        """The median over the rounds, as all figures here."""
        return median(each.per_second for each in self.rounds)

    @property
    def p50_ms(self) -> float:
        """Half of them took no longer."""
        return median(each.p50_ms for each in self.rounds)

    @property
    def p95_ms(self) -> float:
        """95 of a hundred took no longer."""
        return median(each.p95_ms for each in self.rounds)

    @property
    def p99_ms(self) -> float:
        """99 of a hundred took no longer."""
        return median(each.p99_ms for each in self.rounds)

    def cpu_ms(self, who: str) -> float | None:
        """Milliseconds of CPU time for one, None when that was not measured."""
        known = [1000 * each.cpu[who] / each.total for each in self.rounds if who in each.cpu and each.total]
        return median(known) if known else None

    def as_json(self) -> dict[str, Any]:
        """The line with all of its rounds."""
        return {
            "name": self.name,
            "per_s": rounded(self.per_second),
            "p50_ms": rounded(self.p50_ms),
            "p95_ms": rounded(self.p95_ms),
            "p99_ms": rounded(self.p99_ms),
            "cpu_ms": {who: rounded(ms) for who in (LOAD, PYTHON, POSTGRESQL) if (ms := self.cpu_ms(who)) is not None},
            "rounds": [{**asdict(each), "per_s": rounded(each.per_second)} for each in self.rounds],
        }


def sample(
    latencies_ms: Iterable[float], *, seconds: float, total: int | None = None, cpu: Mapping[str, float] | None = None
) -> Sample:
    """What a list of times says.

    :param latencies_ms: of those that were done within `seconds`, in any order.
    :param total: how many were done in all; as many as there are latencies unless said.
    """
    ordered = sorted(latencies_ms)
    return Sample(
        count=len(ordered),
        seconds=seconds,
        p50_ms=percentile(ordered, 50),
        p95_ms=percentile(ordered, 95),
        p99_ms=percentile(ordered, 99),
        total=len(ordered) if total is None else total,
        cpu=cpu or {},
    )


def percentile(ordered: Sequence[float], percent: int) -> float:
    """The smallest of these that `percent` of a hundred do not exceed (nearest rank); 0 of none.

    :param ordered: from small to large.
    """
    return ordered[max(1, math.ceil(len(ordered) * percent / 100)) - 1] if ordered else 0.0


def ratio(row: Row, base: Row) -> float:
    """How many times `base` a line reaches: the median of the rounds' own ratios.

    Each round's two samples were taken one shortly after the other, so what else the machine did meanwhile counts
    for both.
    """
    return median(mine.per_second / theirs.per_second for mine, theirs in zip(row.rounds, base.rounds, strict=True))


def rounded(figure: float) -> float:
    """Four digits that count, for reading."""
    return float(f"{figure:.4g}")
