"""What services are found by: kept by the process, and never older than the question."""

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from tests.shop import add_service

from sevenpanel.catalog import commands, models, queries
from sevenpanel.catalog.domain import ServiceState
from sevenpanel.kernel import db

pytestmark = pytest.mark.django_db

CHANGES = {
    "a new name": "UPDATE catalog_service SET name = name || '!' WHERE id = %s",
    "another network": "UPDATE catalog_service SET network = 'youtube' WHERE id = %s",
    "another place": "UPDATE catalog_service SET position = 9 WHERE id = %s",
    "off sale": "UPDATE catalog_service SET state = 'retired' WHERE id = %s",
    "paused": "UPDATE catalog_service SET state = 'paused' WHERE id = %s",
    "a category's name": "UPDATE catalog_category SET name = 'Later' "
    "WHERE id = (SELECT category_id FROM catalog_service WHERE id = %s)",
    "a category's place": "UPDATE catalog_category SET position = 9 "
    "WHERE id = (SELECT category_id FROM catalog_service WHERE id = %s)",
}


def stored() -> list[tuple[int, str, str, str]]:
    """What is on sale, in order, as the tables have it."""
    found = models.Service.objects.filter(state=ServiceState.LISTED.value).select_related("category")
    ordered = found.order_by("category__position", "category__name", "position", "id")
    return [(each.pk, each.category.name, each.name, each.network) for each in ordered]


def known() -> list[tuple[int, str, str, str]]:
    """The same, as pages ask for it."""
    return [(each.id, each.category, each.name, each.network) for each in queries.listed_names()]


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_a_change_is_known_at_the_next_question_and_taken_back_too(change: str) -> None:
    first, _second = add_service("Members"), add_service("Views")
    before = known()
    with transaction.atomic():
        db.rows(change, [first])
        assert known() == stored()
        transaction.set_rollback(True)

    assert known() == stored() == before


def test_a_new_service_is_known_at_once_and_an_empty_shop_is_empty() -> None:
    assert known() == stored() == []
    add_service("Members")
    assert known() == stored() != []


def test_a_state_that_a_command_changes_is_known_at_once() -> None:
    service = add_service("Members")
    assert len(known()) == 1

    with transaction.atomic():
        commands.change_state(service_id=service, state=ServiceState.PAUSED)

    assert known() == []


def test_what_stands_unchanged_is_asked_for_by_its_digest_alone() -> None:
    add_service("Members")
    first = queries.listed_names()

    with CaptureQueriesContext(connection) as asked:
        second = queries.listed_names()

    assert second is first
    assert len(asked) == 1
    assert "ORDER BY" not in asked[0]["sql"]


def test_a_name_is_found_in_small_letters_by_any_of_its_parts() -> None:
    add_service("ÉTOILE Members")

    (name,) = queries.listed_names()

    assert all(part in name.text for part in (str(name.id), "étoile members", name.network, name.category.casefold()))
