"""What comes over the wire, from well-meant to broken: always JSON, never a 5xx, no order lost or doubled (Z-2)."""

import http.client
import json
import socket
from typing import Any
from urllib.parse import urlencode

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.served import Client, Served
from tests.shop import Person

from sevenpanel.orders import queries as orders

pytestmark = pytest.mark.django_db(transaction=True)

LINK = "https://t.me/northwind_news"
MEGABYTE = 1024 * 1024


def exchange(door: Served, request: bytes, *, hang_up: bool = False) -> bytes:
    """Send raw bytes and read until the server has nothing more to say."""
    with socket.create_connection(("127.0.0.1", door.port), timeout=60) as line:
        line.sendall(request)
        if hang_up:
            line.shutdown(socket.SHUT_WR)
        return b"".join(iter(lambda: line.recv(65536), b""))


def head(size: int | None, *more: str, path: str = "/api/v2", method: str = "POST") -> bytes:
    length = [] if size is None else [f"Content-Length: {size}"]
    lines = [f"{method} {path} HTTP/1.1", "Host: desk", "Connection: close", *length, *more]
    return "\r\n".join([*lines, "", ""]).encode()


def answer_of(raw: bytes) -> tuple[int, Any]:
    """The status and JSON of the last of these answers."""
    top, _, body = raw.rpartition(b"\r\n\r\n")
    status = int(top.rpartition(b"HTTP/1.1 ")[2][:3])
    return status, json.loads(body)


def add_fields(api: Client, service: int, **more: Any) -> dict[str, Any]:
    return {"key": api.key, "action": "add", "service": service, "link": LINK, "quantity": 100} | more


@pytest.mark.parametrize("notation", ["form", "query", "json", "multipart", "array", "mixed", "text"])
def test_every_notation_places_an_order(api: Client, service: int, notation: str) -> None:
    fields = add_fields(api, service)
    texts = {name: str(value) for name, value in fields.items()}
    sent: dict[str, Any] = {
        "form": {"method": "POST", "data": texts},
        "query": {"method": "GET", "params": texts},
        "json": {"method": "POST", "json": fields},
        "multipart": {"method": "POST", "files": {name: (None, value) for name, value in texts.items()}},
        "array": {"method": "POST", "data": texts | {"orders[0]": "1"}},
        "mixed": {"method": "POST", "params": {"action": "add", "key": api.key}, "data": texts},
        "text": {"method": "POST", "content": urlencode(texts), "headers": {"Content-Type": "text/plain"}},
    }[notation]
    reply = httpx.request(url=api.url, **sent)
    assert (reply.status_code, list(reply.json())) == (200, ["order"])


def test_arrays_of_php_are_lists_of_orders(api: Client, service: int) -> None:
    order = api("add", service=service, link=LINK, quantity=10)["order"]
    answer = api.send(**{"action": "status", "orders[0]": order, "orders[1]": "999999"})[1]
    assert [list(row) for row in answer.values()][1] == ["error"]
    assert list(answer) == [str(order), "999999"]


def test_a_body_of_ten_megabytes_gets_a_sentence(door: Served, api: Client, service: int, alice: Person) -> None:
    body = urlencode(add_fields(api, service, comments="x" * 10 * MEGABYTE))
    reply = httpx.post(api.url, content=body, headers={"Content-Type": "application/x-www-form-urlencoded"})
    assert (reply.status_code, reply.json()) == (200, {"error": "Request is too large"})

    def pieces() -> Any:
        yield from (body[at : at + 65536].encode() for at in range(0, len(body), 65536))

    chunked = httpx.post(api.url, content=pieces())
    assert chunked.json() == {"error": "Request is too large"}
    assert orders.orders(customer_id=alice.customer_id) == []


def test_a_body_that_is_too_large_to_be_worth_sending_is_refused_before_it_is_sent(door: Served) -> None:
    asked = exchange(door, head(10 * MEGABYTE, "Expect: 100-continue"))
    assert answer_of(asked) == (200, {"error": "Request is too large"})
    assert b"100 Continue" not in asked
    assert answer_of(exchange(door, head(2**40))) == (200, {"error": "Request is too large"})


