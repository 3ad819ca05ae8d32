"""Receipts that are confirmed and not credited by themselves: why, and what becomes of them."""

from dataclasses import replace
from datetime import timedelta

import pytest
from tests.books import books_are_right
from tests.receipts import assets, balance, now_is, receipt_of, say, set_rate, state_of, take_usdt, transfer
from tests.shop import NOON, open_customer

from sevenpanel.accounts import commands as accounts
from sevenpanel.deposits import commands, models
from sevenpanel.deposits.domain import HeldReason, ReceiptState, Verdict
from sevenpanel.deposits.domain.amounts import RATE_ONE
from sevenpanel.deposits.domain.pricing import Bonus, Charges
from sevenpanel.deposits.domain.rates import Figure, RateKind, RateRule
from sevenpanel.ledger import queries as ledger
from sevenpanel.ledger.domain import AccountKind

pytestmark = pytest.mark.django_db

S = ReceiptState


@pytest.mark.parametrize("doubt", [HeldReason.NODES_DISAGREE, HeldReason.BALANCE_MISMATCH])
def test_what_its_source_doubts_stands_in_suspense(doubt: HeldReason) -> None:
    alice = open_customer("Alice")
    take_usdt()
    said = transfer(alice, "25")

    say(now_is(said, Verdict.DOUBTFUL, doubt), now_is(said, Verdict.SEEN))

    assert (state_of(said), receipt_of(said).held_reason) == (S.HELD, doubt)
    assert assets() == {AccountKind.CUSTODY: 25, AccountKind.SUSPENSE: -25}
    assert balance(alice) == (0, 0)
    books_are_right()
    say(now_is(said, Verdict.LEFT))
    assert (state_of(said), assets()) == (S.ORPHANED, {})
    books_are_right()


def test_dust_is_kept_until_it_sums_up_to_the_minimum_and_then_all_of_it_is_credited() -> None:
    alice, bob = open_customer("Alice"), open_customer("Bob")
    take_usdt(minimum="5")
    dust = [transfer(alice, "2", number=1), transfer(alice, "2.5", number=2), transfer(bob, "4", number=3)]
    say(*(now_is(each, Verdict.CONFIRMED) for each in dust))

    assert {state_of(each) for each in dust} == {S.HELD}
    assert assets() == {AccountKind.CUSTODY: 8, AccountKind.SUSPENSE: -9}

    say(now_is(transfer(alice, "0.5", number=4), Verdict.CONFIRMED))
    assert [state_of(each) for each in dust] == [S.CREDITED, S.CREDITED, S.HELD]
    assert balance(alice) == (5, 0)
    assert balance(bob) == (0, 0)
    books_are_right()


def test_a_lower_minimum_lets_what_waits_in() -> None:
    alice = open_customer("Alice")
    take_usdt(minimum="5")
    said = transfer(alice, "2")
    say(now_is(said, Verdict.FINAL))

    assert commands.settle_held(now=NOON) == 0
    take_usdt(minimum="1")
    assert commands.settle_held(now=NOON) == 1
    assert (state_of(said), balance(alice)) == (S.FINAL, (2, 0))
    books_are_right()


def test_without_a_good_rate_it_waits_and_is_credited_by_itself_when_one_returns() -> None:
    alice = open_customer("Alice")
    take_usdt()
    commands.set_rate_rule(rule=RateRule(symbol="USDT", kind=RateKind.OPERATOR))
    said = transfer(alice, "25")
    say(now_is(said, Verdict.CONFIRMED))
    assert receipt_of(said).held_reason == HeldReason.RATE_STALE
    assert commands.settle_held(now=NOON) == 0

    hour = NOON + timedelta(hours=1)
    commands.set_rate(symbol="USDT", currency="USD", rate_e12=RATE_ONE * 2, valid_until=hour, actor_id=None, now=NOON)
    assert commands.settle_held(now=hour) == 0
    assert commands.settle_held(now=NOON) == 1
    assert (state_of(said), balance(alice)) == (S.CREDITED, (50, 0))
    books_are_right()


