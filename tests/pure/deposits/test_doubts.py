"""The desk's own checks of a confirmed receipt, one by one and in their order."""

from dataclasses import replace

import pytest

from sevenpanel.deposits.domain import HeldReason
from sevenpanel.deposits.domain.doubts import Confirmed, Limits, doubt_of

GOOD = Confirmed(
    raw=25_000_000,
    waiting_raw=0,
    net_micros=25_000_000,
    rate_doubt=None,
    today_micros=0,
    is_owner_open=True,
    is_screened_out=False,
    has_effect_changed=False,
)
LIMITS = Limits(minimum_raw=5_000_000, auto_max_micros=1_000_000_000, daily_max_micros=2_000_000_000)


def test_nothing_speaks_against_an_ordinary_receipt() -> None:
    assert doubt_of(GOOD, LIMITS) is None
    assert doubt_of(GOOD, Limits()) is None


@pytest.mark.parametrize(
    ("receipt", "reason"),
    [
        (replace(GOOD, has_effect_changed=True), HeldReason.EFFECT_CHANGED),
        (replace(GOOD, is_screened_out=True), HeldReason.SCREENING),
        (replace(GOOD, is_owner_open=False), HeldReason.OWNER_CLOSED),
        (replace(GOOD, raw=4_999_999), HeldReason.BELOW_MIN),
        (replace(GOOD, raw=3_000_000, waiting_raw=1_999_999), HeldReason.BELOW_MIN),
        (replace(GOOD, raw=3_000_000, waiting_raw=2_000_000), None),
        (replace(GOOD, rate_doubt=HeldReason.DEPEG), HeldReason.DEPEG),
        (replace(GOOD, rate_doubt=HeldReason.RATE_STALE), HeldReason.RATE_STALE),
        (replace(GOOD, net_micros=None), HeldReason.RATE_STALE),
        (replace(GOOD, net_micros=0), HeldReason.BELOW_MIN),
        (replace(GOOD, net_micros=1_000_000_001), HeldReason.OVER_AUTO_LIMIT),
        (replace(GOOD, net_micros=1_000_000_000), None),
        (replace(GOOD, today_micros=1_975_000_001), HeldReason.OVER_AUTO_LIMIT),
        (replace(GOOD, today_micros=1_975_000_000), None),
        (replace(GOOD, is_screened_out=True, raw=1, net_micros=None), HeldReason.SCREENING),
    ],
)
def test_each_reason_is_found(receipt: Confirmed, reason: HeldReason | None) -> None:
    assert doubt_of(receipt, LIMITS) is reason
