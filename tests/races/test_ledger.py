"""The books under many hands at once."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection, transaction
from tests.shop import NOON, add_service, deposit, open_customer

from sevenpanel.ledger import commands, queries
from sevenpanel.ledger.domain import AccountKind, house
from sevenpanel.orders import commands as orders
from sevenpanel.orders.domain import OrderLine, Placed

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


def test_orders_and_holds_at_once_never_spend_what_is_held() -> None:
    """Invariant 10 of design: deposits, section 5. Holds come and go while orders are placed for the same money."""
    alice, service = open_customer("Alice", balance="20"), add_service(quantity_min=1)

    def work(number: int) -> list[Placed]:
        placed = []
        for turn in range(6):
            if number % 2:
                line = OrderLine(
                    customer_id=alice.customer_id,
                    service_id=service,
                    link=f"https://t.me/northwind_{number}_{turn}",
                    quantity=2_000,
                )
                placed += [each for each in orders.place(lines=[line], now=NOON) if isinstance(each, Placed)]
                continue
            with transaction.atomic():
                # So much that two orders and four holds together are more than there is.
                commands.place_hold(
                    subject=f"receipt/{number}", customer_id=alice.customer_id, amount_micros=4_000_000, now=NOON
                )
            with transaction.atomic():
                row = queries.balance(customer_id=alice.customer_id)
                assert row.available_micros == row.balance_micros - row.hold_micros
                if turn < 5:
                    commands.lift_hold(subject=f"receipt/{number}", now=NOON)
        return placed

    placed = [each for found in at_once(work) for each in found]  # type: ignore[attr-defined]

    left = queries.balance(customer_id=alice.customer_id)
    assert left.hold_micros == 4 * 4_000_000
    assert left.balance_micros == 20_000_000 - sum(each.charge_micros for each in placed)
    assert queries.broken_invariants() == []
