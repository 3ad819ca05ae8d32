"""The books: append-only, booked once, never overdrawn, and folded house balances that are right (I1 to I8)."""

from collections.abc import Callable

import pytest
from django.db import Error, IntegrityError, transaction
from tests.shop import NOON, deposit, open_customer

from sevenpanel.kernel import db
from sevenpanel.kernel.money import NotAnAmount
from sevenpanel.ledger import commands, models, queries
from sevenpanel.ledger.domain import AccountKind, Reason, Transfer, customer, house

pytestmark = pytest.mark.django_db

HELD, CUSTODY = house(AccountKind.HELD, "USD"), house(AccountKind.CUSTODY, "USD")


def hold(customer_id: int, amount: int, key: str) -> Transfer:
    return Transfer(
        key=key,
        debit=customer(customer_id, "USD"),
        credit=HELD,
        amount_micros=amount,
        reason=Reason.ORDER_CHARGED,
        customer_id=customer_id,
    )


def test_a_transfer_moves_the_balance_and_everything_sums_to_zero() -> None:
    alice = open_customer("Alice", balance="10")

    commands.post(transfers=[hold(alice.customer_id, 4_000_000, "a")], now=NOON)

    assert queries.balance(customer_id=alice.customer_id).balance_micros == 6_000_000
    trial = queries.trial_balance()
    assert sum(line.debit_micros for line in trial) == sum(line.credit_micros for line in trial) == 10_000_000
    assert queries.broken_invariants() == []


def test_a_balance_cannot_fall_below_zero() -> None:
    alice = open_customer("Alice", balance="10")

    with pytest.raises(IntegrityError, match="ledger_balance_not_overdrawn"), transaction.atomic():
        commands.post(transfers=[hold(alice.customer_id, 10_000_001, "a")], now=NOON)

    assert queries.balance(customer_id=alice.customer_id).balance_micros == 10_000_000


def test_the_same_event_is_booked_once_only() -> None:
    alice = open_customer("Alice", balance="10")
    commands.post(transfers=[hold(alice.customer_id, 1, "a")], now=NOON)

    with pytest.raises(IntegrityError, match="ledger_transfer_once"), transaction.atomic():
        commands.post(transfers=[hold(alice.customer_id, 1, "b"), hold(alice.customer_id, 1, "a")], now=NOON)

    assert queries.balance(customer_id=alice.customer_id).balance_micros == 9_999_999


@pytest.mark.parametrize("statement", ["UPDATE {} SET id = id", "DELETE FROM {}"])
@pytest.mark.parametrize("table", ["ledger_transfer", "ledger_checkpoint"])
def test_the_past_cannot_be_edited_by_the_role_of_the_desk(statement: str, table: str) -> None:
    with pytest.raises(Error, match="permission denied"), transaction.atomic():
        db.rows(statement.format(table))


@pytest.mark.parametrize("statement", ["UPDATE {} SET id = id", "DELETE FROM {}"])
@pytest.mark.parametrize("table", ["ledger_transfer", "ledger_checkpoint"])
def test_the_past_cannot_be_edited_by_somebody_who_has_the_right_either(statement: str, table: str) -> None:
    open_customer("Alice", balance="10")
    commands.fold_house_balances(now=NOON)
    allow_editing(table)

    with pytest.raises(Error, match="append-only"), transaction.atomic():
        db.rows(statement.format(table))


def allow_editing(table: str) -> None:
    db.rows(f"GRANT UPDATE, DELETE ON {table} TO CURRENT_USER")


@pytest.mark.parametrize("amount", [0, -1, 1.5, True])
def test_a_transfer_moves_a_whole_positive_sum(amount: object) -> None:
    with pytest.raises((ValueError, NotAnAmount)):
        hold(1, amount, "a")  # type: ignore[arg-type]


def test_a_transfer_joins_two_accounts_of_one_currency() -> None:
    for debit, credit in ((HELD, HELD), (house(AccountKind.HELD, "EUR"), HELD)):
        with pytest.raises(ValueError, match="two different accounts"):
            Transfer(key="a", debit=debit, credit=credit, amount_micros=1, reason=Reason.CORRECTION)


def test_a_column_of_money_refuses_floats() -> None:
    with pytest.raises(NotAnAmount):
        models.Balance.objects.filter(balance_micros=1.5).exists()


def test_house_balances_are_the_same_with_and_without_checkpoints() -> None:
    alice = open_customer("Alice", balance="10")
    commands.post(transfers=[hold(alice.customer_id, 1_000_000, "a")], now=NOON)
    before = queries.trial_balance()

    commands.fold_house_balances(now=NOON)
    folded = queries.trial_balance()
    deposit(alice.customer_id, "5")
    commands.post(transfers=[hold(alice.customer_id, 2_000_000, "b")], now=NOON)
    commands.fold_house_balances(now=NOON)
    commands.fold_house_balances(now=NOON)

    assert folded == before
    held = next(line for line in queries.trial_balance() if line.kind is AccountKind.HELD)
    assert held.credit_micros == 3_000_000
    assert queries.broken_invariants() == []


def test_opening_a_customer_twice_changes_nothing() -> None:
    alice = open_customer("Alice", balance="10")

    commands.open_customer(customer_id=alice.customer_id, currency="USD", now=NOON)

    assert queries.balance(customer_id=alice.customer_id).balance_micros == 10_000_000


