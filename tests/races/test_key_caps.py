"""Many orders at the same instant under one key spend its daily limit to the last order, and nothing more (S-33)."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection
from tests.database.orders.test_key_caps import NOW, capped
from tests.sabotage import Switch, planted, slowed
from tests.shop import add_service, open_customer

from sevenpanel.kernel import db
from sevenpanel.orders import commands
from sevenpanel.orders.domain import OrderLine, Placed

pytestmark = pytest.mark.django_db(transaction=True)

CALLERS = 8


def placed_at_once() -> int:
    """How many of several orders of 0.45 are placed under a key that may spend 1.00."""
    alice, service = open_customer("Alice", balance="10"), add_service()
    key_id, start = capped(alice, "1"), Barrier(CALLERS)

    def call(number: int) -> bool:
        line = OrderLine(
            customer_id=alice.customer_id,
            service_id=service,
            link=f"t.me/channel_{number}",
            quantity=500,
            key_id=key_id,
        )
        start.wait()
        try:
            return isinstance(commands.place(lines=[line], now=NOW)[0], Placed)
        finally:
            connection.close()

    with slowed("orders_order"), ThreadPoolExecutor(CALLERS) as pool:
        return sum(pool.map(call, range(CALLERS)))


def test_s33_orders_at_the_same_instant_share_the_limit() -> None:
    assert placed_at_once() == 2
    assert db.rows("SELECT spent_micros FROM accounts_keyspend") == [(900_000,)]


def test_without_the_lock_they_do_not() -> None:
    with planted(Switch.SKIP_BALANCE_LOCK):
        assert any(placed_at_once() > 2 for _ in range(10))
