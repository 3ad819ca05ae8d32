"""Two placings on one target at the same instant: the one that comes second knows of the first (clause 1)."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection
from tests.books import books_are_right
from tests.sabotage import Switch, planted, slowed
from tests.shop import NOON, Person, add_service, open_customer

from sevenpanel.catalog.domain import Metric
from sevenpanel.orders import commands, queries
from sevenpanel.orders.domain import OrderLine, Placed

pytestmark = pytest.mark.django_db(transaction=True)

RACERS = 6


def placed_at_once(person: Person, services: list[int]) -> list[int]:
    """An order of each service on one channel, each from a connection of its own."""
    start = Barrier(len(services))

    def place(service_id: int) -> int:
        line = OrderLine(customer_id=person.customer_id, service_id=service_id, link="t.me/northwind_news", quantity=10)
        start.wait()
        try:
            (outcome,) = commands.place(lines=[line], now=NOON)
        finally:
            connection.close()
        assert isinstance(outcome, Placed)
        return outcome.order_id

    with ThreadPoolExecutor(len(services)) as pool:
        return sorted(pool.map(place, services))


def unaware(order_ids: list[int]) -> list[tuple[int, int]]:
    """Pairs of orders of which the later does not know the earlier, or the earlier knows the later."""
    found = queries.beside(order_ids=order_ids)
    known = {id_: found[id_].similar if id_ in found else () for id_ in order_ids}
    return [(a, b) for a in order_ids for b in order_ids if a != b and (a in known[b]) is not (a < b)]


def race() -> list[tuple[int, int]]:
    alice = open_customer("Alice", balance="10")
    services = [add_service(metric=Metric.MEMBERS) for _ in range(RACERS)]
    with slowed("orders_order"):
        order_ids = placed_at_once(alice, services)
    assert [row.is_untracked for row in queries.beside(order_ids=order_ids).values()].count(False) == 0
    return unaware(order_ids)


def test_of_any_two_orders_the_later_one_knows_the_earlier() -> None:
    assert race() == []
    books_are_right()


def test_without_the_lock_they_do_not_know_each_other() -> None:
    with planted(Switch.SKIP_BALANCE_LOCK):
        assert race() != []
