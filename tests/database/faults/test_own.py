"""Rows of the catalogue of faults (docs/faults.md) that no test of a room shows by itself."""

import asyncio
import os
from collections.abc import Callable
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qs

import pytest
from django.contrib.auth import hashers
from django.db import connection
from hypothesis import example, given, settings
from hypothesis import strategies as st
from tests.books import books_are_right, order_of
from tests.database.orders.test_decisions import reported, running
from tests.journeys.api.test_faults import ask
from tests.panel import HEARD, Desk, MemoryPanel, open_desk, say
from tests.pure.providers.stub_provider import says, stub
from tests.pure.providers.test_provider_http import SHIPMENT, access
from tests.shop import NOON, Person, add_service, make_key, open_customer

from sevenpanel.api.door import Door
from sevenpanel.api.gateway import Gateway
from sevenpanel.catalog.domain import ServiceType, charge_micros
from sevenpanel.fulfilment.providers.apiv2.adapter import ApiV2
from sevenpanel.fulfilment.providers.interface import (
    NotNow,
    NotNowReason,
    ProviderStatus,
    RefusalReason,
    Refused,
)
from sevenpanel.kernel import db
from sevenpanel.ledger import queries as ledger
from sevenpanel.orders import commands as orders
from sevenpanel.orders import queries
from sevenpanel.orders.domain import Dispatch, OrderLine, Placed, RefusalCode, Status
from sevenpanel.orders.domain import Refused as NotTaken

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def desk() -> Desk:
    return open_desk()


@pytest.fixture
def alice() -> Person:
    return open_customer("Alice", balance="1000")


def left(person: Person) -> int:
    return ledger.balance(customer_id=person.customer_id).balance_micros


@pytest.mark.parametrize("counts", [(None, None), (5, 5), (None, 400), (900, 3), (10**15, 0)])
def test_p8_no_money_follows_from_a_start_count(
    desk: Desk, alice: Person, counts: tuple[int | None, int | None]
) -> None:
    """P-8: missing, late, or another one each time."""
    order_id = desk.place(alice)
    desk.dispatch_all()
    (theirs,) = desk.panel.orders.values()
    theirs.status, theirs.remains, theirs.start_count = ProviderStatus.IN_PROGRESS, 700, counts[0]
    desk.follow()
    theirs.status, theirs.remains, theirs.start_count = ProviderStatus.PARTIAL, 400, counts[1]
    desk.follow()

    row = order_of(alice, order_id)
    assert (row.status, row.earned_micros, row.returned_micros) == (Status.PARTIAL, 540_000, 360_000)
    books_are_right()


def test_trap4_no_command_takes_a_second_connection(desk: Desk, alice: Person) -> None:
    """Trap 4: a whole life of an order, while the database lets nobody else in."""
    (name,) = db.rows("SELECT current_database()")[0]
    db.rows(f"ALTER DATABASE {name} CONNECTION LIMIT 0")
    try:
        kept, lost = desk.place(alice, link="t.me/northwind_kept"), desk.place(alice, link="t.me/northwind_lost")
        orders.request_cancel(customer_id=alice.customer_id, order_ids=[lost], now=desk.now)
        desk.take_in()
        desk.dispatch_all()
        desk.panel.end("23501", ProviderStatus.PARTIAL, remains=300)
        desk.follow()
    finally:
        db.rows(f"ALTER DATABASE {name} CONNECTION LIMIT -1")

    assert [order_of(alice, id_).status for id_ in (kept, lost)] == [Status.PARTIAL, Status.CANCELED]
    books_are_right()


def test_trap5_no_provider_is_called_inside_a_transaction(alice: Person) -> None:
    """Trap 5: while a call is out no transaction is open, so no lock waits for a provider."""
    open_at_calls: list[bool] = []
    desk = open_desk(MemoryPanel(on_add=lambda _shipment: open_at_calls.append(connection.in_atomic_block)))
    for number in range(3):
        desk.place(alice, link=f"t.me/northwind_{number}")

    desk.dispatch_all()

    assert open_at_calls == [False] * 3


def test_trap5_placing_calls_nobody(alice: Person) -> None:
    """Trap 5: an order is taken while no provider exists at all."""
    line = OrderLine(customer_id=alice.customer_id, service_id=add_service(), link="t.me/northwind_news", quantity=1000)

    (outcome,) = orders.place(lines=[line], now=NOON)

    assert isinstance(outcome, Placed)


def test_trap8_what_a_provider_refused_is_returned_once_whoever_asks_again(desk: Desk, alice: Person) -> None:
    """Trap 8: a cancel, a late status and another cancel after the refusal move nothing more."""
    desk.panel.deeds.append(say(Refused(reason=RefusalReason.BAD_LINK, words="Bad link", evidence=HEARD)))
    order_id = desk.place(alice)
    desk.dispatch_all()
    assert left(alice) == 1_000_000_000

    desk.cancel(alice, order_id)
    desk.follow()
    desk.cancel(alice, order_id)

    assert left(alice) == 1_000_000_000
    assert [t.reason.value for t in ledger.transfers_of_orders(order_ids=[order_id])] == [
        "order charged", "order returned",
    ]  # fmt: skip
    books_are_right()


