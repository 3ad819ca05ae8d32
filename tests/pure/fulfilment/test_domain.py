"""Times, evidence, margins and words of fulfilment: tables first, then properties."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from sevenpanel.catalog.domain import ServiceType
from sevenpanel.fulfilment.domain import (
    BALANCE_APART,
    TEST_WITHIN,
    Aid,
    BalanceReading,
    BalanceVerdict,
    CheckFacts,
    ResolveFacts,
    Wait,
    circuit_hold,
    cost_micros,
    expected_cost,
    hold_of,
    is_margin_kept,
    next_aid,
    next_check,
    order_backoff,
    safe_status_word,
    sync_backoff,
    weigh_balance,
)
from sevenpanel.fulfilment.domain.words import NOT_SHOWN
from sevenpanel.fulfilment.providers.interface import ProviderStatus

NOON = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)
SECOND, MINUTE, HOUR, DAY = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
MICROSECOND = timedelta(microseconds=1)


@pytest.mark.parametrize(
    ("age", "quiet", "remains", "wait"),
    [
        (2 * SECOND, 2 * SECOND, None, 3 * SECOND),
        (30 * SECOND, 5 * SECOND, None, 3 * SECOND),
        (MINUTE, MINUTE, None, 15 * SECOND),
        (10 * MINUTE, 10 * MINUTE, 1000, 150 * SECOND),
        (10 * MINUTE, SECOND, 10, 3 * SECOND),  # nearly done
        (10 * HOUR, MINUTE, 900, 10 * MINUTE),
        (10 * HOUR, MINUTE, 5, timedelta(seconds=90.45)),
        (3 * DAY, 3 * DAY, 1000, HOUR),
    ],
)
def test_the_next_look_comes_soon_at_first_and_near_the_end(
    age: timedelta, quiet: timedelta, remains: int | None, wait: timedelta
) -> None:
    facts = CheckFacts(age_us=age // MICROSECOND, quiet_us=quiet // MICROSECOND, quantity=1000, remains=remains)

    assert abs(next_check(facts) * MICROSECOND - wait) < timedelta(milliseconds=100)


@given(
    age=st.timedeltas(min_value=timedelta(0), max_value=timedelta(days=400)),
    share=st.floats(0, 1),
    quantity=st.integers(1, 10**9),
    remains=st.none() | st.integers(-(10**12), 10**12),
)
@example(age=365 * DAY, share=0.0, quantity=10**9, remains=10**9 - 1)
def test_the_next_look_is_always_within_its_bounds(
    age: timedelta, share: float, quantity: int, remains: int | None
) -> None:
    facts = CheckFacts(
        age_us=age // MICROSECOND, quiet_us=age * share // MICROSECOND, quantity=quantity, remains=remains
    )

    assert 3 * SECOND <= next_check(facts) * MICROSECOND <= (10 * MINUTE if age < DAY else HOUR)


@given(tries=st.integers(0, 10**6))
def test_backoffs_grow_and_end_somewhere(tries: int) -> None:
    assert 2 * SECOND <= order_backoff(Wait.NOT_CONNECTED, tries) <= 5 * MINUTE
    assert order_backoff(Wait.NOT_CONNECTED, tries) <= order_backoff(Wait.NOT_CONNECTED, tries + 1)
    assert sync_backoff(tries) <= sync_backoff(tries + 1) <= 5 * MINUTE


def test_the_circuit_opens_at_the_fifth_failure() -> None:
    assert [circuit_hold(n) for n in range(5)] == [None] * 5
    assert circuit_hold(5) == 10 * SECOND
    assert circuit_hold(1000) == 10 * MINUTE


@pytest.mark.parametrize(
    ("wait", "retry_after", "hold"),
    [
        (Wait.NO_FUNDS, None, 5 * MINUTE),
        (Wait.NO_FUNDS, 1, 5 * MINUTE),
        (Wait.RATE_LIMITED, None, 10 * SECOND),
        (Wait.RATE_LIMITED, 90, 90 * SECOND),
        (Wait.RATE_LIMITED, 0, SECOND),
        (Wait.RATE_LIMITED, -5, SECOND),
        (Wait.RATE_LIMITED, 10**9, HOUR),
        (Wait.NOT_CONNECTED, None, None),
        (Wait.ANSWERS_LOST, 90, None),
    ],
)
def test_how_long_a_provider_is_left_alone(wait: Wait, retry_after: int | None, hold: timedelta | None) -> None:
    assert hold_of(wait, failures=1, retry_after_seconds=retry_after) == hold


NO_AID = ResolveFacts(
    is_open=True,
    late_id=None,
    has_idempotency_field=False,
    refuses_duplicates=False,
    others_on_link=0,
    duplicate_tests=0,
    age=MINUTE,
    balance_before=None,
    is_balance_spent=False,
)


@pytest.mark.parametrize(
    ("known", "aid"),
    [
        ({}, Aid.OPERATOR),
        ({"late_id": "7", "has_idempotency_field": True}, Aid.LATE_ANSWER),
        ({"has_idempotency_field": True, "refuses_duplicates": True}, Aid.REQUEST_ID),
        ({"refuses_duplicates": True, "balance_before": Decimal(1)}, Aid.DUPLICATE_TEST),
        ({"refuses_duplicates": True, "others_on_link": 1}, Aid.OPERATOR),
        ({"refuses_duplicates": True, "duplicate_tests": 1}, Aid.OPERATOR),
        ({"refuses_duplicates": True, "duplicate_tests": 1, "balance_before": Decimal(1)}, Aid.BALANCE),
        # An order that was taken may have ended meanwhile: a test would buy it again.
        ({"refuses_duplicates": True, "age": TEST_WITHIN}, Aid.DUPLICATE_TEST),
        ({"refuses_duplicates": True, "age": TEST_WITHIN + SECOND}, Aid.OPERATOR),
        ({"refuses_duplicates": True, "age": -SECOND}, Aid.OPERATOR),
        # What is sent again for an order that has ended is bought for nobody.
        ({"is_open": False, "has_idempotency_field": True, "refuses_duplicates": True}, Aid.OPERATOR),
        ({"is_open": False, "late_id": "7", "has_idempotency_field": True}, Aid.LATE_ANSWER),
        ({"is_open": False, "has_idempotency_field": True, "balance_before": Decimal(0)}, Aid.BALANCE),
        ({"balance_before": Decimal(0)}, Aid.BALANCE),
        ({"balance_before": Decimal(0), "is_balance_spent": True}, Aid.OPERATOR),
    ],
)
def test_the_cheapest_aid_that_can_still_speak_is_next(known: dict[str, object], aid: Aid) -> None:
    assert next_aid(replace(NO_AID, **known)) is aid  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("before", "after", "price", "spent", "verdict"),
    [
        ("100", "99.5", "0.5", "0", BalanceVerdict.TAKEN),
        ("100", "100", "0.5", "0", BalanceVerdict.NOT_YET),
        ("100.00000", "99.72181", "0.27819", "0", BalanceVerdict.TAKEN),
        ("100.00", "99.73", "0.27819", "0", BalanceVerdict.TAKEN),  # their two places, rounded down
        ("100.00", "99.72", "0.27819", "0", BalanceVerdict.TAKEN),  # rounded up
        ("100.00", "99.71", "0.27819", "0", BalanceVerdict.INCONCLUSIVE),
        ("100", "98.5", "0.5", "1", BalanceVerdict.TAKEN),
        ("100", "99", "0.5", "1", BalanceVerdict.NOT_YET),
        ("100", "150", "0.5", "0", BalanceVerdict.INCONCLUSIVE),  # somebody topped it up
        ("100.00", "100.00", "0.001", "0", BalanceVerdict.INCONCLUSIVE),  # too cheap to be seen
        ("1E+2", "99.5", "0.5", "0", BalanceVerdict.TAKEN),
    ],
)
def test_what_a_balance_says(before: str, after: str, price: str, spent: str, verdict: BalanceVerdict) -> None:
    reading = BalanceReading(at=NOON, amount=Decimal(after), spent=Decimal(spent), is_disturbed=False)

    assert weigh_balance(before=Decimal(before), price=Decimal(price), reading=reading, quiet_since=None) is verdict


@pytest.mark.parametrize(
    ("apart", "verdict"),
    [
        (BALANCE_APART, BalanceVerdict.ABSENT),
        (BALANCE_APART - timedelta(microseconds=1), BalanceVerdict.NOT_YET),
    ],
)
def test_no_drop_is_proof_only_after_ten_minutes(apart: timedelta, verdict: BalanceVerdict) -> None:
    reading = BalanceReading(at=NOON, amount=Decimal(100), spent=Decimal(0), is_disturbed=False)

    found = weigh_balance(before=Decimal(100), price=Decimal(1), reading=reading, quiet_since=NOON - apart)

    assert found is verdict


_SUMS = st.decimals(min_value=0, max_value=10**6, places=5)


@given(before=_SUMS, after=_SUMS, price=_SUMS, spent=_SUMS)
def test_a_disturbed_balance_never_concludes_anything(
    before: Decimal, after: Decimal, price: Decimal, spent: Decimal
) -> None:
    reading = BalanceReading(at=NOON, amount=after, spent=spent, is_disturbed=True)

    found = weigh_balance(before=before, price=price, reading=reading, quiet_since=NOON - DAY)

    assert found is BalanceVerdict.INCONCLUSIVE


@given(
    # Within these bounds the sum stays below what the desk can book at all.
    rate=st.decimals(min_value=0, max_value=10**2, places=12),
    quantity=st.integers(1, 10**9),
    exchange_rate=st.decimals(min_value=Decimal("0.00001"), max_value=10**3, places=12),
)
def test_a_cost_is_never_understated(rate: Decimal, quantity: int, exchange_rate: Decimal) -> None:
    cost = expected_cost(service_type=ServiceType.DEFAULT, rate=rate, quantity=quantity)
    exact = Fraction(rate) * quantity * Fraction(exchange_rate) * 1000  # in micro-units

    booked = cost_micros(cost, exchange_rate=exchange_rate)

    assert exact <= booked < exact + 1
    assert is_margin_kept(cost=booked, charge_micros=booked)
    assert not is_margin_kept(cost=booked, charge_micros=booked - 1)


def test_a_package_costs_its_rate_whatever_its_quantity() -> None:
    assert expected_cost(service_type=ServiceType.PACKAGE, rate=Decimal("4.5"), quantity=500) == Decimal("4.5")


@pytest.mark.parametrize(
    ("word", "status", "shown"),
    [
        ("in_progress", ProviderStatus.IN_PROGRESS, "In progress"),
        ("Awaiting", None, "Awaiting"),
        ("beklemede", None, "beklemede"),
        ("در حال انجام", None, "در حال انجام"),
        ("", None, NOT_SHOWN),
        ("see https://northwind.example", None, NOT_SHOWN),
        ("northwind.example", None, NOT_SHOWN),
        ("<b>ok</b>", None, NOT_SHOWN),
        ("At Northwind", None, NOT_SHOWN),
        ("NORTHWINDQUEUE", None, NOT_SHOWN),
        ("call 0049123456", None, NOT_SHOWN),
        ("one two three four five", None, NOT_SHOWN),
        ("a" * 41, None, NOT_SHOWN),
    ],
)
def test_customers_read_plain_words_that_do_not_name_the_provider(
    word: str, status: ProviderStatus | None, shown: str
) -> None:
    assert safe_status_word(word, status, provider_name="Northwind Supply") == shown
