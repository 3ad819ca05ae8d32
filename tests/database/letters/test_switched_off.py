"""A webhook that was switched off is told in a letter like all others, once, and whatever was chosen."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from tests.lettering import SOON, sent_by
from tests.shop import NOON, Person, open_customer, team_mate

from sevenpanel import letters
from sevenpanel.accounts import commands as accounts
from sevenpanel.accounts.domain import KeyKind, Language, Reading
from sevenpanel.kernel import db
from sevenpanel.letters import commands
from sevenpanel.letters.domain import LetterKind, Manner
from sevenpanel.webhooks import commands as webhooks

pytestmark = pytest.mark.django_db

URL = "https://shop.example/orders"
LATER = NOON + SOON
_MIGRATIONS = Path(letters.__file__).parent / "migrations"
_OLD = """
INSERT INTO webhooks_letter (customer_id, address, url, at, due_at, tries) VALUES (%s, %s, %s, %s, %s, 1) RETURNING id
"""


def hook(person: Person, kind: KeyKind = KeyKind.TEST) -> int:
    webhook, _secret = webhooks.make_webhook(customer_id=person.customer_id, url=URL, kind=kind, now=NOON)
    return webhook


def off(webhook: int, at: datetime = NOON) -> None:
    """What calling it writes after days of failures (tests/database/webhooks)."""
    db.rows("UPDATE webhooks_endpoint SET is_on = false, off_at = %s WHERE id = %s", [at, webhook])
    db.rows("INSERT INTO webhooks_switchedoff (endpoint_id, at) VALUES (%s, %s)", [webhook, at])


def kept_by_webhooks(person: Person, at: datetime = NOON) -> None:
    """A letter in the queue that webhooks had in the release before."""
    assert db.rows(_OLD, [person.customer_id, person.email, URL, at, at + timedelta(hours=1)])


def test_everybody_of_the_account_is_told_once_whatever_they_chose(alice: Person) -> None:
    bob = team_mate("Bob", alice)
    commands.choose(user_id=alice.user_id, chosen=dict.fromkeys(LetterKind, Manner.NEVER))
    open_customer("Mallory")
    webhook = hook(alice)
    off(webhook)

    told = sent_by(LATER)

    assert sorted(letter.to[0] for letter in told) == sorted([alice.email, bob.email])
    assert {letter.subject for letter in told} == {"[7Panel] A webhook was switched off"}
    for letter in told:
        assert f"Every call to {URL} has failed for days" in str(letter.body)
        assert f"/keys/webhooks/{webhook}/" in str(letter.body)
        assert "4 May 2026, 12:00 UTC" in str(letter.body)
        assert [name for name in letter.extra_headers if name.startswith("List-")] == []
    assert sent_by(LATER + timedelta(hours=2)) == []


def test_one_that_goes_off_again_is_told_again(alice: Person) -> None:
    webhook = hook(alice)
    off(webhook)
    assert len(sent_by(LATER)) == 1

    off(webhook, NOON + timedelta(days=6))

    assert len(sent_by(LATER + timedelta(days=6))) == 1


def test_it_is_told_in_the_language_of_its_reader(alice: Person) -> None:
    accounts.keep_reading(user_id=alice.user_id, reading=Reading(language=Language.PERSIAN))
    off(hook(alice))

    (letter,) = sent_by(LATER)

    assert "webhook" not in str(letter.subject)
    assert "Every call" not in str(letter.body)
    assert URL in str(letter.body)


def test_of_one_that_was_removed_nothing_is_told(alice: Person) -> None:
    webhook = hook(alice)
    off(webhook)
    commands.note_happenings(now=NOON)

    webhooks.remove_webhook(customer_id=alice.customer_id, webhook_id=webhook)

    assert sent_by(LATER) == []
    assert db.rows("SELECT state FROM letters_letter") == [("left",)]


def test_what_the_release_before_still_writes_is_taken_over_at_once(alice: Person) -> None:
    bob = team_mate("Bob", alice)
    webhook = hook(alice)

    kept_by_webhooks(alice)

    (letter,) = sent_by(datetime.now(tz=NOON.tzinfo) + SOON) or [None]
    assert letter is not None
    assert letter.to == [alice.email] != [bob.email]
    assert f"/keys/webhooks/{webhook}/" in str(letter.body)
    assert db.rows("SELECT count(*) FROM webhooks_letter") == [(0,)]


def test_what_waits_goes_over_with_the_migration_and_back(alice: Person) -> None:
    hook(alice)
    second = hook(alice, KeyKind.LIVE)
    db.rows("UPDATE webhooks_endpoint SET is_on = false, off_at = %s WHERE id = %s", [NOON, second])
    kept_by_webhooks(alice)
    kept = "SELECT customer_id, address, url, at FROM webhooks_letter"
    told = "SELECT user_id, kind, news, subject_id, manner, happened_at FROM letters_told"

    db.rows((_MIGRATIONS / "from_webhooks_back.sql").read_text())
    assert db.rows(kept) == [(alice.customer_id, alice.email, URL, NOON)]
    assert db.rows(told) == []

    db.rows((_MIGRATIONS / "from_webhooks.sql").read_text())
    assert db.rows(kept) == []
    assert db.rows(told) == [(alice.user_id, "webhooks", "switched off", second, "at once", NOON)]
