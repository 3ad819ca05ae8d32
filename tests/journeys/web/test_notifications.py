"""Choosing which letters one gets, and ending one kind from the letter itself (RFC 8058)."""

import re
from typing import Any

import pytest
from django.core.mail import EmailMessage
from django.test import Client
from tests.journeys.web.visitor import Visitor, fields, text
from tests.lettering import SOON, choose, ends, running, sent_by, signs_in
from tests.shop import NOON, PASSWORD, Person, add_service, open_customer

from sevenpanel.accounts import commands as accounts
from sevenpanel.accounts.domain import Reading
from sevenpanel.kernel import db
from sevenpanel.letters import commands, queries
from sevenpanel.letters.domain import DEFAULTS, LetterKind, Manner

pytestmark = pytest.mark.django_db

PAGE = "/account/notifications/"
ONE_CLICK = {"List-Unsubscribe": "One-Click"}


def chosen(person: Person) -> dict[LetterKind, Manner]:
    return queries.choices(user_id=person.user_id)


def path_in(letter: EmailMessage) -> str:
    """The address in the header, as a mail program reads it."""
    assert letter.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    (path,) = re.findall(r"^<https?://[^/>]+(/[^>]+)>$", str(letter.extra_headers["List-Unsubscribe"]))
    assert path in str(letter.body)
    return str(path)


def letter_about_a_short_order(person: Person) -> EmailMessage:
    ends(*running(person, add_service(quantity_min=1), 1), delivered=0)
    (letter,) = sent_by(NOON + SOON)
    return letter


def test_kinds_are_chosen_on_a_page_without_scripts(alice: Visitor) -> None:
    assert alice.person is not None
    form = fields(alice.get(PAGE), f"post {PAGE}")
    assert form["short"] == "at once"
    assert form["services"] == "not at all"
    assert "security" not in form

    answer = alice.post(PAGE, {**form, "services": "once a day", "tickets": "not at all"})

    assert (answer.status_code, answer.url) == (302, PAGE)
    wanted = {LetterKind.SERVICES: Manner.DAILY, LetterKind.TICKETS: Manner.NEVER}
    assert chosen(alice.person) == {**DEFAULTS, **wanted}
    assert fields(alice.get(PAGE), f"post {PAGE}")["services"] == "once a day"


def test_what_is_always_told_is_shown_as_such(alice: Visitor) -> None:
    page = text(alice.get(PAGE))

    assert "Security of your account" in page
    assert "always, at once" in page
    assert "after 8:00 UTC" in page
    assert alice.person is not None
    accounts.keep_reading(user_id=alice.person.user_id, reading=Reading(time_zone="Asia/Tehran"))
    assert "after 8:00 in your time zone" in text(alice.get(PAGE))


@pytest.mark.parametrize("wrong", [{"short": "hourly"}, {"short": ""}, {"tickets": "\0"}])
def test_a_choice_that_is_none_changes_nothing(alice: Visitor, wrong: dict[str, Any]) -> None:
    form = fields(alice.get(PAGE), f"post {PAGE}")

    answer = alice.post(PAGE, {**form, "deposits": "not at all", **wrong})

    assert answer.status_code == 422
    assert "Load the page again." in text(answer)
    assert alice.person is not None
    assert chosen(alice.person) == dict(DEFAULTS)


def test_staff_are_told_of_their_safety_and_choose_nothing(operator: Visitor) -> None:
    page = operator.get(PAGE)

    assert "Security of your account" in text(page)
    assert "Deposits" not in text(page).partition("Notifications")[2].partition("Letters go to")[2]
    assert operator.post(PAGE, {"short": "not at all"}).status_code == 200
    assert operator.person is not None
    assert chosen(operator.person) == dict(DEFAULTS)


def test_one_click_of_a_mail_program_ends_that_kind_alone_without_session_and_token(db: None) -> None:
    alice = open_customer("Alice", balance="10")
    path = path_in(letter_about_a_short_order(alice))
    program = Client(enforce_csrf_checks=True)

    answer = program.post(path, ONE_CLICK)

    assert answer.status_code == 200  # RFC 8058 forbids a redirect
    assert answer.cookies.get("session") is None
    assert chosen(alice) == {**DEFAULTS, LetterKind.SHORT: Manner.NEVER}
    assert program.post(path, ONE_CLICK).status_code == 200
    assert chosen(alice) == {**DEFAULTS, LetterKind.SHORT: Manner.NEVER}


