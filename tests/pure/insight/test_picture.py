"""The picture of drop over time: every point inside the frame, the words true to the figures, times in two units."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sevenpanel.insight.domain import Found
from sevenpanel.insight.queries import EstimateRow
from sevenpanel.terms import DropBand
from sevenpanel.terms.documents import policy_of, published
from sevenpanel.web import present
from sevenpanel.web.drop_picture import BOTTOM, DOTS_MAX, LEFT, RIGHT, TOP, Picture, picture_of

POLICY = policy_of(published(), "1")
NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)
DAY = timedelta(days=1)


def row(
    mean: int = 80, low: int = 60, high: int = 110, *, day: int = 0, found: Found = Found.MEASURED, orders: int = 9
) -> EstimateRow:
    return EstimateRow(
        service_id=1,
        as_of=NOON + day * DAY,
        found=found,
        orders=orders,
        band=DropBand.LOW,
        mean_permille=mean,
        low_permille=low,
        high_permille=high,
        ages=(),
        declared_band=DropBand.LOW,
    )


def drawn(*rows: EstimateRow) -> Picture:
    picture = picture_of(rows, POLICY)
    assert picture is not None
    return picture


def corners(points: str) -> list[tuple[float, float]]:
    return [(float(x), float(y)) for x, y in (corner.split(",") for corner in points.split())]


@given(
    st.lists(
        st.tuples(st.lists(st.integers(0, 1000), min_size=3, max_size=3).map(sorted), st.integers(0, 400)),
        min_size=1,
        max_size=40,
    )
)
def test_everything_lies_inside_the_frame(figures: list[tuple[list[int], int]]) -> None:
    rows = sorted((row(mean, low, high, day=day) for (low, mean, high), day in figures), key=lambda each: each.as_of)
    picture = drawn(*rows)

    for x, y in [*corners(picture.area), *corners(picture.mean), *((float(d.x), float(d.y)) for d in picture.dots)]:
        assert LEFT <= x <= RIGHT
        assert TOP <= y <= BOTTOM
    assert len(picture.told) == len(rows)
    assert len(picture.dots) == (len(rows) if len(rows) <= DOTS_MAX else 0)


def test_more_drop_is_drawn_higher_and_later_is_drawn_further_on() -> None:
    picture = drawn(row(50, day=0), row(100, day=1), row(70, day=4))
    (first, second, third) = corners(picture.mean)

    assert first[0] == LEFT < second[0] < third[0] == RIGHT
    assert second[1] < third[1] < first[1]
    assert (picture.first_day, picture.last_day) == ("4 May 2026", "8 May 2026")


def test_one_estimate_is_a_dot_with_its_interval_in_the_middle() -> None:
    picture = drawn(row())

    (dot,) = picture.dots
    assert (picture.area, picture.mean, picture.last_day) == ("", "", "")
    assert float(dot.x) == (LEFT + RIGHT) / 2
    assert float(dot.high) < float(dot.y) < float(dot.low)


def test_the_declared_band_is_drawn_where_it_is() -> None:
    picture = drawn(row(400, 350, 480))
    scale = {line.words: float(line.y) for line in picture.scale}

    assert set(scale) == {"0 %", "25 %", "50 %"}
    assert picture.declared_y is not None
    assert picture.declared_height is not None
    ends, begins = float(picture.declared_y), float(picture.declared_y) + float(picture.declared_height)
    one_percent = (scale["0 %"] - scale["50 %"]) / 50
    assert abs(scale["0 %"] - 5 * one_percent - begins) < 0.2
    assert abs(scale["0 %"] - 20 * one_percent - ends) < 0.2


def test_without_measured_estimates_there_is_no_picture() -> None:
    assert picture_of([], POLICY) is None
    assert picture_of([row(found=Found.DECLARED)], POLICY) is None


def test_the_words_say_the_last_and_the_first() -> None:
    assert drawn(row()).words == "On 4 May 2026 it was 8 %, with 90 % between 6 % and 11 %."
    assert drawn(row(55), row(85, day=2)).words == (
        "On 6 May 2026 it was 8.5 %, with 90 % between 6 % and 11 %. On 4 May 2026 it was 5.5 %."
    )


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "0 s"), (89, "89 s"), (90, "2 min"), (3599, "1 h"), (3600, "1 h"), (5400, "1 h 30 min"),
        (36_000, "10 h"), (40_000, "11 h"), (47 * 3600, "47 h"), (48 * 3600, "2 d"), (51 * 3600, "2 d 3 h"),
        (864_000, "10 d"), (900_000, "10 d"),
    ],
)  # fmt: skip
def test_a_length_of_time_has_at_most_two_units(seconds: int, words: str) -> None:
    assert present.length(seconds) == words


@pytest.mark.parametrize(("permille", "words"), [(0, "0 %"), (5, "0.5 %"), (45, "4.5 %"), (50, "5 %"), (1000, "100 %")])
def test_thousandths_are_told_as_percent(permille: int, words: str) -> None:
    assert present.percent(permille) == words
