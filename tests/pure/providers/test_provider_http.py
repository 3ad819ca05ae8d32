"""The guarded way out, against a provider of bytes: faults P-1, P-2 and P-3 on a real connection."""

import gzip
import json
import logging
import socket
import ssl
import struct
import time
import zlib
from dataclasses import replace
from urllib.parse import parse_qs

import pytest
from tests.pure.providers.stub_provider import Script, Stub, says, stub

from sevenpanel.fulfilment.providers import http
from sevenpanel.fulfilment.providers.apiv2.adapter import ApiV2
from sevenpanel.fulfilment.providers.interface import (
    Answer,
    Body,
    Evidence,
    Method,
    NotNow,
    NotNowReason,
    ProviderAccess,
    ProviderUnavailable,
    Refused,
    Sent,
    Shipment,
    Unknown,
    UnknownReason,
)
from sevenpanel.kernel import calling

KEY = "a-key-of-some-length-0123456789"
SHIPMENT = Shipment(
    order_id=7,
    provider_service="308",
    type="Default",
    link="https://example.com/é?a=1&b=2",
    quantity=1000,
    request_id="attempt-7-1",
)


def access(url: str, **changes: object) -> ProviderAccess:
    stock = ProviderAccess(provider_id=1, url=url, key=KEY, currency="USD", allow_private=True)
    return replace(stock, **changes)  # type: ignore[arg-type]


def add(script: Script, **changes: object) -> tuple[Answer, Stub]:
    with stub(script) as provider:
        return ApiV2(access(provider.url, **changes)).add(SHIPMENT), provider


def resets(connection: socket.socket) -> None:
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def drips(connection: socket.socket) -> None:
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
    for _ in range(1000):
        connection.sendall(b" ")
        time.sleep(0.02)


def drips_headers(connection: socket.socket) -> None:
    connection.sendall(b"HTTP/1.1 200 OK\r\n")
    for number in range(1000):
        connection.sendall(b"X-Header-%d: 1\r\n" % number)
        time.sleep(0.02)


def waits(connection: socket.socket) -> None:
    connection.recv(1)


def test_a_taken_order_comes_back_with_its_evidence() -> None:
    answer, provider = add(says(b'{"order":23501}'))
    assert isinstance(answer, Sent)
    assert answer.provider_order_id == "23501"
    assert answer.evidence == Evidence(
        http_status=200, answer='{"order":23501}', elapsed_ms=answer.evidence.elapsed_ms, bytes_left=True
    )
    assert len(provider.requests) == 1


def test_a_form_carries_exactly_the_stock_fields() -> None:
    _, provider = add(says(b'{"order":1}'))
    head, _, body = provider.requests[0].partition(b"\r\n\r\n")
    assert head.startswith(b"POST /api/v2 HTTP/1.1")
    assert b"application/x-www-form-urlencoded" in head
    assert b"Mozilla/5.0" in head
    assert parse_qs(body.decode(), strict_parsing=True) == {
        "key": [KEY],
        "action": ["add"],
        "service": ["308"],
        "link": [SHIPMENT.link],
        "quantity": ["1000"],
    }


def test_the_idempotency_field_is_sent_where_it_is_declared() -> None:
    _, provider = add(says(b'{"order":1}'), idempotency_field="request_id")
    assert parse_qs(provider.requests[0].partition(b"\r\n\r\n")[2].decode())["request_id"] == ["attempt-7-1"]


def test_a_provider_may_want_json_or_get() -> None:
    _, provider = add(says(b'{"order":1}'), body=Body.JSON)
    assert json.loads(provider.requests[0].partition(b"\r\n\r\n")[2])["quantity"] == "1000"
    _, provider = add(says(b'{"order":1}'), method=Method.GET)
    line = provider.requests[0].partition(b" HTTP/")[0].decode()
    assert line.startswith("GET /api/v2?")
    assert parse_qs(line.partition("?")[2])["link"] == [SHIPMENT.link]


def test_packages_and_comments_carry_what_their_type_needs() -> None:
    with stub(says(b'{"order":1}')) as provider:
        desk = ApiV2(access(provider.url))
        desk.add(replace(SHIPMENT, type="Package", quantity=None))
        desk.add(replace(SHIPMENT, type="Custom Comments", quantity=None, comments=("one", "two ö")))
        package, comments = (parse_qs(request.partition(b"\r\n\r\n")[2].decode()) for request in provider.requests)
    assert "quantity" not in package
    assert "comments" not in package
    assert comments["comments"] == ["one\ntwo ö"]
    assert "quantity" not in comments