def test_the_address_shows_a_page_with_a_button_and_changes_nothing_by_being_opened(db: None) -> None:
    alice = open_customer("Alice", balance="10")
    path = path_in(letter_about_a_short_order(alice))

    page = Visitor().get(path)

    assert "Orders that ended short" in text(page)
    assert "End these letters" in text(page)
    assert chosen(alice) == dict(DEFAULTS)
    done = Client(enforce_csrf_checks=True).post(path)
    assert "You get no more letters of this kind." in text(done)


def test_the_letter_of_the_day_ends_with_everything_that_comes_once_a_day(db: None) -> None:
    alice = open_customer("Alice", balance="10")
    ends(*running(alice, add_service(quantity_min=1), 1))
    (letter,) = sent_by(NOON + SOON, daily=True)

    Client().post(path_in(letter), ONE_CLICK)

    assert chosen(alice) == {**DEFAULTS, LetterKind.FINISHED: Manner.NEVER}


@pytest.mark.parametrize("spoil", [lambda t: t[:-1], lambda t: "x" + t, lambda t: "nothing", lambda t: "a:b"])
def test_an_address_that_nobody_signed_ends_nothing(db: None, spoil: Any) -> None:
    alice = open_customer("Alice")
    token = commands.stop_token(user_id=alice.user_id, kind="deposits")

    for method in ("get", "post"):
        assert getattr(Client(), method)(f"/letters/stop/{spoil(token)}/").status_code == 404
    assert chosen(alice) == dict(DEFAULTS)


def test_nobody_ends_the_letters_about_safety(db: None) -> None:
    alice = open_customer("Alice")
    token = commands.stop_token(user_id=alice.user_id, kind="security of the account")

    Client().post(f"/letters/stop/{token}/", ONE_CLICK)
    signs_in(alice)

    assert len(sent_by(NOON)) == 1


def test_a_sign_in_from_a_new_device_is_told_and_one_from_a_known_device_is_not(db: None) -> None:
    alice, browser = open_customer("Alice"), Client(HTTP_USER_AGENT="Browser/1.0")
    form = {"login": alice.email, "password": PASSWORD}

    for _ in range(2):
        assert browser.post("/accounts/login/", form).status_code == 302
        browser.post("/accounts/logout/")

    told = "SELECT news, agent FROM accounts_securityevent WHERE user_id = %s"
    assert query(told, alice) == [("signed in on a new device", "Browser/1.0")]


def test_changes_of_password_and_second_factor_are_told(alice: Visitor) -> None:
    new = "another-long-phrase"
    alice.post("/accounts/password/change/", {"oldpassword": PASSWORD, "password1": new, "password2": new})
    assert alice.person is not None
    accounts.make_recovery_codes(user_id=alice.person.user_id, now=NOON)

    told = query("SELECT news FROM accounts_securityevent WHERE user_id = %s ORDER BY id", alice.person)

    assert told == [("password changed",), ("second factor changed",)]


def query(statement: str, person: Person) -> list[tuple[Any, ...]]:
    return db.rows(statement, [person.user_id])


def test_staff_see_what_did_not_arrive_and_decide(operator: Visitor, alice: Visitor) -> None:
    assert alice.person is not None
    assert "Every letter was taken" in text(operator.get("/desk/letters/"))
    signs_in(alice.person)
    commands.note_happenings(now=NOON)
    commands.write_letters(now=NOON)
    db.rows("UPDATE letters_letter SET state = 'given up', tries = 8, fault = 'SMTPDataError 550'")
    page = operator.get("/desk/letters/")
    assert alice.person.email in text(page)
    assert "SMTPDataError 550" in text(page)
    assert "8 tries" in text(page)
    (address,) = re.findall(r'action="(/desk/letters/[0-9]+/settle/)"', page.content.decode())

    operator.post(address, {"what": "again"})

    assert db.rows("SELECT state, tries FROM letters_letter") == [("waiting", 0)]
    assert "Every letter was taken" in text(operator.get("/desk/letters/"))
    assert alice.get("/desk/letters/").status_code == 404


def test_a_choice_of_somebody_is_theirs_alone(alice: Visitor, bob: Visitor) -> None:
    assert alice.person is not None
    assert bob.person is not None
    choose(alice.person, SHORT=Manner.NEVER)

    assert chosen(bob.person) == dict(DEFAULTS)
