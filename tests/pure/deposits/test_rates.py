"""Which rate counts: the operator's, the peg's or the feeds', and when none of them may be used."""

from datetime import UTC, datetime, timedelta

import pytest

from sevenpanel.deposits.domain import HeldReason
from sevenpanel.deposits.domain.amounts import RATE_ONE
from sevenpanel.deposits.domain.rates import Figure, RateKind, RateRule, is_jump, median, rate_now

NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def figure(rate: int, *, source: str = "kraken", age: int = 0, valid_until: datetime | None = None) -> Figure:
    """A figure of so many minutes ago."""
    return Figure(rate_e12=rate, source=source, as_of=NOON - age * MINUTE, valid_until=valid_until)


def rule(kind: RateKind, **changes: int) -> RateRule:
    """A rule for bitcoin."""
    return RateRule(symbol="BTC", kind=kind, **changes)


def test_an_operators_rate_counts_until_it_ends_and_needs_no_net() -> None:
    kind, until = rule(RateKind.OPERATOR), NOON + MINUTE
    good = rate_now(kind, by_operator=figure(5, age=900, valid_until=until), by_feeds=None, now=NOON)
    ended = rate_now(kind, by_operator=figure(5, age=900, valid_until=NOON), by_feeds=figure(6), now=NOON)

    assert good is not None
    assert (good.rate_e12, good.doubt) == (5, None)
    assert ended is not None
    assert ended.doubt is HeldReason.RATE_STALE


def test_without_a_figure_there_is_no_rate() -> None:
    assert rate_now(rule(RateKind.OPERATOR), by_operator=None, by_feeds=figure(5), now=NOON) is None
    assert rate_now(rule(RateKind.FEED), by_operator=figure(5), by_feeds=None, now=NOON) is None


@pytest.mark.parametrize(("age", "doubt"), [(0, None), (30, None), (31, HeldReason.RATE_STALE)])
def test_a_feeds_figure_grows_stale(age: int, doubt: HeldReason | None) -> None:
    found = rate_now(rule(RateKind.FEED), by_operator=None, by_feeds=figure(7, age=age), now=NOON)

    assert found is not None
    assert found.doubt is doubt


@pytest.mark.parametrize(
    ("feed", "doubt", "is_guarded"),
    [
        (None, None, False),
        (figure(RATE_ONE), None, True),
        (figure(RATE_ONE * 98 // 100), None, True),
        (figure(RATE_ONE * 98 // 100 - 1), HeldReason.DEPEG, True),
        (figure(RATE_ONE * 102 // 100 + 1), HeldReason.DEPEG, True),
        (figure(RATE_ONE // 2, age=31), None, False),
    ],
)
def test_a_peg_is_one_to_one_and_a_fresh_feed_stands_guard(
    feed: Figure | None, doubt: HeldReason | None, is_guarded: bool
) -> None:
    found = rate_now(rule(RateKind.PEG), by_operator=None, by_feeds=feed, now=NOON)

    assert found is not None
    assert (found.rate_e12, found.doubt, found.is_guarded) == (RATE_ONE, doubt, is_guarded)


@pytest.mark.parametrize("kind", RateKind)
def test_the_spread_is_the_desks(kind: RateKind) -> None:
    found = rate_now(
        rule(kind, spread_basis_points=50), by_operator=figure(RATE_ONE), by_feeds=figure(RATE_ONE), now=NOON
    )

    assert found is not None
    assert found.rate_e12 == RATE_ONE * 9950 // 10_000


@pytest.mark.parametrize(
    ("figures", "expected"),
    [
        ([], None),
        ([figure(10)], None),
        ([figure(10), figure(12)], None),  # one feed twice is one voice
        ([figure(10), figure(13, source="coinbase")], 11),
        ([figure(10), figure(99, source="coinbase"), figure(12, source="binance")], 12),
        ([figure(10), figure(99, source="coinbase", age=31)], None),
    ],
)
def test_feeds_are_believed_by_their_middle_and_never_alone(figures: list[Figure], expected: int | None) -> None:
    found = median(figures, rule(RateKind.FEED), NOON)

    assert (found.rate_e12 if found else None) == expected


def test_the_middle_is_as_old_as_the_oldest() -> None:
    found = median([figure(10, age=7), figure(12, source="coinbase", age=2)], rule(RateKind.FEED), NOON)

    assert found is not None
    assert found.as_of == NOON - 7 * MINUTE


@pytest.mark.parametrize(("new", "expected"), [(1_100, False), (1_101, True), (900, False), (899, True)])
def test_a_leap_waits_for_the_operator(new: int, expected: bool) -> None:
    assert is_jump(rule(RateKind.FEED), figure(new), figure(1_000)) is expected
    assert is_jump(rule(RateKind.FEED), figure(new), None) is False


def test_rules_that_make_no_sense_are_refused() -> None:
    with pytest.raises(ValueError, match="spread"):
        rule(RateKind.PEG, spread_basis_points=10_000)
    with pytest.raises(ValueError, match="spread"):
        rule(RateKind.FEED, jump_basis_points=0)
