"""Two-factor sign-in at the site: an app added, asked for, removed; recovery codes shown once (S-23, S-24, S-27)."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core import mail
from django.core.cache import cache
from tests.apps import code_at, give_app
from tests.journeys.web.test_accounts import sign_in
from tests.journeys.web.visitor import Visitor, fields, text
from tests.shop import PASSWORD, Person, open_customer, staff

from sevenpanel.accounts import commands, queries
from sevenpanel.accounts.domain import Role

PAGE = "/accounts/two-factor/"
CODE = f"{PAGE}code/"


@pytest.fixture(autouse=True)
def _no_attempts_so_far(db: None) -> None:
    cache.clear()


@pytest.fixture
def alice() -> Person:
    return open_customer("Alice")


@pytest.fixture
def guarded(alice: Person) -> Person:
    """Alice, with an app."""
    give_app(alice.user_id)
    return alice


def signed_in(person: Person) -> Visitor:
    visitor, answer = sign_in(person.email, PASSWORD)
    assert answer.status_code == 302
    return visitor


def at_the_code(person: Person) -> Visitor:
    """Somebody who has given the password."""
    visitor, answer = sign_in(person.email, PASSWORD)
    assert answer.url == CODE
    return visitor


def give(visitor: Visitor, code: str) -> Any:
    return visitor.post(CODE, {**fields(visitor.get(CODE), f"post {CODE}"), "code": code})


def now(steps: int = 0) -> datetime:
    return datetime.now(UTC) + timedelta(seconds=30 * steps)


def add_app(visitor: Visitor) -> tuple[Any, str]:
    """Add an app, and return the answer and the app's key."""
    page = visitor.get(f"{PAGE}app/add/")
    secret = page.context["form"].secret
    form = fields(page, f"post {PAGE}app/add/")
    return visitor.post(f"{PAGE}app/add/", {**form, "code": code_at(now(), secret=secret)}), secret


def codes_on(page: Any) -> list[str]:
    return re.findall(r"\b[A-Z2-9]{4}(?:-[A-Z2-9]{4}){3}\b", text(page))


@pytest.mark.parametrize("role", [Role.CUSTOMER, Role.SUPPORT])
def test_s24_an_app_is_added_and_asked_for_and_its_recovery_codes_are_shown_once(role: Role) -> None:
    person = open_customer("Alice") if role is Role.CUSTOMER else staff("Olga", role)
    visitor = signed_in(person)

    answer, secret = add_app(visitor)

    codes = codes_on(answer)
    assert len(codes) == 10
    assert codes_on(visitor.get(PAGE)) == codes_on(visitor.get(f"{PAGE}recovery-codes/")) == []
    assert "10 recovery codes are left" in text(visitor.get(PAGE))
    again = at_the_code(person)
    assert again.get("/").status_code == 302
    assert "not accepted" in text(give(again, code_at(now(), secret=secret)))  # it was spent on adding the app
    assert give(again, code_at(now(1), secret=secret)).status_code == 302
    assert again.get(PAGE).status_code == 200
    assert give(at_the_code(person), codes[0].lower()).status_code == 302
    assert "not accepted" in text(give(at_the_code(person), codes[0]))


def test_s24_tries_are_counted_for_the_account_from_wherever_they_come(guarded: Person) -> None:
    visitor = at_the_code(guarded)
    pages = [give(visitor, "000000") for _ in range(5)]

    assert ["not accepted" in text(page) for page in pages] == [True] * 5
    assert "Too many failed" in text(give(visitor, code_at(now())))
    elsewhere = at_the_code(guarded)
    form = {**fields(elsewhere.get(CODE), f"post {CODE}"), "code": code_at(now(1))}
    assert "Too many failed" in text(elsewhere.post(CODE, form, REMOTE_ADDR="203.0.113.9"))


def test_digits_of_other_languages_are_a_code_too(guarded: Person) -> None:
    persian = code_at(now()).translate({ord(str(n)): chr(ord("۰") + n) for n in range(10)})

    assert give(at_the_code(guarded), f" {persian[:3]} {persian[3:]} ").status_code == 302


def test_s23_a_new_password_does_not_replace_the_second_factor(guarded: Person) -> None:
    mail.outbox.clear()
    visitor = Visitor()
    visitor.post("/accounts/password/reset/", {"email": guarded.email})
    (link,) = re.findall(r"http://testserver(\S+)", str(mail.outbox[0].body))
    page = visitor.client.get(link, follow=True)
    new = "another-long-phrase"
    visitor.post(page.context["action_url"], {"password1": new, "password2": new})

    stranger, answer = sign_in(guarded.email, new)

    assert answer.url == CODE
    assert stranger.get("/").status_code == 302
    assert give(stranger, code_at(now())).status_code == 302


def test_removing_the_last_factor_ends_the_recovery_codes(guarded: Person) -> None:
    commands.make_recovery_codes(user_id=guarded.user_id, now=now())
    visitor = at_the_code(guarded)
    give(visitor, code_at(now()))

    visitor.post(f"{PAGE}app/remove/")

    factors = queries.second_factors(user_id=guarded.user_id)
    assert (factors.is_on, factors.recovery_codes_left) == (False, None)
    assert signed_in(guarded).get("/").status_code == 200


@pytest.mark.parametrize("address", ["app/add/", "recovery-codes/", "passkeys/add/"])
def test_s27_who_it_is_is_asked_again_ten_minutes_later(alice: Person, address: str) -> None:
    visitor = signed_in(alice)
    assert visitor.get(f"{PAGE}{address}").status_code == 200
    later_by(visitor, minutes=11)

    asked = visitor.get(f"{PAGE}{address}")

    assert asked.url.partition("?")[0] == "/accounts/reauthenticate/"
    visitor.post(asked.url, {"password": PASSWORD})
    assert visitor.get(f"{PAGE}{address}").status_code == 200


def test_s27_an_address_is_not_changed_by_whoever_finds_the_device_open(alice: Person, settings: Any) -> None:
    visitor = signed_in(alice)
    later_by(visitor, minutes=11)

    answer = visitor.post("/accounts/email/", {"action_add": "1", "email": "mallory@example.org"})

    assert answer.url.partition("?")[0] == "/accounts/reauthenticate/"
    assert "mallory@" not in text(visitor.get("/accounts/email/"))


def later_by(visitor: Visitor, *, minutes: int) -> None:
    """Let time pass since this visitor showed who they are."""
    session = visitor.client.session
    records = session["account_authentication_methods"]
    session["account_authentication_methods"] = [{**each, "at": each["at"] - minutes * 60} for each in records]
    session.save()
