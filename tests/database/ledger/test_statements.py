"""Statements of customers with very many movements: walked by their own index, and added up from days."""

from datetime import UTC, datetime, timedelta

import pytest
from tests.shop import NOON, deposit, open_customer

from sevenpanel.kernel import db
from sevenpanel.ledger import commands, queries
from sevenpanel.ledger.queries import books, months
from sevenpanel.ledger.queries.months import SpanRow

pytestmark = pytest.mark.django_db

OLD, RECENT = 4_000, 4_000
APRIL, MAY, JUNE, JULY = (datetime(2026, month, 1, tzinfo=UTC) for month in (4, 5, 6, 7))
# What one deposit of the operator's books, so many times over, an hour apart.
_REPEAT = """
INSERT INTO ledger_transfer (key, debit_id, credit_id, amount_micros, reason, customer_id, note, posted_at)
SELECT t.key || '/' || n, t.debit_id, t.credit_id, n, t.reason, t.customer_id, t.note,
       t.posted_at - n * interval '1 hour'
  FROM ledger_transfer t, generate_series(1, %s) AS n WHERE t.customer_id = %s ORDER BY n DESC
"""


@pytest.fixture
def customer() -> int:
    """Whose movements are all older than thousands of another customer's."""
    ours, others = (open_customer(name, balance="10").customer_id for name in ("often", "lately"))
    db.rows(_REPEAT, (OLD, ours))
    db.rows(_REPEAT, (RECENT, others))
    db.rows("UPDATE ledger_balance b SET balance_micros = s.sum FROM (SELECT customer_id, sum(amount_micros) AS sum"
            " FROM ledger_transfer GROUP BY 1) s WHERE s.customer_id = b.customer_id")  # fmt: skip
    db.rows("ANALYZE ledger_transfer")
    return ours


def plan(statement: str, **asked: object) -> str:
    return str(db.rows(f"EXPLAIN (ANALYZE) {statement}", asked))


def read(customer: int, since: datetime, until: datetime, each_max: int = 10_000) -> SpanRow:
    return months.span(customer_id=customer, since=since, until=until, each_max=each_max)


def test_the_walk_from_the_newest_passes_by_no_other_customers_movements(customer: int) -> None:
    told = plan(books.STATEMENT, customer=customer, before=None, limit=50)

    assert "ledger_transfer_statement" in told, told
    assert "Removed by Filter" not in told, told


def test_pages_of_movements_follow_one_another_without_a_gap(customer: int) -> None:
    first = queries.statement(customer_id=customer, limit=30)
    second = queries.statement(customer_id=customer, limit=30, before_id=first[-1].transfer_id)
    ids = [line.transfer_id for line in (*first, *second)]

    assert ids == sorted(ids, reverse=True)
    assert len(set(ids)) == 60
    assert [line.amount_micros for line in first[:3]] == [1, 2, 3]


def test_a_statement_reads_no_movement_that_is_summed(customer: int) -> None:
    commands.fold_house_balances(now=NOON)
    commands.sum_days()

    told = plan(months.DAYS, customer=customer, since=MAY, until=JUNE)

    assert "Seq Scan on ledger_transfer" not in told, told
    assert "ledger_transfer_statement" in told, told
    assert "Removed by Filter" not in told, told


def test_the_movements_of_a_short_month_are_read_where_they_lie(customer: int) -> None:
    commands.fold_house_balances(now=NOON)
    commands.sum_days()
    since = NOON.replace(hour=0) - timedelta(days=2)
    ((first, last),) = db.rows("SELECT first_id, last_id FROM ledger_day WHERE customer_id = %s AND day = %s",
                               [customer, since])  # fmt: skip

    told = plan(months.EACH, customer=customer, since=since, until=since + timedelta(days=1), first=first, last=last)

    assert "ledger_transfer_statement" in told, told
    assert last - first == 23  # an hour apart
    assert "Removed by Filter" not in told, told


@pytest.mark.parametrize("summed", ["nothing", "some", "all", "all in small steps"])
def test_a_statement_is_the_same_however_much_of_it_is_summed(customer: int, summed: str) -> None:
    before = [read(customer, since, until) for since, until in ((APRIL, MAY), (MAY, JUNE), (JUNE, JULY))]
    if summed != "nothing":
        commands.fold_house_balances(now=NOON)
        commands.sum_days(transfers_a_step=777 if summed == "all in small steps" else 50_000)
    if summed == "some":
        deposit(customer, "5", now=NOON + timedelta(hours=1))

    april, may, june = (read(customer, since, until) for since, until in ((APRIL, MAY), (MAY, JUNE), (JUNE, JULY)))

    assert april == before[0]
    assert may.opening_micros == april.closing_micros == before[1].opening_micros
    assert may.closing_micros == june.opening_micros == queries.balance(customer_id=customer).balance_micros
    assert sum(line.amount_micros for line in may.each) == may.closing_micros - may.opening_micros
    assert may.movements == len(may.each) == before[1].movements + (summed == "some")
    assert queries.broken_invariants() == []


def test_summing_again_changes_nothing(customer: int) -> None:
    commands.fold_house_balances(now=NOON)
    upto = commands.sum_days()
    before = db.rows("SELECT * FROM ledger_day ORDER BY id")

    assert commands.sum_days() == upto
    assert db.rows("SELECT * FROM ledger_day ORDER BY id") == before
