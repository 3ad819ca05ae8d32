"""Held receipts in people's hands: released, rejected, sent back, and the walls that the database puts around."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import Error, IntegrityError, transaction
from tests.books import books_are_right
from tests.byhand import approve, arrived, bank_transfer, propose, staff
from tests.receipts import assets, balance, now_is, receipt_of, say, spend, state_of, swept, take_usdt, transfer
from tests.shop import NOON, Person, open_customer

from sevenpanel.deposits import commands, models
from sevenpanel.deposits.commands import UnableToAct, UnableToDecide, UnableToWriteOff
from sevenpanel.deposits.commands.outside import book_sweep
from sevenpanel.deposits.domain import HeldReason, ReceiptState, Verdict
from sevenpanel.deposits.sources.interface import Observation
from sevenpanel.kernel import db
from sevenpanel.ledger.domain import AccountKind

pytestmark = pytest.mark.django_db

S = ReceiptState


def held(person: Person, amount: str = "25", *, number: int = 1, is_final: bool = False) -> Observation:
    """A transfer that is held, since its address did not grow by it."""
    said = transfer(person, amount, number=number)
    say(now_is(said, Verdict.DOUBTFUL, HeldReason.BALANCE_MISMATCH))
    if is_final:
        say(now_is(said, Verdict.FINAL))
    return said


def test_one_person_releases_a_small_receipt() -> None:
    alice, ann = open_customer("Alice"), staff("Ann")
    take_usdt()
    said = held(alice, is_final=True)

    commands.release(receipt_id=receipt_of(said).id, person_id=ann, note="Both explorers show it.", now=NOON)

    assert (state_of(said), balance(alice)) == (S.FINAL, (25, 0))
    assert assets() == {AccountKind.CUSTODY: 25, AccountKind.TRADING: -25}
    books_are_right()
    say(now_is(said, Verdict.REPLACED))
    assert (state_of(said), balance(alice), assets()) == (S.REVERSED, (0, 0), {})
    books_are_right()


def test_a_large_one_takes_two_and_is_credited_at_the_price_they_agreed_on() -> None:
    alice, ann, ben = open_customer("Alice"), staff("Ann"), staff("Ben")
    take_usdt()
    said = held(alice, "1001")
    with pytest.raises(UnableToAct, match="two people"):
        commands.release(receipt_id=receipt_of(said).id, person_id=ann, note="", now=NOON)

    asked = commands.propose_release(receipt_id=receipt_of(said).id, person_id=ann, reason="Seen.", now=NOON)
    with pytest.raises(UnableToAct, match=f"Proposal {asked}"):
        commands.reject(receipt_id=receipt_of(said).id, person_id=ben, note="No.", now=NOON)
    with pytest.raises(UnableToDecide):
        approve(asked, ann)
    assert approve(asked, ben)
    assert (state_of(said), balance(alice)) == (S.CREDITED, (1001, 0))
    books_are_right()


def test_whoever_reopened_it_does_not_release_it() -> None:
    alice, ann, ben = open_customer("Alice"), staff("Ann"), staff("Ben")
    take_usdt()
    said = held(alice)
    row = receipt_of(said).id
    commands.reject(receipt_id=row, person_id=ben, note="Wrong customer?", now=NOON)
    assert (state_of(said), assets()) == (S.REJECTED, {AccountKind.CUSTODY: 25, AccountKind.SUSPENSE: -25})

    commands.reopen(receipt_id=row, person_id=ann, note="It is his.", now=NOON)
    with pytest.raises(UnableToAct, match="Somebody else"):
        commands.release(receipt_id=row, person_id=ann, note="", now=NOON)
    commands.release(receipt_id=row, person_id=ben, note="", now=NOON)
    assert balance(alice) == (25, 0)
    books_are_right()


@pytest.mark.parametrize("is_seen_first", [True, False])
def test_what_was_sent_back_leaves_the_books_once_whether_the_watcher_saw_it_first_or_not(is_seen_first: bool) -> None:
    alice, ann, ben = open_customer("Alice"), staff("Ann"), staff("Ben")
    take_usdt()
    said = held(alice)
    row, sweep = receipt_of(said).id, swept(said)
    commands.reject(receipt_id=row, person_id=ann, note="Stolen.", now=NOON)
    if is_seen_first:
        book_sweep(source=said.key, said=sweep, now=NOON)
    asked = commands.propose_refund(
        receipt_id=row, person_id=ann, tx=sweep.evidence.tx, reason="To its sender.", now=NOON
    )
    assert models.Proposal.objects.get(id=asked).typed == "25.00 USDT"

    assert approve(asked, ben)
    book_sweep(source=said.key, said=sweep, now=NOON)
    assert (state_of(said), assets(), balance(alice)) == (S.REFUNDED, {}, (0, 0))
    say(now_is(said, Verdict.FINAL), now_is(said, Verdict.LEFT))
    assert state_of(said) is S.REFUNDED
    books_are_right()


def test_a_sweep_is_booked_once_and_taken_back_when_it_leaves_the_chain() -> None:
    alice = open_customer("Alice")
    take_usdt()
    said = transfer(alice, "25")
    say(now_is(said, Verdict.CONFIRMED))
    sweep = swept(said)

    for _ in range(2):
        book_sweep(source=said.key, said=sweep, now=NOON)
    assert assets() == {AccountKind.COLD: 25, AccountKind.TRADING: -25}

    for _ in range(2):
        book_sweep(source=said.key, said=replace(sweep, is_gone=True), now=NOON)
    assert assets() == {AccountKind.CUSTODY: 25, AccountKind.TRADING: -25}
    book_sweep(source=said.key, said=sweep, now=NOON)
    assert assets() == {AccountKind.COLD: 25, AccountKind.TRADING: -25}
    books_are_right()


def test_a_debt_is_written_off_by_two_and_never_more_than_is_owed() -> None:
    alice, ann, ben = open_customer("Alice"), staff("Ann"), staff("Ben")
    take_usdt()
    said = transfer(alice, "25")
    say(now_is(said, Verdict.CONFIRMED))
    spend(alice, 20_000_000)
    say(now_is(said, Verdict.REPLACED))
    assert balance(alice) == (-20, 0)

    def propose_all(micros: int) -> int:
        return commands.propose_write_off(
            customer_id=alice.customer_id, person_id=ann, amount_micros=micros, reason="Gone.", now=NOON
        )

    with pytest.raises(UnableToAct, match="owe"):
        propose_all(20_000_001)
    first, second = propose_all(20_000_000), propose_all(20_000_000)
    assert approve(first, ben)
    assert balance(alice) == (0, 0)
    with pytest.raises(UnableToWriteOff):
        approve(second, ben)
    assert balance(alice) == (0, 0)
    books_are_right()


@pytest.mark.parametrize(
    "vote",
    [
        # By the maker, on another maker's name, another content, another sum, none at all.
        "SELECT p.id, p.maker_id, p.maker_id, true, p.hash, p.typed, '', now() FROM deposits_proposal p",
        "SELECT p.id, p.maker_id + 1, p.maker_id, true, p.hash, p.typed, '', now() FROM deposits_proposal p",
        "SELECT p.id, p.maker_id, 999, true, sha256('x'), p.typed, '', now() FROM deposits_proposal p",
        "SELECT p.id, p.maker_id, 999, true, p.hash, '51.00 USD', '', now() FROM deposits_proposal p",
        "SELECT p.id, p.maker_id, 999, true, NULL, NULL, '', now() FROM deposits_proposal p",
    ],
)
def test_the_database_itself_refuses_a_vote_that_is_none(vote: str) -> None:
    propose(arrived(open_customer("Alice"), bank_transfer(), 50_000_000), staff())
    insert = "INSERT INTO deposits_vote (proposal_id, maker_id, person_id, approves, hash, typed, note, voted_at) "
    db.rows("SET CONSTRAINTS ALL IMMEDIATE")

    with pytest.raises(IntegrityError), transaction.atomic():
        db.rows(insert + vote)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE deposits_proposal SET state = 'approved', decided_at = now()",
        "UPDATE deposits_proposal SET amount_micros = amount_micros + 1",
        "UPDATE deposits_proposal SET needs = 0, is_single = true",
        "UPDATE deposits_receipt SET state = 'credited', entry_id = 1, net_micros = 1",
        "DELETE FROM deposits_proposal",
        "UPDATE deposits_policy SET is_single = true",
    ],
)
def test_the_database_itself_refuses_to_decide_without_votes(statement: str) -> None:
    propose(arrived(open_customer("Alice"), bank_transfer(), 50_000_000), staff())
    models.Policy.objects.create(
        two_person_micros=1,
        is_single=False,
        single_daily_micros=0,
        single_voice_daily_micros=0,
        set_by="test",
        set_at=NOON,
    )

    with pytest.raises(Error), transaction.atomic():
        db.rows(statement)


def test_a_limit_that_was_lowered_meanwhile_counts_when_it_is_decided() -> None:
    alice, ann, ben = open_customer("Alice"), staff("Ann"), staff("Ben")
    asked = propose(arrived(alice, bank_transfer(), 50_000_000), ann)
    models.Policy.objects.create(
        two_person_micros=49_999_999,
        is_single=False,
        single_daily_micros=0,
        single_voice_daily_micros=0,
        set_by="operator",
        set_at=NOON + timedelta(hours=1),
    )

    with pytest.raises(UnableToDecide, match="anew"):
        approve(asked, ben)
    assert balance(alice) == (0, 0)
