"""What happens is told by mail as its reader chose: which kind, when, in which words, and to whom."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction
from tests.database.support.test_tickets import opened, staff
from tests.lettering import SOON, choose, ends, running, sent_by, signs_in, subjects
from tests.receipts import now_is, say, take_usdt, transfer
from tests.shop import NOON, Person, make_key, open_customer, team_mate

from sevenpanel.accounts import commands as accounts
from sevenpanel.accounts.domain import Calendar, Language, Reading, SecurityNews
from sevenpanel.deposits.domain import Verdict
from sevenpanel.kernel import db
from sevenpanel.letters import commands, queries
from sevenpanel.letters.domain import DEFAULTS, TOLD_WITHIN, LetterKind, Manner
from sevenpanel.notices import commands as notices
from sevenpanel.notices.domain import Draft
from sevenpanel.orders import commands as orders
from sevenpanel.support import commands as support
from sevenpanel.terms import LinkFinding, NoticeKind, Scope

pytestmark = pytest.mark.django_db

LATER = NOON + SOON


def answered(person: Person, words: str = "We look.", *, sam: int | None = None) -> int:
    """A ticket of somebody's, answered by the desk."""
    ticket_id = opened(person)
    keeper = sam or staff(f"sam{ticket_id}")
    support.answer(staff_id=keeper, ticket_id=ticket_id, body=words, is_internal=False, now=NOON)
    return ticket_id


def finds_the_link_gone(order_id: int) -> None:
    with transaction.atomic():
        orders.find_link_trouble(
            order_id=order_id, found=LinkFinding.GONE, evidence="It answers 404.", staff_id=9, now=NOON
        )


def test_an_order_that_ended_short_is_told_with_what_came_back(alice: Person, service: int) -> None:
    order_id, *_ = running(alice, service, 2)
    ends(order_id, delivered=4)

    (letter,) = sent_by(LATER)

    assert letter.to == [alice.email]
    assert letter.subject == "[7Panel] Orders that ended short"
    assert f"Order {order_id} ended early. 0.0054 USD came back to your balance." in letter.body
    assert f"/orders/{order_id}/" in letter.body
    assert "4 May 2026, 12:00 UTC" in letter.body


def test_an_order_whose_link_is_gone_is_told_once_with_the_reason(alice: Person, service: int) -> None:
    (order_id,) = running(alice, service, 1)
    finds_the_link_gone(order_id)

    (letter,) = sent_by(LATER)

    assert letter.subject == "[7Panel] Orders that need you"
    assert f"Order {order_id} ended because its link was found wrong." in letter.body


def test_finished_orders_come_once_a_day_after_eight_where_their_reader_lives(alice: Person, service: int) -> None:
    accounts.keep_reading(user_id=alice.user_id, reading=Reading(time_zone="Asia/Tehran"))
    ends(*running(alice, service, 1))
    before_eight, after_eight = (datetime(2026, 5, 5, hour, minute, tzinfo=UTC) for hour, minute in ((4, 29), (4, 31)))

    assert sent_by(before_eight, daily=True) == []
    (letter,) = sent_by(after_eight, daily=True)
    assert letter.subject == "[7Panel] Your day at the desk"
    assert "Orders finished (1)" in letter.body
    assert sent_by(after_eight + timedelta(hours=2), daily=True) == []


def test_an_answer_is_told_with_its_words_to_all_of_the_account_and_a_note_is_not(alice: Person) -> None:
    bob = team_mate("Bob", alice)
    sam = staff("sam")
    ticket_id = answered(alice, sam=sam)
    support.answer(staff_id=sam, ticket_id=ticket_id, body="Secret note", is_internal=True, now=NOON)

    letters = sent_by(LATER)

    assert sorted(each.to[0] for each in letters) == sorted([alice.email, bob.email])
    for letter in letters:
        assert f"The desk answered ticket {ticket_id}." in letter.body
        assert "We look." in letter.body
        assert f"/tickets/{ticket_id}/" in letter.body
        assert "Secret" not in letter.body


