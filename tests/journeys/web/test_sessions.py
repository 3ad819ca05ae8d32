"""Where one is signed in: listed, ended one by one or all, and nothing old opens anything (S-22, S-26)."""

from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.journeys.web.test_accounts import sign_in
from tests.journeys.web.visitor import Visitor, fields, text
from tests.shop import PASSWORD, Person, open_customer, staff

from sevenpanel.accounts import commands as accounts
from sevenpanel.accounts.domain import Role

PAGE = "/account/sessions/"
PHONE = "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0 Mobile Safari/537.36"
DESK = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:133.0) Gecko/20100101 Firefox/133.0"


@pytest.fixture(autouse=True)
def _no_attempts_so_far(db: None) -> None:
    cache.clear()


@pytest.fixture
def alice() -> Person:
    return open_customer("Alice")


def arrive(person: Person, agent: str = PHONE, address: str = "203.0.113.7") -> Visitor:
    """Sign in from somewhere, and look at the first page."""
    visitor, answer = sign_in(person.email, PASSWORD, HTTP_USER_AGENT=agent, REMOTE_ADDR=address)
    assert answer.status_code == 302
    visitor.get("/", HTTP_USER_AGENT=agent, REMOTE_ADDR=address)
    return visitor


def cookie(visitor: Visitor) -> str:
    return str(visitor.client.cookies[settings.SESSION_COOKIE_NAME].value)


def with_cookie(value: str) -> Visitor:
    visitor = Visitor()
    visitor.client.cookies[settings.SESSION_COOKIE_NAME] = value
    return visitor


def listed(visitor: Visitor, **extra: Any) -> list[Any]:
    return list(visitor.get(PAGE, **extra).context["sessions"])


def test_s26_sessions_are_listed_with_their_devices_and_one_is_ended(alice: Person) -> None:
    phone, desk = arrive(alice), arrive(alice, DESK, "2001:db8::7")

    rows = listed(desk, HTTP_USER_AGENT=DESK, REMOTE_ADDR="2001:db8::7")
    assert [(row.device, row.address, row.is_present) for row in rows] == [
        ("Firefox on Windows", "2001:db8::7", True),
        ("Chrome on Android", "203.0.113.7", False),
    ]
    answer = desk.client.post(f"{PAGE}{rows[1].id}/end/", follow=True)

    assert "That session is ended" in text(answer)
    assert phone.get("/").status_code == 302
    assert desk.get("/").status_code == 200
    assert desk.post(f"{PAGE}{rows[1].id}/end/").status_code == 404


def test_s26_all_others_are_ended_at_once_and_this_one_stays(alice: Person) -> None:
    others, here = [arrive(alice), arrive(alice, DESK)], arrive(alice)

    answer = here.client.post(f"{PAGE}others/end/", follow=True)

    assert "2 other sessions are ended." in text(answer)
    assert [other.get("/").status_code for other in others] == [302, 302]
    assert [row.is_present for row in listed(here)] == [True]


def test_nobody_ends_the_session_of_somebody_else(alice: Person) -> None:
    hers, mallory = arrive(alice), arrive(open_customer("Mallory"))
    (row,) = listed(hers)

    assert mallory.post(f"{PAGE}{row.id}/end/").status_code == 404
    assert hers.post(f"{PAGE}{row.id}/end/").status_code == 404  # one's own ends by signing out
    assert hers.get("/").status_code == 200


def test_s22_signing_in_changes_the_id_and_the_old_one_is_dead(alice: Person) -> None:
    stranger = Visitor()
    form = fields(stranger.get("/accounts/login/"), "post /accounts/login/")
    stranger.client.session["planted"] = "by somebody else"
    stranger.client.session.save()
    before = cookie(stranger) if settings.SESSION_COOKIE_NAME in stranger.client.cookies else ""
    stranger.post("/accounts/login/", {**form, "login": alice.email, "password": PASSWORD})

    after = cookie(stranger)

    assert after != before
    assert with_cookie(before or "x" * 32).get("/").status_code == 302
    assert with_cookie(after).get("/").status_code == 200
    stranger.post("/accounts/logout/")
    assert with_cookie(after).get("/").status_code == 302


def test_s22_a_new_password_ends_the_others_and_they_are_listed_no_more(alice: Person) -> None:
    other, here = arrive(alice, DESK), arrive(alice)
    new = "another-long-phrase"

    here.post("/accounts/password/change/", {"oldpassword": PASSWORD, "password1": new, "password2": new})

    assert here.get("/").status_code == 200
    assert [row.is_present for row in listed(here)] == [True]
    assert other.get("/").status_code == 302


def test_s26_who_is_switched_off_is_signed_out_at_the_next_request(alice: Person) -> None:
    visitor = arrive(alice)
    get_user_model().objects.filter(id=alice.user_id).update(is_active=False)

    assert visitor.get("/account/").url.partition("?")[0] == "/accounts/login/"
    assert sign_in(alice.email, PASSWORD)[0].get("/").status_code == 302


def test_s26_a_suspended_customer_reads_on_and_begins_nothing_new_from_the_next_request_on(alice: Person) -> None:
    visitor = arrive(alice)
    accounts.suspend_customer(customer_id=alice.customer_id, is_suspended=True)

    assert visitor.get("/balance/").status_code == 200
    for address in ("/orders/new/", "/orders/mass/", "/keys/", "/short-links/"):
        refused = visitor.post(address, {})
        assert refused.status_code == 403
        assert "Nothing was changed or charged." in text(refused)
    assert visitor.post("/tickets/new/", {}).status_code == 422

    accounts.suspend_customer(customer_id=alice.customer_id, is_suspended=False)
    assert visitor.post("/keys/", {}).status_code == 422


def test_s26_staff_whose_role_was_taken_do_not_see_the_desk_at_the_next_request(db: None) -> None:
    sam = staff("Sam", Role.ADMIN)
    visitor = arrive(sam)
    assert visitor.get("/desk/insight/").status_code == 200
    people = get_user_model().objects.filter(id=sam.user_id)

    people.update(role=Role.FINANCE.value)
    assert visitor.get("/desk/insight/").status_code == 404
    people.update(is_active=False)
    assert visitor.get("/desk/").url.startswith("/accounts/login/")


def test_an_ordinary_page_asks_nothing_about_its_session(alice: Person) -> None:
    visitor = arrive(alice)

    with CaptureQueriesContext(connection) as asked:
        visitor.get("/settings/", HTTP_USER_AGENT=PHONE, REMOTE_ADDR="203.0.113.7")

    assert [query["sql"] for query in asked.captured_queries if "sessionseen" in query["sql"]] == []
