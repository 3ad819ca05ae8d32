"""A test key over HTTP: every action answers as with a live one, and nothing real happens (ADR 30)."""

import json
from typing import Any

import pytest
from tests.journeys.web.visitor import Visitor, fields, text
from tests.served import Client, Served
from tests.shop import NOON, Person, add_service, make_key

from sevenpanel.accounts import commands as accounts
from sevenpanel.accounts import queries as people
from sevenpanel.accounts.domain import KeyKind, KeyLimits
from sevenpanel.kernel import db
from sevenpanel.kernel.money import parse_amount
from sevenpanel.ledger import queries as ledger
from sevenpanel.orders import queries as orders

pytestmark = pytest.mark.django_db(transaction=True)

LINK = "https://t.me/northwind_news"


@pytest.fixture
def play(door: Served, alice: Person) -> Client:
    """Alice's client with a test key."""
    return door.client(make_test_key(alice))


def make_test_key(person: Person, **more: Any) -> str:
    return accounts.make_key(customer_id=person.customer_id, name="trying", now=NOON, kind=KeyKind.TEST, **more)


def shape(answer: Any) -> Any:
    """An answer with its figures taken out: the keys, and the types of what stands behind them."""
    if isinstance(answer, dict):
        return {name if not name.isdecimal() else "id": shape(value) for name, value in answer.items()}
    if isinstance(answer, list):
        return [shape(each) for each in answer]
    return type(answer)


def test_every_action_answers_as_with_a_live_key(api: Client, play: Client, service: int, alice: Person) -> None:
    def ask(client: Client) -> list[Any]:
        good = {"service": service, "link": LINK, "quantity": 100}
        first = client("add", **good, request_id="shop-1")
        order = first["order"]
        return [
            first,
            client("add", **good, request_id="shop-1")["order"] == order,
            client("add", **good, request_id="shop-2"),
            client("add", **good | {"quantity": 50}, request_id="shop-1"),
            client("add", **good | {"quantity": 1}),
            client("add", **good | {"link": "https://www.instagram.com/nasa/"}),
            client("add", **good | {"service": 999_999}),
            client("status", order=order),
            client("status", orders=f"{order},7"),
            client("status", order=7),
            client("balance"),
            client("refill", orders=f"{order},7"),
            client("refill_status", refills="7"),
            client("cancel", orders=f"{order},7"),
            client("status", order=order)["status"],
            client("nothing"),
        ]

    real, tried = ask(api), ask(play)

    assert shape(tried) == shape(real)
    errors = [[answer for answer in said if isinstance(answer, dict) and "error" in answer] for said in (tried, real)]
    assert errors[0] == errors[1]
    assert len(errors[0]) >= 6
    assert play("services") == api("services")
    assert play("balance") == {"balance": "1000.00", "currency": "USD"}


def test_nothing_real_happens(play: Client, service: int, alice: Person) -> None:
    for number in range(3):
        assert list(play("add", service=service, link=f"t.me/channel_{number}", quantity=100)) == ["order"]

    assert play("balance")["balance"] == "999.73"
    assert ledger.balance(customer_id=alice.customer_id).balance_micros == 10_000_000
    assert orders.orders(customer_id=alice.customer_id) == []
    assert db.rows("SELECT count(*) FROM kernel_outbox") == [(0,)]


def test_neither_key_knows_the_orders_of_the_other(api: Client, play: Client, service: int) -> None:
    real = api("add", service=service, link=LINK, quantity=100)["order"]
    tried = play("add", service=service, link=LINK, quantity=100)["order"]

    assert api("status", order=tried) == play("status", order=real) == {"error": "Incorrect order ID"}
    assert play("cancel", orders=real) == [{"order": real, "cancel": {"error": "Incorrect order ID"}}]


def test_an_answer_can_be_lost_once(play: Client, service: int) -> None:
    asked = {"action": "add", "service": service, "link": LINK, "quantity": 109, "request_id": "shop-9"}

    status, answer = play.send(**asked)
    assert (status, list(answer)) == (503, ["error"])
    assert list(play("add", **{name: value for name, value in asked.items() if name != "action"})) == ["order"]


def test_the_limits_of_a_test_key_hold(door: Served, alice: Person, service: int) -> None:
    client = door.client(make_test_key(alice, limits=KeyLimits(daily_cap_micros=parse_amount("0.10"))))

    assert list(client("add", service=service, link=LINK, quantity=100)) == ["order"]
    refusal = client("add", service=service, link="t.me/another_one", quantity=100)["error"]
    assert refusal.startswith("Daily limit of this API key reached. ")
    (row,) = [row for row in people.keys(customer_id=alice.customer_id) if row.kind is KeyKind.TEST]
    assert "Spent 0.09 USD of 0.10 USD today" in text(Visitor(alice).get(f"/keys/{row.id}/"))


def test_a_key_is_what_its_first_letters_say(door: Served, alice: Person) -> None:
    for key in (make_key(alice), make_test_key(alice)):
        other = "od_test_" if key.startswith("od_live_") else "od_live_"
        assert door.client(other + key[8:])("balance") == {"error": "Invalid API key"}


def test_the_site_makes_a_test_key_and_shows_what_is_placed_with_it(door: Served, alice: Person, service: int) -> None:
    visitor = Visitor(alice)
    page = visitor.get("/keys/")
    assert fields(page, "post /keys/")["kind"] == "live"
    made = visitor.post("/keys/", {"name": "trying", "permissions": ["read", "order", "cancel"], "kind": "test"})
    key = fields_of_made(made)
    order = door.client(key)("add", service=service, link="https://t.me/tried_here", quantity=100)["order"]

    assert "test key" in text(visitor.get("/keys/"))
    guide = text(visitor.get("/keys/guide/"))
    assert f"od_test_...{key[-4:]}" in guide
    assert f"{order} https://t.me/tried_here 100 0.09 USD Pending" in guide
    assert str(order) not in text(visitor.get("/orders/"))
    exported = json.loads(b"".join(visitor.get("/data/export/").streaming_content))
    assert [row["test_order"]["id"] for row in exported["api_keys"] if "test_order" in row] == [order]


def fields_of_made(answer: Any) -> str:
    page = answer.content.decode()
    return str(page.partition('id="made" class="code" value="')[2].partition('"')[0])


def test_a_test_order_is_cancelled_at_once_while_it_is_pending(play: Client) -> None:
    stoppable, other = add_service(), add_service(can_cancel=False)
    orders_ = [play("add", service=each, link=LINK, quantity=104)["order"] for each in (stoppable, other)]

    assert play("cancel", orders=",".join(map(str, orders_))) == [
        {"order": orders_[0], "cancel": 1},
        {"order": orders_[1], "cancel": {"error": "Cancel is not available for this order"}},
    ]
    assert play("status", order=orders_[0])["status"] == "Canceled"
