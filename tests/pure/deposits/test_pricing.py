"""What a receipt is worth: locks give no free choice, fees and bonuses are what was shown."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sevenpanel.deposits.domain.amounts import RATE_ONE
from sevenpanel.deposits.domain.pricing import Bonus, Charges, Lock, after_charges, gross_for, priced

NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)
LATER = NOON + timedelta(minutes=15)
FREE = Charges()
DEAR, CHEAP = 70_000 * RATE_ONE, 60_000 * RATE_ONE
BITCOIN = 100_000_000

charges = st.builds(
    Charges,
    fee_micros=st.integers(0, 2_000_000),
    fee_basis_points=st.integers(0, 1_000),
)


def lock(rate: int, raw_left: int = BITCOIN) -> Lock:
    """A lock that ends fifteen minutes past noon."""
    return Lock(rate_e12=rate, until=LATER, raw_left=raw_left)


@pytest.mark.parametrize("promised", [DEAR, CHEAP])
def test_money_seen_in_time_has_the_promised_rate_whichever_way_the_price_went(promised: int) -> None:
    other = DEAR + CHEAP - promised
    worth = priced(raw=BITCOIN, decimals=8, rate_e12=other, seen_at=NOON, lock=lock(promised), charges=FREE)

    assert worth.net == promised // 10**6
    assert worth.locked_raw == BITCOIN


@pytest.mark.parametrize("promised", [DEAR, CHEAP])
@pytest.mark.parametrize("late", [LATER, LATER + timedelta(days=300)])
def test_late_money_has_the_present_rate_whichever_is_better(promised: int, late: datetime) -> None:
    present = DEAR + CHEAP - promised
    worth = priced(raw=BITCOIN, decimals=8, rate_e12=present, seen_at=late, lock=lock(promised), charges=FREE)

    assert worth.net == present // 10**6
    assert worth.locked_raw == 0


def test_what_goes_beyond_the_quoted_amount_has_the_present_rate() -> None:
    worth = priced(raw=3 * BITCOIN, decimals=8, rate_e12=CHEAP, seen_at=NOON, lock=lock(DEAR, BITCOIN), charges=FREE)

    assert worth.net == (DEAR + 2 * CHEAP) // 10**6
    assert worth.locked_raw == BITCOIN


def test_the_fee_is_rounded_up_and_never_more_than_what_came() -> None:
    assert after_charges(1_000_001, Charges(fee_basis_points=100)).fee == 10_001
    assert after_charges(30, Charges(fee_micros=500_000)).net == 0


def test_a_bonus_looks_at_what_is_credited_and_the_highest_step_reached_counts() -> None:
    tiers = Charges(
        fee_micros=1_000_000,
        bonuses=(Bonus(from_micros=50_000_000, basis_points=200), Bonus(from_micros=100_000_000, basis_points=500)),
    )

    assert after_charges(50_000_000, tiers).bonus == 0
    assert after_charges(51_000_000, tiers).bonus == 1_000_000
    assert after_charges(101_000_000, tiers).bonus == 5_000_000


@given(st.integers(1, 10**12), charges)
def test_paying_the_quoted_sum_leaves_what_was_asked_and_no_smaller_sum_does(wanted: int, asked: Charges) -> None:
    gross = gross_for(wanted, asked)

    assert after_charges(gross, asked).net >= wanted
    assert after_charges(gross - 1, asked).net < wanted


@given(st.lists(st.integers(1, 10**9), min_size=2, max_size=6), charges)
def test_splitting_a_payment_never_gains(parts: list[int], asked: Charges) -> None:
    tiered = Charges(
        fee_micros=asked.fee_micros,
        fee_basis_points=asked.fee_basis_points,
        bonuses=(Bonus(from_micros=10**6, basis_points=100), Bonus(from_micros=10**8, basis_points=300)),
    )

    assert sum(after_charges(part, tiered).net for part in parts) <= after_charges(sum(parts), tiered).net


@pytest.mark.parametrize(
    "wrong",
    [
        {"fee_micros": -1},
        {"fee_basis_points": 10_000},
        {"bonuses": (Bonus(from_micros=0, basis_points=5),)},
        {"bonuses": (Bonus(from_micros=5, basis_points=9), Bonus(from_micros=9, basis_points=5))},
    ],
)
def test_charges_that_make_no_sense_are_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"fee|Bonuses"):
        Charges(**wrong)  # type: ignore[arg-type]
