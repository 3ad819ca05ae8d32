"""Few letters: a storm is one that counts, and of a kind there is one in a stretch of time."""

import re
from datetime import timedelta

import pytest
from tests.lettering import SOON, choose, ends, running, sent_by, signs_in, subjects
from tests.shop import NOON, Person, deposit

from sevenpanel.kernel import db
from sevenpanel.letters import commands
from sevenpanel.letters.domain import LETTERS_AN_HOUR_MAX, LINES_MAX, PACES, LetterKind, Manner

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)
# What ends of thousands of orders look like to whoever reads on: their facts, written by one statement here.
_STORM = """
WITH ended AS (
    INSERT INTO orders_order (customer_id, service_id, description_version, source, link, address, target, link_tag,
        is_private_link, quantity, rate_micros, charge_micros, currency, placed_at, status, dispatch, is_open,
        delivered, outcome, earned_micros, returned_micros, settled_at)
    SELECT %(customer)s, %(service)s, 1, 'API', 'l', 'a', 'storm/' || n, '', false, 10, 1, 1, 'USD', %(now)s,
           'Completed', 'sent', false, 10, 'delivered', 1, 0, %(now)s
      FROM generate_series(1, %(count)s) n RETURNING id)
INSERT INTO orders_event (order_id, customer_id, kind, facts, happened_at)
SELECT id, %(customer)s, 'settled', '{}', %(now)s FROM ended
"""


def test_ten_thousand_orders_are_one_letter_that_counts_them(alice: Person, service: int) -> None:
    choose(alice, FINISHED=Manner.AT_ONCE)
    db.rows(_STORM, {"customer": alice.customer_id, "service": service, "count": 10_000, "now": NOON})

    (letter,) = sent_by(NOON + SOON)

    assert letter.subject == "[7Panel] Orders finished (10,000)"
    assert len(re.findall(r"^Order [0-9]+ is completed\.$", str(letter.body), re.MULTILINE)) == LINES_MAX
    assert f"And {10_000 - LINES_MAX:,} more." in letter.body
    assert sent_by(NOON + SOON + HOUR) == []


def test_of_a_kind_there_is_one_letter_an_hour_and_the_next_tells_the_rest(alice: Person, service: int) -> None:
    deposit(alice.customer_id, "10")
    ids = running(alice, service, 6)
    had = []
    for number, order_id in enumerate(ids):
        at = NOON + number * timedelta(minutes=15)
        ends(order_id, delivered=0, at=at)
        had.append(subjects(sent_by(at + SOON)))

    one, three = "[7Panel] Orders that ended short", "[7Panel] Orders that ended short (4)"
    assert had == [[one], [], [], [], [three], []]


def test_all_kinds_together_are_so_many_an_hour_and_safety_comes_besides(alice: Person) -> None:
    for number in range(LETTERS_AN_HOUR_MAX):
        db.rows(
            "INSERT INTO letters_letter (user_id, kind, slot, state, tries, due_at, written_at, fault)"
            " VALUES (%s, 'deposits', %s, 'sent', 1, %s, %s, '')",
            [alice.user_id, str(number), NOON, NOON],
        )
    db.rows(
        "INSERT INTO letters_told (user_id, kind, news, key, currency, manner, happened_at, noted_at)"
        " VALUES (%s, 'orders that ended short', 'ended short', 'order/1', 'USD', 'at once', %s, %s)",
        [alice.user_id, NOON, NOON],
    )
    signs_in(alice)

    assert subjects(sent_by(NOON + SOON)) == ["[7Panel] Security of your account"]
    assert subjects(sent_by(NOON + HOUR)) == ["[7Panel] Orders that ended short"]


def test_letters_about_safety_use_up_no_other_letter(alice: Person, service: int) -> None:
    for number in range(LETTERS_AN_HOUR_MAX):
        db.rows(
            "INSERT INTO letters_letter (user_id, kind, slot, state, tries, due_at, written_at, fault)"
            " VALUES (%s, 'security of the account', %s, 'sent', 1, %s, %s, '')",
            [alice.user_id, str(number), NOON, NOON],
        )
    ends(*running(alice, service, 1), delivered=0)

    assert subjects(sent_by(NOON + SOON)) == ["[7Panel] Orders that ended short"]


def test_safety_is_told_before_whatever_waits_longer(alice: Person, service: int) -> None:
    ends(*running(alice, service, 1), delivered=0)
    commands.note_happenings(now=NOON)
    assert commands.write_letters(now=NOON + SOON) == 1
    signs_in(alice)

    told = subjects(sent_by(NOON + 2 * SOON))

    assert told == ["[7Panel] Security of your account", "[7Panel] Orders that ended short"]


def test_the_first_of_a_storm_waits_a_moment_for_the_others(alice: Person, service: int) -> None:
    ends(*running(alice, service, 1), delivered=0)
    settle = PACES[LetterKind.SHORT].settle
    commands.note_happenings(now=NOON)

    written = [commands.write_letters(now=NOON + after) for after in (settle - timedelta(seconds=1), settle, settle)]

    assert written == [0, 1, 0]


def test_neither_placing_nor_following_writes_anything_for_letters(alice: Person, service: int) -> None:
    """Bulk placing pays nothing: what happened is read from the facts that stand there anyway."""
    before = db.rows("SELECT count(*) FROM kernel_outbox WHERE topic <> 'order.placed'")
    ends(*running(alice, service, 1), delivered=0)

    assert db.rows("SELECT count(*) FROM letters_told") == [(0,)]
    assert db.rows("SELECT count(*) FROM kernel_outbox WHERE topic <> 'order.placed'") == before
