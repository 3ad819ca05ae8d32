"""Whatever is refused under /api/v3/ is a problem document: a code that stays, and a sentence that says what to do."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.db import transaction
from django.test import Client
from tests.journeys.api.v3.caller import Caller
from tests.shop import Person, make_key, open_customer

from sevenpanel.accounts import commands as accounts
from sevenpanel.accounts import queries
from sevenpanel.accounts.domain import KeyLimits, Permission
from sevenpanel.api.v3.houses import Desk
from sevenpanel.kernel import db

pytestmark = pytest.mark.django_db

READS = ("balance", "statement", "services", "services/1", "orders", "orders/1")
ALL = (*(("GET", path) for path in READS), ("POST", "orders"), ("POST", "orders/1/cancel"))


def limited(person: Person, **limits: Any) -> Caller:
    """A caller with a new key that is held to this."""
    key = make_key(person)
    made = queries.keys(customer_id=person.customer_id)[0]
    accounts.limit_key(
        customer_id=person.customer_id, key_id=made.id, limits=KeyLimits(**limits), now=datetime.now(UTC)
    )
    return Caller(key)


@pytest.mark.parametrize(("method", "path"), ALL)
def test_nothing_is_answered_without_a_key(method: str, path: str, alice: Person) -> None:
    revoked = make_key(alice)
    accounts.revoke_key(
        customer_id=alice.customer_id, key_id=queries.keys(customer_id=alice.customer_id)[0].id, now=datetime.now(UTC)
    )
    for key in ("", "nonsense", f"{revoked}x", revoked):
        answer = Caller(key).send(method, path)
        assert (answer.status, answer.code) == (401, "invalid_key")
        assert answer.headers["WWW-Authenticate"].startswith("Bearer")


def test_s33_a_key_does_what_it_may_and_nothing_else(alice: Person, service: int) -> None:
    for permission in Permission:
        caller = limited(alice, permissions=frozenset({permission}))
        needs = {("POST", "orders"): Permission.ORDER, ("POST", "orders/1/cancel"): Permission.CANCEL}
        for method, path in ALL:
            answer = caller.send(method, path)
            may = needs.get((method, path), Permission.READ) is permission
            assert (answer.status == 403) is not may, (permission, method, path, answer)
            assert may or answer.code == "not_permitted"


def test_s33_a_key_spends_what_it_may_a_day(alice: Person, service: int) -> None:
    caller = limited(alice, daily_cap_micros=100_000)

    assert caller.order(service, link="https://t.me/channel_1").status == 201
    beyond = caller.order(service, link="https://t.me/channel_2")
    assert (beyond.status, beyond.code) == (403, "over_cap")
    assert "0.01 more today" in beyond.body["detail"]


def test_s34_a_key_is_taken_from_its_networks_alone(alice: Person) -> None:
    here, elsewhere = (limited(alice, networks=(each,)) for each in ("127.0.0.0/8", "203.0.113.0/24"))

    assert here.get("balance").status == 200
    answer = elsewhere.get("balance", **{"X-Forwarded-For": "203.0.113.7"})
    assert (answer.status, answer.code) == (403, "address_not_allowed")
    assert "127.0.0.1" in answer.body["detail"]


def test_a_key_above_its_rate_waits(alice: Person) -> None:
    caller = Caller(make_key(alice, rate_per_second=1, burst=1))

    answers = [caller.get("balance") for _ in range(4)]
    slow = next(answer for answer in answers if answer.status == 429)
    assert slow.code == "rate_limited"
    assert int(slow.headers["Retry-After"]) >= 1


def test_s26_a_suspended_account_reads_and_cancels_and_places_nothing(api: Caller, alice: Person, service: int) -> None:
    number = api.order(service).body["id"]
    accounts.suspend_customer(customer_id=alice.customer_id, is_suspended=True)

    refused = api.order(service, link="https://t.me/another_one")
    assert (refused.status, refused.code) == (403, "suspended")
    assert api.get("balance").status == api.get("orders").status == 200
    assert api.post(f"orders/{number}/cancel").status == 200


def test_0_1_who_has_not_accepted_the_terms_is_told_where(db: Any) -> None:
    answer = Caller(make_key(open_customer("Nora", has_accepted=False))).get("balance")

    assert (answer.status, answer.code) == (403, "terms_not_accepted")
    assert "/terms/accept/" in answer.body["detail"]


@pytest.mark.parametrize(
    ("body", "field", "code"),
    [
        ({"link": "t.me/x_channel", "quantity": 1}, "service", "invalid_fields"),
        ({"service": "1", "link": "t.me/x_channel", "quantity": 1}, "service", "invalid_fields"),
        ({"service": 1, "link": "t.me/x_channel", "quantity": 1.5}, "quantity", "invalid_fields"),
        ({"service": 1, "link": "t.me/x_channel", "quantity": True}, "quantity", "invalid_fields"),
        ({"service": 1, "link": "t.me/x_channel", "quantity": 1, "runs": 2}, "runs", "invalid_fields"),
        ({"service": 1, "link": "a\0b", "quantity": 1}, "link", "invalid_fields"),
        ({"service": 1, "link": "t.me/x_channel", "max_charge": 1}, "max_charge", "invalid_fields"),
        ({"service": 1, "link": "t.me/x_channel", "comments": "one"}, "comments", "invalid_fields"),
        ({"service": 10**17, "link": "t.me/x_channel", "quantity": 1}, "service", "unknown_service"),
        ([], "", "invalid_fields"),
    ],
)
def test_a_field_that_is_wrong_is_named(api: Caller, body: Any, field: str, code: str) -> None:
    answer = api.post("orders", body)

    assert (answer.status, answer.code) == (422, code)
    assert field in [each["field"] for each in answer.body["errors"]]


@pytest.mark.parametrize(
    ("method", "path", "body", "kind", "status", "code"),
    [
        ("GET", "nonsense", b"", "", 404, "not_found"),
        ("GET", "orders/0", b"", "", 404, "not_found"),
        ("GET", "orders/99999999999999999999999", b"", "", 404, "not_found"),
        ("DELETE", "orders", b"", "", 405, "method_not_allowed"),
        ("PUT", "balance", b"", "", 405, "method_not_allowed"),
        ("POST", "orders", b"{", "application/json", 400, "incorrect_request"),
        ("POST", "orders", b"\xff", "application/json", 400, "incorrect_request"),
        ("POST", "orders", b"[" * 100_000, "application/json", 400, "incorrect_request"),
        ("POST", "orders", b'{"service": 1' + b"0" * 5000 + b"}", "application/json", 400, "incorrect_request"),
        ("POST", "orders", b'{"service": 1, "link": "\\ud800"}', "application/json", 422, "invalid_fields"),
        ("POST", "orders", b"service=1", "application/x-www-form-urlencoded", 415, "not_json"),
        ("POST", "orders", b"x" * (8 * 1024 * 1024 + 1), "application/json", 413, "too_large"),
        ("GET", "orders?limit=101", b"", "", 422, "invalid_fields"),
        ("GET", "orders?cursor=-1", b"", "", 422, "invalid_fields"),
        ("GET", "orders?status=Done", b"", "", 422, "invalid_fields"),
    ],
)
def test_what_cannot_be_answered_is_a_problem(
    api: Caller, method: str, path: str, body: bytes, kind: str, status: int, code: str
) -> None:
    answer = api.send(method, path, body, kind=kind or "application/json")

    assert (answer.status, answer.code) == (status, code)
    assert status != 405 or answer.headers["Allow"]


def test_a_database_that_is_away_leaves_it_open_and_says_how_to_go_on(
    api: Caller, service: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    def overdue(*_: Any) -> None:
        with transaction.atomic():
            db.rows("SET LOCAL statement_timeout = 1")
            db.rows("SELECT pg_sleep(60)")

    monkeypatch.setattr(Desk, "place", overdue)
    answer = api.order(service, once="a")

    assert (answer.status, answer.code) == (503, "not_known")
    assert "same Idempotency-Key" in answer.body["detail"]


def test_a_mistake_of_ours_is_a_problem_and_tells_nothing(api: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Desk, "balance", lambda *_: 1 // 0)

    answer = api.get("balance")

    assert (answer.status, answer.code) == (500, "fault")
    assert "ZeroDivision" not in str(answer.body)


def test_a_session_says_nothing_here(alice: Person) -> None:
    browser = Client()
    browser.force_login(get_user_model().objects.get(id=alice.user_id))

    assert browser.get("/api/v3/balance").status_code == 401
    assert browser.post("/api/v3/orders", {}, content_type="application/json").status_code == 401
