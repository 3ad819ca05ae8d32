"""Amounts and rates: exact, rounded where and how it is said, and never a gain for whoever splits a payment."""

from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from sevenpanel.deposits.domain import Asset
from sevenpanel.deposits.domain.amounts import (
    RATE_ONE,
    format_rate,
    format_raw,
    parse_rate,
    parse_raw,
    raw_for,
    worth,
)
from sevenpanel.kernel.money import MICROS_PER_UNIT, NotAnAmount

USDT = Asset(symbol="USDT", place="ethereum", decimals=6)
USDT_BSC = Asset(symbol="USDT", place="bsc", decimals=18)
BTC = Asset(symbol="BTC", place="bitcoin", decimals=8)
ASSETS = st.sampled_from((USDT, USDT_BSC, BTC))
RATES = st.integers(1, 10**18)


def test_a_stablecoin_of_six_places_is_a_micro_unit_each_at_par() -> None:
    assert worth(((25_000_000, RATE_ONE),), 6) == 25_000_000


def test_a_coin_of_eighteen_places_is_more_than_a_bigint_and_exact_all_the_same() -> None:
    raw = parse_raw("9.3", USDT_BSC)

    assert raw > 2**63
    assert worth(((raw, RATE_ONE),), 18) == 9_300_000
    assert format_raw(raw, USDT_BSC) == "9.30"


@given(ASSETS, st.integers(1, 10**24), RATES)
def test_worth_is_rounded_down_to_the_micro_unit(asset: Asset, raw: int, rate: int) -> None:
    exact = Fraction(raw, 10**asset.decimals) * Fraction(rate, RATE_ONE) * MICROS_PER_UNIT
    if exact < 10**18:
        assert worth(((raw, rate),), asset.decimals) == exact.__floor__()


@given(ASSETS, st.lists(st.integers(0, 10**20), min_size=1, max_size=8), st.integers(1, 10**14))
def test_splitting_never_gains_and_loses_less_than_a_micro_unit_each(asset: Asset, parts: list[int], rate: int) -> None:
    """Invariant 9 of design: deposits, section 5."""
    assume(Fraction(sum(parts), 10**asset.decimals) * Fraction(rate, RATE_ONE) * MICROS_PER_UNIT < 10**18)
    whole = worth(((sum(parts), rate),), asset.decimals)
    split = sum(worth(((part, rate),), asset.decimals) for part in parts)

    assert 0 <= whole - split <= len(parts) - 1


@given(ASSETS, st.integers(1, 10**12), st.integers(10**6, 10**18), st.integers(0, 18))
def test_paying_what_was_quoted_is_worth_what_was_asked(asset: Asset, wanted: int, rate: int, places: int) -> None:
    raw = raw_for(wanted, asset=asset, rate_e12=rate, shown_places=places)
    step = 10 ** max(0, asset.decimals - places)

    assert worth(((raw, rate),), asset.decimals) >= wanted
    assert raw % step == 0
    assert raw <= step or worth(((raw - step, rate),), asset.decimals) < wanted


@given(ASSETS, st.integers(0, 2**256 - 1))
def test_an_amount_survives_being_written_and_read(asset: Asset, raw: int) -> None:
    assert parse_raw(format_raw(raw, asset), asset) == raw


@given(st.integers(1, 10**30))
def test_a_rate_survives_being_written_and_read(rate: int) -> None:
    assert parse_rate(format_rate(rate)) == rate


@pytest.mark.parametrize("text", ["", "1,5", "-1", "1e3", ".5", "1.", "1.0000001", "0x1", "9" * 78, "１"])
def test_what_is_no_amount_is_refused(text: str) -> None:
    with pytest.raises(NotAnAmount):
        parse_raw(text, USDT)


@pytest.mark.parametrize("text", ["", "0", "0.0", "-1", "1e3", "1.0000000000001", "9" * 20])
def test_what_is_no_rate_is_refused(text: str) -> None:
    with pytest.raises(NotAnAmount):
        parse_rate(text)


def test_a_rate_is_written_with_four_places_at_least() -> None:
    assert format_rate(RATE_ONE) == "1.0000"
    assert format_rate(parse_rate("64250.123456")) == "64250.123456"