def test_a_statement_is_signed_as_the_customer_feels_it_and_paged() -> None:
    alice, mallory = open_customer("Alice", balance="10"), open_customer("Mallory", balance="3")
    commands.post(transfers=[hold(alice.customer_id, 1, "a"), hold(mallory.customer_id, 2, "b")], now=NOON)

    newest = queries.statement(customer_id=alice.customer_id, limit=1)
    older = queries.statement(customer_id=alice.customer_id, before_id=newest[0].transfer_id)

    assert [line.amount_micros for line in (*newest, *older)] == [-1, 10_000_000]


def spoil_balance() -> None:
    db.rows("UPDATE ledger_balance SET balance_micros = balance_micros + 1")


def spoil_account() -> None:
    db.rows("UPDATE ledger_account SET currency = 'EUR' WHERE kind = 'custody'")


def spoil_trigger() -> None:
    db.rows("ALTER TABLE ledger_transfer DISABLE TRIGGER ledger_transfer_append_only")


def spoil_transfer() -> None:
    spoil_trigger()
    allow_editing("ledger_transfer")
    db.rows("UPDATE ledger_transfer SET amount_micros = amount_micros + 1 WHERE key LIKE 'operator/credit/%%'")


def spoil_checkpoint() -> None:
    db.rows("ALTER TABLE ledger_checkpoint DISABLE TRIGGER ledger_checkpoint_append_only")
    allow_editing("ledger_checkpoint")
    db.rows("UPDATE ledger_checkpoint SET debit_micros = debit_micros + 1")


def spoil_day() -> None:
    commands.sum_days()
    db.rows("UPDATE ledger_day SET amount_micros = amount_micros + 1")


def spoil_key() -> None:
    db.rows("ALTER TABLE ledger_transfer DROP CONSTRAINT ledger_transfer_once")
    db.rows(
        "INSERT INTO ledger_transfer (key, debit_id, credit_id, amount_micros, reason, note, posted_at)"
        " SELECT key, debit_id, credit_id, amount_micros, reason, note, posted_at FROM ledger_transfer"
    )


def spoil_floor() -> None:
    db.rows("ALTER TABLE ledger_balance DROP CONSTRAINT ledger_balance_not_overdrawn")
    db.rows("UPDATE ledger_balance SET balance_micros = -1")


def spoil_column() -> None:
    db.rows("ALTER TABLE ledger_balance DROP CONSTRAINT ledger_balance_not_overdrawn")
    db.rows("ALTER TABLE ledger_balance ALTER COLUMN balance_micros TYPE double precision")


def spoil_hold() -> None:
    db.rows(
        "INSERT INTO ledger_hold (subject, customer_id, amount_micros, placed_at)"
        " SELECT 'receipt', customer_id, 1, now() FROM ledger_balance"
    )


def spoil_room() -> None:
    db.rows("UPDATE ledger_balance SET overdraft_micros = 5, balance_micros = -5")


def spoil_leg() -> None:
    db.rows(
        "INSERT INTO ledger_assetmove (entry_id, asset, debit_kind, credit_kind, raw)"
        " VALUES (999, 'USDT@bsc', 'custody', 'trading', 1)"
    )


def spoil_reversal() -> None:
    db.rows(
        "WITH booked AS (INSERT INTO ledger_entry (key, subject, kind, facts, posted_at)"
        "  VALUES ('a:0', 'a', 'credit', '{}', now()) RETURNING id),"
        " moved AS (INSERT INTO ledger_assetmove (entry_id, asset, debit_kind, credit_kind, raw)"
        "  SELECT id, 'USDT@bsc', 'custody', 'trading', 1 FROM booked)"
        " INSERT INTO ledger_entry (key, subject, kind, reverses_id, facts, posted_at)"
        " SELECT 'rev:a', 'a', 'reversal', id, '{}', now() FROM booked"
    )


def spoil_source() -> None:
    db.rows(
        "INSERT INTO ledger_transfer (key, debit_id, credit_id, amount_micros, reason, customer_id, note, posted_at)"
        " SELECT 'from nowhere', t.debit_id, t.credit_id, 1, 'deposit', t.customer_id, '', now() FROM ledger_transfer t"
    )


@pytest.mark.parametrize(
    ("spoil", "invariant"),
    [
        (spoil_hold, "I3"),
        (spoil_room, "I3"),
        (spoil_leg, "I2"),
        (spoil_reversal, "I2"),
        (spoil_source, "I9"),
        (spoil_balance, "I4"),
        (spoil_account, "I1"),
        (spoil_account, "I2"),
        (spoil_floor, "I3"),
        (spoil_transfer, "I4"),
        (spoil_checkpoint, "I4"),
        (spoil_day, "I4"),
        (spoil_key, "I7"),
        (spoil_trigger, "I8"),
        (spoil_column, "I12"),
    ],
)
def test_every_check_of_the_books_turns_red_when_they_are_spoiled(spoil: Callable[[], None], invariant: str) -> None:
    open_customer("Alice", balance="10")
    commands.fold_house_balances(now=NOON)
    assert queries.broken_invariants() == []

    db.rows("SET CONSTRAINTS ALL IMMEDIATE")
    spoil()

    assert invariant in {breach.invariant for breach in queries.broken_invariants()}
