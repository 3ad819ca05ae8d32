"""Clause 7.5 at the site: what has to end, what goes and stays, who it is, the wait, the way back, and the end."""

from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.utils import timezone
from tests.journeys.web.visitor import Visitor, fields, text
from tests.shop import PASSWORD, make_key, open_customer, staff

from sevenpanel.accounts import queries as accounts
from sevenpanel.accounts.domain import Role
from sevenpanel.erasure import commands, queries
from sevenpanel.erasure.domain import WAIT
from sevenpanel.terms import TREATMENT
from sevenpanel.web.telling import capital

PAGE = "/account/delete/"


@pytest.fixture
def anna(db: None) -> Visitor:
    """Somebody who has signed in just now, with nothing on the balance."""
    person = open_customer("Anna")
    visitor = Visitor()
    visitor.post("/accounts/login/", {"login": person.email, "password": PASSWORD})
    visitor.person = person
    return visitor


def asked(visitor: Visitor) -> object:
    assert visitor.person is not None
    return visitor.post(PAGE, {**fields(visitor.get(PAGE), f"post {PAGE}"), "address": visitor.person.email.upper()})


def sent() -> list[str]:
    while commands.send_next_erasure_letter(clock=lambda: timezone.now() + 2 * WAIT):
        pass
    return [each.subject for each in mail.outbox]


def test_7_5_the_page_says_of_each_kind_what_goes_and_what_stays_and_why(anna: Visitor) -> None:
    told = text(anna.get(PAGE))

    for each in TREATMENT.values():
        assert f"{capital(each.on_erasure)}. {each.reason}" in told
    assert "You get a letter, and 3 days to change your mind." in told
    assert 'href="/account/delete/"' in anna.get("/data/").content.decode()
    assert 'href="/account/delete/"' in anna.get("/account/").content.decode()


def test_7_5_an_account_is_deleted_after_the_wait_and_nobody_signs_in_any_more(anna: Visitor) -> None:
    assert anna.person is not None
    key = make_key(anna.person)

    answer = asked(anna)

    assert answer.status_code == 302  # type: ignore[attr-defined]
    assert "Your account will be deleted" in text(anna.get(PAGE))
    assert anna.get("/orders/").status_code == 200
    assert sent() == ["[7Panel] Your account will be deleted"]
    assert commands.erase_due(now=timezone.now()) == 0
    assert commands.erase_due(now=timezone.now() + WAIT) == 1
    assert sent()[-1] == "[7Panel] Your account was deleted"
    assert anna.get("/").status_code == 302
    again = Visitor()
    again.post("/accounts/login/", {"login": anna.person.email, "password": PASSWORD})
    assert again.get("/orders/").status_code == 302
    assert b"error" in Visitor().post("/api/v2", {"key": key, "action": "balance"}).content


def test_7_5_there_is_a_way_back_during_the_wait(anna: Visitor) -> None:
    assert anna.person is not None
    asked(anna)

    answer = anna.post("/account/delete/keep/", fields(anna.get(PAGE), "post /account/delete/keep/"))

    assert answer.status_code == 302
    assert "Your account stays." in text(anna.get(PAGE))
    assert sent() == ["[7Panel] Your account will be deleted", "[7Panel] Your account stays"]
    assert commands.erase_due(now=timezone.now() + WAIT + timedelta(days=1)) == 0
    assert accounts.person_of_email(email=anna.person.email) is not None


def test_7_5_another_address_is_no_confirmation(anna: Visitor) -> None:
    assert anna.person is not None

    answer = anna.post(PAGE, {"address": "somebody@else.example"})

    assert (answer.status_code, "not the address of your account" in text(answer)) == (422, True)
    assert queries.asked(customer_id=anna.person.customer_id) is None


def test_7_5_who_did_not_show_lately_who_they_are_is_asked_first(settings: Any, db: None) -> None:
    settings.ACCOUNT_REAUTHENTICATION_TIMEOUT, usual = 0, settings.ACCOUNT_REAUTHENTICATION_TIMEOUT
    nora = Visitor(open_customer("Nora"))
    assert nora.person is not None

    page, answer = nora.get(PAGE), nora.post(PAGE, {"address": nora.person.email})

    assert "Confirm first that it is you" in text(page)
    assert answer.url == "/accounts/reauthenticate/?next=%2Faccount%2Fdelete%2F"
    assert queries.asked(customer_id=nora.person.customer_id) is None
    settings.ACCOUNT_REAUTHENTICATION_TIMEOUT = usual
    proved = nora.post(answer.url, {"password": PASSWORD})
    assert proved.url == PAGE
    assert "Delete my account" in text(nora.get(PAGE))


def test_7_5_what_has_to_end_first_is_listed_with_a_way_to_it(alice: Visitor, service: int) -> None:
    alice.order(service)

    page = alice.get(PAGE)

    assert "An order is still open." in text(page)
    assert "There is money on the balance" in text(page)
    assert 'href="/orders/"' in page.content.decode()
    assert "Delete my account" not in text(page)


def test_7_5_staff_have_no_account_to_delete(db: None) -> None:
    sam = Visitor(staff("Sam", Role.SUPPORT))

    assert sam.get(PAGE).status_code == 404
    assert PAGE not in sam.get("/account/").content.decode()
    assert PAGE not in sam.get("/data/").content.decode()
