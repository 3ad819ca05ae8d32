"""How a person reads is kept with their account, and only what there is can be chosen."""

import pytest
from django.contrib.auth import get_user_model
from django.db import IntegrityError
from tests.shop import Person, open_customer

from sevenpanel.accounts import commands, queries
from sevenpanel.accounts.domain import Calendar, Language, Reading, time_zones

pytestmark = pytest.mark.django_db

CHOSEN = Reading(language=Language.PERSIAN, calendar=Calendar.JALALI, time_zone="Asia/Tehran")


@pytest.fixture
def alice(db: None) -> Person:
    return open_customer("Alice")


def test_nobody_has_chosen_anything_at_first(alice: Person) -> None:
    assert queries.reading(user_id=alice.user_id) == Reading()
    assert queries.reading(user_id=10**9) == Reading()


def test_what_was_chosen_is_kept_and_can_be_taken_back(alice: Person) -> None:
    mallory = open_customer("Mallory")

    commands.keep_reading(user_id=alice.user_id, reading=CHOSEN)
    commands.keep_reading(user_id=alice.user_id, reading=CHOSEN)

    assert queries.reading(user_id=alice.user_id) == CHOSEN
    assert queries.reading_of(get_user_model().objects.get(id=alice.user_id)) == CHOSEN
    assert queries.reading(user_id=mallory.user_id) == Reading()
    commands.keep_reading(user_id=alice.user_id, reading=Reading())
    assert queries.reading(user_id=alice.user_id) == Reading()


def test_a_language_alone_changes_nothing_else(alice: Person) -> None:
    commands.keep_reading(user_id=alice.user_id, reading=CHOSEN)

    commands.keep_language(user_id=alice.user_id, language=Language.HINDI)

    kept = queries.reading(user_id=alice.user_id)
    assert kept == Reading(language=Language.HINDI, calendar=Calendar.JALALI, time_zone="Asia/Tehran")


@pytest.mark.parametrize("zone", ["", "Nowhere/Atall", "asia/tehran", "../../etc/passwd", "Etc/GMT+3"])
def test_a_time_zone_that_is_none_of_the_list_is_refused_with_a_sentence(alice: Person, zone: str) -> None:
    with pytest.raises(commands.UnableToKeepReading, match="Choose one from the list"):
        commands.keep_reading(user_id=alice.user_id, reading=Reading(time_zone=zone))

    assert queries.reading(user_id=alice.user_id) == Reading()


def test_the_zones_of_all_our_countries_can_be_chosen() -> None:
    zones = time_zones()

    assert zones[0] == "UTC"
    assert {"Asia/Tehran", "Asia/Kolkata", "Europe/Istanbul", "America/Sao_Paulo", "Europe/Moscow"} <= set(zones)
    assert list(zones[1:]) == sorted(set(zones[1:]))


@pytest.mark.parametrize("wrong", [{"language": "xx"}, {"calendar": "mayan"}])
def test_the_database_keeps_no_word_that_nobody_knows(alice: Person, wrong: dict[str, str]) -> None:
    with pytest.raises(IntegrityError):
        get_user_model().objects.filter(id=alice.user_id).update(**wrong)
