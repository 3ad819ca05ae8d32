"""API keys at the site: limited, replaced, and changed by nobody who finds the device open (S-27, S-33 to S-35)."""

from typing import Any

import pytest
from tests.journeys.web.test_second_factor import later_by
from tests.journeys.web.visitor import Visitor, fields, text

from sevenpanel.accounts import queries
from sevenpanel.accounts.domain import KeyLimits, KeyRow, Permission, is_well_formed


@pytest.fixture
def key(alice: Visitor) -> KeyRow:
    """A key of Alice's."""
    made(alice)
    return rows(alice)[0]


def made(visitor: Visitor, **typed: Any) -> Any:
    return visitor.post("/keys/", {"name": "my shop", "permissions": ["read", "order", "cancel"], **typed})


def rows(visitor: Visitor) -> list[KeyRow]:
    assert visitor.person is not None
    return queries.keys(customer_id=visitor.person.customer_id)


def test_s33_a_key_is_made_with_limits_and_they_are_changed(alice: Visitor) -> None:
    made(alice, permissions=["read"], networks="203.0.113.7\n2001:DB8::/32")
    (row,) = rows(alice)
    reading = frozenset({Permission.READ})
    assert row.limits == KeyLimits(permissions=reading, networks=("203.0.113.7/32", "2001:db8::/32"))

    page = alice.get(f"/keys/{row.id}/")
    assert fields(page, f"post /keys/{row.id}/")["networks"].split() == list(row.limits.networks)
    answer = alice.client.post(f"/keys/{row.id}/", {"permissions": ["read", "cancel"]}, follow=True)

    assert "held to it" in text(answer)
    assert rows(alice)[0].limits == KeyLimits(permissions=frozenset({Permission.READ, Permission.CANCEL}))


def test_s33_a_daily_limit_is_kept_and_told(alice: Visitor, key: KeyRow) -> None:
    alice.post(f"/keys/{key.id}/", {"permissions": ["read", "order", "cancel"], "daily_cap": "۲۵.5"})

    assert rows(alice)[0].limits == KeyLimits(daily_cap_micros=25_500_000)
    page = alice.get(f"/keys/{key.id}/")
    assert "Spent 0.00 USD of 25.50 USD today" in text(page)
    assert fields(page, f"post /keys/{key.id}/")["daily_cap"] == "25.50"
    assert "at most 25.50 USD a day" in text(alice.get("/keys/"))


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"permissions": []}, "Tick at least one thing"),
        ({"daily_cap": "much"}, "Write an amount like"),
        ({"daily_cap": "0"}, "more than nothing"),
        ({"networks": "my-server"}, "“my-server” is no address"),
        ({"networks": "10.0.0.0/33"}, "“10.0.0.0/33” is no address"),
        ({"permissions": ["everything"]}, "Load the page again"),
    ],
)
def test_limits_that_are_none_are_refused_with_a_sentence(
    alice: Visitor, key: KeyRow, typed: dict[str, Any], sentence: str
) -> None:
    new = made(alice, **typed)
    changed = alice.post(f"/keys/{key.id}/", {"permissions": ["read"], **typed})

    assert (new.status_code, changed.status_code) == (422, 422)
    assert sentence in text(new)
    assert sentence in text(changed)
    assert rows(alice) == [key]


def test_s35_a_key_is_replaced_and_the_new_one_shown_once(alice: Visitor, key: KeyRow) -> None:
    answer = alice.post(f"/keys/{key.id}/replace/", {"hours": "24"})

    assert is_well_formed(answer.context["made"])
    assert answer.context["made"] in answer.content.decode()
    assert "works until" in text(answer)
    assert "Replace it" not in text(alice.get(f"/keys/{key.id}/"))
    assert alice.post(f"/keys/{key.id}/replace/", {"hours": "24"}).status_code == 404
    assert alice.post(f"/keys/{rows(alice)[0].id}/replace/", {"hours": "500"}).status_code == 422


def test_s27_keys_are_not_made_or_changed_by_whoever_finds_the_device_open(alice: Visitor, key: KeyRow) -> None:
    later_by(alice, minutes=11)

    answers = [
        made(alice),
        alice.post(f"/keys/{key.id}/", {"permissions": ["read"]}),
        alice.post(f"/keys/{key.id}/replace/", {"hours": "0"}),
    ]

    assert {answer.url.partition("?")[0] for answer in answers} == {"/accounts/reauthenticate/"}
    assert rows(alice) == [key]
    assert alice.get("/keys/").status_code == alice.get(f"/keys/{key.id}/").status_code == 200
    assert alice.post(f"/keys/{key.id}/revoke/").status_code == 302  # what is stolen ends quickly


def test_another_customers_key_is_not_there(mallory: Visitor, key: KeyRow) -> None:
    assert mallory.get(f"/keys/{key.id}/").status_code == 404
    assert mallory.post(f"/keys/{key.id}/", {"permissions": ["read"]}).status_code == 404
    assert mallory.post(f"/keys/{key.id}/replace/", {"hours": "0"}).status_code == 404
