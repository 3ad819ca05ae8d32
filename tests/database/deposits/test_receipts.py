"""A receipt from its first sight to its end: what is booked, what is held, and what nothing changes."""

from dataclasses import replace

import pytest
from tests.books import books_are_right
from tests.receipts import (
    SOURCE,
    USDT,
    assets,
    balance,
    events_of,
    now_is,
    receipt_of,
    say,
    spend,
    state_of,
    take_usdt,
    transfer,
)
from tests.shop import NOON, open_customer

from sevenpanel.deposits import models, queries
from sevenpanel.deposits.domain import HeldReason, ReceiptState, Verdict
from sevenpanel.deposits.domain.amounts import parse_raw
from sevenpanel.ledger import queries as ledger
from sevenpanel.ledger.domain import AccountKind

pytestmark = pytest.mark.django_db

S = ReceiptState


def test_a_transfer_is_credited_when_it_is_deep_enough_and_not_before() -> None:
    alice = open_customer("Alice")
    take_usdt()
    said = transfer(alice, "25")

    say(said, said)
    assert (state_of(said), balance(alice), assets()) == (S.SEEN, (0, 0), {})

    say(now_is(said, Verdict.CONFIRMED), now_is(said, Verdict.CONFIRMED))
    assert (state_of(said), balance(alice)) == (S.CREDITED, (25, 0))
    assert assets() == {AccountKind.CUSTODY: 25, AccountKind.TRADING: -25}

    say(now_is(said, Verdict.FINAL), now_is(said, Verdict.SEEN))
    assert state_of(said) is S.FINAL
    assert queries.known_receipts(source=SOURCE, now=NOON) == []
    assert events_of(said) == ["observed", "confirmed", "finalized"]
    books_are_right()


def test_one_that_is_seen_late_goes_through_all_states_at_once() -> None:
    alice = open_customer("Alice")
    take_usdt()
    said = transfer(alice, "25")

    say(now_is(said, Verdict.FINAL))

    assert (state_of(said), balance(alice)) == (S.FINAL, (25, 0))
    assert events_of(said) == ["observed", "confirmed", "finalized"]


def test_one_that_leaves_before_it_is_credited_costs_nobody_anything_and_may_return() -> None:
    alice = open_customer("Alice")
    take_usdt()
    said = transfer(alice, "25")

    say(said, now_is(said, Verdict.LEFT))
    assert state_of(said) is S.ORPHANED
    say(now_is(said, Verdict.REPLACED))
    assert state_of(said) is S.ORPHANED

    say(now_is(said, Verdict.CONFIRMED))
    assert (state_of(said), balance(alice)) == (S.CREDITED, (25, 0))
    books_are_right()


def test_one_that_leaves_after_it_was_credited_is_on_hold_until_the_chain_has_decided() -> None:
    alice = open_customer("Alice")
    take_usdt()
    said = transfer(alice, "25")
    say(now_is(said, Verdict.CONFIRMED))

    say(now_is(said, Verdict.LEFT), now_is(said, Verdict.LEFT))
    assert (state_of(said), balance(alice)) == (S.DISPUTED, (25, 25))
    books_are_right()

    say(said)
    assert (state_of(said), balance(alice)) == (S.CREDITED, (25, 0))
    books_are_right()


def test_one_that_is_replaced_for_good_is_taken_back_and_may_be_credited_once_more() -> None:
    alice = open_customer("Alice")
    take_usdt()
    said = transfer(alice, "25")
    say(now_is(said, Verdict.CONFIRMED), now_is(said, Verdict.LEFT), now_is(said, Verdict.REPLACED))

    assert (state_of(said), balance(alice), assets()) == (S.REVERSED, (0, 0), {})
    books_are_right()

    say(said, now_is(said, Verdict.CONFIRMED), now_is(said, Verdict.CONFIRMED))
    assert (state_of(said), balance(alice)) == (S.CREDITED, (25, 0))
    keys = [entry.key for entry in ledger.entries(subject=said.key)]
    assert keys == [f"{said.key}:0", f"rev:{ledger.entries(subject=said.key)[0].id}", f"{said.key}:1"]
    books_are_right()


