"""A customer with most of the desk's orders, who has ordered nothing lately while others did."""

import pytest
from django.db import connection
from tests.shop import NOON, add_service, open_customer

from sevenpanel.kernel import db
from sevenpanel.kernel.newest import FROM_NEWEST, NEWEST
from sevenpanel.orders import commands, queries
from sevenpanel.orders.domain import OrderLine, Placed

pytestmark = pytest.mark.django_db

OLD, RECENT = 4_000, 4_000


@pytest.fixture
def customer() -> int:
    """Whose orders are all older than thousands of another customer's."""
    ours, others = (open_customer(name, balance="10").customer_id for name in ("often", "lately"))
    order = _placed(ours)
    _repeat(order, customer=ours, after=order, count=OLD)
    _repeat(order, customer=others, after=order + OLD, count=RECENT)
    db.rows("ANALYZE orders_order")
    return ours


def _placed(customer_id: int) -> int:
    line = OrderLine(customer_id=customer_id, service_id=add_service(), link="t.me/northwind_news", quantity=1000)
    (outcome,) = commands.place(lines=[line], now=NOON)
    assert isinstance(outcome, Placed)
    return outcome.order_id


def _repeat(order: int, *, customer: int, after: int, count: int) -> None:
    with connection.cursor() as cursor:
        names = [column.name for column in connection.introspection.get_table_description(cursor, "orders_order")]
    told = {"id": "n", "customer_id": "%s", "target": "target || n"}
    values = ", ".join(told.get(name, name) for name in names)
    db.rows(
        f"INSERT INTO orders_order ({', '.join(names)}) SELECT {values}"
        " FROM orders_order, generate_series(%s, %s) AS n WHERE orders_order.id = %s",
        (customer, after + 1, after + count, order),
    )


def test_the_walk_from_the_newest_passes_by_no_other_customers_orders(customer: int) -> None:
    asked = {"customer": customer, "before": None}
    plan = db.rows(f"EXPLAIN (ANALYZE) SELECT * FROM orders_order WHERE {NEWEST} {FROM_NEWEST} LIMIT 50", asked)
    assert "Removed" not in str(plan), plan
    assert "orders_by_customer" in str(plan), plan


def test_pages_follow_one_another_without_a_gap(customer: int) -> None:
    first = queries.orders(customer_id=customer, limit=30)
    second = queries.orders(customer_id=customer, limit=30, before_id=first[-1].id)
    ids = [order.id for order in (*first, *second)]
    assert ids == list(range(ids[0], ids[0] - 60, -1))
    assert {order.customer_id for order in (*first, *second)} == {customer}