def test_money_that_is_credited_or_held_is_told(alice: Person) -> None:
    take_usdt()
    say(now_is(transfer(alice, "25"), Verdict.CONFIRMED))
    say(now_is(transfer(alice, "1", number=2), Verdict.CONFIRMED))

    (letter,) = sent_by(LATER)

    assert letter.subject == "[7Panel] Deposits (2)"
    assert "25.00 USD came to your balance." in letter.body
    assert "A payment needs a look" in letter.body


def test_changes_of_services_are_told_to_whoever_asked_and_uses_the_service(alice: Person, service: int) -> None:
    mallory = open_customer("Mallory", balance="10")
    running(alice, service, 1)
    draft = Draft(kind=NoticeKind.DELAY, scope=Scope.SERVICE, subject=service, text="Work goes slower this week.")
    choose(mallory, SERVICES=Manner.AT_ONCE)
    notices.publish(draft=draft, written_by="olga", now=NOON)
    assert sent_by(LATER) == []

    choose(alice, SERVICES=Manner.AT_ONCE)
    notices.publish(draft=draft, written_by="olga", now=NOON)

    (letter,) = sent_by(LATER)
    assert letter.to == [alice.email]
    assert "Work goes slower this week." in letter.body


def test_a_new_version_of_the_terms_is_told_once_to_whoever_accepted_another(alice: Person) -> None:
    open_customer("Nora", has_accepted=False)
    db.rows("ALTER TABLE accounts_acceptedtext DISABLE TRIGGER USER")
    db.rows("UPDATE accounts_acceptedtext SET version = '0.9' WHERE document = 'terms'")
    db.rows("ALTER TABLE accounts_acceptedtext ENABLE TRIGGER USER")
    open_customer("Mallory")

    for _ in range(2):
        commands.note_editions(now=NOON)
    (letter,) = sent_by(LATER)
    commands.note_editions(now=LATER)

    assert letter.to == [alice.email]
    assert "Read them and accept them to go on ordering." in letter.body
    assert sent_by(LATER + timedelta(days=40)) == []


def test_a_sign_in_on_a_new_device_is_told_whatever_was_chosen_and_to_staff_too(alice: Person) -> None:
    sam = staff("sam")
    commands.choose(user_id=alice.user_id, chosen=dict.fromkeys(LetterKind, Manner.NEVER))
    for user_id in (alice.user_id, sam):
        signs_in(Person(user_id=user_id, customer_id=0, email=""))

    letters = sent_by(NOON)

    assert sorted(each.to[0] for each in letters) == sorted([alice.email, "sam@desk.example"])
    assert all("from 192.0.2.7: a browser." in str(each.body) for each in letters)
    assert all("If it was not you" in str(each.body) for each in letters)
    assert [name for each in letters for name in each.extra_headers if name.startswith("List-")] == []


def test_an_address_that_an_account_had_before_is_told_as_well(alice: Person) -> None:
    with transaction.atomic():
        accounts.tell_person(user_id=alice.user_id, news=SecurityNews.EMAIL, email="old@example.org", now=NOON)

    (letter,) = sent_by(NOON)

    assert letter.recipients() == [alice.email, "old@example.org"]


def test_keys_are_told_by_their_names_to_everybody_of_the_account(alice: Person) -> None:
    team_mate("Bob", alice)
    make_key(alice)

    letters = sent_by(NOON + SOON)

    assert len(letters) == 2
    assert all("The API key “test” was made." in str(each.body) for each in letters)


