"""The drop of a service, estimated from its measured orders: Beta-Binomial, on a grid, without any chance in it.

Units of one order drop together, so orders are the sample, not units. Each order has a share of its own that drops;
the shares lie around a mean, and how far apart is unknown, too. Both are weighed at once over a grid that closes in on
where the weight lies. The same orders always give the same figures (docs/insight.md).

This module brings NumPy along and is imported where estimates are made only.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sevenpanel.insight.domain.bands import PERMILLE, ends_of
from sevenpanel.insight.domain.figures import PRIOR_WEIGHT, TAIL, UNDECLARED_WEIGHT
from sevenpanel.terms import DropBand, Policy

Floats = NDArray[np.float64]

METHOD = 1
"""Counts up when the same orders would give other figures."""

# How many cells for the mean and for the correlation, each time closer: 0.02 s for 200 orders on one core.
_STAGES = ((24, 12), (24, 12), (32, 16))
_CORRELATION_MIN, _CORRELATION_MAX = 0.001, 0.95
# The share of the weight that may lie outside of where the next stage looks.
_SLACK = 1e-4
_SHIFT = 7
_HALF_LOG_TAU = 0.5 * math.log(math.tau)


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimated:
    """The mean drop of a service's orders and where it lies with 90 %, in thousandths."""

    mean_permille: int
    low_permille: int
    high_permille: int


@dataclass(frozen=True, slots=True)
class _Sample:
    """The measured orders as columns; equal ones are counted."""

    arrived: Floats
    dropped: Floats
    times: Floats


@dataclass(frozen=True, slots=True)
class _Grid:
    """The borders of the cells: angles for the mean, log odds for the correlation."""

    angles: Floats
    odds: Floats


def estimate(orders: Sequence[tuple[int, int]], *, declared: DropBand | None, policy: Policy) -> Estimated:
    """Estimate the mean share that drops.

    :param orders: for each order how many arrived and how many of them dropped, in any order.
    :param declared: the operator's own band, which counts as much as `PRIOR_WEIGHT` independent units.
    """
    sample, prior = _sample(orders), _prior(declared, policy)
    grid, weights = _closing_in(sample, prior)
    by_mean = weights.sum(axis=1)
    reached = np.concatenate(([0.0], np.cumsum(by_mean)))
    low, high = np.sin(np.interp((TAIL, 1 - TAIL), reached, grid.angles)) ** 2
    mean = float((np.sin(_middles(grid.angles)) ** 2 * by_mean).sum())
    return Estimated(mean_permille=_permille(mean), low_permille=_permille(low), high_permille=_permille(high))


def _permille(share: float) -> int:
    return min(max(round(share * PERMILLE), 0), PERMILLE)


def _sample(orders: Sequence[tuple[int, int]]) -> _Sample:
    if not orders:
        return _Sample(np.zeros(0), np.zeros(0), np.zeros(0))
    equal, times = np.unique(np.array(orders, dtype=np.float64), axis=0, return_counts=True)
    return _Sample(equal[:, 0], equal[:, 1], times.astype(np.float64))


def _prior(declared: DropBand | None, policy: Policy) -> tuple[float, float]:
    """The two weights of the Beta distribution around the middle of the declared band."""
    if declared is None:
        return UNDECLARED_WEIGHT / 2, UNDECLARED_WEIGHT / 2
    begins, ends = ends_of(declared, policy)
    centre = (begins + ends) / 2 / PERMILLE
    return PRIOR_WEIGHT * centre, PRIOR_WEIGHT * (1 - centre)


def _closing_in(sample: _Sample, prior: tuple[float, float]) -> tuple[_Grid, Floats]:
    """Weigh a coarse grid, then finer ones where the weight lies; the last grid and its weights, which sum to 1."""
    angles = (0.0, math.pi / 2)
    odds = (_log_odds(_CORRELATION_MIN), _log_odds(_CORRELATION_MAX))
    grid, weights = _Grid(np.array(angles), np.array(odds)), np.ones((1, 1))
    for means, correlations in _STAGES:
        grid = _Grid(np.linspace(*angles, means + 1), np.linspace(*odds, correlations + 1))
        weights = _weights(grid, sample, prior)
        angles = _where_it_lies(grid.angles, weights.sum(axis=1))
        odds = _where_it_lies(grid.odds, weights.sum(axis=0))
    return grid, weights


def _where_it_lies(borders: Floats, weights: Floats) -> tuple[float, float]:
    """The borders that hold all but `_SLACK` of the weight at either end, and a cell more on each side."""
    reached = np.concatenate(([0.0], np.cumsum(weights)))
    first = int(np.searchsorted(reached, _SLACK, side="right")) - 1
    last = int(np.searchsorted(reached, 1 - _SLACK))
    return float(borders[max(first - 1, 0)]), float(borders[min(last + 1, len(borders) - 1)])


def _weights(grid: _Grid, sample: _Sample, prior: tuple[float, float]) -> Floats:
    """What each cell weighs: the prior in its middle times how well it explains the orders."""
    angle, odds = _middles(grid.angles), _middles(grid.odds)
    drop, stay = np.sin(angle) ** 2, np.cos(angle) ** 2
    # With a correlation of 1 / (k + 1), the shares of orders follow Beta(mean * k, (1 - mean) * k).
    spread = np.exp(-odds)
    # The prior's density over the angle: half a unit less than over the mean itself.
    belief = (prior[0] - 0.5) * np.log(drop) + (prior[1] - 0.5) * np.log(stay)
    logs = _log_likelihood(drop, stay, spread, sample) + belief[:, np.newaxis]
    weights: Floats = np.exp(logs - logs.max())
    weights /= weights.sum()
    return weights


def _log_likelihood(drop: Floats, stay: Floats, spread: Floats, sample: _Sample) -> Floats:
    shape = (len(drop), len(spread))
    drops, stays = np.outer(drop, spread).ravel(), np.outer(stay, spread).ravel()
    both = np.broadcast_to(spread, shape).ravel()
    stayed = sample.arrived - sample.dropped
    each = _log_gamma(sample.dropped + drops[:, np.newaxis]) + _log_gamma(stayed + stays[:, np.newaxis])
    all_of_them = _log_gamma(sample.arrived + spread[:, np.newaxis]) @ sample.times
    constant = sample.times.sum() * (_log_gamma(both) - _log_gamma(drops) - _log_gamma(stays))
    found: Floats = (each @ sample.times + constant).reshape(shape) - all_of_them
    return found


def _log_gamma(x: Floats) -> Floats:
    """The logarithm of the gamma function for x > 0: Stirling's series from `_SHIFT` on, shifted below it."""
    y = x + _SHIFT
    r = 1 / y
    square = r * r
    series = r * (1 / 12 - square * (1 / 360 - square * (1 / 1260 - square / 1680)))
    below = x * (x + 1) * (x + 2) * (x + 3) * (x + 4) * (x + 5) * (x + 6)
    found: Floats = (y - 0.5) * np.log(y) - y + _HALF_LOG_TAU + series - np.log(below)
    return found


def _middles(borders: Floats) -> Floats:
    found: Floats = (borders[1:] + borders[:-1]) / 2
    return found


def _log_odds(share: float) -> float:
    return math.log(share / (1 - share))
