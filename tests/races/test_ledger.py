"""The books under many hands at once."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection, transaction
from tests.shop import NOON, deposit, open_customer

from sevenpanel.ledger import commands, queries
from sevenpanel.ledger.domain import AccountKind, house

pytestmark = pytest.mark.django_db(transaction=True)

RACERS = 8


def at_once(work: object) -> list[object]:
    """Run one piece of work in several threads that start together, each with a connection of its own."""
    start = Barrier(RACERS)

    def run(number: int) -> object:
        start.wait()
        try:
            return work(number)  # type: ignore[operator]
        finally:
            connection.close()

    with ThreadPoolExecutor(RACERS) as pool:
        return list(pool.map(run, range(RACERS)))


@pytest.mark.parametrize("kind", [AccountKind.EARNED, AccountKind.COST, AccountKind.ROUNDING])
def test_an_account_that_many_open_at_once_is_one_account(kind: AccountKind) -> None:
    def opened(_number: int) -> int:
        with transaction.atomic():
            return commands.account_id(account=house(kind, "USD"), now=NOON)

    assert len(set(at_once(opened))) == 1


def test_deposits_and_checkpoints_at_once_leave_the_books_whole() -> None:
    alice = open_customer("Alice")

    def work(number: int) -> None:
        for _ in range(5):
            if number % 4 == 0:
                commands.fold_house_balances(now=NOON)
            else:
                deposit(alice.customer_id, "1.25")

    at_once(work)

    assert queries.balance(customer_id=alice.customer_id).balance_micros == 6 * 5 * 1_250_000
    assert queries.broken_invariants() == []