def test_a_letter_speaks_the_language_of_its_reader_in_their_calendar_and_zone(alice: Person, service: int) -> None:
    accounts.keep_reading(
        user_id=alice.user_id,
        reading=Reading(language=Language.PERSIAN, calendar=Calendar.JALALI, time_zone="Asia/Tehran"),
    )
    (order_id,) = running(alice, service, 1)
    ends(order_id, delivered=0)

    (letter,) = sent_by(LATER)

    assert "USD" in letter.body
    assert "۱۴ اردیبهشت ۱۴۰۵" in letter.body
    assert "۱۵:۳۰" in letter.body
    assert "Order" not in letter.body
    assert str(order_id) in letter.body


def test_an_english_reader_with_a_zone_reads_the_times_of_that_zone(alice: Person, service: int) -> None:
    accounts.keep_reading(user_id=alice.user_id, reading=Reading(time_zone="Asia/Tehran"))
    ends(*running(alice, service, 1), delivered=0)

    (letter,) = sent_by(LATER)

    assert "4 May 2026, 15:30" in letter.body


@pytest.mark.parametrize("kind", sorted(set(LetterKind) - {LetterKind.SECURITY}))
def test_what_nobody_wants_to_hear_is_not_even_noted(kind: LetterKind, alice: Person, service: int) -> None:
    choose(alice, **{kind.name: Manner.NEVER})
    first, second, third = running(alice, service, 3)
    ends(first)
    ends(second, delivered=3)
    finds_the_link_gone(third)
    answered(alice)
    sent_by(LATER, daily=True)

    assert db.rows("SELECT count(*) FROM letters_told WHERE kind = %s", [kind.value]) == [(0,)]


def test_what_is_switched_off_is_not_told_even_if_it_waited(alice: Person, service: int) -> None:
    ends(*running(alice, service, 1), delivered=0)
    commands.note_happenings(now=NOON)
    commands.write_letters(now=LATER)

    choose(alice, SHORT=Manner.NEVER)

    assert sent_by(LATER) == []


def test_what_waited_for_the_day_comes_at_once_when_that_is_chosen(alice: Person, service: int) -> None:
    ends(*running(alice, service, 1))
    commands.note_happenings(now=NOON)

    choose(alice, FINISHED=Manner.AT_ONCE)

    assert subjects(sent_by(LATER)) == ["[7Panel] Orders finished"]


def test_what_happened_long_ago_is_not_told_any_more(alice: Person, service: int) -> None:
    first, second = running(alice, service, 2)
    ends(first, delivered=0, at=NOON - TOLD_WITHIN)
    ends(second, delivered=0, at=NOON)

    (letter,) = sent_by(NOON + timedelta(seconds=1) + SOON)

    assert f"Order {second} " in letter.body
    assert f"Order {first} " not in letter.body


def test_nobody_is_written_to_whose_account_is_gone(alice: Person, service: int) -> None:
    ends(*running(alice, service, 1), delivered=0)
    commands.note_happenings(now=NOON)
    commands.write_letters(now=LATER)
    with transaction.atomic():
        commands.forget_people(user_ids=[alice.user_id])

    assert sent_by(LATER) == []
    for table in ("letters_told", "letters_letter", "letters_choice"):
        assert db.rows(f"SELECT count(*) FROM {table}") == [(0,)]


def test_a_choice_stands_for_itself_and_the_rest_stays_as_it_was(alice: Person) -> None:
    choose(alice, TICKETS=Manner.NEVER, SECURITY=Manner.NEVER)

    assert queries.choices(user_id=alice.user_id) == {**DEFAULTS, LetterKind.TICKETS: Manner.NEVER}


def test_what_was_told_is_forgotten_after_a_month(alice: Person, service: int) -> None:
    ends(*running(alice, service, 1), delivered=0)
    sent_by(LATER)

    commands.tidy_letters(now=LATER + timedelta(days=29))
    kept = db.rows("SELECT count(*) FROM letters_letter")
    commands.tidy_letters(now=LATER + timedelta(days=31))

    assert kept == [(1,)]
    assert db.rows("SELECT count(*) FROM letters_letter") == db.rows("SELECT count(*) FROM letters_told") == [(0,)]
