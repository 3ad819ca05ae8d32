"""Signing up, in and out, a forgotten password, keys made and revoked, the balance explained."""

import re
import stat
from pathlib import Path
from typing import Any

import pytest
from django.core import mail
from django.core.cache import cache
from django.test import RequestFactory
from tests.journeys.web.visitor import Visitor, fields, text
from tests.shop import PASSWORD

from sevenpanel.accounts import queries as accounts
from sevenpanel.accounts.domain import is_well_formed
from sevenpanel.kernel import db
from sevenpanel.ledger import queries as ledger
from sevenpanel.web.visitor_address import address_of

EMAIL = "carol@example.org"
ANYTHING = {"permissions": ["read", "order", "cancel"]}


@pytest.fixture(autouse=True)
def _no_attempts_so_far(db: None) -> None:
    """allauth counts attempts in the cache, which outlives a test."""
    cache.clear()


@pytest.fixture
def mail_server(settings: Any) -> None:
    """What SEVENPANEL_MAIL_URL changes; the mails themselves stay in memory."""
    settings.HAS_MAIL, settings.ACCOUNT_EMAIL_VERIFICATION = True, "mandatory"


def sign_up(email: str = EMAIL, password: str = PASSWORD, **typed: str) -> Visitor:
    visitor = Visitor()
    form = fields(visitor.get("/accounts/signup/"), "post /accounts/signup/")
    known = {"email": email, "password1": password, "password2": password, "accept": "yes"}
    visitor.answer = visitor.post("/accounts/signup/", {**form, **known, **typed})  # type: ignore[attr-defined]
    return visitor


def sign_in(email: str, password: str, **extra: str) -> tuple[Visitor, Any]:
    visitor = Visitor()
    form = fields(visitor.get("/accounts/login/"), "post /accounts/login/")
    return visitor, visitor.post("/accounts/login/", {**form, "login": email, "password": password}, **extra)


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


def test_an_unknown_address_gets_the_same_answer(mail_server: None) -> None:
    known, unknown = Visitor(), Visitor()
    sign_up()

    answers = [
        visitor.client.post("/accounts/password/reset/", {"email": email}, follow=True)
        for visitor, email in ((known, EMAIL), (unknown, "nobody@example.org"))
    ]

    assert text(answers[0]) == text(answers[1])


def test_without_a_mail_server_no_page_tells_of_a_mail() -> None:
    visitor = sign_up()
    stranger = Visitor()
    pages = [
        visitor.get("/"),
        visitor.get("/accounts/email/"),
        visitor.client.post("/accounts/email/", {"action_add": "1", "email": "other@example.org"}, follow=True),
        visitor.client.post("/accounts/email/", {"action_send": "1", "email": EMAIL}, follow=True),
        visitor.get("/accounts/confirm-email/"),
        stranger.get("/accounts/password/reset/"),
        stranger.client.post("/accounts/password/reset/", {"email": EMAIL}, follow=True),
    ]

    told = [text(page) for page in pages]
    assert [page.status_code for page in pages] == [200] * len(pages)
    assert [words for words in told if re.search("sent|on its way|We send|Look into your mail", words)] == []
    assert ["This desk sends no mail" in words for words in told] == [False, True, True, True, True, True, True]


def test_without_a_mail_server_a_mail_is_a_file_in_a_closed_folder(settings: Any, tmp_path: Path) -> None:
    sign_up()
    settings.EMAIL_BACKEND, settings.EMAIL_FILE_PATH = "sevenpanel.kernel.mail_folder.EmailBackend", tmp_path / "mail"

    Visitor().post("/accounts/password/reset/", {"email": EMAIL})

    (file,) = (tmp_path / "mail").iterdir()
    assert stat.S_IMODE((tmp_path / "mail").stat().st_mode) == 0o700
    assert "/accounts/password/reset/key/" in file.read_text()


def test_with_a_mail_server_signing_up_waits_for_the_address(mail_server: None) -> None:
    visitor = sign_up()

    assert visitor.answer.url == "/accounts/confirm-email/"  # type: ignore[attr-defined]
    assert "We sent a link" in text(visitor.get("/accounts/confirm-email/"))
    assert visitor.get("/balance/").status_code == 302
    (link,) = re.findall(r"http://testserver(\S+confirm-email\S+)", str(mail.outbox[-1].body))
    visitor.post(link)
    assert sign_in(EMAIL, PASSWORD)[0].get("/balance/").status_code == 200