@pytest.mark.parametrize("type_", ["Default", "Custom Comments", "Subscriptions", ""])
def test_a_shipment_that_lacks_what_its_type_needs_cannot_be_made(type_: str) -> None:
    with pytest.raises(ValueError, match="lacks"):
        replace(SHIPMENT, type=type_, quantity=None)


def test_a_refusal_on_the_wire_is_a_refusal() -> None:
    answer, _ = add(says(b'{"error":"Bad link"}'))
    assert isinstance(answer, Refused)


def test_a_closed_port_means_that_nothing_was_sent() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    answer = ApiV2(access(f"http://127.0.0.1:{port}/")).add(SHIPMENT)
    assert isinstance(answer, NotNow)
    assert answer.reason is NotNowReason.NOT_CONNECTED
    assert not answer.evidence.bytes_left


def test_a_failed_tls_handshake_means_that_nothing_was_sent() -> None:
    with stub(lambda connection: None) as provider:
        answer = ApiV2(access(provider.url.replace("http:", "https:"))).add(SHIPMENT)
    assert isinstance(answer, NotNow)
    assert answer.reason is NotNowReason.NOT_CONNECTED


def test_a_name_that_nobody_knows_means_that_nothing_was_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*arguments: object, **options: object) -> object:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    answer = ApiV2(access("https://panel.example/api/v2")).add(SHIPMENT)
    assert isinstance(answer, NotNow)
    assert answer.reason is NotNowReason.NOT_CONNECTED


def test_fields_that_cannot_be_written_are_never_sent() -> None:
    with stub(says(b'{"order":1}')) as provider:
        answer = ApiV2(access(provider.url)).add(replace(SHIPMENT, link="\ud800"))
        other = ApiV2(access(provider.url, user_agent="a\r\nHost: b")).add(SHIPMENT)
        assert provider.requests == [] or not provider.requests[0]
    assert isinstance(answer, NotNow)
    assert isinstance(other, NotNow)


LOST: list[tuple[str, Script, UnknownReason]] = [
    ("closes", lambda connection: None, UnknownReason.BROKEN_OFF),
    ("resets", resets, UnknownReason.BROKEN_OFF),
    ("empty", says(b""), UnknownReason.NOT_JSON),
    ("no http", lambda connection: connection.sendall(b"\x00\x01\x02\r\n\r\n"), UnknownReason.BROKEN_OFF),
    ("half a head", lambda connection: connection.sendall(b"HTTP/1.1 200"), UnknownReason.BROKEN_OFF),
    ("half a body", says(b'{"order":23501', length=99), UnknownReason.BROKEN_OFF),
    ("head without end", says(b"", headers="X: " + "y" * 200_000 + "\r\n"), UnknownReason.BROKEN_OFF),
    ("html", says(b"<!DOCTYPE html>"), UnknownReason.NOT_JSON),
    ("500", says(b'{"order":23501}', status=500), UnknownReason.HTTP_STATUS),
    ("502", says(b"<html>", status=502), UnknownReason.HTTP_STATUS),
    ("redirect", says(b"", status=302, headers="Location: /other\r\n"), UnknownReason.HTTP_STATUS),
    ("two megabytes", says(b'{"order":1}' + b" " * 2_000_000), UnknownReason.TOO_LARGE),
    ("one byte too many", says(b" " * (http.BODY_BYTES_MAX + 1)), UnknownReason.TOO_LARGE),
    (
        "gzip bomb",
        says(gzip.compress(b" " * 50_000_000, mtime=0), headers="Content-Encoding: gzip\r\n"),
        UnknownReason.TOO_LARGE,
    ),
    (
        "half a gzip",
        says(gzip.compress(b'{"order":23501}', mtime=0)[:-9], headers="Content-Encoding: gzip\r\n"),
        UnknownReason.NOT_JSON,
    ),
    ("no gzip", says(b'{"order":1}', headers="Content-Encoding: gzip\r\n"), UnknownReason.NOT_JSON),
    ("brotli", says(b'{"order":1}', headers="Content-Encoding: br\r\n"), UnknownReason.NOT_JSON),
]


@pytest.mark.parametrize(("script", "reason"), [row[1:] for row in LOST], ids=[row[0] for row in LOST])
def test_whatever_happens_after_the_first_byte_is_unknown(script: Script, reason: UnknownReason) -> None:
    answer, provider = add(script)
    assert isinstance(answer, Unknown)
    assert answer.reason is reason
    assert answer.evidence.bytes_left
    assert len(answer.evidence.answer.encode()) <= 4_096
    assert len(provider.requests) == 1


