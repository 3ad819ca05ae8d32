"""The settings panel without scripts: a form that posts, comes back, and is kept by the device and the account."""

import json

import pytest
from django.test import Client, override_settings
from tests.journeys.web.visitor import Visitor, fields, text

from sevenpanel.accounts import commands, queries
from sevenpanel.accounts.domain import LOOKS, Look, Sidenav, Theme, look_of_label

pytestmark = pytest.mark.django_db

DARK = Look(theme=Theme.DARK, sidenav=Sidenav.DARK, is_navbar_fixed=False)
UNTOUCHED = 'data-theme="system" data-sidenav="white" data-navbar="fixed"'
CHOSEN = 'data-theme="dark" data-sidenav="dark" data-navbar="static"'


def choose(visitor: Visitor, **given: str) -> int:
    form = fields(visitor.get("/settings/"), "post /settings/")
    form.pop("is_navbar_fixed", None)
    return int(visitor.post("/settings/", {**form, **given}).status_code)


def page(visitor: Visitor, address: str = "/orders/") -> str:
    return str(visitor.get(address).content.decode())


def user_id(visitor: Visitor) -> int:
    assert visitor.person is not None
    return visitor.person.user_id


def test_the_panel_has_the_four_lines_of_the_mission_and_nothing_is_chosen_at_first(alice: Visitor) -> None:
    with override_settings(TELEGRAM_CHANNEL="@seven_panel"):
        answer = alice.get("/settings/")

    read = text(answer)
    for words in (
        "Sidenav Type Choose between 2 different sidenav types White Dark",
        "Navbar Fixed",
        "Light / Dark",
        "Telegram channel",
    ):
        assert words in read
    assert 'href="https://t.me/seven_panel" rel="noopener"' in answer.content.decode()
    assert UNTOUCHED in page(alice)
    assert '<meta name="color-scheme" content="light dark">' in page(alice)


@pytest.mark.parametrize("channel", ["", "-1001234567890"])
def test_a_channel_without_a_public_address_is_not_linked(alice: Visitor, channel: str) -> None:
    with override_settings(TELEGRAM_CHANNEL=channel):
        assert "Telegram channel" not in text(alice.get("/settings/"))


def test_what_is_chosen_is_on_every_page_and_the_visitor_comes_back(alice: Visitor) -> None:
    form = fields(alice.get("/orders/"), "post /settings/")
    assert form["next"] == "/orders/"

    answer = alice.post("/settings/", {"next": "/orders/", "theme": "dark", "sidenav": "dark"})

    assert (answer.status_code, answer.headers["Location"]) == (302, "/orders/")
    assert "Your settings are kept." in text(alice.get("/orders/"))
    for address in ("/", "/services/", "/terms/", "/settings/"):
        assert CHOSEN in page(alice, address), address
    assert '<meta name="color-scheme" content="dark">' in page(alice)
    cookie = alice.client.cookies["look"]
    assert (cookie.value, cookie["httponly"], cookie["samesite"]) == ("dark.dark.static", True, "Lax")


def test_a_new_device_begins_with_what_was_chosen_last_and_then_keeps_its_own(alice: Visitor) -> None:
    choose(alice, theme="dark", sidenav="dark")
    other = Visitor(alice.person)
    assert CHOSEN in page(other)

    choose(other, theme="light", sidenav="white", is_navbar_fixed="on")

    assert 'data-theme="light" data-sidenav="white" data-navbar="fixed"' in page(other)
    assert CHOSEN in page(alice)
    assert queries.look(user_id=user_id(alice)).theme is Theme.LIGHT


def test_what_one_person_chose_is_nobody_else_s(alice: Visitor, mallory: Visitor) -> None:
    commands.keep_look(user_id=user_id(alice), look=DARK)

    assert CHOSEN in page(alice)
    assert UNTOUCHED in page(mallory)


def test_a_small_screen_sends_no_sidenav_and_keeps_it(alice: Visitor) -> None:
    choose(alice, theme="dark", sidenav="dark")

    alice.post("/settings/", {"theme": "light"})

    assert 'data-theme="light" data-sidenav="dark"' in page(alice)


@pytest.mark.parametrize("sent", [{}, {"theme": "pink"}, {"theme": "dark", "sidenav": "plaid"}])
def test_what_is_no_choice_is_refused_and_nothing_is_kept(alice: Visitor, sent: dict[str, str]) -> None:
    answer = alice.post("/settings/", sent)

    assert answer.status_code == 422
    assert "This choice is not known here." in text(answer)
    assert "look" not in alice.client.cookies
    assert queries.look(user_id=user_id(alice)) == Look()


@pytest.mark.parametrize("kept", ["", "dark", "dark.dark.static.more", "<script>.white.fixed", "dark.white.FIXED"])
def test_a_cookie_that_is_not_ours_changes_nothing(alice: Visitor, kept: str) -> None:
    alice.client.cookies["look"] = kept

    assert UNTOUCHED in page(alice)


def test_a_script_s_request_is_answered_without_a_page(alice: Visitor) -> None:
    answer = alice.client.post("/settings/", {"theme": "dark"}, headers={"HX-Request": "true"})

    assert (answer.status_code, answer.content) == (204, b"")
    assert "look" in alice.client.cookies


def test_the_visitor_comes_back_to_no_other_site(alice: Visitor) -> None:
    answer = alice.post("/settings/", {"theme": "dark", "next": "https://elsewhere.example/"})

    assert answer.headers["Location"] == "/settings/"


def test_settings_belong_to_people_who_are_signed_in(db: None) -> None:
    assert Client().post("/settings/", {"theme": "dark"}).headers["Location"].startswith("/accounts/login/")


def test_what_was_chosen_is_in_the_export_of_one_s_data(alice: Visitor) -> None:
    commands.keep_look(user_id=user_id(alice), look=DARK)

    answer = alice.client.get("/data/export/")
    told = json.loads(b"".join(answer.streaming_content))  # type: ignore[attr-defined]

    assert told["account"][0]["look"] == {"theme": "dark", "sidenav": "dark", "is_navbar_fixed": False}


def test_every_look_has_a_label_of_its_own_that_can_be_read_back() -> None:
    assert [look_of_label(look.label) for look in LOOKS] == list(LOOKS)
    assert len({look.label for look in LOOKS}) == len(LOOKS) == 12
