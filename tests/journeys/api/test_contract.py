"""API v2 as a stock client meets it: every action, its shapes and JSON types (design: api-v2, sections 0 and 1)."""

import http.client
import json
from urllib.parse import urlencode

import pytest
from django.db import transaction
from tests.served import Client, Served
from tests.shop import NOON, Person, add_service, make_key, open_customer, team_mate

from sevenpanel.accounts import commands as accounts
from sevenpanel.accounts import queries as accounts_queries
from sevenpanel.catalog import commands as catalog
from sevenpanel.catalog.domain import ServiceState, ServiceType
from sevenpanel.kernel.money import parse_amount
from sevenpanel.ledger import queries as ledger
from sevenpanel.orders import queries as orders

pytestmark = pytest.mark.django_db(transaction=True)

LINK = "https://t.me/northwind_news"


def test_services_are_an_array_with_the_types_that_clients_read(api: Client, service: int) -> None:
    assert api("services") == [
        {
            "service": service,
            "name": "Channel promotion by paid ads",
            "type": "Default",
            "category": "Promotion",
            "rate": "0.90",
            "min": "10",
            "max": "10000",
            "dripfeed": False,
            "refill": False,
            "cancel": True,
            "desc": "Shown as advertising to people who follow the subject.",
        }
    ]


def test_a_price_that_changes_is_seen_by_the_next_request(api: Client, alice: Person, service: int) -> None:
    assert api("services")[0]["rate"] == "0.90"
    rate = parse_amount("0.123456")
    with transaction.atomic():
        catalog.set_custom_rate(customer_id=alice.customer_id, service_id=service, rate_micros=rate, now=NOON)
    assert api("services")[0]["rate"] == "0.123456"
    with transaction.atomic():
        catalog.change_state(service_id=service, state=ServiceState.PAUSED)
    assert api("services") == []


def test_an_order_is_placed_seen_and_paid(api: Client, service: int) -> None:
    placed = api("add", service=service, link=LINK, quantity=1000)
    assert list(placed) == ["order"]
    assert type(placed["order"]) is int

    assert api("status", order=placed["order"]) == {
        "charge": "0.90",
        "start_count": None,
        "status": "Pending",
        "remains": "1000",
        "currency": "USD",
    }
    assert api("balance") == {"balance": "9.10", "currency": "USD"}


def test_many_statuses_are_an_object_by_id_and_a_wrong_id_spoils_no_other(api: Client, service: int) -> None:
    order = api("add", service=service, link=LINK, quantity=10)["order"]
    stranger = open_customer("Mallory", balance="1")
    answer = api("status", orders=f"{order},999999,abc,-1")
    assert answer[str(order)]["status"] == "Pending"
    assert {key: row for key, row in answer.items() if key != str(order)} == {
        wrong: {"error": "Incorrect order ID"} for wrong in ("999999", "abc", "-1")
    }
    mallory = Client(url=api.url, key=make_key(stranger))
    assert mallory("status", orders=order) == {str(order): {"error": "Incorrect order ID"}}
    assert mallory("status", order=order) == {"error": "Incorrect order ID"}


def test_a_package_costs_its_rate_once_and_needs_no_quantity(api: Client) -> None:
    package = add_service(
        "Launch package", rate="2.50", quantity_min=1, quantity_max=1, service_type=ServiceType.PACKAGE
    )
    order = api("add", service=package, link=LINK)["order"]
    assert api("status", order=order)["charge"] == "2.50"


def test_custom_comments_are_counted_by_their_lines_whatever_quantity_says(api: Client, alice: Person) -> None:
    service = add_service("Written replies", rate="900", quantity_min=1, service_type=ServiceType.CUSTOM_COMMENTS)
    order = api("add", service=service, link=LINK, quantity=50, comments="Well said\r\n\r\n Schön \nMerci")["order"]
    status = api("status", order=order)
    assert (status["charge"], status["remains"]) == ("2.70", "3")
    row = orders.order(customer_id=alice.customer_id, order_id=order)
    assert row is not None
    assert row.comments == "Well said\nSchön\nMerci"


def test_a_cancel_is_accepted_and_what_was_not_sent_comes_back(api: Client, service: int) -> None:
    order = api("add", service=service, link=LINK, quantity=1000)["order"]
    assert api("cancel", orders=f"{order},999999,x") == [
        {"order": order, "cancel": 1},
        {"order": 999999, "cancel": {"error": "Incorrect order ID"}},
        {"order": "x", "cancel": {"error": "Incorrect order ID"}},
    ]
    assert api("status", order=order)["status"] == "Canceled"
    assert api("status", order=order)["charge"] == "0.00"
    assert api("balance")["balance"] == "10.00"
    assert api("cancel", order=order) == [{"order": order, "cancel": {"error": "This order has ended already"}}]


def test_a_service_without_a_cancel_button_says_so(api: Client) -> None:
    order = api("add", service=add_service(can_cancel=False), link=LINK, quantity=10)["order"]
    refused = {"error": "Cancel is not available for this order"}
    assert api("cancel", orders=order) == [{"order": order, "cancel": refused}]


def test_refills_are_refused_in_the_shapes_of_refills(api: Client, service: int) -> None:
    order = api("add", service=service, link=LINK, quantity=10)["order"]
    no_refill, no_order = {"error": "Refill is not available for this order"}, {"error": "Incorrect order ID"}
    assert api("refill", order=order) == no_refill
    assert api("refill", order=999999) == no_order
    assert api("refill", orders=f"{order},999999") == [
        {"order": order, "refill": no_refill},
        {"order": 999999, "refill": no_order},
    ]
    assert api("refill_status", refill=1) == {"error": "Refill not found"}
    assert api("refill_status", refills="1,x") == [
        {"refill": 1, "status": {"error": "Refill not found"}},
        {"refill": "x", "status": {"error": "Refill not found"}},
    ]


def test_the_same_request_id_is_one_order_and_one_answer(api: Client, alice: Person, service: int) -> None:
    fields = {"service": service, "link": LINK, "quantity": 1000, "request_id": "shop-7/1"}
    first = api("add", **fields)
    assert api("add", **fields) == first
    assert api("add", **fields | {"quantity": 500}) == {
        "error": "This request_id was used for another order. Nothing was charged."
    }
    bob = Client(url=api.url, key=make_key(team_mate("Bob", alice)))
    assert bob("add", **fields) == first
    mallory = Client(url=api.url, key=make_key(open_customer("Mallory", balance="1")))
    assert mallory("add", **fields) != first
    assert ledger.balance(customer_id=alice.customer_id).balance_micros == parse_amount("9.10")


@pytest.mark.parametrize("path", ["/api/v2", "/api/v2/"])
def test_both_paths_answer_directly_with_exactly_json(door: Served, api: Client, path: str) -> None:
    caller = http.client.HTTPConnection("127.0.0.1", door.port)
    form = urlencode({"key": api.key, "action": "balance"})
    caller.request("POST", path, form, {"Content-Type": "application/x-www-form-urlencoded"})
    reply = caller.getresponse()
    assert (reply.status, reply.getheader("Content-Type"), reply.getheader("Location")) == (
        200,
        "application/json",
        None,
    )
    assert json.load(reply)["balance"] == "10.00"
    caller.close()


def test_a_key_that_is_revoked_ends_with_the_next_request(api: Client, alice: Person) -> None:
    assert "balance" in api("balance")
    (key,) = accounts_queries.keys(customer_id=alice.customer_id)
    accounts.revoke_key(customer_id=alice.customer_id, key_id=key.id, now=NOON)
    assert api("balance") == {"error": "Invalid API key"}
