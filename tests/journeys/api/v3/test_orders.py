"""Orders over version 3: placed once, read, paged, cancelled; and nobody else's."""

import pytest
from tests.journeys.api.v3.caller import LINK, Caller
from tests.shop import NOON, Person, add_service, make_key, open_customer

from sevenpanel.accounts import commands as accounts
from sevenpanel.accounts.domain import KeyKind
from sevenpanel.catalog.domain import ServiceType
from sevenpanel.orders import queries as orders

pytestmark = pytest.mark.django_db


def test_an_order_is_placed_read_and_cancelled(api: Caller, service: int) -> None:
    placed = api.order(service, quantity=1000)
    number = placed.body["id"]

    assert placed.status == 201
    assert placed.headers["Location"].endswith(f"/api/v3/orders/{number}")
    assert placed.body["charge"] == "0.90"
    assert (placed.body["status"], placed.body["reason"]) == ("Pending", "Paid and held; work has not started.")
    assert api.get("balance").body == {"available": "9.10", "on_hold": "0.00", "currency": "USD"}
    assert api.get(f"orders/{number}").body == placed.body

    cancelled = api.post(f"orders/{number}/cancel").body
    assert (cancelled["outcome"], cancelled["order"]["status"]) == ("cancelled", "Canceled")
    assert cancelled["order"]["returned"] == "0.90"
    assert cancelled["order"]["ended_at"].endswith("Z")
    assert [line["amount"] for line in cancelled["order"]["history"] if line["amount"]] == ["-0.90", "0.90"]
    assert api.post(f"orders/{number}/cancel").code == "order_ended"
    assert [entry["amount"] for entry in api.get("statement").body["entries"]] == ["0.90", "-0.90", "10.00"]


def test_the_same_idempotency_key_is_never_charged_twice(api: Caller, service: int) -> None:
    first, again = (api.order(service, once="shop-1") for _ in range(2))

    assert (first.status, again.status) == (201, 200)
    assert first.body == again.body
    assert first.headers["Location"] == again.headers["Location"]
    assert api.order(service, quantity=101, once="shop-1").code == "request_conflict"
    assert api.get("balance").body["available"] == "9.91"


def test_orders_are_paged_to_the_last_one(api: Caller, service: int) -> None:
    placed = [api.order(service, link=f"https://t.me/channel_{n}", quantity=10).body["id"] for n in range(5)]

    seen, cursor = [], ""
    while True:
        page = api.get(f"orders?limit=2{cursor}").body
        seen += [each["id"] for each in page["orders"]]
        if page["next_cursor"] is None:
            break
        cursor = f"&cursor={page['next_cursor']}"
    assert seen == placed[::-1]
    assert [each["id"] for each in api.get("orders?status=Pending").body["orders"]] == placed[::-1]
    assert api.get("orders?status=In%20progress").body["orders"] == []


def test_s1_somebody_elses_order_is_not_there(api: Caller, service: int) -> None:
    number = api.order(service).body["id"]
    mallory = Caller(make_key(open_customer("Mallory", balance="10")))

    for answer in (mallory.get(f"orders/{number}"), mallory.post(f"orders/{number}/cancel")):
        absent = mallory.get(f"orders/{number + 1}")
        assert (answer.status, answer.code) == (absent.status, absent.code) == (404, "not_found")
    assert mallory.get("orders").body["orders"] == []
    assert api.get(f"orders/{number}").body["status"] == "Pending"


def test_each_type_of_service_says_how_much(api: Caller) -> None:
    package = add_service(service_type=ServiceType.PACKAGE, rate="2", quantity_min=3, quantity_max=3)
    comments = add_service(service_type=ServiceType.CUSTOM_COMMENTS, rate="90", quantity_min=2, quantity_max=3)

    assert api.order(package, quantity=None).body["charge"] == "2.00"
    assert api.order(comments, quantity=None, comments=[" good ", "", "fine"]).body["quantity"] == 2
    assert api.order(comments, quantity=None, link="https://t.me/other_one").code == "comments_missing"
    assert api.order(comments, quantity=None, comments=["one\ntwo"]).code == "invalid_fields"


def test_the_catalogue_is_what_is_on_sale(api: Caller, service: int) -> None:
    other = add_service("Views of a video", network="youtube")

    (found,) = api.get("services?network=telegram").body["services"]
    assert (found["id"], found["rate"], found["currency"], found["links"]) == (
        service,
        "0.90",
        "USD",
        ["telegram/channel"],
    )
    assert found == api.get(f"services/{service}").body
    assert [each["id"] for each in api.get("services?search=VIDEO%20views").body["services"]] == [other]
    assert api.get(f"services/{other + 100}").code == "not_found"


def test_a_test_key_rehearses_the_same_and_places_nothing(alice: Person, service: int) -> None:
    play = Caller(accounts.make_key(customer_id=alice.customer_id, name="", now=NOON, kind=KeyKind.TEST))

    placed = play.order(service, quantity=100, once="a")
    again = play.order(service, quantity=100, once="a")
    number = placed.body["id"]
    lost = play.order(service, link="https://t.me/another_one", quantity=19, once="b")
    found = play.order(service, link="https://t.me/another_one", quantity=19, once="b")

    assert (placed.status, again.status, placed.body["is_test"]) == (201, 200, True)
    assert ((lost.status, lost.code), found.status) == ((503, "not_known"), 200)
    assert [each["id"] for each in play.get("orders?limit=1").body["orders"]] == [found.body["id"]]
    assert play.get(f"orders?cursor={found.body['id']}").body["orders"][0]["id"] == number
    assert play.post(f"orders/{number}/cancel").body["outcome"] == "cancelled"
    assert play.get("statement").body["entries"] == []
    assert play.order(service, link="https://example.com/").code == "wrong_link"
    assert orders.orders(customer_id=alice.customer_id, limit=10) == []
    assert Caller(make_key(alice)).get(f"orders/{number}").status == 404


def test_the_price_that_was_seen_is_the_price(api: Caller, service: int) -> None:
    assert api.order(service, quantity=1000, max_charge="0.89").code == "price_changed"
    assert api.order(service, quantity=1000, max_charge="0.90").status == 201
    assert api.order(service, link=LINK.upper(), quantity=1000).code == "active_order"
