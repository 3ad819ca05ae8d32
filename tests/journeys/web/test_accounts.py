"""Signing up, in and out, a forgotten password, keys made and revoked, the balance explained."""

import re

import pytest
from django.core import mail
from django.core.cache import cache
from tests.journeys.web.visitor import Visitor, fields, text
from tests.shop import PASSWORD

from sevenpanel.accounts import queries as accounts
from sevenpanel.accounts.domain import is_well_formed
from sevenpanel.ledger import queries as ledger

EMAIL = "carol@example.org"


@pytest.fixture(autouse=True)
def _no_attempts_so_far(db: None) -> None:
    """allauth counts attempts in the cache, which outlives a test."""
    cache.clear()


def sign_up(email: str = EMAIL, password: str = PASSWORD) -> Visitor:
    visitor = Visitor()
    form = fields(visitor.get("/accounts/signup/"), "post /accounts/signup/")
    visitor.answer = visitor.post(  # type: ignore[attr-defined]
        "/accounts/signup/", {**form, "email": email, "password1": password, "password2": password}
    )
    return visitor


def sign_in(email: str, password: str) -> tuple[Visitor, object]:
    visitor = Visitor()
    form = fields(visitor.get("/accounts/login/"), "post /accounts/login/")
    return visitor, visitor.post("/accounts/login/", {**form, "login": email, "password": password})


def test_signing_up_opens_a_customer_with_an_empty_balance() -> None:
    visitor = sign_up()

    customer_id = accounts.customer_of_email(email=EMAIL)
    assert customer_id is not None
    assert ledger.balance(customer_id=customer_id).balance_micros == 0
    home = text(visitor.get("/"))
    assert "Available to spend 0.00 USD" in home
    assert "Your balance is empty" in home


@pytest.mark.parametrize(
    ("email", "password", "sentence"),
    [("no-address", PASSWORD, "valid email"), (EMAIL, "short", "at least 8 characters"), (EMAIL, "", "required")],
)
def test_a_sign_up_that_is_not_right_opens_nothing(email: str, password: str, sentence: str) -> None:
    visitor = sign_up(email, password)

    assert sentence in text(visitor.answer)  # type: ignore[attr-defined]
    assert accounts.customer_of_email(email=EMAIL) is None


def test_a_taken_address_opens_no_second_account() -> None:
    sign_up()
    before = accounts.customer_of_email(email=EMAIL)
    again = sign_up(EMAIL.upper())

    assert "already registered" in text(again.answer)  # type: ignore[attr-defined]
    assert again.get("/").status_code == 302  # not signed in
    assert accounts.customer_of_email(email=EMAIL) == before


def test_a_sign_up_that_is_no_text_opens_nothing() -> None:
    visitor = Visitor()
    body = f"email={EMAIL}&password1=pass-phrase-caf\xe9&password2=pass-phrase-caf\xe9".encode("latin-1")

    answer = visitor.client.post("/accounts/signup/", body, content_type="application/x-www-form-urlencoded")

    assert answer.status_code == 422
    assert "not UTF-8 text" in text(answer)
    assert accounts.customer_of_email(email=EMAIL) is None


def test_signing_in_and_out() -> None:
    sign_up()
    _, wrong = sign_in(EMAIL, "not-the-password")
    visitor, right = sign_in(EMAIL.upper(), PASSWORD)

    assert "not correct" in text(wrong)
    assert (right.status_code, right.url) == (302, "/")  # type: ignore[attr-defined]
    assert visitor.get("/").status_code == 200
    assert visitor.get("/accounts/logout/").status_code == 200
    assert visitor.get("/").status_code == 200  # looking at the question is no answer
    visitor.post("/accounts/logout/")
    assert visitor.get("/").status_code == 302


def test_a_forgotten_password_is_set_anew_by_mail() -> None:
    sign_up()
    mail.outbox.clear()
    visitor = Visitor()
    visitor.post("/accounts/password/reset/", {"email": EMAIL})
    (link,) = re.findall(r"http://testserver(\S+)", str(mail.outbox[0].body))

    page = visitor.client.get(link, follow=True)
    action = page.context["action_url"]
    visitor.post(action, {"password1": "another-long-phrase", "password2": "another-long-phrase"})

    assert sign_in(EMAIL, "another-long-phrase")[1].status_code == 302  # type: ignore[attr-defined]
    assert sign_in(EMAIL, PASSWORD)[1].status_code == 200  # type: ignore[attr-defined]
    assert "used already" in text(visitor.client.get(link, follow=True))


def test_an_unknown_address_gets_the_same_answer() -> None:
    known, unknown = Visitor(), Visitor()
    sign_up()

    answers = [
        visitor.client.post("/accounts/password/reset/", {"email": email}, follow=True)
        for visitor, email in ((known, EMAIL), (unknown, "nobody@example.org"))
    ]

    assert text(answers[0]) == text(answers[1])


def test_too_many_attempts_get_a_page_with_a_sentence() -> None:
    pages = [sign_in("nobody@example.org", "wrong-password")[1] for _ in range(40)]

    assert "Too many" in text(pages[-1])


def test_a_key_is_shown_once_and_ends_when_it_is_revoked(alice: Visitor) -> None:
    page = alice.post("/keys/", {"name": "my shop"})
    key = page.context["made"]

    assert is_well_formed(key)
    assert key in page.content.decode()
    assert key not in alice.get("/keys/").content.decode()
    assert "my shop" in text(page)
    (row,) = page.context["keys"]
    assert "revoked" in text(alice.client.post(f"/keys/{row.id}/revoke/", follow=True))
    assert alice.post(f"/keys/{row.id}/revoke/").status_code == 404


def test_too_many_keys_and_bad_names_are_refused_with_a_sentence(alice: Visitor) -> None:
    assert alice.post("/keys/", {"name": "a\0b"}).status_code == 422
    assert alice.post("/keys/", {"name": "a" * 101}).status_code == 422
    for _ in range(20):
        alice.post("/keys/", {"name": ""})

    refused = alice.post("/keys/", {"name": "one more"})

    assert refused.status_code == 422
    assert "at most 20 live keys" in text(refused)


def test_the_balance_explains_each_movement(alice: Visitor, service: int) -> None:
    alice.order(service)
    order = alice.orders[0]
    alice.post(f"/orders/{order.id}/cancel/")

    page = text(alice.get("/balance/"))

    assert f"Came back from an order #{order.id} +0.90 USD" in page
    assert f"Held for an order #{order.id} −0.90 USD" in page
    assert "Money added to the balance +10.00 USD" in page
    assert "Available to spend 10.00 USD Held for open orders 0.00 USD" in page


def test_the_statement_is_paged_without_gap_or_repetition(alice: Visitor, service: int) -> None:
    assert alice.person is not None
    for number in range(70):
        alice.order(service, link=f"https://t.me/channel_{number}", quantity="10")

    seen, address = [], "/balance/"
    while address:
        page = alice.get(address)
        seen += [movement.id for movement in page.context["movements"]]
        address = f"/balance/?before={page.context['older']}" if page.context["older"] else ""

    lines = ledger.statement(customer_id=alice.person.customer_id, limit=1000)
    assert seen == [line.transfer_id for line in lines]
    assert "Held for open orders 0.63 USD" in text(alice.get("/balance/"))
