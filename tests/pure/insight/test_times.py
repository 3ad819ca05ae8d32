"""Median and 90 % range of times, and when they are said for so many pieces."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sevenpanel.insight.domain import TIMES_FROM, Range, Span, range_of, times_of

HOUR = 3600
quantities = st.integers(1, 10**9)
spans = st.builds(
    Span, quantity=quantities, start_seconds=st.integers(0, 10**7), complete_seconds=st.integers(0, 10**7)
)


def orders(time: Callable[[int], int], amounts: list[int]) -> list[Span]:
    return [Span(quantity=q, start_seconds=60, complete_seconds=time(q)) for q in amounts]


def test_the_range_holds_nine_of_ten_and_each_end_is_the_time_of_an_order() -> None:
    assert range_of(list(range(1, 201))) == Range(low=10, median=100, high=190)
    assert range_of([7]) == Range(low=7, median=7, high=7)
    assert range_of([5, 1]) == Range(low=1, median=1, high=5)


def test_few_orders_tell_no_time() -> None:
    few = orders(lambda q: q, [1000] * (TIMES_FROM - 1))

    assert times_of(few) is None
    assert times_of([*few, few[0]]) is not None


def test_time_that_grows_with_the_quantity_is_told_for_a_thousand() -> None:
    found = times_of(orders(lambda q: q * HOUR // 1000, [1000, 2000, 5000, 10_000, 50_000] * 4))

    assert found is not None
    assert (found.per, found.complete) == (1000, Range(low=HOUR, median=HOUR, high=HOUR))
    assert found.start == Range(low=60, median=60, high=60)


def test_time_that_does_not_depend_on_the_quantity_is_told_for_an_order() -> None:
    found = times_of(orders(lambda _: 5 * HOUR, [1000, 2000, 5000, 10_000, 50_000] * 4))

    assert found is not None
    assert (found.per, found.complete.median) == (None, 5 * HOUR)


def test_what_is_sold_by_the_dozen_is_not_told_for_a_thousand() -> None:
    found = times_of(orders(lambda q: q * HOUR, [12, 24, 60, 120, 36] * 4))

    assert found is not None
    assert found.per == 10
    assert found.complete.median == 10 * HOUR


def test_packages_are_told_as_they_are() -> None:
    found = times_of(orders(lambda _: HOUR, [1] * 20))

    assert found is not None
    assert found.per is None


@given(st.lists(spans, min_size=TIMES_FROM, max_size=60))
def test_times_are_in_order_whole_and_the_same_in_any_order_of_orders(some: list[Span]) -> None:
    found, turned = times_of(some), times_of(some[::-1])

    assert found is not None
    assert found == turned
    for times in (found.start, found.complete):
        assert times.low <= times.median <= times.high
    assert found.complete.low >= 1
    assert found.per in (None, 1, 10, 100, 1000)


@given(st.lists(st.integers(0, 10**6), min_size=1, max_size=300))
def test_at_most_one_in_twenty_lies_on_either_side(times: list[int]) -> None:
    found = range_of(times)

    assert sum(time < found.low for time in times) * 20 <= len(times)
    assert sum(time > found.high for time in times) * 20 <= len(times)


@pytest.mark.parametrize("quantity", [1, 9, 10, 999, 1000, 10**6])
def test_one_size_is_told_as_it_is(quantity: int) -> None:
    found = times_of(orders(lambda _: HOUR, [quantity] * 12))

    assert found is not None
    assert (found.per, found.complete.median) == (None, HOUR)
