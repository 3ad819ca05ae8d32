"""Holds: what is held cannot be spent by any door, and a hold alone moves no money (I3)."""

import pytest
from django.db import transaction
from tests.shop import NOON, Person, add_service, deposit, open_customer

from sevenpanel.ledger import commands, queries
from sevenpanel.orders import commands as orders
from sevenpanel.orders.domain import OrderLine, Placed, RefusalCode, Refused

pytestmark = pytest.mark.django_db


def hold(person: Person, micros: int, subject: str = "evm:1:0xab:0") -> bool:
    """Hold in a transaction of its own."""
    with transaction.atomic():
        return commands.place_hold(subject=subject, customer_id=person.customer_id, amount_micros=micros, now=NOON)


def lift(subject: str = "evm:1:0xab:0") -> bool:
    """Lift in a transaction of its own."""
    with transaction.atomic():
        return commands.lift_hold(subject=subject, now=NOON)


def available(person: Person) -> int:
    """What the customer can spend."""
    return queries.balance(customer_id=person.customer_id).available_micros


def test_a_hold_makes_less_available_and_leaves_the_balance() -> None:
    alice = open_customer("Alice", balance="10")

    assert hold(alice, 4_000_000)
    assert not hold(alice, 4_000_000)

    row = queries.balance(customer_id=alice.customer_id)
    assert (row.balance_micros, row.hold_micros, row.available_micros) == (10_000_000, 4_000_000, 6_000_000)
    assert queries.broken_invariants() == []


def test_a_hold_is_lifted_once_and_may_come_again() -> None:
    alice = open_customer("Alice", balance="10")
    hold(alice, 4_000_000)

    assert lift()
    assert not lift()
    assert available(alice) == 10_000_000
    assert hold(alice, 1)
    assert queries.broken_invariants() == []


def test_more_may_be_held_than_there_is_and_what_comes_in_counts() -> None:
    alice = open_customer("Alice", balance="1")
    hold(alice, 4_000_000)

    assert available(alice) == -3_000_000
    assert queries.broken_invariants() == []
    deposit(alice.customer_id, "5")
    assert available(alice) == 2_000_000
    assert queries.broken_invariants() == []
    lift()
    assert available(alice) == 6_000_000
    assert queries.broken_invariants() == []


def ask(person: Person, service_id: int, quantity: int) -> OrderLine:
    """An order at 0.90 per 1,000."""
    link = f"https://t.me/northwind_{quantity}"
    return OrderLine(customer_id=person.customer_id, service_id=service_id, link=link, quantity=quantity)


def test_no_order_is_placed_with_money_that_is_held() -> None:
    alice, service = open_customer("Alice", balance="10"), add_service()
    hold(alice, 8_200_000)

    first, second, third = orders.place(
        lines=[ask(alice, service, 1_000), ask(alice, service, 1_001), ask(alice, service, 999)], now=NOON
    )

    assert isinstance(first, Placed)
    assert isinstance(second, Refused)
    assert (second.code, second.fact) == (RefusalCode.NOT_ENOUGH_FUNDS, 900)
    assert isinstance(third, Placed)
    assert available(alice) == 900
    assert queries.broken_invariants() == []


def test_a_hold_on_money_that_was_spent_stops_further_orders_and_undoes_none() -> None:
    alice, service = open_customer("Alice", balance="1"), add_service()
    orders.place(lines=[ask(alice, service, 1_000)], now=NOON)
    hold(alice, 1_000_000)

    (refused,) = orders.place(lines=[ask(alice, service, 10)], now=NOON)

    assert isinstance(refused, Refused)
    assert (refused.code, refused.fact) == (RefusalCode.NOT_ENOUGH_FUNDS, 909_000)
    assert available(alice) == -900_000
    assert queries.broken_invariants() == []
