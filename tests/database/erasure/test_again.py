"""The list of deletions outside the database, and what is done with it when accounts come back (clause 7.5)."""

import json
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from tests.leavers import MARK, THEN, leaver
from tests.shop import NOON, Person, open_customer, team_mate

from sevenpanel.erasure import commands, queries
from sevenpanel.erasure.commands import again
from sevenpanel.erasure.domain import AskedBy, Hindrance
from sevenpanel.erasure.queries import listed
from sevenpanel.kernel import db

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _own_list(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (listed, again):
        monkeypatch.setattr(module, "kept_file", lambda: tmp_path / "erasures.jsonl")


def was_deleted(person: Person, *, opened_at: datetime = NOON, by: AskedBy = AskedBy.CUSTOMER) -> None:
    """Let the list name an account that is here: what a restore of an older backup leaves."""
    line = {"customer_id": person.customer_id, "opened_at": opened_at, "erased_at": THEN, "asked_by": by}
    rest = {"staff_id": None, "reason": "a letter" if by is AskedBy.LETTER else ""}
    with listed.kept_file().open("a") as file:
        file.write(json.dumps(line | rest, default=datetime.isoformat) + "\n")


def test_7_5_a_deletion_is_listed_once_by_number_and_without_any_name() -> None:
    person = leaver()
    commands.erase(customer_id=person.customer_id, asked_by=AskedBy.CUSTOMER, now=THEN)

    assert (commands.keep_apart(), commands.keep_apart()) == (1, 0)

    (only,) = queries.kept()
    assert (only.customer_id, only.opened_at, only.erased_at) == (person.customer_id, NOON, THEN)
    assert MARK not in listed.kept_file().read_text()
    assert queries.come_back() == []


def test_7_5_a_line_that_a_crash_has_torn_costs_none() -> None:
    first, second = open_customer("Alice"), open_customer("Bob")
    commands.erase(customer_id=first.customer_id, asked_by=AskedBy.CUSTOMER, now=THEN)
    commands.keep_apart()
    whole = listed.kept_file().read_bytes()
    listed.kept_file().write_bytes(whole[:-20])
    commands.erase(customer_id=second.customer_id, asked_by=AskedBy.CUSTOMER, now=THEN + timedelta(seconds=1))

    assert commands.keep_apart() == 2
    assert {each.customer_id for each in queries.kept()} == {first.customer_id, second.customer_id}


def test_7_5_an_account_that_came_back_is_deleted_again_without_another_letter() -> None:
    person = leaver()
    was_deleted(person, by=AskedBy.LETTER)
    assert [each.ids for each in queries.come_back_breaches()] == [(str(person.customer_id),)]

    assert commands.erase_again(now=THEN).erased == (person.customer_id,)

    assert db.rows("SELECT count(*) FROM erasure_letter") == [(0,)]
    assert db.rows("SELECT asked_by, reason FROM erasure_act") == [
        (AskedBy.LETTER.value, f"a letter First deleted on {THEN:%Y-%m-%d}; again after a restore.")
    ]
    assert queries.come_back_breaches() == []
    assert commands.erase_again(now=THEN).erased == ()


def test_7_5_another_account_that_got_the_number_after_a_restore_stays() -> None:
    person = open_customer("Mallory")
    was_deleted(person, opened_at=NOON - timedelta(microseconds=1))

    assert queries.come_back_breaches() == []
    assert commands.erase_again(now=THEN) == commands.Again(erased=(), waiting={})
    assert not queries.is_erased(customer_id=person.customer_id)


def test_7_5_an_account_comes_back_although_another_one_had_its_number_since() -> None:
    person = leaver()
    was_deleted(person)
    was_deleted(person, opened_at=NOON + timedelta(days=1))

    assert commands.erase_again(now=THEN).erased == (person.customer_id,)


def test_7_5_what_is_open_since_the_restore_has_to_end_first_and_the_team_was_heard_before() -> None:
    person = leaver()
    team_mate("Bob", person)
    was_deleted(person)
    db.rows("UPDATE support_ticket SET closed_at = NULL, is_withdrawn = false")

    assert commands.erase_again(now=THEN).waiting == {person.customer_id: (Hindrance.TICKETS,)}
    assert queries.come_back_breaches()

    db.rows("UPDATE support_ticket SET closed_at = %s, is_withdrawn = true", [THEN])
    assert commands.erase_again(now=THEN).erased == (person.customer_id,)
