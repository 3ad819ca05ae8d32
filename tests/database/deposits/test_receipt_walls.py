"""What the database refuses, and what is found again when every receipt is lost."""

import re
from pathlib import Path

import pytest
from django.db import Error, transaction
from tests.books import books_are_right
from tests.receipts import (
    assets,
    balance,
    now_is,
    receipt_of,
    say,
    set_rate,
    state_of,
    take_usdt,
    transfer,
)
from tests.shop import open_customer

from sevenpanel import deposits
from sevenpanel.deposits import commands, models, queries
from sevenpanel.deposits.domain import HeldReason, ReceiptState, Verdict
from sevenpanel.deposits.domain.amounts import RATE_ONE
from sevenpanel.deposits.domain.machine import PAIRS
from sevenpanel.deposits.domain.rates import RateKind, RateRule
from sevenpanel.kernel import db
from sevenpanel.ledger import queries as ledger

pytestmark = pytest.mark.django_db

S = ReceiptState


def test_losing_every_receipt_moves_no_money_when_they_are_found_again() -> None:
    """Design: deposits, section 5: a full rescan without receipts posts nothing new."""
    alice, bob = open_customer("Alice"), open_customer("Bob")
    take_usdt()
    set_rate(RATE_ONE)
    credited, held = transfer(alice, "25", number=1), transfer(bob, "30", number=2)
    twice = transfer(alice, "7", number=3)
    say(now_is(credited, Verdict.CONFIRMED), now_is(held, Verdict.DOUBTFUL, HeldReason.NODES_DISAGREE))
    say(now_is(twice, Verdict.CONFIRMED), now_is(twice, Verdict.REPLACED), now_is(twice, Verdict.CONFIRMED))
    before = (balance(alice), balance(bob), assets(), ledger.trial_balance())
    entries = sum(len(ledger.entries(subject=each.key)) for each in (credited, held, twice))

    db.rows("SET CONSTRAINTS ALL IMMEDIATE")
    db.rows("ALTER TABLE deposits_event DISABLE TRIGGER deposits_event_append_only")
    models.Event.objects.all().delete()
    models.Receipt.objects.all().delete()
    commands.set_rate_rule(rule=RateRule(symbol="USDT", kind=RateKind.OPERATOR))
    set_rate(9 * RATE_ONE)
    say(now_is(credited, Verdict.FINAL), now_is(held, Verdict.FINAL), now_is(twice, Verdict.FINAL))

    assert (balance(alice), balance(bob), assets(), ledger.trial_balance()) == before
    assert sum(len(ledger.entries(subject=each.key)) for each in (credited, held, twice)) == entries
    assert [state_of(each) for each in (credited, held, twice)] == [S.FINAL, S.HELD, S.FINAL]
    assert receipt_of(credited).rate_e12 == RATE_ONE
    db.rows("ALTER TABLE deposits_event ENABLE TRIGGER deposits_event_append_only")
    books_are_right()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE deposits_receipt SET state = 'final' WHERE state = 'seen'",
        "UPDATE deposits_receipt SET state = 'credited', entry_id = 1, net_micros = 1 WHERE state = 'seen'",
        "UPDATE deposits_receipt SET key = 'another'",
        "UPDATE deposits_event SET note = 'another'",
        "DELETE FROM deposits_event",
        (
            "INSERT INTO deposits_receipt (key, source, customer_id, address, evidence, confirmations, needed, state,"
            " fee_raw, has_effect_changed, passed_minimum, is_settled, is_stopped, locked_raw, rate_source, entry_id,"
            " net_micros, block_at, seen_at, changed_at)"
            " VALUES ('k', 's', 1, '', '{}', 0, 0, 'credited', 0, false, false,"
            " false, false, 0, '', 1, 1, now(), now(), now())"
        ),
    ],
)
def test_the_database_refuses_steps_that_are_not_in_the_table(statement: str) -> None:
    alice = open_customer("Alice")
    take_usdt()
    say(transfer(alice, "25"))

    if "net_micros = 1 WHERE" in statement:
        # The step is lawful; that nothing is booked for it is found by the checks.
        db.rows(statement)
        assert "D1" in {breach.invariant for breach in queries.broken_invariants()}
        return
    with pytest.raises(Error), transaction.atomic():
        db.rows(statement)


def test_the_databases_table_of_steps_is_the_machines() -> None:
    walls = (Path(deposits.__file__).parent / "migrations" / "walls.sql").read_text()
    listed = walls.partition("NOT IN (\n")[2].partition("\n    ) THEN")[0]
    pairs = {(a, b) for a, b in re.findall(r"\('(\w+)', '(\w+)'\)", listed)}

    assert pairs == {(a.value, b.value) for a, b in PAIRS if a is not None}
