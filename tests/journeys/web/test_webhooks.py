"""Webhooks at the site: added, tried out, their answers read as text, sent again, switched on, removed (ADR 31)."""

import pytest
from tests.database.webhooks.playing import deliver, hook, rows
from tests.journeys.web.visitor import Visitor, fields, text
from tests.receiver import receiving

from sevenpanel.kernel import db
from sevenpanel.webhooks import queries


def test_an_address_is_added_and_its_secret_shown_once(alice: Visitor) -> None:
    page = alice.get("/keys/webhooks/")
    assert fields(page, "post /keys/webhooks/") == {
        "csrfmiddlewaretoken": fields(page, "post /keys/webhooks/")["csrfmiddlewaretoken"], "url": "", "kind": "live",
    }  # fmt: skip

    made = alice.post("/keys/webhooks/", {"url": " https://shop.example.com/orders ", "kind": "test"})

    secret = made.content.decode().partition('id="made" class="code" value="')[2].partition('"')[0]
    assert secret.startswith("od_hook_")
    listed = alice.get("/keys/webhooks/")
    assert "https://shop.example.com/orders your test orders on" in text(listed)
    assert secret not in listed.content.decode()
    assert db.rows("SELECT count(*) FROM webhooks_endpoint WHERE secret LIKE %s", [f"%{secret}%"]) == [(0,)]


@pytest.mark.parametrize("url", ["http://shop.example.com/", "https://127.0.0.1/", "", "x" * 3_000])
def test_a_wrong_address_is_refused_with_what_to_do(alice: Visitor, url: str) -> None:
    answer = alice.post("/keys/webhooks/", {"url": url})

    assert answer.status_code == 422
    assert queries.webhooks(customer_id=alice.person.customer_id if alice.person else 0) == []


def test_what_was_chosen_stays_chosen_while_the_address_is_mended(alice: Visitor) -> None:
    answer = alice.post("/keys/webhooks/", {"url": "http://shop.example.com/", "kind": "test"})

    assert fields(answer, "post /keys/webhooks/")["kind"] == "test"


def test_a_webhook_is_tried_out_and_what_it_answers_is_read_as_text(alice: Visitor) -> None:
    assert alice.person is not None
    with receiving() as receiver:
        webhook, _secret = hook(alice.person, receiver)
        address = f"/keys/webhooks/{webhook}/"
        receiver.answer = b"<script>alert('hi')</script>"
        receiver.statuses.extend([500])

        assert "Load the page again" in text(alice.client.post(address, {"act": "try"}, follow=True))
        assert "on its way" in text(alice.get(address))
        now = queries.deliveries(webhook_id=webhook, limit=1)[0].made_at
        deliver(now)
        page = alice.get(address)
        assert "did not arrive" in text(page)
        assert "&lt;script&gt;alert" in page.content.decode()
        assert "<script>alert" not in page.content.decode()

        alice.post(address, {"act": "again", "sent": str(rows(webhook)[0].id)})
        deliver(queries.deliveries(webhook_id=webhook, limit=1)[0].made_at)
        assert "arrived" in text(alice.get(address))
        assert receiver.calls[0].ids == receiver.calls[1].ids


def test_a_webhook_gets_a_new_secret_is_switched_on_again_and_removed(alice: Visitor) -> None:
    assert alice.person is not None
    alice.post("/keys/webhooks/", {"url": "https://shop.example.com/orders"})
    (row,) = queries.webhooks(customer_id=alice.person.customer_id)
    address = f"/keys/webhooks/{row.id}/"
    db.rows("UPDATE webhooks_endpoint SET is_on = false, off_at = created_at")
    assert "switched off, because every call failed" in text(alice.get(address))

    assert 'value="od_hook_' in alice.post(address, {"act": "secret"}).content.decode()
    assert "The secret before signs until" in text(alice.get(address))
    alice.post(address, {"act": "on"})
    assert queries.webhooks(customer_id=alice.person.customer_id)[0].is_on
    assert alice.post(address, {"act": "nonsense"}).status_code == 422
    assert alice.post(address, {"act": "again", "sent": "7"}).status_code == 404
    assert "removed" in text(alice.client.post(address, {"act": "remove"}, follow=True))
    assert alice.get(address).status_code == 404
