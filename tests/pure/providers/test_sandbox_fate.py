"""The fate of orders in the sandbox is a pure function: repeatable, and sane where the personality is."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sevenpanel.fulfilment.providers.sandbox.fate import Placed, Standing, ends_at, given_back, lost, standing
from sevenpanel.fulfilment.providers.sandbox.personality import Personality

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
MILLISECOND = timedelta(milliseconds=1)
STEADY = [one for one in Personality if one not in (Personality.LIES, Personality.BACKWARDS)]

ORDERS = st.builds(
    Placed,
    seed=st.integers(0, 2**31),
    order=st.integers(1, 10**9),
    quantity=st.integers(1, 10**6),
    personality=st.sampled_from(STEADY),
    placed_at=st.just(NOON),
    pace=st.integers(1, 300),
    cancel_at=st.none() | st.integers(0, 90_000).map(lambda ms: NOON + ms * MILLISECOND),
)
AGES = st.lists(st.integers(0, 700_000), min_size=2, max_size=20).map(sorted)


def at(placed: Placed, milliseconds: int) -> Standing:
    return standing(placed, NOON + milliseconds * MILLISECOND)


def ending(placed: Placed) -> Standing:
    return standing(placed, ends_at(placed))


def placed(personality: Personality = Personality.NORMAL, order: int = 1, quantity: int = 1000) -> Placed:
    return Placed(seed=7, order=order, quantity=quantity, personality=personality, placed_at=NOON)


@given(ORDERS, AGES)
def test_steady_orders_only_ever_move_forward(order: Placed, ages: list[int]) -> None:
    ranks = {"Pending": 0, "Processing": 1, "In progress": 2, "Completed": 3, "Partial": 3, "Canceled": 3}
    seen = [at(order, age) for age in ages]
    for earlier, later in pairwise(seen):
        assert ranks[earlier.status] <= ranks[later.status]
        assert 0 <= later.remains <= earlier.remains <= order.quantity
        assert not earlier.final or later == earlier
    assert all(one.remains == one.undelivered for one in seen)


@given(ORDERS, st.integers(0, 700_000))
def test_the_same_order_at_the_same_time_stands_the_same(order: Placed, age: int) -> None:
    assert at(order, age) == at(replace(order), age)


@given(ORDERS)
def test_an_order_is_final_from_its_end_on_and_not_before(order: Placed) -> None:
    assert ending(order).final
    assert not standing(order, ends_at(order) - MILLISECOND).final


@given(ORDERS, st.integers(1, 10**12))
def test_what_is_given_back_is_the_share_that_is_missing(order: Placed, charge: int) -> None:
    final = ending(order)
    back = given_back(charge, order, final)
    assert 0 <= back <= charge
    if final.status == "Completed":
        assert (final.remains, back) == (0, 0)
    if final.status == "Canceled":
        assert (final.remains, back) == (order.quantity, charge)
    if final.status == "Partial":
        assert 0 < final.remains < order.quantity
        assert back == charge * final.remains // order.quantity


@given(st.integers(0, 2**31), st.integers(1, 10**6), st.integers(2, 10**6))
def test_ten_orders_in_a_row_bring_every_ending(seed: int, first: int, quantity: int) -> None:
    words = [
        ending(replace(placed(order=number, quantity=quantity), seed=seed)).status
        for number in range(first, first + 10)
    ]
    assert [words.count(word) for word in ("Completed", "Partial", "Canceled")] == [8, 1, 1]


@given(st.integers(1, 10**6))
def test_an_ordinary_order_ends_after_five_to_sixty_seconds(number: int) -> None:
    length = ends_at(placed(order=number)) - NOON
    assert timedelta(seconds=5) <= length <= timedelta(seconds=60)
    assert ends_at(placed(Personality.SLOW, order=number)) - NOON == length * 10


@given(st.integers(1, 10**6))
def test_an_ordinary_order_passes_through_the_stock_words(number: int) -> None:
    order = placed(order=number)
    length = (ends_at(order) - NOON) // MILLISECOND
    seen = [at(order, age) for age in range(0, length + 1, length // 200)]
    words = list(dict.fromkeys(one.status for one in seen))
    final = ending(order).status
    assert words[:2] == ["Pending", "Processing"]
    assert ("In progress" in words) == (final != "Canceled")
    assert all((one.start_count is None) == (one.status in ("Pending", "Processing", "Canceled")) for one in seen)


@pytest.mark.parametrize(
    ("personality", "words"),
    [(Personality.PARTIAL, {"Partial"}), (Personality.CANCELS, {"Canceled"}), (Personality.LIES, {"Completed"})],
)
def test_a_personality_decides_the_ending(personality: Personality, words: set[str]) -> None:
    assert {ending(placed(personality, number)).status for number in range(1, 60)} == words


def test_a_liar_completes_with_every_kind_of_remains_that_cannot_be() -> None:
    said = {ending(placed(Personality.LIES, number)).remains for number in range(1, 60)}
    assert any(0 < remains <= 1000 for remains in said)
    assert any(remains > 1000 for remains in said)
    assert any(remains < 0 for remains in said)
    assert all(given_back(500, placed(Personality.LIES, n), ending(placed(Personality.LIES, n))) == 0 for n in said)


def test_an_order_that_goes_backwards_shows_three_endings() -> None:
    order = placed(Personality.BACKWARDS)
    end = ends_at(order)
    seen = [standing(order, end - timedelta(seconds=back)) for back in (10, 5, 0)]
    assert [one.status for one in seen] == ["Completed", "In progress", "Partial"]
    assert [one.final for one in seen] == [False, False, True]


def test_a_single_piece_is_never_partial() -> None:
    words = {ending(placed(Personality.NORMAL, number, 1)).status for number in range(1, 61)}
    assert words == {"Completed", "Canceled"}
    assert ending(placed(Personality.PARTIAL, 1, 1)).status == "Canceled"


def test_a_cancel_freezes_the_order_and_ends_it_a_little_later() -> None:
    number = next(n for n in range(1, 99) if ending(placed(order=n)).status == "Completed")
    order = placed(order=number)
    half = NOON + (ends_at(order) - NOON) * 3 / 4
    stopped = replace(order, cancel_at=half)
    assert ends_at(stopped) == half.replace(microsecond=half.microsecond // 1000 * 1000) + timedelta(seconds=2)
    assert ending(stopped).status == "Partial"
    assert ending(stopped).remains == standing(order, half).remains
    early = replace(order, cancel_at=NOON)
    assert (ending(early).status, ending(early).remains) == ("Canceled", 1000)
    late = replace(order, cancel_at=ends_at(order))
    assert ending(late) == ending(order)


@given(ORDERS, st.integers(0, 60), st.integers(1, 40))
def test_what_an_order_lost_only_grows_and_stays_within_the_service_s_bounds(
    order: Placed, days: int, more_days: int
) -> None:
    percent = (2, 20)
    end = ends_at(order)
    earlier, later = (lost(order, percent, end + timedelta(days=age)) for age in (days, days + more_days))
    delivered = order.quantity - ending(order).undelivered

    assert 0 <= earlier <= later <= delivered * percent[1] // 100
    assert lost(order, percent, end) == 0
    assert lost(order, (0, 0), end + timedelta(days=30)) == 0


def test_most_of_what_an_order_loses_is_gone_after_a_month() -> None:
    order = placed(quantity=100_000)
    end = ends_at(order)
    after = [lost(order, (10, 10), end + timedelta(days=days)) for days in (3, 7, 30)]

    assert after == [5000, 7000, 9090]


def test_who_lies_about_an_order_loses_nothing_that_could_be_told() -> None:
    order = placed(Personality.LIES)

    assert lost(order, (50, 50), ends_at(order) + timedelta(days=30)) == 0