def test_with_a_mail_server_signing_up_hides_which_addresses_are_taken(mail_server: None) -> None:
    sign_up()
    mail.outbox.clear()
    cache.clear()

    taken, fresh = sign_up(), sign_up("dave@example.org")

    answers = [(each.answer.status_code, each.answer.url) for each in (taken, fresh)]  # type: ignore[attr-defined]
    pages = [text(each.get("/accounts/confirm-email/")).replace("dave@", "carol@") for each in (taken, fresh)]
    assert answers[0] == answers[1]
    assert pages[0] == pages[1]
    assert [message.to for message in mail.outbox] == [[EMAIL], ["dave@example.org"]]
    assert "already exists" in str(mail.outbox[0].body)


def test_a_mail_server_that_does_not_answer_is_told_of(mail_server: None, settings: Any) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1

    page = Visitor().post("/accounts/password/reset/", {"email": EMAIL})

    assert page.status_code == 503
    assert "The mail could not be sent." in text(page)


def flood(**extra: str) -> Any:
    """So many wrong passwords that the right one would be refused too."""
    pages = [sign_in(EMAIL, "wrong-password", **extra)[1] for _ in range(8)]
    assert "Too many" in text(pages[-1])


def test_a_flood_from_one_address_locks_out_that_address_alone() -> None:
    sign_up()
    flood(REMOTE_ADDR="198.51.100.7")

    assert sign_in(EMAIL, PASSWORD, REMOTE_ADDR="198.51.100.7")[1].status_code == 429
    assert sign_in(EMAIL, PASSWORD, REMOTE_ADDR="203.0.113.9")[1].status_code == 302


def test_a_forged_header_changes_nothing_where_no_proxy_is_known() -> None:
    sign_up()
    flood()

    assert sign_in(EMAIL, PASSWORD, HTTP_X_FORWARDED_FOR="203.0.113.9")[1].status_code == 429


def test_behind_a_known_proxy_its_last_word_counts_and_nothing_before_it(settings: Any) -> None:
    settings.TRUSTED_PROXIES = 1
    sign_up()
    flood(HTTP_X_FORWARDED_FOR="203.0.113.9, 198.51.100.7")

    forged = sign_in(EMAIL, PASSWORD, HTTP_X_FORWARDED_FOR="192.0.2.1, 198.51.100.7")[1]
    other = sign_in(EMAIL, PASSWORD, HTTP_X_FORWARDED_FOR="203.0.113.9")[1]

    assert (forged.status_code, other.status_code) == (429, 302)


@pytest.mark.parametrize(
    ("hops", "header", "address"),
    [
        (0, "203.0.113.9", "127.0.0.1"),
        (1, "", "127.0.0.1"),
        (1, "nonsense", "127.0.0.1"),
        (1, "203.0.113.9:4711", "203.0.113.9"),
        (1, "[2001:DB8::1]:4711", "2001:db8::1"),
        (1, "2001:db8::1", "2001:db8::1"),
        (2, "203.0.113.9", "127.0.0.1"),
        (2, "192.0.2.1, 203.0.113.9, 198.51.100.7", "203.0.113.9"),
    ],
)
def test_an_address_is_read_as_far_as_proxies_are_trusted(settings: Any, hops: int, header: str, address: str) -> None:
    settings.TRUSTED_PROXIES = hops
    request = RequestFactory().get("/", HTTP_X_FORWARDED_FOR=header)

    assert address_of(request) == address


def test_attempts_are_counted_where_all_processes_see_them() -> None:
    flood()

    assert db.rows("SELECT count(*) FROM kernel_cache WHERE cache_key LIKE %s", ("%login_failed%",)) != [(0,)]


def test_too_many_attempts_get_a_page_with_a_sentence() -> None:
    pages = [sign_in("nobody@example.org", "wrong-password")[1] for _ in range(40)]

    assert "Too many" in text(pages[-1])


def test_a_key_is_shown_once_and_ends_when_it_is_revoked(alice: Visitor) -> None:
    page = alice.post("/keys/", {"name": "my shop", **ANYTHING})
    key = page.context["made"]

    assert is_well_formed(key)
    assert key in page.content.decode()
    assert key not in alice.get("/keys/").content.decode()
    assert "my shop" in text(page)
    (row,) = page.context["keys"]
    assert "revoked" in text(alice.client.post(f"/keys/{row.id}/revoke/", follow=True))
    assert alice.post(f"/keys/{row.id}/revoke/").status_code == 404


def test_too_many_keys_and_bad_names_are_refused_with_a_sentence(alice: Visitor) -> None:
    assert alice.post("/keys/", {"name": "a\0b", **ANYTHING}).status_code == 422
    assert alice.post("/keys/", {"name": "a" * 101, **ANYTHING}).status_code == 422
    for _ in range(20):
        alice.post("/keys/", {"name": "", **ANYTHING})

    refused = alice.post("/keys/", {"name": "one more", **ANYTHING})

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