def test_what_was_spent_meanwhile_leaves_a_debt_that_the_next_deposit_fills() -> None:
    alice = open_customer("Alice", balance="1")
    take_usdt()
    said, next_one = transfer(alice, "25"), transfer(alice, "40", number=2)
    say(now_is(said, Verdict.CONFIRMED))
    spend(alice, 20_000_000)

    say(now_is(said, Verdict.LEFT), now_is(said, Verdict.REPLACED))
    assert balance(alice) == (-19, 0)
    books_are_right()

    say(now_is(next_one, Verdict.CONFIRMED))
    assert balance(alice) == (21, 0)
    books_are_right()


def test_a_final_receipt_that_is_contradicted_is_on_hold_and_can_be_taken_back() -> None:
    alice = open_customer("Alice")
    take_usdt()
    said = transfer(alice, "25")
    say(now_is(said, Verdict.FINAL), now_is(said, Verdict.LEFT))

    assert (state_of(said), balance(alice)) == (S.DISPUTED, (25, 25))
    say(now_is(said, Verdict.REPLACED))
    assert (state_of(said), balance(alice)) == (S.REVERSED, (0, 0))
    books_are_right()


def test_what_a_processor_recalls_is_disputed_first_and_taken_back_when_it_says_so_again() -> None:
    alice = open_customer("Alice")
    take_usdt()
    said = transfer(alice, "25")
    say(now_is(said, Verdict.CONFIRMED), now_is(said, Verdict.RECALLED))

    assert (state_of(said), balance(alice)) == (S.DISPUTED, (25, 25))
    say(now_is(said, Verdict.RECALLED))
    assert (state_of(said), balance(alice)) == (S.REVERSED, (0, 0))
    books_are_right()


@pytest.mark.parametrize("before", [None, Verdict.SEEN, Verdict.CONFIRMED, Verdict.FINAL, Verdict.DOUBTFUL])
def test_one_that_comes_back_with_another_effect_waits_for_a_person(before: Verdict | None) -> None:
    """The same transaction, mined again, brought something else: what was booked of the old effect is taken back."""
    alice = open_customer("Alice")
    take_usdt()
    said = transfer(alice, "25")
    doubt = HeldReason.NODES_DISAGREE if before is Verdict.DOUBTFUL else None
    say(*([said, now_is(said, before, doubt)] if before else [said, now_is(said, Verdict.LEFT)]))

    other = replace(said, raw=parse_raw("3000", USDT))
    say(now_is(other, Verdict.CONFIRMED))

    assert (state_of(said), receipt_of(said).held_reason) == (S.HELD, HeldReason.EFFECT_CHANGED)
    assert balance(alice) == (0, 0)
    assert assets() == {AccountKind.CUSTODY: 3000, AccountKind.SUSPENSE: -3000}
    books_are_right()


def test_another_effect_that_is_not_confirmed_only_disputes_the_credit() -> None:
    alice = open_customer("Alice")
    take_usdt()
    said = transfer(alice, "25")
    say(now_is(said, Verdict.CONFIRMED), replace(said, raw=parse_raw("3000", USDT)))

    assert (state_of(said), balance(alice)) == (S.DISPUTED, (25, 25))
    say(said)
    assert (state_of(said), balance(alice)) == (S.CREDITED, (25, 0))
    books_are_right()


@pytest.mark.parametrize("verdict", [Verdict.LEFT, Verdict.REPLACED, Verdict.RECALLED])
def test_what_nobody_knows_cannot_leave(verdict: Verdict) -> None:
    alice = open_customer("Alice")
    take_usdt()

    say(now_is(transfer(alice, "25"), verdict))

    assert not models.Receipt.objects.exists()


def test_no_source_speaks_about_another_ones_receipt() -> None:
    alice = open_customer("Alice")
    take_usdt()
    said = transfer(alice, "25")
    say(now_is(said, Verdict.CONFIRMED))

    say(now_is(said, Verdict.REPLACED), source="evm:8")

    assert state_of(said) is S.CREDITED


def test_an_asset_keeps_its_decimals() -> None:
    alice = open_customer("Alice")
    take_usdt()
    said = transfer(alice, "25")
    lie = replace(said, asset=replace(USDT, decimals=6))

    with pytest.raises(ValueError, match="decimals"):
        say(lie)
