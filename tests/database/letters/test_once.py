"""K-1, notify: a happening is told once at most, whoever is killed and whatever the mail server does."""

from datetime import datetime, timedelta
from itertools import pairwise
from random import Random
from typing import Any

import pytest
from tests.database.letters import mail_server
from tests.lettering import SOON, ends, running, sent_by, signs_in
from tests.sabotage import Switch, planted
from tests.shop import NOON, Person, add_service, open_customer

from sevenpanel.kernel import chaos, db
from sevenpanel.kernel.chaos import Killed
from sevenpanel.letters import commands, queries
from sevenpanel.letters.commands import sending
from sevenpanel.letters.domain import LetterState

pytestmark = pytest.mark.django_db

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
POINTS = sorted(point for point in chaos.POINTS if point.startswith("letters."))


@pytest.fixture(autouse=True)
def _mail_server(settings: Any) -> None:
    settings.EMAIL_BACKEND = "tests.database.letters.mail_server.EmailBackend"
    mail_server.behaves()


def states() -> list[tuple[str, int]]:
    return [(state, tries) for state, tries in db.rows("SELECT state, tries FROM letters_letter ORDER BY id")]


def tries_until(end: datetime, step: timedelta = MINUTE) -> list[datetime]:
    """Let a worker look for letters every so often; when it had one in hand."""
    had, now = [], NOON
    while now < end:
        if commands.send_next_letter(clock=lambda at=now: at):  # type: ignore[misc]
            had.append(now)
        now += step
    return had


def written(person: Person) -> None:
    signs_in(person)
    commands.note_happenings(now=NOON)
    assert commands.write_letters(now=NOON) == 1


@pytest.mark.parametrize("mood", ["away", "no"])
def test_what_the_server_certainly_did_not_take_is_tried_ever_more_rarely_and_sent_once(
    alice: Person, mood: str
) -> None:
    mail_server.behaves(mood, mood, mood)
    written(alice)

    had = tries_until(NOON + 3 * HOUR)

    assert [(later - sooner) / MINUTE for sooner, later in pairwise(had)] == [2, 4, 8]
    assert len(mail_server.TAKEN) == 1
    assert states() == [("sent", 4)]


@pytest.mark.parametrize("mood", ["silent", "slow"])
def test_what_the_server_may_have_taken_is_not_sent_again_and_shown_to_staff(alice: Person, mood: str) -> None:
    mail_server.behaves(mood)
    written(alice)

    assert len(tries_until(NOON + 9 * HOUR)) == 1

    assert len(mail_server.TAKEN) == 1
    (row,) = queries.unsettled_letters(limit=10)
    assert (row.email, row.state) == (alice.email, LetterState.UNKNOWN)


def test_k_1_a_letter_that_is_sent_again_blindly_comes_twice(alice: Person) -> None:
    """The planted fault, seen by the count that the tests above rest on."""
    mail_server.behaves("slow")
    written(alice)

    with planted(Switch.RESEND_LETTERS):
        tries_until(NOON + HOUR)

    assert len(mail_server.TAKEN) == 2


def test_a_letter_that_is_never_taken_is_given_up_after_some_tries_and_shown_to_staff(alice: Person) -> None:
    mail_server.behaves(*["no"] * 100)
    written(alice)

    assert len(tries_until(NOON + 48 * HOUR, step=10 * MINUTE)) == sending.TRIES_MAX

    (row,) = queries.unsettled_letters(limit=10)
    assert (row.state, row.tries, row.fault) == (LetterState.GIVEN_UP, sending.TRIES_MAX, "SMTPDataError 451")
    assert "alice" not in row.fault


def test_staff_send_a_letter_again_or_leave_it(alice: Person) -> None:
    mail_server.behaves("slow", "slow")
    for number in range(2):
        signs_in(alice, at=NOON)
        commands.note_happenings(now=NOON)
        commands.write_letters(now=NOON + number * 2 * MINUTE)
        commands.send_next_letter(clock=lambda: NOON + 5 * MINUTE)
    first, second = queries.unsettled_letters(limit=10)

    commands.settle_letter(letter_id=first.id, again=True, now=NOON)
    commands.settle_letter(letter_id=second.id, again=False, now=NOON)
    tries_until(NOON + HOUR)

    assert queries.unsettled_letters(limit=10) == []
    assert len(mail_server.TAKEN) == 3


@pytest.mark.parametrize("point", POINTS)
def test_k_1_a_worker_killed_at_any_step_tells_nothing_twice(alice: Person, point: str) -> None:
    died: list[str] = []

    def die(passed: str) -> None:
        if passed == point and not died:
            died.append(passed)
            raise Killed(point)

    signs_in(alice)
    with chaos.heard_by(die), pytest.raises(Killed):
        sent_by(NOON)
    sent_by(NOON + MINUTE)
    sent_by(NOON + HOUR)

    assert len(mail_server.TAKEN) == (0 if point == "letters.after_claim" else 1)
    unsure = [] if point == "letters.before_mark" else [LetterState.UNKNOWN]
    assert [row.state for row in queries.unsettled_letters(limit=10)] == unsure


@pytest.mark.parametrize("seed", range(12))
def test_k_1_over_any_kills_repeats_and_faults_no_happening_is_in_two_letters_that_went(seed: int) -> None:
    chance = Random(seed)
    person, service = open_customer("Alice", balance="10"), add_service(quantity_min=1)
    mail_server.behaves(*chance.choices(["", "away", "no", "silent", "slow"], [6, 1, 1, 1, 1], k=40))
    waiting = running(person, service, 8)
    now = NOON

    def sometimes(passed: str) -> None:
        if passed in POINTS and chance.random() < 0.15:
            raise Killed(passed)

    for _ in range(25):
        now += chance.choice((MINUTE, 7 * MINUTE, 40 * MINUTE))
        if waiting and chance.random() < 0.6:
            ends(waiting.pop(), delivered=chance.choice((0, 4)), at=now)
        try:
            with chaos.heard_by(sometimes):
                sent_by(now)
        except Killed:
            continue

    gone = {(each.removeprefix("<letter-").partition("@")[0]) for each in mail_server.TAKEN}
    assert len(mail_server.TAKEN) == len(gone), f"seed={seed}"
    assert db.rows("SELECT key FROM letters_told GROUP BY user_id, kind, key HAVING count(*) > 1") == []
    ended = 8 - len(waiting)
    sent_by(now + 3 * HOUR)
    assert db.rows("SELECT count(*) FROM letters_told WHERE user_id = %s", [person.user_id]) == [(ended,)], seed


def test_a_repeated_read_of_what_was_read_tells_nothing_again(alice: Person, service: int) -> None:
    ends(*running(alice, service, 1), delivered=0)
    assert len(sent_by(NOON + SOON)) == 0  # the server of this test keeps its own list
    db.rows("UPDATE letters_mark SET read_upto = 0, seen = 0")

    sent_by(NOON + 2 * HOUR)

    assert len(mail_server.TAKEN) == 1
