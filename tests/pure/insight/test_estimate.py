"""The estimate of drop: it covers the truth as often as it says, leans on the declaration where little is known, and
gives the same figures for the same orders (clause 5)."""

import math
from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sevenpanel.insight.domain import band_at, contradicts, ends_of
from sevenpanel.insight.domain.estimate import Estimated, _log_gamma, estimate
from sevenpanel.terms import DropBand, band_of
from sevenpanel.terms.documents import policy_of, published

POLICY = policy_of(published(), "1")
SEED = 20261123
ROUNDS = 200

Orders = Sequence[tuple[int, int]]


def estimated(orders: Orders, declared: DropBand | None = DropBand.LOW) -> Estimated:
    return estimate(orders, declared=declared, policy=POLICY)


def drawn(chance: np.random.Generator, *, mean: float, correlation: float, orders: int) -> list[tuple[int, int]]:
    """Orders whose shares of drop lie around a mean, as far apart as the correlation within an order says."""
    units = 1 / correlation - 1
    arrived = chance.integers(50, 3000, orders)
    dropped = chance.binomial(arrived, chance.beta(mean * units, (1 - mean) * units, orders))
    return list(zip(arrived.tolist(), dropped.tolist(), strict=True))


def covered(declared: DropBand, *, mean: float, correlation: float, orders: int) -> float:
    chance = np.random.default_rng(SEED)
    hits = 0
    for _ in range(ROUNDS):
        found = estimated(drawn(chance, mean=mean, correlation=correlation, orders=orders), declared)
        hits += found.low_permille <= round(1000 * mean) <= found.high_permille
    return hits / ROUNDS


@pytest.mark.parametrize("orders", [10, 40])
@pytest.mark.parametrize(
    ("declared", "mean", "correlation"),
    [
        (DropBand.MINIMAL, 0.03, 0.02),
        (DropBand.LOW, 0.12, 0.02),
        (DropBand.LOW, 0.12, 0.3),
        (DropBand.MEDIUM, 0.35, 0.1),
        (DropBand.EXCESSIVE, 0.75, 0.3),
        (DropBand.MINIMAL, 0.3, 0.02),  # the declaration is wrong
    ],
)
def test_the_interval_holds_the_truth_about_nine_times_of_ten(
    declared: DropBand, mean: float, correlation: float, orders: int
) -> None:
    """Seeded; with 200 rounds a true 90 % lies between 0.84 and 0.95."""
    assert 0.80 <= covered(declared, mean=mean, correlation=correlation, orders=orders) <= 0.99


def test_taking_units_for_the_sample_would_not_hold_the_truth() -> None:
    """The same orders as units that drop independently of each other: the plain interval misses most of the time."""
    chance, hits = np.random.default_rng(SEED), 0
    for _ in range(ROUNDS):
        orders = drawn(chance, mean=0.12, correlation=0.1, orders=20)
        arrived, dropped = (sum(column) for column in zip(*orders, strict=True))
        share = dropped / arrived
        hits += abs(share - 0.12) <= 1.645 * math.sqrt(share * (1 - share) / arrived)

    assert hits / ROUNDS < 0.5


@pytest.mark.parametrize("declared", DropBand)
def test_without_orders_the_declaration_is_the_estimate(declared: DropBand) -> None:
    begins, ends = ends_of(declared, POLICY)

    found = estimated([], declared)

    assert abs(found.mean_permille - (begins + ends) / 2) <= 3
    assert band_at(found.mean_permille, POLICY) is declared


@pytest.mark.parametrize("declared", DropBand)
def test_each_order_moves_the_estimate_from_the_declaration_towards_what_was_measured(declared: DropBand) -> None:
    means = [estimated([(1000, 500)] * n, declared).mean_permille for n in (0, 1, 2, 4, 8, 30)]
    distances = [abs(mean - 500) for mean in means]

    assert all(nearer <= farther for farther, nearer in pairwise(distances))
    assert distances[1] >= distances[0] / 4  # one order alone does not take over
    assert distances[-1] <= 5


def test_without_a_declaration_nothing_is_believed_beforehand() -> None:
    found = estimated([], None)

    assert (found.mean_permille, found.low_permille, found.high_permille) == (500, 49, 951)


def test_more_orders_narrow_the_interval_and_more_units_of_one_order_hardly_do() -> None:
    chance = np.random.default_rng(SEED)
    orders = drawn(chance, mean=0.12, correlation=0.1, orders=100)
    widths = [found.high_permille - found.low_permille for n in (5, 20, 100) if (found := estimated(orders[:n]))]
    larger = estimated([(arrived * 100, dropped * 100) for arrived, dropped in orders[:20]])

    assert widths == sorted(widths, reverse=True)
    assert larger.high_permille - larger.low_permille > 0.8 * widths[1]


@settings(max_examples=60)
@given(
    st.lists(st.integers(1, 10**9).flatmap(lambda n: st.tuples(st.just(n), st.integers(0, n))), max_size=30),
    st.sampled_from([None, *DropBand]),
)
def test_whatever_was_measured_the_figures_are_in_order_and_do_not_depend_on_the_order(
    orders: list[tuple[int, int]], declared: DropBand | None
) -> None:
    found = estimated(orders, declared)

    assert 0 <= found.low_permille <= found.mean_permille <= found.high_permille <= 1000
    assert estimated(orders[::-1], declared) == found == estimated(orders, declared)


@pytest.mark.parametrize("declared", [None, *DropBand])
@pytest.mark.parametrize("share", [0, 1])
def test_all_or_nothing_in_every_order_is_no_trouble(declared: DropBand | None, share: int) -> None:
    found = estimated([(10**9, share * 10**9)] * 200, declared)

    assert abs(found.mean_permille - 1000 * share) <= 30


def test_5_the_bands_are_those_of_the_terms() -> None:
    for permille in range(1001):
        band = band_at(permille, POLICY)
        begins, ends = ends_of(band, POLICY)
        assert band is band_of(dropped=permille, delivered=1000, policy=POLICY)
        assert begins <= permille <= ends


@pytest.mark.parametrize(
    ("declared", "low", "high", "expected"),
    [
        (DropBand.MINIMAL, 50, 90, True),
        (DropBand.MINIMAL, 49, 90, False),
        (DropBand.LOW, 10, 49, True),
        (DropBand.LOW, 10, 50, False),
        (DropBand.LOW, 200, 300, True),
        (DropBand.EXCESSIVE, 990, 1000, False),
        (DropBand.EXCESSIVE, 100, 499, True),
    ],
)
def test_a_declaration_is_contradicted_by_an_interval_that_lies_outside_its_band(
    declared: DropBand, low: int, high: int, expected: bool
) -> None:
    assert contradicts(declared=declared, low_permille=low, high_permille=high, policy=POLICY) is expected


@given(st.floats(1e-12, 1e9))
def test_the_logarithm_of_the_gamma_function_is_that_of_the_library(x: float) -> None:
    expected = math.lgamma(x)

    assert abs(float(_log_gamma(np.array([x]))[0]) - expected) <= 1e-9 * max(1.0, abs(expected))
