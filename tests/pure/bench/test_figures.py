"""The arithmetic of the bench: percentiles, medians over rounds, ratios of paired samples."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sevenpanel.launch.bench.figures import LOAD, POSTGRESQL, PYTHON, Row, Sample, percentile, ratio, rounded, sample


def steady(per_second: float, **cpu: float) -> Sample:
    """A sample of one second in which so many were done, 1 ms each."""
    count = int(per_second)
    return Sample(count=count, seconds=1.0, p50_ms=1.0, p95_ms=1.0, p99_ms=1.0, total=count, cpu=cpu)


@pytest.mark.parametrize(
    ("values", "percent", "expected"),
    [
        ([], 99, 0.0),
        ([7.0], 50, 7.0),
        ([1.0, 2.0], 50, 1.0),
        ([1.0, 2.0, 3.0], 50, 2.0),
        ([float(n) for n in range(1, 101)], 50, 50.0),
        ([float(n) for n in range(1, 101)], 95, 95.0),
        ([float(n) for n in range(1, 101)], 99, 99.0),
        ([float(n) for n in range(1, 1001)], 99, 990.0),
        ([1.0, 2.0], 100, 2.0),
    ],
)
def test_a_percentile_is_the_smallest_that_so_many_do_not_exceed(
    values: list[float], percent: int, expected: float
) -> None:
    assert percentile(values, percent) == expected


@given(st.lists(st.floats(0, 1e6), min_size=1), st.integers(1, 100))
def test_at_least_so_many_percent_are_no_larger_than_the_percentile(values: list[float], percent: int) -> None:
    found = percentile(sorted(values), percent)

    assert found in values
    assert sum(value <= found for value in values) * 100 >= percent * len(values)


def test_a_sample_counts_what_was_done_in_its_time_and_keeps_the_rest_apart() -> None:
    taken = sample([3.0, 1.0, 2.0, 10.0], seconds=2.0, total=6, cpu={LOAD: 0.5})

    assert (taken.count, taken.total, taken.per_second) == (4, 6, 2.0)
    assert (taken.p50_ms, taken.p99_ms) == (2.0, 10.0)


def test_a_row_tells_medians_that_one_bad_round_does_not_move() -> None:
    row = Row(name="add", rounds=(steady(100), steady(10), steady(120)))

    assert row.per_second == 100


def test_cpu_is_told_for_one_and_only_whose_is_known() -> None:
    row = Row(name="add", rounds=(steady(100, **{PYTHON: 0.1}), steady(200, **{PYTHON: 0.4})))

    assert row.cpu_ms(PYTHON) == pytest.approx(1.5)
    assert row.cpu_ms(POSTGRESQL) is None
    assert row.as_json()["cpu_ms"] == {PYTHON: 1.5}


def test_a_ratio_compares_the_two_samples_of_each_round() -> None:
    """In the second round the machine had other work to do; both suffered, and their ratio did not."""
    mine = Row(name="mine", rounds=(steady(200), steady(20), steady(220)))
    base = Row(name="base", rounds=(steady(100), steady(10), steady(100)))

    assert ratio(mine, base) == 2.0
    assert ratio(base, base) == 1.0


def test_a_ratio_of_unequal_rounds_is_refused() -> None:
    with pytest.raises(ValueError, match="zip"):
        ratio(Row(name="mine", rounds=(steady(1),)), Row(name="base", rounds=(steady(1), steady(1))))


@pytest.mark.parametrize(("figure", "shown"), [(1234.56, 1235.0), (0.0123456, 0.01235), (1.0, 1.0), (0.0, 0.0)])
def test_figures_are_shown_with_four_digits(figure: float, shown: float) -> None:
    assert rounded(figure) == shown
