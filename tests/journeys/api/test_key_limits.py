"""What a key's owner allows it is all that it can do, and a key is replaced without a call failing (S-33 to S-35)."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any

import pytest
from tests.served import Client, Served
from tests.shop import Person, make_key

from sevenpanel.accounts import commands, queries
from sevenpanel.accounts.domain import KeyLimits, Permission
from sevenpanel.api.actions import NEEDS, Action
from sevenpanel.orders import queries as orders

pytestmark = pytest.mark.django_db(transaction=True)

LINK = "https://t.me/northwind_news"


def limited(door: Served, person: Person, **limits: Any) -> Client:
    """A client with a new key that is held to this."""
    key = make_key(person)
    made = queries.keys(customer_id=person.customer_id)[0]
    commands.limit_key(
        customer_id=person.customer_id, key_id=made.id, limits=KeyLimits(**limits), now=datetime.now(UTC)
    )
    return door.client(key)


def test_s33_a_key_does_what_it_may_and_nothing_else(door: Served, alice: Person, service: int) -> None:
    sent = {"service": service, "link": LINK, "quantity": 100, "orders": "1", "refills": "1"}
    for permission in Permission:
        client = limited(door, alice, permissions=frozenset({permission}))
        for action in Action:
            answer = client(action.value, **sent)
            refused = isinstance(answer, dict) and "may not" in str(answer.get("error"))
            assert refused == (NEEDS[action] is not permission), (permission, action, answer)
    assert len(orders.orders(customer_id=alice.customer_id, limit=10)) == 1


def test_s33_a_key_spends_what_it_may_a_day(door: Served, alice: Person, service: int) -> None:
    client = limited(door, alice, daily_cap_micros=100_000)

    def order(number: int, quantity: int) -> dict[str, Any]:
        answer: dict[str, Any] = client("add", service=service, link=f"t.me/channel_{number}", quantity=quantity)
        return answer

    assert list(order(1, 100)) == ["order"]
    expected = "Daily limit of this API key reached. This key may spend 0.01 more today; the day ends at midnight UTC."
    assert order(2, 100)["error"].startswith(expected)
    assert list(order(3, 11)) == ["order"]


def test_s34_a_key_is_taken_from_its_networks_alone_and_a_header_changes_nothing(door: Served, alice: Person) -> None:
    here, elsewhere = (limited(door, alice, networks=(each,)) for each in ("127.0.0.0/8", "203.0.113.0/24"))

    assert here("balance")["balance"] == "10.00"
    for headers in ({}, {"X-Forwarded-For": "203.0.113.7"}, {"Forwarded": "for=203.0.113.7"}):
        status, answer = elsewhere.send_with(headers, action="balance")
        assert (status, answer["error"][:41]) == (200, "Invalid API key for this address (127.0.0")


def test_s35_programs_change_over_one_by_one_and_no_call_fails(door: Served, alice: Person) -> None:
    """S-35: calls go on with the old key while the new one is made, and with the new one as it is handed round."""
    old = door.client(make_key(alice, rate_per_second=10_000, burst=10_000))
    made = queries.keys(customer_id=alice.customer_id)[0]
    with ThreadPoolExecutor(4) as pool:
        before = [pool.submit(old, "balance") for _ in range(40)]
        new = door.client(
            commands.replace_key(customer_id=alice.customer_id, key_id=made.id, hours=1, now=datetime.now(UTC))
        )
        after = [pool.submit(client, "balance") for _ in range(20) for client in (old, new)]

    assert [call.result().get("error") for call in (*before, *after)] == [None] * 80
    rows = {row.id: row for row in queries.keys(customer_id=alice.customer_id)}
    assert None not in {row.last_used_at for row in rows.values()}
