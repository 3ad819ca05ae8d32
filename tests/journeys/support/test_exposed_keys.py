"""A key that a customer writes into a ticket is masked, and its owner is led to where it is revoked (S-36)."""

import pytest
from tests.journeys.web.visitor import Visitor, text
from tests.shop import make_key, open_customer

from sevenpanel.accounts import queries
from sevenpanel.kernel import db

pytestmark = pytest.mark.django_db


def kept() -> str:
    tables = ("support_ticket", "support_message")
    return " ".join(row for table in tables for (row,) in db.rows(f"SELECT row_to_json(t)::text FROM {table} t"))


def test_s36_a_key_in_a_ticket_is_masked_and_its_owner_led_to_revoking_it(alice: Visitor) -> None:
    assert alice.person is not None
    key = make_key(alice.person)
    (row,) = queries.keys(customer_id=alice.person.customer_id)

    answer = alice.client.post(
        "/tickets/new/", {"kind": "question", "subject": f"why {key}", "body": f"It is {key}."}, follow=True
    )

    assert answer.redirect_chain[-1][0] == f"/keys/{row.id}/"
    assert "held this API key" in text(answer)
    assert key not in kept()
    assert f"od_live_...{key[-4:]}" in kept()
    (ticket_id,) = db.rows("SELECT id FROM support_ticket")[0]
    again = alice.post(f"/tickets/{ticket_id}/reply/", {"body": f"Once more: {key}"})
    assert again.url == f"/keys/{row.id}/"
    assert key not in kept()


def test_s36_somebody_elses_key_is_masked_and_leads_nowhere(alice: Visitor) -> None:
    key = make_key(open_customer("Mallory"))

    typed = {"kind": "question", "subject": "", "body": f"I found {key}"}
    answer = alice.client.post("/tickets/new/", typed, follow=True)

    assert answer.redirect_chain[-1][0].startswith("/tickets/")
    assert key not in kept()
