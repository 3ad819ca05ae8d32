"""Every refusal has its text, charges nothing, and leaves its neighbours alone."""

import http.client
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import transaction
from tests.served import Client, Served
from tests.shop import Person, add_service, make_key, open_customer

from sevenpanel.accounts import commands as accounts
from sevenpanel.catalog import commands as catalog
from sevenpanel.catalog.domain import ServiceState, ServiceType
from sevenpanel.kernel import db
from sevenpanel.ledger import queries as ledger
from sevenpanel.orders import queries as orders

pytestmark = pytest.mark.django_db(transaction=True)

LINK = "https://t.me/northwind_news"
GOOD = {"link": LINK, "quantity": "100"}


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"quantity": "9"}, "Quantity less than minimal 10"),
        ({"quantity": "0"}, "Quantity less than minimal 10"),
        ({"quantity": "-5"}, "Quantity less than minimal 10"),
        ({"quantity": "10001"}, "Quantity more than maximum 10000"),
        ({"quantity": "1000000001"}, "Quantity more than maximum 10000"),
        ({"quantity": "9" * 18}, "Quantity more than maximum 10000"),
        ({"quantity": "9" * 30}, "Quantity more than maximum 10000"),
        ({"quantity": "9" * 5000}, "Quantity more than maximum 10000"),
        ({"quantity": "0" * 30 + "9"}, "Quantity less than minimal 10"),
        ({"quantity": "-" + "9" * 30}, "Incorrect quantity"),
        ({"quantity": "٣"}, "Incorrect quantity"),
        ({"quantity": "12.5"}, "Incorrect quantity"),
        ({"quantity": "1e3"}, "Incorrect quantity"),
        ({"quantity": "many"}, "Incorrect quantity"),
        ({"quantity": ""}, "Quantity is missing"),
        ({"quantity": "10000", "link": "t.me/dear"}, None),
        ({"service": "999999"}, "Incorrect service ID"),
        ({"service": "9" * 18}, "Incorrect service ID"),
        ({"service": "x"}, "Incorrect service ID"),
        ({"service": ""}, "Incorrect service ID"),
        ({"link": ""}, "Incorrect link. The link is empty."),
        ({"link": "undefined"}, "Incorrect link. The link is empty."),
        ({"link": "javascript:alert(1)"}, "Incorrect link. "),
        ({"link": "@northwind_news"}, "Incorrect link. "),
        ({"link": "t.me/" + "x" * 5000}, "Incorrect link. "),
        (
            {"link": "https://www.instagram.com/nasa/"},
            "Incorrect link. This service does not take that kind of link. Nothing was charged. This service takes",
        ),
        ({"runs": "5", "interval": "10"}, "Drip-feed is not available for this service."),
        ({"runs": "undefined", "interval": "undefined", "request_id": "null"}, None),
        ({"runs": "0"}, None),
        ({"request_id": "x" * 128}, None),
        ({"request_id": "x" * 129}, "Incorrect request_id: at most 128 printable characters"),
        ({"request_id": "a\nb"}, "Incorrect request_id: at most 128 printable characters"),
        ({"comments": "not asked for"}, None),
        ({"unknown": "field"}, None),
    ],
)
def test_an_order_is_taken_or_refused_in_the_words_of_the_field(
    api: Client, alice: Person, service: int, fields: dict[str, str], expected: str | None
) -> None:
    answer = api("add", **{"service": service} | GOOD | fields)
    if expected is None:
        assert list(answer) == ["order"]
        return
    assert list(answer) == ["error"]
    assert answer["error"].startswith(expected)
    assert nothing_was_taken(alice)


def nothing_was_taken(person: Person, balance: int = 10_000_000) -> bool:
    broken = [*orders.broken_invariants(), *ledger.broken_invariants()]
    spent = ledger.balance(customer_id=person.customer_id).balance_micros != balance
    return not spent and not orders.orders(customer_id=person.customer_id) and not broken


def test_too_little_balance_is_said_and_a_cheaper_order_still_passes(api: Client, service: int) -> None:
    poor = Client(url=api.url, key=make_key(open_customer("Bob", balance="0.05")))
    assert poor("add", service=service, link=LINK, quantity=1000) == {"error": "Not enough funds on balance"}
    assert list(poor("add", service=service, link=LINK, quantity=10)) == ["order"]


@pytest.mark.parametrize(
    "spelling", ["t.me/northwind_news", "https://T.ME/Northwind_News/?utm_source=x", "telegram.me/s/northwind_news"]
)
def test_a_second_active_order_is_refused_on_any_spelling_of_the_link(api: Client, service: int, spelling: str) -> None:
    api("add", service=service, link=LINK, quantity=100)
    assert api("add", service=service, link=spelling, quantity=200) == {
        "error": "You have active order with this link. Please wait until order being completed."
    }
    assert api("balance")["balance"] == "9.91"


def test_comments_have_to_be_there(api: Client) -> None:
    service = add_service("Written replies", quantity_min=1, service_type=ServiceType.CUSTOM_COMMENTS)
    missing = {"error": "Comments are missing: send one on each line"}
    assert api("add", service=service, link=LINK, quantity=5) == missing
    assert api("add", service=service, link=LINK, comments=" \n\r\n ") == missing
    too_many = {"error": "Quantity more than maximum 10000"}
    assert api("add", service=service, link=LINK, comments="x\n" * 10_001) == too_many


