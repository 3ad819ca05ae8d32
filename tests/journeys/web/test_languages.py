"""The language of a page: the account's, else the device's, else the browser's; chosen without a script (U-14)."""

import json
import re

import pytest
from django.conf import settings
from django.test import Client
from tests.journeys.web.visitor import Visitor, fields

from sevenpanel.accounts import commands, queries
from sevenpanel.accounts.domain import Language
from sevenpanel.web.reader import NAMES

pytestmark = pytest.mark.django_db

RIGHT_TO_LEFT = {Language.PERSIAN, Language.ARABIC}


def tongue(response: object) -> tuple[str, str]:
    """The language and the direction that a page says it has."""
    found = re.search(r'<html lang="([^"]+)" dir="([^"]+)"', response.content.decode())  # type: ignore[attr-defined]
    assert found
    return found[1], found[2]


def choose(client: Client, language: str, page: str = "/accounts/login/") -> object:
    form = fields(client.get(page), "post /language/")
    return client.post("/language/", {**form, "language": language})


@pytest.mark.parametrize("language", list(Language))
def test_every_language_can_be_chosen_by_its_own_name_before_anybody_signs_in(language: Language) -> None:
    client = Client()
    assert f">{NAMES[language]}</option>" in client.get("/accounts/login/").content.decode()

    answer = choose(client, language)

    assert (answer.status_code, answer.headers["Location"]) == (302, "/accounts/login/")  # type: ignore[attr-defined]
    page = client.get("/accounts/login/")
    assert tongue(page) == (language, "rtl" if language in RIGHT_TO_LEFT else "ltr")
    assert page.headers["Content-Language"] == language
    assert {"Accept-Language", "Cookie"} <= {each.strip() for each in page.headers["Vary"].split(",")}
    cookie = client.cookies["language"]
    assert (cookie.value, cookie["httponly"], cookie["samesite"]) == (language, True, "Lax")


@pytest.mark.parametrize(
    ("asked", "spoken"),
    [
        ("fa-IR,fa;q=0.9,en;q=0.8", "fa"),
        ("pt-PT,pt;q=0.9", "pt-br"),
        ("de-DE,de;q=0.9,tr;q=0.5", "tr"),
        ("ar-EG", "ar"),
        ("xx", "en"),
        ("*", "en"),
        ("", "en"),
        ("\u0660;;q=,,", "en"),
    ],
)
def test_at_first_the_browser_is_believed(asked: str, spoken: str) -> None:
    assert tongue(Client().get("/terms/", headers={"Accept-Language": asked}))[0] == spoken


def test_the_device_goes_before_the_browser_and_the_account_before_the_device(alice: Visitor) -> None:
    client = alice.client
    client.cookies["language"] = "ru"
    assert tongue(client.get("/orders/", headers={"Accept-Language": "fa"}))[0] == "ru"

    assert alice.person is not None
    commands.keep_language(user_id=alice.person.user_id, language=Language.SPANISH)

    assert tongue(client.get("/orders/", headers={"Accept-Language": "fa"}))[0] == "es"


def test_a_choice_is_kept_with_the_account_and_other_devices_follow_at_once(alice: Visitor, mallory: Visitor) -> None:
    other = Visitor(alice.person)
    assert tongue(other.get("/orders/"))[0] == "en"

    choose(alice.client, "fa", "/orders/")

    assert alice.person is not None
    assert queries.reading(user_id=alice.person.user_id).language is Language.PERSIAN
    assert tongue(other.get("/orders/")) == ("fa", "rtl")
    assert tongue(mallory.get("/orders/"))[0] == "en"


def test_the_visitor_comes_back_to_the_page_and_to_no_other_site(alice: Visitor) -> None:
    assert choose(alice.client, "tr", "/orders/?tab=open").headers["Location"] == "/orders/?tab=open"  # type: ignore[attr-defined]

    answer = alice.post("/language/", {"language": "tr", "next": "https://elsewhere.example/"})

    assert answer.headers["Location"] == "/"


@pytest.mark.parametrize("sent", [{}, {"language": "xx"}, {"language": "fa\0"}, {"language": "../fa"}])
def test_what_is_no_language_changes_nothing(alice: Visitor, sent: dict[str, str]) -> None:
    answer = alice.post("/language/", sent)

    assert answer.status_code == 302
    assert "language" not in alice.client.cookies
    assert tongue(alice.get("/orders/"))[0] == "en"


def test_a_cookie_that_is_no_language_changes_nothing() -> None:
    client = Client()
    client.cookies["language"] = "xx"

    assert tongue(client.get("/terms/"))[0] == "en"


def test_no_other_site_can_choose_for_a_visitor() -> None:
    assert Client(enforce_csrf_checks=True).post("/language/", {"language": "fa"}).status_code == 403


def test_the_desk_speaks_english_to_whomever(operator: Visitor) -> None:
    choose(operator.client, "fa", "/settings/")

    desk = operator.get("/desk/")

    assert tongue(desk) == ("en", "ltr")
    assert 'action="/language/"' not in desk.content.decode()
    assert tongue(operator.get("/settings/")) == ("fa", "rtl")


def test_the_settings_page_offers_the_languages_too(alice: Visitor) -> None:
    assert alice.get("/settings/").content.decode().count('action="/language/"') == 2


def test_who_signs_up_keeps_the_language_of_the_page() -> None:
    client = Client()
    choose(client, "ar", "/accounts/signup/")
    form = fields(client.get("/accounts/signup/"), "post /accounts/signup/")
    secret = "a long enough secret 7"
    typed = {"email": "layla@example.org", "password1": secret, "password2": secret, "accept": "yes"}

    client.post("/accounts/signup/", {**form, **typed})

    user_id, _role = queries.person_of_email(email="layla@example.org") or (0, None)
    assert queries.reading(user_id=user_id).language is Language.ARABIC


def test_how_one_reads_is_in_the_export_of_one_s_data(alice: Visitor) -> None:
    choose(alice.client, "hi", "/orders/")

    told = json.loads(b"".join(alice.client.get("/data/export/").streaming_content))  # type: ignore[attr-defined]

    assert told["account"][0]["reading"] == {"language": "hi", "calendar": None, "time_zone": None}


def test_settings_and_accounts_know_the_same_languages() -> None:
    assert [code for code, _name in settings.LANGUAGES] == list(Language)


@pytest.mark.parametrize(("language", "is_told"), [("en", False), ("fa", True)])
def test_the_terms_stay_in_their_language_and_say_so(language: str, is_told: bool) -> None:
    page = Client().get("/terms/", headers={"Accept-Language": language}).content.decode()

    assert '<article lang="en" dir="auto">' in page
    assert ('<p class="notice">' in page) == is_told
