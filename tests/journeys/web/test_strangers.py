"""Nobody sees or moves what is another customer's; it looks exactly like what never was (S-1)."""

import io
import logging
from typing import Any

import pytest
from tests.journeys.web.visitor import Visitor, text
from tests.shop import make_key

from sevenpanel.accounts import queries as accounts

PAGES = ("/", "/orders/new/", "/orders/mass/", "/orders/", "/orders/rows/", "/services/", "/balance/", "/keys/")


@pytest.fixture
def order_id(alice: Visitor, service: int) -> int:
    alice.order(service)
    return alice.orders[0].id


def without_id(response: object) -> str:
    """A page without the id of its request."""
    return text(response).partition("Request id")[0]


def test_a_stranger_finds_nothing_where_an_order_is(mallory: Visitor, order_id: int) -> None:
    for address in ("/orders/{}/", "/orders/{}/progress/"):
        hers, nobodys = mallory.get(address.format(order_id)), mallory.get(address.format(10**17))
        assert (hers.status_code, nobodys.status_code) == (404, 404)
        assert without_id(hers) == without_id(nobodys)


def test_a_stranger_cannot_cancel(alice: Visitor, mallory: Visitor, order_id: int) -> None:
    hers, nobodys = (mallory.post(f"/orders/{id_}/cancel/") for id_ in (order_id, 10**17))

    assert (hers.status_code, nobodys.status_code) == (404, 404)
    assert without_id(hers) == without_id(nobodys)
    assert alice.orders[0].is_open


def test_a_stranger_neither_lists_nor_searches_another_customers_orders(mallory: Visitor, order_id: int) -> None:
    assert "You have not ordered anything yet." in text(mallory.get("/orders/"))
    assert "No order fits" in text(mallory.get(f"/orders/?q={order_id}"))
    assert "Nothing has moved" not in text(mallory.get("/balance/"))  # her own deposit
    assert f"#{order_id}" not in text(mallory.get("/balance/"))


def test_a_stranger_cannot_revoke_a_key(alice: Visitor, mallory: Visitor) -> None:
    assert alice.person is not None
    make_key(alice.person)
    (key,) = accounts.keys(customer_id=alice.person.customer_id)

    assert mallory.post(f"/keys/{key.id}/revoke/").status_code == 404
    assert accounts.keys(customer_id=alice.person.customer_id)[0].revoked_at is None
    assert key.hint not in text(mallory.get("/keys/"))


def test_a_team_mate_sees_and_cancels_the_same_orders(alice: Visitor, bob: Visitor, order_id: int) -> None:
    assert bob.get(f"/orders/{order_id}/").status_code == 200
    assert bob.post(f"/orders/{order_id}/cancel/").status_code == 302
    assert not alice.orders[0].is_open


def test_whoever_is_not_signed_in_is_asked_to_sign_in(db: None) -> None:
    nobody = Visitor()
    for address in (*PAGES, "/orders/1/", "/desk/", "/desk/invariants/"):
        answer = nobody.get(address)
        assert (answer.status_code, answer.url.partition("?")[0]) == (302, "/accounts/login/")


def test_a_refresh_after_the_session_ended_leads_the_whole_page_to_sign_in(db: None) -> None:
    answer = Visitor().get("/orders/rows/", HTTP_HX_REQUEST="true")

    assert answer.headers["HX-Redirect"] == "/accounts/login/"


def test_customers_find_no_desk_and_staff_no_customer_pages(alice: Visitor, operator: Visitor) -> None:
    assert alice.get("/desk/").status_code == 404
    assert alice.get("/desk/invariants/").status_code == 404
    assert operator.get("/").url == "/desk/"
    for address in PAGES[1:]:
        answer = operator.get(address)
        assert answer.status_code == 404
        assert "You are signed in as staff." in text(answer)


def test_a_wrong_host_is_one_line_in_the_log(db: None, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.ALLOWED_HOSTS = ["shop.example"]
    written = io.StringIO()
    (console,) = (handler for handler in logging.getLogger().handlers if handler.formatter and handler.filters)
    monkeypatch.setattr(console, "stream", written)

    answer = Visitor().get("/accounts/login/", HTTP_HOST="evil.example\n")

    (line,) = written.getvalue().splitlines()
    assert answer.status_code == 400
    assert "evil.example" in line