def test_a_coin_that_loses_its_peg_waits_for_a_person() -> None:
    alice = open_customer("Alice")
    take_usdt()
    figure = Figure(rate_e12=RATE_ONE * 97 // 100, source="median of a, b", as_of=NOON)
    commands.note_feeds(symbol="USDT", currency="USD", figure=figure, now=NOON)
    said = transfer(alice, "25")

    say(now_is(said, Verdict.CONFIRMED))

    assert receipt_of(said).held_reason == HeldReason.DEPEG
    assert commands.settle_held(now=NOON) == 0


def test_a_large_sum_and_a_closed_account_and_a_listed_sender_wait_for_a_person() -> None:
    alice, mallory = open_customer("Alice"), open_customer("Mallory")
    take_usdt(auto_max_micros=100_000_000)
    accounts.suspend_customer(customer_id=mallory.customer_id, is_suspended=True)
    models.Screened.objects.create(address="0xbad0", list_name="ours", list_date=NOON.date())
    large, closed = transfer(alice, "101", number=1), transfer(mallory, "10", number=2)
    listed = transfer(alice, "10", number=3)
    listed = replace(listed, evidence=replace(listed.evidence, senders=("0xBAD0",)))

    say(*(now_is(each, Verdict.CONFIRMED) for each in (large, closed, listed)))

    assert [receipt_of(each).held_reason for each in (large, closed, listed)] == [
        HeldReason.OVER_AUTO_LIMIT,
        HeldReason.OWNER_CLOSED,
        HeldReason.SCREENING,
    ]
    books_are_right()


def test_a_source_that_nobody_contradicts_credits_little_a_day() -> None:
    """Design: deposits, section 5: one lying node forges no fortune."""
    alice = open_customer("Alice")
    take_usdt()
    forged = [transfer(alice, "60", number=n) for n in (1, 2)]

    say(*(now_is(each, Verdict.CONFIRMED) for each in forged), is_single_voice=True)
    assert [state_of(each) for each in forged] == [S.CREDITED, S.HELD]
    assert receipt_of(forged[1]).held_reason == HeldReason.OVER_AUTO_LIMIT

    tomorrow = NOON + timedelta(days=1, seconds=1)
    say(now_is(transfer(alice, "60", number=3), Verdict.CONFIRMED), is_single_voice=True, now=tomorrow)
    assert balance(alice) == (120, 0)


def test_fee_and_bonus_are_booked_beside_and_taken_back_with_it() -> None:
    alice = open_customer("Alice")
    charges = Charges(
        fee_micros=500_000, fee_basis_points=100, bonuses=(Bonus(from_micros=50_000_000, basis_points=1_000),)
    )
    take_usdt(charges=charges)
    said = transfer(alice, "100")

    say(now_is(said, Verdict.CONFIRMED))
    row = receipt_of(said)
    assert (row.gross_micros, row.fee_micros, row.bonus_micros) == (100_000_000, 1_500_000, 9_850_000)
    assert ledger.balance(customer_id=alice.customer_id).balance_micros == 108_350_000
    books_are_right()

    say(now_is(said, Verdict.REPLACED))
    assert ledger.balance(customer_id=alice.customer_id).balance_micros == 0
    assert all(line.debit_micros == line.credit_micros == 0 for line in ledger.trial_balance())
    books_are_right()


def test_a_reversal_reckons_with_the_rate_of_the_credit() -> None:
    alice = open_customer("Alice")
    take_usdt()
    commands.set_rate_rule(rule=RateRule(symbol="USDT", kind=RateKind.OPERATOR))
    set_rate(2 * RATE_ONE)
    said = transfer(alice, "25")
    say(now_is(said, Verdict.CONFIRMED))
    set_rate(3 * RATE_ONE)

    say(now_is(said, Verdict.REPLACED))
    assert balance(alice) == (0, 0)
    say(now_is(said, Verdict.CONFIRMED))
    assert balance(alice) == (75, 0)
    books_are_right()
