"""What was accepted: complete, once, never changed; and each refusal with its sentence (clauses 0.1 and 0.2)."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import Error, IntegrityError, transaction
from tests.editions import write
from tests.shop import NOON, accept, consent, open_customer, staff, team_mate

from sevenpanel.accounts import commands, queries
from sevenpanel.accounts.domain import Role, Way
from sevenpanel.kernel import db
from sevenpanel.terms.documents import DocumentName, edition_of, in_force

pytestmark = pytest.mark.django_db

TERMS, PRIVACY = DocumentName.TERMS, DocumentName.PRIVACY
SPRING = datetime(2027, 3, 1, tzinfo=UTC)
SECOND = timedelta(seconds=1)


@pytest.fixture
def second_version(settings: Any, tmp_path: Path) -> None:
    """A second version of the Terms, in force from spring."""
    settings.TERMS_FOLDER = tmp_path
    write(tmp_path, "2", SPRING, changed={"ticket_answer_hours = 24": "ticket_answer_hours = 48"})


def rows(user_id: int) -> list[queries.AcceptanceRow]:
    return queries.acceptances(user_id=user_id, customer_id=None)


def test_0_1_an_acceptance_holds_who_what_when_where_and_how() -> None:
    alice = open_customer("Alice", has_accepted=False)
    now = NOON + timedelta(microseconds=1)

    accept(alice.user_id, now=now, way=Way.PAGE, button_words="Accept", address="203.0.113.9", agent="Lynx")

    terms, privacy = rows(alice.user_id)
    edition = edition_of(queries.shelf(), TERMS, "1")
    assert terms == queries.AcceptanceRow(
        id=terms.id,
        user_id=alice.user_id,
        customer_id=alice.customer_id,
        document=TERMS,
        version="1",
        language="en",
        sha256=edition.sha256,
        way=Way.PAGE,
        statements=("0.1", "0.2"),
        button_words="Accept",
        address="203.0.113.9",
        agent="Lynx",
        request_id="0123456789abcdef",
        accepted_at=now,
    )
    assert (privacy.document, privacy.version, privacy.accepted_at) == (PRIVACY, "1", now)
    assert queries.accepted_of(tuple(queries.labels_of_person(user_id=alice.user_id))) == {(TERMS, "1"), (PRIVACY, "1")}


def test_0_1_the_very_words_are_kept_with_their_hash() -> None:
    accept(open_customer("Alice", has_accepted=False).user_id)

    kept = dict(db.rows("SELECT document, text FROM accounts_acceptedtext WHERE version = '1'"))

    assert kept == {name.value: edition_of(queries.shelf(), name, "1").text for name in DocumentName}


def test_0_1_accepting_again_changes_nothing() -> None:
    alice = open_customer("Alice")
    before = rows(alice.user_id)

    accept(alice.user_id, now=NOON + SECOND, address="203.0.113.9", request_id="another")

    assert rows(alice.user_id) == before
    assert len(before) == 2


def test_0_1_each_person_of_a_customer_accepts_for_that_customer() -> None:
    alice = open_customer("Alice", has_accepted=False)
    bob = team_mate("Bob", alice, has_accepted=False)
    open_customer("Mallory")
    accept(bob.user_id, now=NOON + SECOND)
    accept(alice.user_id, now=NOON + 2 * SECOND)

    everybody = queries.acceptances(user_id=alice.user_id, customer_id=alice.customer_id)
    assert [each.user_id for each in everybody] == [bob.user_id] * 2 + [alice.user_id] * 2


def test_0_1_staff_accept_for_nobody_but_themselves() -> None:
    olga = staff("Olga", Role.ADMIN)

    assert {row.customer_id for row in rows(olga.user_id)} == {None}


def test_0_1_what_was_shown_before_a_new_version_came_into_force_is_no_acceptance(second_version: None) -> None:
    alice = open_customer("Alice")
    stale = consent(SPRING - SECOND)

    with pytest.raises(commands.UnableToAccept) as refused, transaction.atomic():
        commands.record_acceptance(user_id=alice.user_id, consent=stale, now=SPRING)
    assert refused.value.sentence == (
        "Version 2 of the Terms of service is in force since 1 March 2027, 00:00 UTC, and is not what you were shown."
        " Read it, tick the box and send this again."
    )
    assert [row.version for row in rows(alice.user_id)] == ["1", "1"]

    accept(alice.user_id, now=SPRING)
    assert [(row.document, row.version) for row in rows(alice.user_id)] == [
        (TERMS, "1"), (PRIVACY, "1"), (TERMS, "2"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"shown": {}}, "is not what you were shown"),
        ({"statements": ("0.1",)}, "were not both stated"),
        ({"was_ticked_before": True}, "ticked beforehand"),
        ({"button_words": ""}, "words of the button are missing"),
        ({"address": ""}, "address it came from is missing"),
        ({"request_id": ""}, "request it came by is missing"),
    ],
)
def test_0_2_without_all_of_its_evidence_nothing_is_accepted(changed: dict[str, Any], words: str) -> None:
    alice = open_customer("Alice", has_accepted=False)

    with pytest.raises(commands.UnableToAccept, match=words):
        accept(alice.user_id, **changed)

    assert rows(alice.user_id) == []


def test_0_1_the_hash_of_another_text_is_no_acceptance() -> None:
    alice, whole = open_customer("Alice", has_accepted=False), consent()
    forged = {**whole.shown, TERMS: replace(whole.shown[TERMS], sha256="0" * 64)}

    with pytest.raises(commands.UnableToAccept, match="is not what you were shown"):
        accept(alice.user_id, shown=forged)


def test_0_1_a_text_that_was_edited_after_others_accepted_it_is_refused_and_told_of(
    second_version: None, settings: Any, tmp_path: Path
) -> None:
    accept(open_customer("Alice").user_id, now=SPRING)
    assert queries.broken_invariants() == []
    settings.TERMS_FOLDER = tmp_path / "edited"
    write(tmp_path / "edited", "2", SPRING, changed={"Order with care": "Order at will"})

    with pytest.raises(commands.UnableToAccept, match="version 2 of the Terms of service was changed after others"):
        accept(open_customer("Mallory").user_id, now=SPRING)
    (breach,) = queries.broken_invariants()
    assert (breach.invariant, breach.ids) == ("0.1", ("terms 2 en",))
    settings.TERMS_FOLDER = None
    assert queries.broken_invariants()[0].ids == ("terms 2 en",)


@pytest.mark.parametrize("table", ["accounts_acceptance", "accounts_acceptedtext"])
@pytest.mark.parametrize("change", ["UPDATE {} SET id = id", "DELETE FROM {}"])
def test_0_1_what_was_accepted_is_never_changed_or_removed(table: str, change: str) -> None:
    open_customer("Alice")

    with pytest.raises(Error), transaction.atomic():
        db.rows(change.format(table))


@pytest.mark.parametrize("table", ["accounts_acceptance", "accounts_acceptedtext"])
@pytest.mark.parametrize("change", ["UPDATE {} SET id = id", "DELETE FROM {}"])
def test_0_1_the_trigger_stops_even_whoever_has_the_right(table: str, change: str) -> None:
    open_customer("Alice")
    db.rows(f"GRANT UPDATE, DELETE ON {table} TO CURRENT_USER")

    with pytest.raises(Error, match="append-only"), transaction.atomic():
        db.rows(change.format(table))


def test_0_1_without_its_trigger_the_check_of_invariants_says_so() -> None:
    db.rows("ALTER TABLE accounts_acceptance DISABLE TRIGGER accounts_acceptance_append_only")

    (breach,) = queries.broken_invariants()

    assert breach.ids == ("accounts_acceptance_append_only",)


@pytest.mark.parametrize(
    ("column", "value", "wall"),
    [
        ("statements", "ARRAY['0.1']", "accounts_acceptance_stated_what_it_must"),
        ("button_words", "''", "accounts_acceptance_has_its_evidence"),
        ("address", "''", "accounts_acceptance_has_its_evidence"),
        ("request_id", "''", "accounts_acceptance_has_its_evidence"),
        ("request_id", "NULL", "request_id"),
        ("accepted_at", "NULL", "accepted_at"),
        ("agent", "NULL", "agent"),
        ("way", "'by telephone'", "accounts_acceptance_way_known"),
        ("customer_id", "NULL", "acts for"),
        ("customer_id", "customer_id + 1", "acts for"),
        ("text_id", "text_id", "accounts_acceptance_once"),
    ],
)
def test_0_2_the_database_itself_refuses_an_acceptance_without_its_evidence(column: str, value: str, wall: str) -> None:
    alice = open_customer("Alice")
    evidence = ["statements", "button_words", "address", "agent", "request_id", "accepted_at"]
    names = ["user_id", "customer_id", "text_id", "way", *evidence]
    values = ", ".join(value if name == column else name for name in names)
    bob = team_mate("Bob", alice, has_accepted=False)
    values = values if column == "text_id" else re.sub(r"^user_id", str(bob.user_id), values)

    with pytest.raises(IntegrityError, match=wall), transaction.atomic():
        db.rows(f"INSERT INTO accounts_acceptance ({', '.join(names)}) SELECT {values} FROM accounts_acceptance")


@pytest.mark.parametrize(
    ("values", "wall"),
    [
        ("'terms', '9', 'en', repeat('0', 64), 'Other words'", "accounts_text_hash_is_of_its_words"),
        ("'menu', '9', 'en', encode(sha256('words'), 'hex'), 'words'", "accounts_text_document_known"),
        ("'terms', '', 'en', encode(sha256('words'), 'hex'), 'words'", "accounts_text_named"),
        ("'terms', '1', 'en', encode(sha256('words'), 'hex'), 'words'", "accounts_text_once"),
    ],
)
def test_0_1_the_database_itself_keeps_words_and_hash_together(values: str, wall: str) -> None:
    open_customer("Alice")

    with pytest.raises(IntegrityError, match=wall), transaction.atomic():
        db.rows(
            "INSERT INTO accounts_acceptedtext (document, version, language, sha256, text, first_accepted_at)"
            f" VALUES ({values}, now())"
        )


def test_labels_of_documents_that_nobody_knows_are_left_out() -> None:
    assert queries.accepted_of(("terms 2a", "menu 1")) == {(TERMS, "2a")}


def test_the_published_versions_are_those_of_the_operators_folder_too(second_version: None) -> None:
    assert in_force(queries.shelf(), TERMS, SPRING).version == "2"
