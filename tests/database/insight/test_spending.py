"""What a customer spent: the sums are those of the ledger, however much of them is summed, and nobody else's."""

from datetime import UTC, datetime, timedelta

import pytest
from tests.history import completed, placed, reported, sent
from tests.shop import Person, add_service, open_customer

from sevenpanel.insight import commands
from sevenpanel.insight.queries import spending
from sevenpanel.insight.queries.spending import SpentRow, SpentRows
from sevenpanel.kernel import db
from sevenpanel.ledger import commands as ledger
from sevenpanel.orders.domain import Status

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
MAY, JULY = datetime(2026, 5, 1, tzinfo=UTC), datetime(2026, 7, 1, tzinfo=UTC)
TENTH = MAY + 9 * DAY
# What was charged for an order, so many times over.
_REPEAT = """
INSERT INTO ledger_transfer (key, debit_id, credit_id, amount_micros, reason, customer_id, order_id, note, posted_at)
SELECT t.key || '/' || n, t.debit_id, t.credit_id, n, t.reason, t.customer_id, t.order_id, t.note, t.posted_at
  FROM ledger_transfer t, generate_series(1, 4000) AS n
 WHERE t.customer_id = ANY(%s::bigint[]) AND t.reason = 'order charged'
"""


@pytest.fixture
def alice() -> Person:
    return open_customer("Alice", balance="10")


@pytest.fixture
def services(alice: Person) -> tuple[int, int]:
    """Two orders of one service, of which one ended short in June, one of another; and a stranger's."""
    first, second = add_service("One"), add_service("Two")
    mallory = open_customer("Mallory", balance="10")
    completed(alice, first, at=TENTH)
    short = placed(alice, first, at=TENTH + DAY)
    sent(short, TENTH + DAY)
    completed(alice, second, at=TENTH + 30 * DAY)
    reported(short, Status.PARTIAL, remains=400, at=TENTH + 31 * DAY)
    completed(mallory, first, at=TENTH)
    return first, second


def read(person: Person, *, by_day: bool = False) -> SpentRows:
    return spending.spent(customer_id=person.customer_id, since=MAY, until=JULY, by_day=by_day)


def sums(rows: tuple[SpentRow, ...]) -> list[tuple[int, int, int]]:
    return [(row.charged_micros, row.returned_micros, row.orders) for row in rows]


def fold(step: int = 50_000) -> None:
    ledger.fold_house_balances(now=JULY)
    commands.sum_spending(transfers_a_step=step)


@pytest.mark.parametrize("summed", ["nothing", "all", "in small steps", "some"])
def test_sums_by_month_and_service_are_what_moved(alice: Person, services: tuple[int, int], summed: str) -> None:
    if summed != "nothing":
        fold(step=2 if summed == "in small steps" else 50_000)
    if summed == "some":
        completed(alice, services[1], at=TENTH + 32 * DAY)

    found = read(alice)

    extra = 900_000 if summed == "some" else 0
    may, june = (1_800_000, 0, 2), (900_000 + extra, 360_000, 1 + bool(extra))
    assert sums(found.by_time) == [may, june]
    assert [row.begins for row in found.by_time] == [MAY, datetime(2026, 6, 1, tzinfo=UTC)]
    by_service = {row.service_id: (row.charged_micros, row.returned_micros, row.orders) for row in found.by_service}
    assert by_service == {
        services[0]: (1_800_000, 360_000, 2), services[1]: (900_000 + extra, 0, 1 + bool(extra)),
    }  # fmt: skip
    assert {row.name for row in found.by_service} == {"One", "Two"}


def test_days_are_told_apart(alice: Person, services: tuple[int, int]) -> None:
    fold()

    assert [(row.begins, row.spent_micros) for row in read(alice, by_day=True).by_time] == [
        (TENTH, 900_000), (TENTH + DAY, 900_000), (TENTH + 30 * DAY, 900_000), (TENTH + 31 * DAY, -360_000),
    ]  # fmt: skip


def test_summing_again_changes_nothing(alice: Person, services: tuple[int, int]) -> None:
    fold()
    before = db.rows("SELECT * FROM insight_spent ORDER BY id")

    fold()

    assert before
    assert db.rows("SELECT * FROM insight_spent ORDER BY id") == before


def test_what_is_summed_is_not_read_again(alice: Person, services: tuple[int, int]) -> None:
    db.rows(_REPEAT, [[alice.customer_id, alice.customer_id + 1]])
    fold()
    db.rows("ANALYZE ledger_transfer")
    asked = {"customer": alice.customer_id, "since": MAY, "until": JULY, "step": "month"}

    told = str(db.rows(f"EXPLAIN (ANALYZE) {spending.SPENT}", asked))

    assert "insight_spent_once" in told, told
    assert "ledger_transfer_statement" in told, told
    assert "Removed by Filter" not in told, told