def test_a_client_that_asks_before_it_sends_is_told_to_go_on(door: Served, api: Client, service: int) -> None:
    """The PHP class sends Expect for bodies above 1 MB."""
    body = urlencode(add_fields(api, service, comments="y" * 2 * MEGABYTE)).encode()
    with socket.create_connection(("127.0.0.1", door.port), timeout=60) as line:
        line.sendall(head(len(body), "Expect: 100-continue", "Content-Type: application/x-www-form-urlencoded"))
        assert line.recv(65536).startswith(b"HTTP/1.1 100 Continue")
        line.sendall(body)
        reply = b"".join(iter(lambda: line.recv(65536), b""))
    assert answer_of(reply) == (200, {"error": "Quantity more than maximum 10000"})


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (b"action=balance&key=%00", "Incorrect request: the text holds a NUL byte"),
        (b"action=balance&key=\x00", "Incorrect request: the text holds a NUL byte"),
        (b"action=balance&key=\xff\xfe", "Incorrect request: the text is not valid UTF-8"),
        (b"action=balance&key=%ff", "Incorrect request: the text is not valid UTF-8"),
        (b'{"action": "balance"', "Incorrect request: the JSON is broken"),
        (b"", "Incorrect request"),
        (b"\r\n\r\n", "Incorrect request"),
    ],
)
def test_broken_bytes_get_a_sentence(door: Served, body: bytes, expected: str) -> None:
    assert answer_of(exchange(door, head(len(body)) + body)) == (200, {"error": expected})


@pytest.mark.parametrize("method", ["GET", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND"])
def test_every_method_gets_json(door: Served, method: str) -> None:
    status, answer = answer_of(exchange(door, head(0, method=method)))
    assert (status, list(answer)) == (200, ["error"])


def test_looking_at_the_head_places_nothing(door: Served, api: Client, service: int, alice: Person) -> None:
    query = urlencode(add_fields(api, service))
    assert exchange(door, head(None, method="HEAD", path=f"/api/v2?{query}")).startswith(b"HTTP/1.1 200")
    assert orders.orders(customer_id=alice.customer_id) == []


def test_a_request_that_was_cut_off_places_nothing(door: Served, api: Client, service: int, alice: Person) -> None:
    body = urlencode(add_fields(api, service) | {"quantity": 1000}).encode()
    exchange(door, head(len(body)) + body[:-1], hang_up=True)
    chunk = body[:-1]
    exchange(door, head(None, "Transfer-Encoding: chunked") + b"%x\r\n%s\r\n" % (len(chunk), chunk), hang_up=True)
    assert api("balance")["balance"] == "10.00"
    assert orders.orders(customer_id=alice.customer_id) == []


def test_a_body_that_comes_in_drops_is_read_whole(door: Served, api: Client) -> None:
    body = urlencode({"key": api.key, "action": "balance"}).encode()
    with socket.create_connection(("127.0.0.1", door.port), timeout=60) as line:
        for at in range(0, len(request := head(len(body)) + body), 7):
            line.sendall(request[at : at + 7])
        reply = b"".join(iter(lambda: line.recv(65536), b""))
    assert answer_of(reply)[1]["balance"] == "10.00"


def test_one_connection_serves_many_requests_also_after_a_refused_body(door: Served, api: Client) -> None:
    caller = http.client.HTTPConnection("127.0.0.1", door.port)
    for body in ("action=balance", "x" * 5 * MEGABYTE, f"action=balance&key={api.key}"):
        caller.request("POST", "/api/v2", body)
        reply = caller.getresponse()
        last = json.load(reply)
    assert last == {"balance": "10.00", "currency": "USD"}
    caller.close()


_CONTENT_TYPES = st.sampled_from(
    ["application/x-www-form-urlencoded", "application/json", "multipart/form-data; boundary=edge", "image/png", ""]
)
_FIELD = st.sampled_from(
    ["service", "link", "quantity", "orders", "orders[]", "order", "comments", "request_id", "runs"]
)
_WORDS = st.sampled_from(
    ["1", "0", "-1", "9" * 19, "t.me/x", "null", "undefined", "a,b", "\u202e", "\x00", "\ud7ff", "%"]
)
_FORMS = st.lists(st.tuples(_FIELD, _WORDS | st.text(max_size=20)), max_size=6)
_ACTIONS = st.sampled_from(["services", "add", "status", "balance", "cancel", "refill", "refill_status"])


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(body=st.binary(max_size=300), declared=_CONTENT_TYPES, method=st.sampled_from(["POST", "GET", "PUT"]))
def test_no_bytes_get_anything_but_json(door: Served, body: bytes, declared: str, method: str) -> None:
    """Z-2."""
    request = head(len(body), *([f"Content-Type: {declared}"] if declared else []), method=method) + body
    status, answer = answer_of(exchange(door, request))
    assert (status, list(answer)) == (200, ["error"])


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(action=_ACTIONS, fields=_FORMS)
def test_no_fields_of_a_customer_get_a_fault(
    api: Client, service: int, action: str, fields: list[tuple[str, str]]
) -> None:
    pairs = [("key", api.key), ("action", action), *fields]
    reply = httpx.post(api.url, content=urlencode(pairs, errors="surrogatepass"))
    assert reply.status_code in (200, 429)
    assert reply.headers["content-type"] == "application/json"
    assert reply.json() is not None