@pytest.mark.parametrize("script", [waits, drips, drips_headers])
def test_a_call_ends_at_its_deadline_however_slowly_it_is_answered(
    script: Script, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(http.Outgoing, "__init__", _hasty(http.Outgoing.__init__))
    answer, _ = add(script)
    assert isinstance(answer, Unknown)
    assert answer.reason is UnknownReason.TIMED_OUT


def _hasty(plain: object) -> object:
    def initialise(self: http.Outgoing, **fields: object) -> None:
        plain(self, **{**fields, "seconds": 0.3})  # type: ignore[operator]

    return initialise


@pytest.mark.parametrize(
    ("packed", "encoding"),
    [(gzip.compress(b'{"order":23501}', mtime=0), "gzip"), (zlib.compress(b'{"order":23501}'), "deflate")],
)
def test_compressed_answers_are_read(packed: bytes, encoding: str) -> None:
    answer, _ = add(says(packed, headers=f"Content-Encoding: {encoding}\r\n"))
    assert isinstance(answer, Sent)


def test_a_body_of_just_the_cap_is_read() -> None:
    answer, _ = add(says(b'{"order":23501}'.ljust(http.BODY_BYTES_MAX)))
    assert isinstance(answer, Sent)


def test_the_kept_answer_has_its_key_masked_and_its_length_bound() -> None:
    echo = f'{{"error":"unknown key {KEY}","NUL":"\\u0000"}}\x00'.encode() + b"x" * 9_000
    answer, _ = add(says(echo))
    assert isinstance(answer, Unknown)
    assert KEY not in answer.evidence.answer
    assert "[key]" in answer.evidence.answer
    assert "\x00" not in answer.evidence.answer
    assert len(answer.evidence.answer.encode()) == 4_096


def test_no_log_line_and_no_text_shows_the_key(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        answer, _ = add(says(f'{{"error":"no such key {KEY}"}}'.encode()), method=Method.GET)
    assert KEY not in caplog.text
    assert KEY not in repr(answer)
    assert KEY not in repr(access("https://example.com"))


@pytest.mark.parametrize("call", ["balance", "services", "statuses", "cancel"])
@pytest.mark.parametrize("script", [row[1] for row in LOST[:-1]], ids=[row[0] for row in LOST[:-1]])
def test_other_calls_say_that_the_provider_is_unavailable(call: str, script: Script) -> None:
    with stub(script) as provider:
        desk = ApiV2(access(provider.url))
        with pytest.raises(ProviderUnavailable) as raised:
            {
                "balance": desk.balance,
                "services": desk.services,
                "statuses": lambda: desk.statuses(["7"]),
                "cancel": lambda: desk.cancel(["7"]),
            }[call]()
    assert raised.value.words


def test_a_wish_to_wait_is_handed_on() -> None:
    with (
        stub(says(b'{"error":"Too Many Requests"}', status=429, headers="Retry-After: 9\r\n")) as provider,
        pytest.raises(ProviderUnavailable) as raised,
    ):
        ApiV2(access(provider.url)).balance()
    assert raised.value.retry_after_seconds == 9


def test_a_large_catalogue_is_read_and_a_larger_one_is_not() -> None:
    row = {"service": 0, "name": "n" * 400, "rate": "1", "min": 1, "max": 2, "type": "Default", "category": "c"}
    large = json.dumps([{**row, "service": number} for number in range(1, 10_001)]).encode()
    with stub(says(large), says(large * 4)) as provider:
        desk = ApiV2(access(provider.url))
        assert len(desk.services().offers) == 10_000
        with pytest.raises(ProviderUnavailable):
            desk.services()


def test_a_cancel_that_is_not_understood_is_asked_again_one_by_one() -> None:
    scripts = (says(b'{"error":"Incorrect request"}'), says(b'{"success":"ok"}'), says(b'{"error":"too late"}'))
    with stub(*scripts) as provider:
        answers = ApiV2(access(provider.url)).cancel(["7", "8"])
        asked = [parse_qs(request.partition(b"\r\n\r\n")[2].decode()) for request in provider.requests]
    assert [answer.accepted for answer in answers.values()] == [True, False]
    assert [fields.get("order") for fields in asked] == [None, ["7"], ["8"]]
    assert asked[0]["orders"] == ["7,8"]


def test_a_call_names_a_hundred_orders_at_most_and_none_at_all_costs_nothing() -> None:
    with stub(says(b"{}")) as provider:
        desk = ApiV2(access(provider.url))
        assert desk.statuses([]) == {}
        assert desk.cancel([]) == {}
        assert desk.statuses([str(number) for number in range(1, 101)]) == {}
        with pytest.raises(ValueError, match="100"):
            desk.statuses([str(number) for number in range(1, 102)])
        assert len(provider.requests) == 1


def test_certificates_are_checked() -> None:
    context = calling._tls()
    assert context.verify_mode is ssl.CERT_REQUIRED
    assert context.check_hostname
