"""The account's own page and the profile: a name, a language, a calendar, a time zone, each kept or taken back."""

from typing import Any

import pytest
from tests.journeys.web.visitor import Visitor, fields, text

from sevenpanel.accounts import queries
from sevenpanel.accounts.domain import Calendar, Language, Reading
from sevenpanel.web.account_places import ACCOUNT_PLACES

PAGE = "/account/profile/"


def reading(visitor: Visitor) -> Reading:
    assert visitor.person is not None
    return queries.reading(user_id=visitor.person.user_id)


def test_the_account_says_who_one_is_and_leads_everywhere(alice: Visitor) -> None:
    page = alice.get("/account/")

    assert "Currency of the balance USD" in text(page)
    assert [place.url for place in ACCOUNT_PLACES if f'href="{place.url}"' not in page.content.decode()] == []
    assert {alice.get(place.url).status_code for place in ACCOUNT_PLACES} == {200}


def test_staff_have_an_account_too_without_what_only_customers_have(operator: Visitor) -> None:
    page = operator.get("/account/")

    assert "Currency" not in text(page)
    assert 'href="/keys/"' not in page.content.decode()
    assert {operator.get(place.url).status_code for place in ACCOUNT_PLACES if place.for_staff} == {200}


def test_a_profile_is_kept_and_taken_back(alice: Visitor) -> None:
    form = fields(alice.get(PAGE), f"post {PAGE}")
    chosen = {"name": " علی ", "language": "fa", "calendar": "jalali", "time_zone": "Asia/Tehran"}

    assert alice.post(PAGE, {**form, **chosen}).status_code == 302

    assert reading(alice) == Reading(language=Language.PERSIAN, calendar=Calendar.JALALI, time_zone="Asia/Tehran")
    assert 'lang="fa" dir="rtl"' in alice.get(PAGE).content.decode()
    assert alice.get("/account/").context["person"].name == "علی"
    alice.post(PAGE, {"name": "Alice", "language": "", "calendar": "", "time_zone": ""})
    assert reading(alice) == Reading()


@pytest.mark.parametrize(
    "wrong", [{"time_zone": "Mars/Olympus"}, {"language": "tlh"}, {"calendar": "mayan"}, {"name": "a" * 101}]
)
def test_a_choice_that_is_none_changes_nothing(alice: Visitor, wrong: dict[str, Any]) -> None:
    before = reading(alice)

    assert alice.post(PAGE, {"name": "Alice", **wrong}).status_code == 422
    assert reading(alice) == before
