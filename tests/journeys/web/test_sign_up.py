"""Opening an account accepts the Terms by an act of its own; its evidence is stored with the account or not at all."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from tests.editions import write
from tests.journeys.web.test_accounts import EMAIL, sign_up
from tests.journeys.web.visitor import Visitor, fields, text
from tests.shop import PASSWORD

from sevenpanel.accounts import queries
from sevenpanel.accounts.domain import Way
from sevenpanel.kernel import db
from sevenpanel.terms.documents import DocumentName, edition_of

ADDRESS = "/accounts/signup/"
FORM = f"post {ADDRESS}"


@pytest.fixture(autouse=True)
def _no_attempts_so_far(db: None) -> None:
    cache.clear()


def counts() -> list[tuple[int, ...]]:
    """How many people, customers, accounts of the ledger, addresses and acceptances there are."""
    tables = ("accounts_user", "accounts_customer", "ledger_balance", "account_emailaddress", "accounts_acceptance")
    return db.rows("SELECT " + ", ".join(f"(SELECT count(*) FROM {table})" for table in tables))


def test_0_2_the_statements_stand_above_the_button_and_the_box_names_the_versions_and_is_not_ticked() -> None:
    page = Visitor().get(ADDRESS)
    told, raw = text(page), page.content.decode()

    first = edition_of(queries.shelf(), DocumentName.TERMS, "1")
    label = "I accept the Terms of service, version 1, and have read the privacy policy, version 1."
    button = told.rindex("Sign up", 0, told.index("Have an account?"))
    for clause in ("0.1", "0.2"):
        words = " ".join(first.section(clause).paragraphs)
        assert told.index(words) < told.index(label) < button
    assert "checked" not in raw
    assert 'href="/terms/1/"' in raw
    assert 'href="/privacy/1/"' in raw
    assert "accept" not in fields(page, FORM)


def test_0_1_signing_up_stores_who_accepted_what_when_where_and_how() -> None:
    visitor = Visitor()
    form = fields(visitor.get(ADDRESS), FORM)
    typed = {"email": EMAIL, "password1": PASSWORD, "password2": PASSWORD, "accept": "yes"}
    agent = "Mozilla/5.0 " + "x" * 500
    answer = visitor.post(ADDRESS, {**form, **typed}, REMOTE_ADDR="203.0.113.9", HTTP_USER_AGENT=agent)

    found = queries.person_of_email(email=EMAIL)
    assert found is not None
    rows = queries.acceptances(user_id=found[0], customer_id=None)
    for row, name in zip(rows, DocumentName, strict=True):
        edition = edition_of(queries.shelf(), name, "1")
        assert row == queries.AcceptanceRow(
            id=row.id,
            user_id=found[0],
            customer_id=queries.customer_of_email(email=EMAIL),
            document=name,
            version="1",
            language="en",
            sha256=edition.sha256,
            way=Way.SIGN_UP,
            statements=("0.1", "0.2"),
            button_words="Sign up",
            address="203.0.113.9",
            agent=agent[:400],
            request_id=answer["X-Request-Id"],
            accepted_at=row.accepted_at,
        )
        assert abs(row.accepted_at - datetime.now(UTC)) < timedelta(minutes=5)
    assert db.rows("SELECT text FROM accounts_acceptedtext WHERE document = 'terms'") == [
        (edition_of(queries.shelf(), DocumentName.TERMS, "1").text,)
    ]
    assert visitor.get("/orders/").status_code == 200  # nothing is asked again


@pytest.mark.parametrize("accept", ["", "false", "False"])
def test_0_1_a_sign_up_without_the_tick_is_refused_with_a_sentence_and_opens_nothing(accept: str) -> None:
    before = counts()

    visitor = sign_up(accept=accept)

    page = visitor.answer  # type: ignore[attr-defined]
    assert page.status_code == 200
    assert "Tick the box if you accept the Terms. Nothing was opened or changed without it." in text(page)
    assert fields(page, FORM)["email"] == EMAIL
    assert counts() == before
    assert visitor.get("/").status_code == 302


def test_0_1_the_box_comes_back_unticked_when_something_else_was_wrong() -> None:
    visitor = sign_up(password2="not-the-same-phrase")

    page = visitor.answer  # type: ignore[attr-defined]
    assert "same password" in text(page)
    assert "Tick the box" not in text(page)
    assert "checked" not in page.content.decode()


@pytest.mark.parametrize("shown", ["", "terms/1/en/0 privacy/1/en/0"])
def test_0_1_a_sign_up_that_showed_another_text_opens_nothing(shown: str) -> None:
    before = counts()

    visitor = sign_up(shown=shown)

    assert "Version 1 of the Terms of service is in force since" in text(visitor.answer)  # type: ignore[attr-defined]
    assert counts() == before


def test_0_1_a_version_that_came_into_force_while_the_form_was_filled_in_is_shown_first(
    settings: Any, tmp_path: Path
) -> None:
    visitor = Visitor()
    form = fields(visitor.get(ADDRESS), FORM)
    typed = {"email": EMAIL, "password1": PASSWORD, "password2": PASSWORD, "accept": "yes"}
    settings.TERMS_FOLDER = tmp_path
    write(tmp_path, "2", datetime.now(UTC) - timedelta(minutes=1))

    page = visitor.post(ADDRESS, {**form, **typed})
    assert "Version 2 of the Terms of service is in force since" in text(page)
    assert "I accept the Terms of service, version 2" in text(page)
    assert queries.person_of_email(email=EMAIL) is None

    visitor.post(ADDRESS, {**fields(page, FORM), **typed})
    found = queries.person_of_email(email=EMAIL)
    assert found is not None
    assert sorted(queries.labels_of_person(user_id=found[0])) == ["privacy 1", "terms 2"]


def test_0_1_when_the_acceptance_cannot_be_stored_the_account_is_not_opened_either() -> None:
    before = counts()
    db.rows("ALTER TABLE accounts_acceptance ADD CONSTRAINT broken CHECK (way <> 'sign-up')")

    visitor = sign_up()

    assert visitor.answer.status_code == 500  # type: ignore[attr-defined]
    assert counts() == before


def test_0_1_with_a_mail_server_a_taken_address_accepts_nothing_for_its_owner(settings: Any) -> None:
    settings.HAS_MAIL, settings.ACCOUNT_EMAIL_VERIFICATION = True, "mandatory"
    sign_up()
    before = counts()

    sign_up()

    assert counts() == before
