"""A mail server that fails: tickets go on, nothing is lost, and every letter is sent once it is back."""

from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from tests.database.support import mail_down
from tests.database.support.test_tickets import opened, page, staff
from tests.shop import NOON, Person, open_customer

from sevenpanel.kernel import outbox
from sevenpanel.kernel.staff_mail import TRIES_MAX
from sevenpanel.support import commands
from sevenpanel.support.commands.writing import MAIL_TOPIC

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)


@pytest.fixture
def alice(settings: Any) -> Person:
    settings.EMAIL_BACKEND = "tests.database.support.mail_down.EmailBackend"
    return open_customer("Alice", balance="10")


def tries(now: datetime, times: int = 1) -> int:
    """Let the worker look for letters so many times within a second; how many it had in hand."""
    outbox.hand_over(topic=MAIL_TOPIC, handler=commands.take_written, limit=100)
    return sum(commands.send_next_mail(clock=lambda: now) for _ in range(times))


def test_a_ticket_goes_on_while_the_mail_server_is_away(alice: Person) -> None:
    mail_down.fails(100)
    sam = staff("sam")
    ticket_id = opened(alice)
    assert tries(NOON) == 1

    commands.answer(staff_id=sam, ticket_id=ticket_id, body="We look.", is_internal=False, now=NOON)
    assert tries(NOON, 5) == 0  # the letter waits for its next try

    assert [message.body for message in page(ticket_id, NOON).messages] == ["It is late.", "We look."]
    assert mail_down.SENT == []


def test_a_letter_is_tried_again_less_and_less_often_and_sent_once(alice: Person) -> None:
    mail_down.fails(3)
    staff("sam")
    opened(alice)

    had = [NOON + minute * timedelta(minutes=1) for minute in range(120) if tries(NOON + minute * HOUR / 60, 3)]

    waits = [(later - sooner) / timedelta(minutes=1) for sooner, later in pairwise(had)]
    assert waits == [4, 8, 16]
    assert mail_down.SENT == ["sam@desk.example"]
    assert tries(NOON + 1_000 * HOUR, 3) == 0


def test_one_address_that_fails_keeps_no_other_letter_waiting(alice: Person) -> None:
    staff("sam")
    mail_down.fails(0)
    opened(alice)
    staff("tia")
    opened(alice)
    mail_down.fails(1)

    assert tries(NOON, 10) == 4  # of two tickets to two people
    assert len(mail_down.SENT) == 3


def test_a_letter_that_never_can_be_sent_is_given_up_after_some_tries(alice: Person) -> None:
    mail_down.fails(1_000)
    staff("sam")
    opened(alice)

    assert sum(tries(NOON + hour * HOUR) for hour in range(100)) == TRIES_MAX


def test_a_worker_that_dies_while_it_sends_leaves_the_letter_to_the_next(
    alice: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    mail_down.fails(0)
    staff("sam")
    opened(alice)

    def die(*_: object, **__: object) -> None:
        raise SystemExit

    with monkeypatch.context() as patch:
        patch.setattr("sevenpanel.kernel.staff_mail.send_mail", die)
        with pytest.raises(SystemExit):
            tries(NOON)

    assert tries(NOON + timedelta(minutes=1)) == 0
    assert tries(NOON + timedelta(minutes=2)) == 1
    assert mail_down.SENT == ["sam@desk.example"]
