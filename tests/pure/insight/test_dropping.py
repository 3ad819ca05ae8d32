"""What dropped, from counts before and after, and when counts say nothing (clause 5)."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sevenpanel.insight.domain import Counts, Left, LeftOut, left_by_provider, left_of

USUAL = Counts(delivered=1000, start=400, end=1400, now=1300)
count = st.integers(0, 10**9)


@pytest.mark.parametrize(
    ("counts", "arrived", "dropped"),
    [
        (USUAL, 1000, 100),
        (replace(USUAL, now=1400), 1000, 0),
        (replace(USUAL, now=2000), 1000, 0),  # growth from elsewhere: as much as was delivered, never more
        (replace(USUAL, now=400), 1000, 1000),
        (replace(USUAL, now=100), 1000, 1000),  # others left as well
        (replace(USUAL, end=1300, now=1300), 900, 0),  # what never arrived did not drop
        (replace(USUAL, end=1300, now=1200), 900, 100),
        (replace(USUAL, end=1900, now=1450), 1000, 0),  # more arrived than was delivered
        (replace(USUAL, step=50), 1000, 100),
    ],
)
def test_what_dropped_is_what_arrived_and_is_not_there_any_more(counts: Counts, arrived: int, dropped: int) -> None:
    left = left_of(counts)

    assert isinstance(left, Left)
    assert (left.arrived, left.dropped) == (arrived, dropped)


@pytest.mark.parametrize(
    ("counts", "why"),
    [
        (replace(USUAL, delivered=0), LeftOut.NOTHING_DELIVERED),
        (replace(USUAL, end=899), LeftOut.NOT_SEEN),
        (replace(USUAL, end=100), LeftOut.NOT_SEEN),
        (replace(USUAL, step=51), LeftOut.TOO_COARSE),
        (Counts(delivered=1, start=0, end=0, now=0), LeftOut.NOT_SEEN),
    ],
)
def test_a_counter_that_cannot_tell_is_left_out(counts: Counts, why: LeftOut) -> None:
    assert left_of(counts) is why


@given(delivered=st.integers(0, 10**9), start=count, end=count, now=count, step=st.integers(1, 10**6))
def test_whatever_is_counted_what_is_left_lies_between_nothing_and_what_was_delivered(
    delivered: int, start: int, end: int, now: int, step: int
) -> None:
    left = left_of(Counts(delivered=delivered, start=start, end=end, now=now, step=step))

    if isinstance(left, Left):
        assert 0 <= left.remaining <= left.arrived <= delivered
        assert left.arrived > 0


@given(start=count, end=count, now=count, more=st.integers(0, 10**6))
def test_a_higher_count_never_means_more_drop(start: int, end: int, now: int, more: int) -> None:
    here = left_of(Counts(delivered=1000, start=start, end=end, now=now))
    higher = left_of(Counts(delivered=1000, start=start, end=end, now=now + more))

    if isinstance(here, Left):
        assert isinstance(higher, Left)
        assert higher.dropped <= here.dropped


@pytest.mark.parametrize(
    ("delivered", "there", "dropped"),
    [(1000, 1000, 0), (1000, 963, 37), (1000, 0, 1000), (1000, -5, 1000), (600, 550, 50), (600, 900, 0)],
)
def test_what_the_provider_counts_less_than_it_delivered_has_dropped(delivered: int, there: int, dropped: int) -> None:
    left = left_by_provider(delivered=delivered, there=there)

    assert isinstance(left, Left)
    assert (left.arrived, left.dropped) == (delivered, dropped)


def test_where_nothing_was_delivered_nothing_can_drop() -> None:
    assert left_by_provider(delivered=0, there=10) is LeftOut.NOTHING_DELIVERED
