"""Wrong passwords slow those who guess, lock out no owner, and tell of no account whether it is (S-20, S-21)."""

import re
from typing import Any

import pytest
from django.core import mail
from django.core.cache import cache
from tests.journeys.web.test_accounts import sign_in
from tests.journeys.web.visitor import Visitor, fields, text
from tests.shop import PASSWORD, Person, open_customer


@pytest.fixture(autouse=True)
def _no_attempts_so_far(db: None) -> None:
    cache.clear()


@pytest.fixture
def alice() -> Person:
    return open_customer("Alice")


def guess(email: str, tries: int, *, first: int = 0) -> list[Any]:
    """Wrong passwords, each from an address of its own."""
    return [sign_in(email, "wrong-password", REMOTE_ADDR=f"203.0.113.{n}")[1] for n in range(first, first + tries)]


def sign_in_again(visitor: Visitor, person: Person, **extra: Any) -> Any:
    visitor.post("/accounts/logout/")
    form = fields(visitor.get("/accounts/login/"), "post /accounts/login/")
    return visitor.post("/accounts/login/", {**form, "login": person.email, "password": PASSWORD}, **extra)


def bare(page: Any) -> str:
    """A page without what is different each time."""
    return re.sub(r"Request id \w+", "", text(page))


def test_s20_after_ten_guesses_from_everywhere_strangers_get_one_try_in_half_a_minute(alice: Person) -> None:
    known, _ = sign_in(alice.email, PASSWORD, REMOTE_ADDR="192.0.2.1")

    pages = guess(alice.email, 13)

    assert [page.status_code for page in pages] == [200] * 11 + [429] * 2
    assert pages[-1]["Retry-After"] == "30"
    assert "Too many failed" in text(pages[-1])
    assert sign_in(alice.email, PASSWORD, REMOTE_ADDR="198.51.100.1")[1].status_code == 429
    assert sign_in_again(known, alice, REMOTE_ADDR="198.51.100.2").status_code == 302


def test_s20_five_guesses_from_one_place_slow_that_place_and_no_known_device_there(alice: Person) -> None:
    known, _ = sign_in(alice.email, PASSWORD, REMOTE_ADDR="192.0.2.1")
    pages = [sign_in(alice.email, "wrong-password", REMOTE_ADDR="192.0.2.1")[1] for _ in range(6)]

    assert [page.status_code for page in pages] == [200] * 5 + [429]
    assert pages[-1]["Retry-After"] == "300"
    assert sign_in_again(known, alice, REMOTE_ADDR="192.0.2.1").status_code == 302


def test_s20_a_device_that_is_known_for_one_account_is_a_stranger_to_others(alice: Person) -> None:
    mallory = open_customer("Mallory")
    visitor, _ = sign_in(mallory.email, PASSWORD)
    guess(alice.email, 13)

    assert sign_in_again(visitor, alice, REMOTE_ADDR="198.51.100.1").status_code == 429


def test_s20_right_passwords_are_no_guesses(alice: Person) -> None:
    answers = [sign_in(alice.email, PASSWORD, REMOTE_ADDR=f"203.0.113.{n}")[1] for n in range(14)]

    assert {answer.status_code for answer in answers} == {302}


@pytest.mark.parametrize("tries", [1, 13])
def test_s21_signing_in_answers_alike_whether_there_is_such_an_account_or_not(alice: Person, tries: int) -> None:
    known = guess(alice.email, tries)[-1]
    unknown = guess("nobody@example.org", tries, first=100)[-1]

    assert known.status_code == unknown.status_code
    assert known.headers.get("Retry-After") == unknown.headers.get("Retry-After")
    assert bare(known) == bare(unknown)


def test_s21_a_new_password_is_asked_for_alike_whether_there_is_such_an_account_or_not(
    alice: Person, settings: Any
) -> None:
    settings.HAS_MAIL = True
    mail.outbox.clear()

    emails = (alice.email, "nobody@example.org")
    answers = [Visitor().post("/accounts/password/reset/", {"email": email}) for email in emails]

    assert (answers[0].status_code, answers[0].url) == (answers[1].status_code, answers[1].url)
    assert [len(message.to) for message in mail.outbox] == [1, 1]


def test_too_many_forms_by_the_minute_are_told_when_to_try_again() -> None:
    pages = [Visitor().post("/accounts/password/reset/", {"email": "x@example.org"}) for _ in range(6)]

    assert pages[-1].status_code == 429
    assert pages[-1]["Retry-After"] == "60"
    assert "Wait a few minutes" in text(pages[-1])
