"""The pictures of the home page: everything inside its frame, and the same in figures."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from sevenpanel.orders.domain import Status
from sevenpanel.orders.queries.activity import READ_MAX, ActivityRow, is_all
from sevenpanel.web.home_pictures import BOTTOM, DAYS, TOP, WIDTH, by_state, delivery, spending

NOW = datetime(2026, 5, 30, 15, 20, tzinfo=UTC)
TODAY = datetime(2026, 5, 30, tzinfo=UTC)


def row(
    ago: int = 0, status: Status = Status.COMPLETED, *, orders: int = 1, cost: int = 900_000, median: int | None = 3600
) -> ActivityRow:
    day = TODAY - timedelta(days=ago)
    seconds = median if status is Status.COMPLETED else None
    return ActivityRow(
        day=day, status=status, orders=orders, cost_micros=cost, median_seconds=seconds, first_placed_at=day
    )


rows = st.lists(
    st.builds(
        row,
        st.integers(0, DAYS - 1),
        st.sampled_from(Status),
        orders=st.integers(1, 2_000),
        cost=st.integers(0, 10**15),
        median=st.integers(0, 10**8),
    ),
    min_size=1,
    unique_by=lambda each: (each.day, each.status),
)


def test_nothing_ordered_is_no_picture() -> None:
    assert (spending([], "USD", NOW), by_state([]), delivery([row(status=Status.PENDING)], NOW)) == (None, None, None)


def test_spending_of_two_states_on_one_day_is_one_column() -> None:
    picture = spending([row(cost=900_000), row(status=Status.PENDING, cost=100_000), row(29)], "USD", NOW)

    assert picture is not None
    assert len(picture.columns) == 2
    assert [(each.name, each.value) for each in picture.told] == [
        ("30 May 2026", "1.00 USD"),
        ("1 May 2026", "0.90 USD"),
    ]
    assert picture.most == "1.00 USD"
    assert "1.90 USD" in picture.words


def test_states_are_told_with_their_numbers_in_the_order_of_their_lives() -> None:
    picture = by_state([row(orders=3), row(1, orders=2), row(status=Status.PENDING, orders=4)])

    assert picture is not None
    assert [(each.name, each.value) for each in picture.told] == [("Pending", "4"), ("Completed", "5")]
    assert "9 orders" in picture.words


def test_the_time_to_complete_is_told_in_words() -> None:
    picture = delivery([row(median=7_200), row(2, median=600), row(3, Status.CANCELED)], NOW)

    assert picture is not None
    assert [each.value for each in picture.told] == ["2 h", "10 min"]
    assert picture.most == "2 h"


@given(rows)
def test_everything_stays_inside_its_frame(given_rows: list[ActivityRow]) -> None:
    for picture in (spending(given_rows, "USD", NOW), delivery(given_rows, NOW)):
        for column in picture.columns if picture else ():
            assert 0 <= float(column.x) <= float(column.x) + float(column.width) <= WIDTH
            assert float(column.y) >= TOP - 0.1
            assert float(column.y) + float(column.height) <= BOTTOM + 0.2
    states = by_state(given_rows)
    assert states is not None
    for bar in states.bars:
        assert float(bar.number_x) + 7 * len(bar.number) <= WIDTH
        assert float(bar.text_y) <= states.height


def test_as_many_as_are_read_may_not_be_all() -> None:
    assert is_all([row(orders=READ_MAX - 1)])
    assert not is_all([row(orders=READ_MAX - 1), row(1)])
