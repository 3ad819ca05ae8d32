"""`sevenpanel demo --large` with small numbers: every state, books in order, and twice is once."""

import itertools
from collections.abc import Callable
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from tests.shop import NOON, Person, open_customer, staff

from sevenpanel.accounts.domain import Role
from sevenpanel.catalog.domain import LAWFUL, ServiceType
from sevenpanel.catalog.queries import listed_services
from sevenpanel.fulfilment import commands as fulfilment
from sevenpanel.fulfilment.providers.sandbox.catalogue import CURRENCY, DEMO_KEY
from sevenpanel.fulfilment.providers.sandbox.panel import Panel
from sevenpanel.fulfilment.providers.sandbox.store import Store
from sevenpanel.kernel.db import rows, snapshot
from sevenpanel.launch import demo, verify
from sevenpanel.launch.large import catalogue, past, under_way
from sevenpanel.launch.large.fates import SEED, SHARES, fate_of
from sevenpanel.launch.large.main import Size, fill
from sevenpanel.launch.large.past import UnableToFill
from sevenpanel.launch.refusals import UnableToLaunch
from sevenpanel.orders.domain import Outcome, Status

SMALL = Size(services=60, orders=700)

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def clock() -> Callable[[], datetime]:
    """Every look at it is a second later."""
    seconds = itertools.count()
    return lambda: NOON + timedelta(seconds=next(seconds))


@pytest.fixture
def desk(transactional_db: None, tmp_path: Path) -> Path:
    """A desk with the demo's people and the sandbox, as its first start leaves it."""
    staff("Operator", Role.ADMIN, email=demo.OPERATOR_EMAIL)
    _demo_customer()
    provider_id = fulfilment.register_provider(
        name=demo.PROVIDER_NAME,
        kind="sandbox",
        url="http://127.0.0.1:7071/api/v2",
        key=DEMO_KEY,
        currency=CURRENCY,
        idempotency_field="request_id",
        now=NOON,
    )
    with closing(Store(tmp_path / "sandbox.db")) as store:
        slow = under_way.Slow(panel=Panel(store=store, key=DEMO_KEY, seed=SEED), clock=lambda: NOON)
        fulfilment.refresh_catalogue(provider_id=provider_id, now=NOON, adapter_for=slow.adapter_for)
    return tmp_path


def _demo_customer() -> Person:
    alice = open_customer("Demo", now=NOON - timedelta(days=365))
    rows("UPDATE accounts_user SET email = %s WHERE id = %s", (demo.CUSTOMER_EMAIL, alice.user_id))
    return alice


def _found(statement: str) -> set[str]:
    return {word for (word,) in rows(statement)}


TABLES = ("catalog_service", "notices_notice", "orders_order", "orders_event", "orders_decision", "ledger_transfer")


def _counts() -> dict[str, int]:
    return {table: rows(f"SELECT count(*) FROM {table}")[0][0] for table in TABLES}


def test_a_filled_demo_has_every_state_and_its_books_are_in_order(desk: Path, clock: Callable[[], datetime]) -> None:
    fill(size=SMALL, home=desk, clock=clock)

    sold = listed_services(customer_id=None)
    assert len(sold) == SMALL.services
    assert {row.type for row in sold} == set(ServiceType)
    assert all(row.declaration in LAWFUL and row.declared_by and row.description for row in sold)
    assert _counts()["orders_order"] == SMALL.orders
    ended = {Status.COMPLETED, Status.PARTIAL, Status.CANCELED}
    assert ended < _found("SELECT DISTINCT status FROM orders_order")
    assert _found("SELECT DISTINCT outcome FROM orders_order WHERE NOT is_open") == set(Outcome) - {Outcome.GRANTED}
    assert len(_found("SELECT DISTINCT kind FROM orders_decision")) == 2  # cancels, and changed links
    with snapshot():
        assert verify.report() == 0


def test_a_second_call_does_nothing_and_one_that_was_interrupted_is_gone_on_with(
    desk: Path, clock: Callable[[], datetime]
) -> None:
    buyer_services = 20
    fill(size=Size(services=buyer_services, orders=201), home=desk, clock=clock)
    some = _counts()

    fill(size=Size(services=buyer_services, orders=201), home=desk, clock=clock)
    assert _counts() == some

    fill(size=Size(services=30, orders=401), home=desk, clock=clock)
    more = _counts()
    assert more["catalog_service"] == 30
    assert more["orders_order"] > some["orders_order"]
    with snapshot():
        assert verify.report() == 0


def test_a_lot_that_is_refused_leaves_nothing_behind(desk: Path, clock: Callable[[], datetime]) -> None:
    fill(size=Size(services=5, orders=0), home=desk, clock=clock)
    (customer_id,) = rows("SELECT id FROM accounts_customer")[0]
    buyer = past.Buyer(customer_id=customer_id, currency="USD", services=listed_services(customer_id=customer_id))
    rows("UPDATE catalog_service SET state = 'paused' WHERE id = %s", [buyer.services[-1].id])
    (lot,) = past.lots(size=50, began=NOON - timedelta(days=9), ended=NOON)

    with pytest.raises(UnableToFill):
        past.live(lot, buyer)

    assert _counts()["orders_order"] == _counts()["ledger_transfer"] == 0


def test_a_desk_with_other_customers_is_left_alone(desk: Path, clock: Callable[[], datetime]) -> None:
    open_customer("Mallory")

    with pytest.raises(UnableToLaunch, match="customers beside the demo's"):
        fill(size=SMALL, home=desk, clock=clock)

    assert _counts()["catalog_service"] == 0


def test_a_desk_without_a_demo_is_left_alone(
    transactional_db: None, tmp_path: Path, clock: Callable[[], datetime]
) -> None:
    with pytest.raises(UnableToLaunch, match="no demo to be filled"):
        fill(size=SMALL, home=tmp_path, clock=clock)


def test_no_two_services_are_called_the_same_and_there_are_enough() -> None:
    assert len(catalogue.names(catalogue.MOST)) == catalogue.MOST >= 5_000


def test_every_end_is_drawn_about_as_often_as_said() -> None:
    drawn = [fate_of(number).end for number in range(20_000)]

    for end, share in SHARES.items():
        assert abs(drawn.count(end) / 20 - share) <= 6 + share / 20
