"""Money: whole micro-units, no floats, named rounding (I12)."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sevenpanel.kernel.money import (
    MICROS_MAX,
    NotAnAmount,
    divide_up,
    format_amount,
    from_decimal_up,
    micros,
    parse_amount,
)

AMOUNTS = st.integers(-MICROS_MAX + 1, MICROS_MAX - 1)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("0", 0),
        ("12", 12_000_000),
        ("0.90", 900_000),
        ("0.000001", 1),
        (" 1.5 ", 1_500_000),
        ("-2.25", -2_250_000),
        ("999999999999.999999", 999_999_999_999_999_999),
    ],
)
def test_an_amount_is_read_exactly(text: str, value: int) -> None:
    assert parse_amount(text) == value


@pytest.mark.parametrize(
    "text",
    ["", ".", "1.", ".5", "1,000.00", "1e3", "0.0000001", "NaN", "inf", "1 0", "٣", "--1", "+1", "9" * 13, "1\n2"],
)
def test_what_is_no_plain_amount_is_refused(text: str) -> None:
    with pytest.raises(NotAnAmount):
        parse_amount(text)


@pytest.mark.parametrize("value", [1.0, True, Decimal(1), "1", None, MICROS_MAX + 1])
def test_only_whole_numbers_within_bounds_become_money(value: object) -> None:
    with pytest.raises(NotAnAmount):
        micros(value)  # type: ignore[arg-type]


@given(AMOUNTS)
def test_writing_and_reading_an_amount_gives_it_back(value: int) -> None:
    assert parse_amount(format_amount(value)) == value


@pytest.mark.parametrize(
    ("value", "text"),
    [(900_000, "0.90"), (278_190, "0.27819"), (-12_000_000, "-12.00"), (0, "0.00"), (-1, "-0.000001")],
)
def test_amounts_show_at_least_two_places_and_no_idle_zeros(value: int, text: str) -> None:
    assert format_amount(value) == text


@given(st.integers(0, 10**24), st.integers(1, 10**12))
def test_dividing_up_never_loses_and_never_gives_a_whole_unit_too_much(value: int, divisor: int) -> None:
    assert 0 <= divide_up(value, divisor) * divisor - value < divisor


@pytest.mark.parametrize(
    ("amount", "value"),
    [
        ("0.1", 100_000),
        ("123456789.0000000000000000000000000000001", 123_456_789_000_001),
        ("0.0000001", 1),
        ("-0.0000001", 0),
        ("5", 5_000_000),
    ],
)
def test_a_providers_cost_is_never_understated(amount: str, value: int) -> None:
    assert from_decimal_up(Decimal(amount)) == value


@pytest.mark.parametrize("amount", ["NaN", "Infinity", "1e30", "-1e30"])
def test_a_cost_that_is_no_sum_is_refused(amount: str) -> None:
    with pytest.raises(NotAnAmount):
        from_decimal_up(Decimal(amount))