def test_a_service_that_is_not_on_sale_is_as_unknown_as_any_other(api: Client, service: int) -> None:
    with transaction.atomic():
        catalog.change_state(service_id=service, state=ServiceState.PAUSED)
    assert api("add", service=service, **GOOD) == {"error": "Incorrect service ID"}


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"action": ""}, "Incorrect request"),
        ({"action": "multiStatus"}, "Incorrect request"),
        ({"action": "status"}, "Incorrect order ID"),
        ({"action": "status", "order": "x"}, "Incorrect order ID"),
        ({"action": "status", "order": "9" * 40}, "Incorrect order ID"),
        (
            {"action": "status", "orders": ",".join(map(str, range(1, 102)))},
            "Incorrect request: at most 100 ids at once",
        ),
        ({"action": "cancel"}, "Incorrect order ID"),
        ({"action": "cancel", "orders": ",".join(["1"] * 101)}, "Incorrect request: at most 100 ids at once"),
        ({"action": "refill"}, "Incorrect order ID"),
        ({"action": "refill_status"}, "Refill not found"),
        ({"action": "balance", "key": ""}, "Invalid API key"),
        ({"action": "balance", "key": "od_live_" + "0" * 36}, "Invalid API key"),
        ({"action": "balance", "key": "k" * 5000}, "Invalid API key"),
        ({"action": "services", "key": ""}, "Invalid API key"),
    ],
)
def test_what_makes_no_sense_is_refused_with_a_single_key(api: Client, fields: dict[str, str], expected: str) -> None:
    assert api.send(**fields) == (200, {"error": expected})


def test_a_hundred_ids_are_answered(api: Client, service: int) -> None:
    order = api("add", service=service, **GOOD)["order"]
    ids = [order, *range(10**6, 10**6 + 99)]
    answer = api("status", orders=",".join(map(str, ids)))
    assert list(answer) == [str(id_) for id_ in ids]


def test_s26_a_suspended_customer_sees_everything_and_orders_nothing_from_the_next_call_on(
    api: Client, alice: Person, service: int
) -> None:
    order = api("add", service=service, **GOOD)["order"]
    accounts.suspend_customer(customer_id=alice.customer_id, is_suspended=True)
    assert api("add", service=service, link="t.me/another", quantity=100) == {
        "error": "Your account is suspended. Nothing was charged. Please ask the support."
    }
    assert api("balance")["balance"] == "9.91"
    assert api("status", order=order)["status"] == "Pending"
    assert len(api("services")) == 1


def test_above_its_rate_a_key_is_told_when_to_come_back_and_others_are_not_slowed(
    door: Served, alice: Person, service: int
) -> None:
    hasty, patient = door.client(make_key(alice, rate_per_second=1, burst=3)), door.client(make_key(alice))
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: hasty.send(action="balance"), range(20)))
    refused = [answer for status, answer in answers if status == 429]
    assert 15 <= len(refused) <= 17
    assert all(answer == {"error": "Rate limit exceeded"} for answer in refused)
    assert {status for status, _ in answers} == {200, 429}
    assert "balance" in patient("balance")


def test_a_rate_limit_says_after_how_many_seconds(door: Served, alice: Person) -> None:
    key = make_key(alice, rate_per_second=1, burst=1)
    caller = http.client.HTTPConnection("127.0.0.1", door.port)
    for _ in range(3):
        caller.request("GET", f"/api/v2?key={key}&action=balance")
        reply = caller.getresponse()
        reply.read()
    assert (reply.status, reply.getheader("Content-Type")) == (429, "application/json")
    assert int(reply.getheader("Retry-After") or 0) >= 1
    caller.close()


def test_bad_orders_in_a_crowd_leave_the_good_ones_alone(door: Served, service: int) -> None:
    person = open_customer("Alice", balance="1000")
    client = door.client(make_key(person, rate_per_second=10_000, burst=10_000))
    spoiled: dict[int, dict[str, Any]] = {
        1: {"service": 999},
        2: {"quantity": 1},
        3: {"link": "t.me/"},
        4: {"quantity": "x"},
    }

    def add(number: int) -> Any:
        fields = {"service": service, "link": f"t.me/channel_{number}", "quantity": 100}
        return client("add", **fields | spoiled.get(number % 5, {}))

    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(add, range(200)))
    assert [("order" in answer) == (number % 5 == 0) for number, answer in enumerate(answers)] == [True] * 200
    assert ledger.balance(customer_id=person.customer_id).balance_micros == 1_000_000_000 - 40 * 90_000


def test_one_line_that_the_database_itself_refuses_does_not_fail_its_neighbours(door: Served, service: int) -> None:
    person = open_customer("Alice", balance="1000")
    client = door.client(make_key(person, rate_per_second=10_000, burst=10_000))
    db.rows("ALTER TABLE orders_order ADD CONSTRAINT no_unlucky_channel CHECK (link !~ 'unlucky') NOT VALID")
    names = [f"unlucky_{n}" if n % 10 == 3 else f"channel_{n}" for n in range(60)]
    try:
        with ThreadPoolExecutor(16) as pool:
            answers = list(
                pool.map(lambda name: client("add", service=service, link=f"t.me/{name}", quantity=100), names)
            )
    finally:
        db.rows("ALTER TABLE orders_order DROP CONSTRAINT no_unlucky_channel")
    assert ["order" in answer for answer in answers] == ["unlucky" not in name for name in names]
    unlucky = {answer["error"] for answer in answers if "error" in answer}
    assert unlucky == {"The panel cannot take requests right now. Nothing was charged. Please try again later."}
    assert ledger.balance(customer_id=person.customer_id).balance_micros == 1_000_000_000 - 54 * 90_000
