"""Entries of assets and money: booked once, taken back exactly, and nothing in them ever changed (I2, I7 to I9)."""

from typing import Any

import pytest
from django.db import Error, IntegrityError, transaction
from tests.shop import NOON, Person, open_customer

from sevenpanel.kernel import db
from sevenpanel.kernel.money import RAW_MAX
from sevenpanel.ledger import commands, queries
from sevenpanel.ledger.domain import (
    AccountKind,
    AssetMove,
    Entry,
    EntryKind,
    MoneyMove,
    Reason,
    customer,
    house,
    trading,
)

pytestmark = pytest.mark.django_db

USDT, ASSET = "USDT@bsc", 3
# An 18-decimal coin passes a BIGINT at 9.3.
RAW = 25 * 10**18


def credit_of(person: Person, *, key: str = "evm:56:0xab:0:0", raw: int = RAW, micros: int = 25_000_000) -> Entry:
    """What a credited receipt books: the asset into trading, money out of it, a fee and a bonus beside."""
    balance = customer(person.customer_id, "USD")
    return Entry(
        key=key,
        subject=key.rpartition(":")[0],
        kind=EntryKind.CREDIT,
        customer_id=person.customer_id,
        assets=(AssetMove(asset=USDT, debit=AccountKind.CUSTODY, credit=AccountKind.TRADING, raw=raw),),
        money=(
            MoneyMove(debit=trading(ASSET, "USD"), credit=balance, amount_micros=micros, reason=Reason.DEPOSIT),
            MoneyMove(
                debit=balance,
                credit=house(AccountKind.DEPOSIT_FEES, "USD"),
                amount_micros=250_000,
                reason=Reason.DEPOSIT_FEE,
            ),
            MoneyMove(
                debit=house(AccountKind.PROMOTIONS, "USD"),
                credit=balance,
                amount_micros=500_000,
                reason=Reason.DEPOSIT_BONUS,
            ),
        ),
        facts={"rate_e12": "1000000000000", "rate_source": "peg"},
    )


def post(entry: Entry) -> int | None:
    """Book in a transaction of its own."""
    with transaction.atomic():
        return commands.post_entry(entry=entry, now=NOON)


def take_back(entry_id: int) -> int | None:
    """Reverse in a transaction of its own."""
    with transaction.atomic():
        return commands.reverse_entry(entry_id=entry_id, actor_id=None, facts={"why": "left the chain"}, now=NOON)


def balance(person: Person) -> int:
    """What the customer has."""
    return queries.balance(customer_id=person.customer_id).balance_micros


def assets() -> dict[tuple[str, AccountKind], int]:
    """What stands where, without what is empty."""
    return {(line.asset, line.kind): line.raw for line in queries.asset_balances() if line.raw}


def test_an_entry_moves_assets_and_money_together() -> None:
    alice = open_customer("Alice")

    entry_id = post(credit_of(alice))

    assert balance(alice) == 25_250_000
    assert assets() == {(USDT, AccountKind.CUSTODY): RAW, (USDT, AccountKind.TRADING): -RAW}
    (row,) = queries.entries(subject="evm:56:0xab:0")
    assert (row.id, row.is_live, row.facts["rate_source"]) == (entry_id, True, "peg")
    assert queries.entry(key="evm:56:0xab:0:0") == row
    assert queries.broken_invariants() == []


def test_the_same_entry_again_books_nothing() -> None:
    alice = open_customer("Alice")

    assert post(credit_of(alice)) is not None
    assert post(credit_of(alice, micros=99_000_000)) is None

    assert balance(alice) == 25_250_000


def test_a_reversal_is_the_exact_mirror_and_happens_once() -> None:
    alice = open_customer("Alice")
    entry_id = post(credit_of(alice))
    assert entry_id is not None

    mirror = take_back(entry_id)

    assert take_back(entry_id) is None
    assert mirror is not None
    assert take_back(mirror) is None
    assert balance(alice) == 0
    assert assets() == {}
    credited, reversal = queries.entries(subject="evm:56:0xab:0")
    assert (credited.reversed_by, reversal.kind, reversal.key) == (mirror, EntryKind.REVERSAL, f"rev:{entry_id}")
    assert queries.generation([credited, reversal]) == 1
    assert queries.broken_invariants() == []


def test_only_a_reversal_brings_a_balance_below_zero_and_what_comes_in_then_fills_it() -> None:
    alice = open_customer("Alice")
    entry_id = post(credit_of(alice))
    assert entry_id is not None
    spent = Entry(
        key="spent",
        subject="spent",
        kind=EntryKind.WRITE_OFF,
        customer_id=alice.customer_id,
        money=(
            MoneyMove(
                debit=customer(alice.customer_id, "USD"),
                credit=house(AccountKind.EARNED, "USD"),
                amount_micros=20_000_000,
                reason=Reason.CORRECTION,
            ),
        ),
    )
    post(spent)

    take_back(entry_id)
    assert balance(alice) == -20_000_000
    assert queries.broken_invariants() == []

    post(credit_of(alice, key="evm:56:0xcd:0:0", micros=5_000_000))
    assert balance(alice) == -14_750_000
    again = Entry(key="again", subject="again", kind=EntryKind.WRITE_OFF, customer_id=1, money=spent.money)
    with pytest.raises(IntegrityError, match="ledger_balance_not_overdrawn"):
        post(again)
    assert queries.broken_invariants() == []


def test_a_second_live_credit_of_a_receipt_is_found() -> None:
    alice = open_customer("Alice")
    post(credit_of(alice, key="evm:56:0xab:0:0"))
    post(credit_of(alice, key="evm:56:0xab:0:1"))

    assert [breach.invariant for breach in queries.broken_invariants()] == ["I9"]


@pytest.mark.parametrize("table", ["ledger_entry", "ledger_assetmove"])
@pytest.mark.parametrize("statement", ["UPDATE {} SET id = id", "DELETE FROM {}"])
def test_what_is_booked_is_never_changed(table: str, statement: str) -> None:
    post(credit_of(open_customer("Alice")))

    with pytest.raises(Error, match=r"append-only|permission denied"), transaction.atomic():
        db.rows(statement.format(table))


@pytest.mark.parametrize(
    "wrong",
    [
        {"raw": 0},
        {"raw": -1},
        {"raw": 1.0},
        {"raw": RAW_MAX + 1},
        {"debit": AccountKind.TRADING},
        {"debit": AccountKind.CUSTOMER},
    ],
)
def test_a_leg_that_makes_no_sense_is_refused(wrong: dict[str, Any]) -> None:
    right = {"asset": USDT, "debit": AccountKind.CUSTODY, "credit": AccountKind.TRADING, "raw": 1}
    with pytest.raises(ValueError, match="move"):
        AssetMove(**(right | wrong))


def test_the_largest_amount_that_a_contract_can_name_is_kept_exactly() -> None:
    post(credit_of(open_customer("Alice"), raw=RAW_MAX))

    assert assets()[USDT, AccountKind.CUSTODY] == RAW_MAX
