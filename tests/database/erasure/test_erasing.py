"""An account is deleted as the privacy policy promises, kind by kind; what stays is what it was, without the person."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import timedelta

import pytest
from django.core import mail
from tests.books import books_are_right
from tests.leavers import MARK, THEN, leaver, marked
from tests.shop import NOON, Person, add_service, deposit, open_customer, team_mate

from sevenpanel.accounts import commands as account_commands
from sevenpanel.accounts import queries as accounts
from sevenpanel.accounts.domain import Calendar, Language, Reading
from sevenpanel.catalog import commands as catalog
from sevenpanel.catalog.models import Favourite
from sevenpanel.erasure import commands, queries
from sevenpanel.erasure.commands.carrying_out import CARRIED_OUT
from sevenpanel.erasure.domain import WAIT, AskedBy, Hindrance
from sevenpanel.kernel import db
from sevenpanel.kernel.media import media_folder
from sevenpanel.ledger import queries as ledger
from sevenpanel.orders import queries as orders
from sevenpanel.orders.commands import place
from sevenpanel.orders.domain import OrderLine, Placed
from sevenpanel.terms import TREATMENT, DataKind, Erasure

pytestmark = pytest.mark.django_db

# Where each kind of data has a mark before its person is erased.
MARKED = {
    DataKind.ACCOUNT: {
        "accounts_customer.name", "accounts_user.email", "accounts_user.name", "account_emailaddress.email",
    },
    DataKind.SESSIONS: {
        "django_session.session_data", "accounts_sessionseen.address", "accounts_sessionseen.agent",
        "accounts_securityevent.address", "accounts_securityevent.agent", "accounts_securityevent.email",
    },
    DataKind.API_KEYS: {
        "accounts_apikey.name", "webhooks_endpoint.url", "webhooks_delivery.events", "webhooks_delivery.answer",
        "webhooks_delivery.words",
    },
    DataKind.ACCEPTANCES: {
        "accounts_acceptance.address", "accounts_acceptance.agent", "accounts_acceptance.request_id",
    },
    DataKind.ORDERS: {
        "orders_order.link", "orders_order.address", "orders_order.target", "orders_order.comments",
        "orders_event.facts", "orders_request.request_id", "orders_trouble.evidence", "orders_correction.reason",
        "fulfilment_task.target", "fulfilment_task.last_word", "fulfilment_attempt.request", "fulfilment_attempt.words",
        "fulfilment_attempt.answer", "fulfilment_finding.sentence", "fulfilment_finding.answer",
        "fulfilment_alert.sentence", "insight_reading.target", "insight_reading.words", "insight_ontarget.target",
        "shortlinks_shortlink.address", "shortlinks_shortlink.target", "exports_export.text",
        "rehearsal_playorder.link",
        "rehearsal_playorder.target", "rehearsal_playorder.request_id",
    },
    DataKind.TICKETS: {
        "support_ticket.subject", "support_message.body", "support_attachment.name", "support_mail.address", "media",
    },
    DataKind.DECISIONS: {"orders_decision.record", "orders_decision.decision"},
    DataKind.LEDGER: set[str](),
    DataKind.DEPOSITS: {"deposits_intent.announced_note", "deposits_evidence.name", "media"},
    DataKind.AUDIT: set[str](),
}  # fmt: skip
EVERYWHERE = set().union(*MARKED.values())
assert MARKED.keys() == set(TREATMENT)


@pytest.fixture(autouse=True)
def _empty_media() -> Iterator[None]:
    """Leave no file with the mark; those of other tests that run beside these stay."""
    yield
    for path in media_folder().rglob("*"):
        with suppress(FileNotFoundError):
            if path.is_file() and MARK.encode() in path.read_bytes():
                path.unlink()


def erase(person: Person) -> None:
    commands.erase(customer_id=person.customer_id, asked_by=AskedBy.CUSTOMER, now=THEN)
    while commands.send_next_erasure_letter(clock=lambda: THEN):
        pass


def test_7_5_nothing_of_any_kind_tells_who_it_was() -> None:
    person = leaver()
    assert marked() == EVERYWHERE

    erase(person)

    assert marked() == set()
    books_are_right()
    assert (accounts.broken_invariants(), queries.broken_invariants()) == ([], [])


@pytest.mark.parametrize("kind", [kind for kind, columns in MARKED.items() if columns])
def test_7_5_a_kind_that_is_left_out_is_seen(kind: DataKind, monkeypatch: pytest.MonkeyPatch) -> None:
    person = leaver()
    monkeypatch.setitem(CARRIED_OUT, kind, lambda customer_id: [])  # type: ignore[arg-type]

    erase(person)

    assert marked() & MARKED[kind]


def test_7_5_kinds_that_stay_are_there_without_the_person() -> None:
    person = leaver()
    before = [row.charge_micros for row in orders.orders(customer_id=person.customer_id)]
    statement = ledger.statement(customer_id=person.customer_id, before_id=None, limit=100)

    erase(person)

    stays = {kind for kind, each in TREATMENT.items() if each.on_erasure is Erasure.UNLINKED}
    rows = orders.orders(customer_id=person.customer_id)
    assert stays == {
        DataKind.ACCEPTANCES, DataKind.ORDERS, DataKind.DECISIONS, DataKind.LEDGER, DataKind.DEPOSITS, DataKind.AUDIT,
    }  # fmt: skip
    assert [row.charge_micros for row in rows] == before
    assert {row.link for row in rows} == {""}
    assert ledger.statement(customer_id=person.customer_id, before_id=None, limit=100) == statement
    assert len(accounts.acceptances(user_id=person.user_id, customer_id=person.customer_id)) == 2
    (decision,) = orders.decisions_of_customer(customer_id=person.customer_id)
    assert (decision.decision.clause, decision.decision.reasons) == ("4.5", ())
    assert [line.sentence for row in rows for line in orders.timeline(row)]
    assert db.rows("SELECT count(*) FROM deposits_intent WHERE customer_id = %s", [person.customer_id]) == [(1,)]
    assert db.rows("SELECT count(*) FROM orders_correction") == [(1,)]


def test_7_5_kinds_that_go_are_gone() -> None:
    person = leaver()

    erase(person)

    for table in ("support_ticket", "support_message", "support_mail", "support_attachment", "accounts_apikey",
                  "accounts_keyallowance", "account_emailaddress", "erasure_letter", "erasure_request"):  # fmt: skip
        assert db.rows(f"SELECT count(*) FROM {table}") == [(0,)], table
    assert accounts.person_of_email(email=person.email) is None
    assert accounts.customer(customer_id=person.customer_id).is_suspended


def test_7_5_what_they_starred_is_forgotten_and_what_others_starred_stays() -> None:
    person, other, service_id = open_customer("Leaver"), open_customer("Other"), add_service("Ads")
    for each in (person, other):
        catalog.star(user_id=each.user_id, service_id=service_id, is_starred=True, now=NOON)

    erase(person)

    assert list(Favourite.objects.values_list("user_id", flat=True)) == [other.user_id]


def test_7_5_nothing_of_others_is_touched() -> None:
    mallory, person = open_customer("Mallory", balance="5"), leaver()
    before = db.rows("SELECT name, is_suspended FROM accounts_customer WHERE id = %s", [mallory.customer_id])

    erase(person)

    assert accounts.person_of_email(email=mallory.email) is not None
    assert db.rows("SELECT name, is_suspended FROM accounts_customer WHERE id = %s", [mallory.customer_id]) == before
    assert {row.address for row in accounts.acceptances(user_id=mallory.user_id, customer_id=None)} == {"192.0.2.1"}


def test_7_5_letters_tell_before_and_after_and_their_addresses_go_with_them() -> None:
    person = leaver()
    due = commands.ask_to_erase(customer_id=person.customer_id, user_id=person.user_id, now=THEN)

    assert due == THEN + WAIT
    assert commands.ask_to_erase(customer_id=person.customer_id, user_id=person.user_id, now=due) == due
    assert commands.erase_due(now=due - timedelta(seconds=1)) == 0
    assert commands.erase_due(now=due) == 1
    assert commands.erase_due(now=due) == 0
    while commands.send_next_erasure_letter(clock=lambda: due):
        pass

    before, after = mail.outbox
    assert (before.to, after.to) == ([person.email], [person.email])
    assert "will be deleted" in before.subject
    assert "/account/delete/" in before.body
    assert "was deleted" in after.subject
    assert all(each.reason in after.body for each in TREATMENT.values())
    assert marked() == set()


def test_7_5_the_last_letter_is_read_as_its_reader_read_though_they_are_no_more() -> None:
    person = leaver()
    reading = Reading(language=Language.PERSIAN, calendar=Calendar.JALALI, time_zone="Asia/Tehran")
    account_commands.keep_reading(user_id=person.user_id, reading=reading)

    erase(person)

    (letter,) = mail.outbox
    assert letter.to == [person.email]
    assert "deleted" not in str(letter.subject)
    assert "Account" not in str(letter.body)
    assert "حساب" in str(letter.body)
    assert not [each.reason for each in TREATMENT.values() if each.reason in str(letter.body)]
    assert marked() == set()


def test_7_5_a_letter_that_the_release_before_wrote_is_sent_in_english() -> None:
    person = leaver()
    db.rows("INSERT INTO erasure_letter (customer_id, address, news, at, tries, due_at) VALUES (%s, %s, %s, %s, 0, %s)",
            [person.customer_id, person.email, "kept", NOON, NOON])  # fmt: skip

    assert commands.send_next_erasure_letter(clock=lambda: THEN)

    (letter,) = mail.outbox
    assert letter.body == "You changed your mind on 4 May 2026, 12:00 UTC: your account is not deleted.\n"


def test_7_5_there_is_a_way_back_until_the_wait_is_over() -> None:
    person = leaver()
    due = commands.ask_to_erase(customer_id=person.customer_id, user_id=person.user_id, now=THEN)

    assert commands.keep_account(customer_id=person.customer_id, now=due)
    assert not commands.keep_account(customer_id=person.customer_id, now=due)

    assert commands.erase_due(now=due) == 0
    assert accounts.person_of_email(email=person.email) is not None


def _open_ticket(person: Person) -> None:
    db.rows("UPDATE support_ticket SET closed_at = NULL, is_withdrawn = false")


def _open_order(person: Person) -> None:
    deposit(person.customer_id, "0.90")
    from_shop(person)


def _money(person: Person) -> None:
    deposit(person.customer_id, "0.01")


def _payment(person: Person) -> None:
    db.rows("UPDATE deposits_intent SET state = 'open'")


def _team(person: Person) -> None:
    team_mate("Bob", person)


def from_shop(person: Person) -> None:
    """An order that is open."""
    line = OrderLine(customer_id=person.customer_id, service_id=add_service(), link="t.me/other", quantity=1000)
    (outcome,) = place(lines=[line], now=THEN)
    assert isinstance(outcome, Placed)


@pytest.mark.parametrize(
    ("begun", "hindrance", "words"),
    [
        (_open_order, Hindrance.ORDERS, "An order is still open."),
        (_open_ticket, Hindrance.TICKETS, "A ticket is still open."),
        (_payment, Hindrance.DEPOSITS, "A deposit is under way."),
        (_money, Hindrance.BALANCE, "the Terms know no way of paying it out"),
        (_team, Hindrance.TEAM, "Other people use this account"),
    ],
)
def test_7_5_what_has_not_ended_is_told_and_nothing_is_changed(
    begun: Callable[[Person], None], hindrance: Hindrance, words: str
) -> None:
    person = leaver()
    begun(person)

    for refused in (
        lambda: commands.ask_to_erase(customer_id=person.customer_id, user_id=person.user_id, now=THEN),
        lambda: erase(person),
    ):
        with pytest.raises(commands.UnableToErase, match=words) as refusal:
            refused()
        assert refusal.value.hindrances == (hindrance,)

    assert marked() == EVERYWHERE
    assert not queries.is_erased(customer_id=person.customer_id)


def test_7_5_what_begins_while_it_waits_is_waited_for() -> None:
    person = leaver()
    due = commands.ask_to_erase(customer_id=person.customer_id, user_id=person.user_id, now=THEN)
    deposit(person.customer_id, "0.01")

    assert commands.erase_due(now=due) == 0

    assert queries.asked(customer_id=person.customer_id) is not None
    assert marked() == EVERYWHERE | {"erasure_letter.address"}


def test_7_5_an_account_is_deleted_once_and_nobody_has_one_that_is_not_there() -> None:
    person = leaver()
    erase(person)

    with pytest.raises(commands.UnableToErase, match="deleted before"):
        erase(person)
    with pytest.raises(commands.UnableToErase, match="no such account"):
        commands.erase(customer_id=10**9, asked_by=AskedBy.CUSTOMER, now=THEN)


def test_7_5_by_letter_the_operator_deletes_an_account_of_several_people() -> None:
    person = leaver()
    bob = team_mate("Bob", person)

    commands.erase(
        customer_id=person.customer_id, asked_by=AskedBy.LETTER, staff_id=1, reason="Letter of 4 May", now=THEN
    )

    assert accounts.person_of_email(email=bob.email) is None
    assert db.rows("SELECT asked_by, staff_id, reason FROM erasure_act") == [
        ("the customer, in a letter to the operator", 1, "Letter of 4 May")
    ]
    assert [each[0] for each in db.rows("SELECT address FROM erasure_letter ORDER BY id")] == [person.email, bob.email]


def test_7_5_the_address_is_free_for_another_account() -> None:
    person = leaver()
    erase(person)

    again = leaver()

    assert again.customer_id != person.customer_id
    assert MARK in accounts.customer(customer_id=again.customer_id).name