def test_trap13_no_password_hash_is_reckoned_for_an_api_call(alice: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    """Trap 13: a key is found by one plain hash; whoever calls a password hasher in a call of the API is caught."""
    key, service = make_key(alice), add_service()

    def caught(*_: object, **__: object) -> None:
        raise AssertionError("a password hash was reckoned")

    for hasher in hashers.get_hashers():
        monkeypatch.setattr(type(hasher), "encode", caught)

    async def story() -> list[tuple[int, Any]]:
        door = Door(Gateway(connection.settings_dict))
        order = {"service": service, "link": "t.me/northwind_news", "quantity": 1000}
        try:
            return [await ask(door, key=key, action="add", **order), await ask(door, key=key, action="balance")]
        finally:
            await door.close()

    (_, order), (_, balance) = asyncio.run(story())
    assert list(order) == ["order"]
    assert balance["balance"] == "999.10"


def test_trap14_when_every_provider_fails_no_order_is_called_completed(desk: Desk, alice: Person) -> None:
    """Trap 14: the order waits and says so; nobody plays that it was done."""
    away = NotNow(reason=NotNowReason.NOT_CONNECTED, words="no", evidence=HEARD)
    desk.panel.deeds.extend([say(away)] * 200)
    order_id = desk.place(alice)

    for _ in range(100):
        desk.dispatch_all()
        desk.wait(minutes=20)
        desk.follow()

    row = order_of(alice, order_id)
    assert (row.status, row.dispatch, row.delivered, row.earned_micros) == (Status.PENDING, Dispatch.QUEUED, 0, None)
    books_are_right()


def test_trap17_a_late_count_divides_the_original_charge(alice: Person) -> None:
    """Trap 17: however many reports came before, the end is reckoned from the whole charge and the whole quantity."""
    order_id = running(alice, delivered=100)
    for delivered in (200, 333, 500, 800):
        reported(order_id, Status.IN_PROGRESS, delivered)
    reported(order_id, Status.PARTIAL, 900)

    row = order_of(alice, order_id)
    assert (row.charge_micros, row.earned_micros, row.returned_micros) == (900_000, 810_000, 90_000)
    books_are_right()


@pytest.mark.parametrize("asked", [1, 10**12])
def test_trap18_the_server_prices_whatever_the_caller_says(alice: Person, asked: int) -> None:
    """Trap 18: what a caller says of the price can only refuse the order."""
    line = OrderLine(
        customer_id=alice.customer_id, service_id=add_service(), link="t.me/northwind_news", quantity=1000,
        max_charge_micros=asked,
    )  # fmt: skip

    (outcome,) = orders.place(lines=[line], now=NOON)

    if asked == 1:
        assert isinstance(outcome, NotTaken)
        assert outcome.code is RefusalCode.PRICE_CHANGED
    else:
        assert isinstance(outcome, Placed)
        assert outcome.charge_micros == 900_000
        assert queries.orders(customer_id=alice.customer_id)[0].charge_micros == 900_000


def test_trap16_every_action_has_the_name_that_the_field_knows() -> None:
    """Trap 16: what leaves for another panel, byte by byte, for each kind of call."""
    order = {"service": "308", "link": SHIPMENT.link, "quantity": "1000"}

    assert sent(b'{"order":1}', lambda panel: panel.add(SHIPMENT)) == {"action": "add", **order}
    assert sent(b'{"1":{"status":"Pending"}}', lambda panel: panel.statuses(["1", "2"])) == {
        "action": "status", "orders": "1,2",
    }  # fmt: skip
    assert sent(b'[{"order":1,"cancel":1}]', lambda panel: panel.cancel(["1", "2"])) == {
        "action": "cancel", "orders": "1,2",
    }  # fmt: skip
    assert sent(b'{"balance":"1","currency":"USD"}', ApiV2.balance) == {"action": "balance"}
    assert sent(b"[]", ApiV2.services) == {"action": "services"}


def sent(answer: bytes, call: Callable[[ApiV2], object]) -> dict[str, str]:
    """The fields of one call to a panel that answers so, but for the key."""
    with stub(says(answer)) as provider:
        call(ApiV2(access(provider.url)))
    fields = parse_qs(provider.requests[0].partition(b"\r\n\r\n")[2].decode(), strict_parsing=True)
    return {name: value for name, (value,) in fields.items() if name != "key"}


EXAMPLES = 10_000 if "SEVENPANEL_SOAK_SEEDS" in os.environ else 500
RATES = st.integers(1, 10**12)
PIECES = st.integers(1, 10**6)  # the dearest of them together can still be booked


@settings(max_examples=EXAMPLES)
@example(rate=1, some=1, more=1)
@example(rate=999, some=1, more=999)
@given(rate=RATES, some=PIECES, more=PIECES)
def test_z4_a_price_grows_with_the_quantity_and_splitting_an_order_gains_nothing(
    rate: int, some: int, more: int
) -> None:
    """Z-4, trap 10: monotone, never below the exact price, and less than a micro-unit above it."""

    def price(quantity: int) -> int:
        return charge_micros(type=ServiceType.DEFAULT, rate_micros=rate, quantity=quantity)

    assert price(some) <= price(some + more) <= price(some) + price(more)
    assert 0 <= price(some) - Decimal(rate) * some / 1000 < 1
    assert price(some) > 0
