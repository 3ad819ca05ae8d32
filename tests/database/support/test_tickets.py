"""Tickets: the clock, the claim, documents, verdicts, appeals, quotas, letters."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest
from django.core import mail
from django.db import transaction
from tests.books import books_are_right, order_of
from tests.database.orders.test_decisions import reported, running
from tests.database.support.pictures import PDF, picture
from tests.shop import NOON, PASSWORD, Person, open_customer, team_mate

from sevenpanel.accounts import commands as accounts
from sevenpanel.accounts.domain import Role
from sevenpanel.kernel import outbox
from sevenpanel.orders.commands import Confirm, GrantByHand, RefuseByHand, UnableToDecideOrder, fingerprint
from sevenpanel.orders.domain import Status
from sevenpanel.support import commands, queries
from sevenpanel.support.commands.filing import media_folder
from sevenpanel.support.commands.writing import MAIL_TOPIC
from sevenpanel.support.domain import RequestState, Topic, Upload
from sevenpanel.support.domain.files import FILES_PER_TICKET_MAX, UnableToTakeFile
from sevenpanel.support.queries import Heap, RequestRow, TicketPage
from sevenpanel.terms import Aspect, Document, Kind, Outcome

# Commands own their transactions, and every one of them may be the last.
pytestmark = pytest.mark.django_db

DAY = timedelta(hours=24)
LATE = NOON + DAY + timedelta(seconds=1)
SHOT = Upload(name="count.png", data=picture(), document=Document.COUNT_SCREENSHOT)


@pytest.fixture
def alice() -> Person:
    return open_customer("Alice", balance="10")


def staff(name: str, role: Role = Role.SUPPORT) -> int:
    with transaction.atomic():
        return accounts.add_person(
            email=f"{name}@desk.example", password=PASSWORD, name=name, role=role, customer_id=None, now=NOON
        )


def opened(
    person: Person,
    *order_ids: int,
    kind: Kind = Kind.NOT_COMPLETED,
    uploads: Sequence[Upload] = (),
    now: datetime = NOON,
    broken: Sequence[Aspect] = (),
) -> int:
    return commands.open_ticket(
        customer_id=person.customer_id,
        person_id=person.user_id,
        topic=Topic.ORDER if order_ids else Topic.OTHER,
        kind=kind if order_ids else None,
        order_ids=order_ids,
        body="It is late.",
        now=now,
        broken=broken,
        uploads=uploads,
    )


def page(ticket_id: int, now: datetime = LATE, customer_id: int | None = None) -> TicketPage:
    found = queries.ticket_page(ticket_id=ticket_id, customer_id=customer_id, now=now)
    assert found is not None
    return found


def request(ticket_id: int, now: datetime = LATE) -> RequestRow:
    return page(ticket_id, now).requests[0]


def confirm(ticket_id: int, staff_id: int, now: datetime = LATE) -> None:
    asked = request(ticket_id, now)
    act = Confirm(staff_id=staff_id, expected=fingerprint(asked.says))
    commands.judge(ticket_id=ticket_id, request_id=asked.id, act=act, now=now)


def claim(person: Person, ticket_id: int, order_id: int, after: timedelta) -> int:
    return commands.claim(customer_id=person.customer_id, ticket_id=ticket_id, order_id=order_id, now=NOON + after)


def test_4_4_after_24_hours_and_a_second_the_claim_needs_no_operator(alice: Person) -> None:
    order_id = running(alice)
    ticket_id = opened(alice, order_id)

    back = claim(alice, ticket_id, order_id, DAY + timedelta(seconds=1))

    row = order_of(alice, order_id)
    assert (back, row.status, row.returned_micros) == (900_000, Status.CANCELED, 900_000)
    assert page(ticket_id).requests[1].decided is not None
    with pytest.raises(commands.UnableToClaim, match="already"):
        claim(alice, ticket_id, order_id, DAY + timedelta(hours=1))
    books_are_right()


@pytest.mark.parametrize("after", [timedelta(hours=23, minutes=59), DAY])
def test_4_4_before_that_there_is_none_and_nothing_is_kept_of_trying(alice: Person, after: timedelta) -> None:
    order_id = running(alice)
    ticket_id = opened(alice, order_id)

    with pytest.raises(commands.UnableToClaim, match="staff have until 5 May 2026, 12:00 UTC"):
        claim(alice, ticket_id, order_id, after)

    assert order_of(alice, order_id).is_open
    assert len(page(ticket_id).requests) == 1


def test_4_4_an_answer_stops_the_clock_a_note_does_not_and_another_message_starts_it(alice: Person) -> None:
    order_id, sam = running(alice), staff("sam")
    ticket_id = opened(alice, order_id)
    hour = timedelta(hours=1)

    commands.answer(staff_id=sam, ticket_id=ticket_id, body="Ask the provider", is_internal=True, now=NOON + hour)
    noted = page(ticket_id, NOON + hour).ticket.waiting
    commands.answer(staff_id=sam, ticket_id=ticket_id, body="We look at it.", is_internal=False, now=NOON + 2 * hour)
    answered = page(ticket_id, NOON + 2 * hour).ticket.waiting
    commands.reply(
        customer_id=alice.customer_id, person_id=alice.user_id, ticket_id=ticket_id, body="And?", now=NOON + 3 * hour
    )
    again = page(ticket_id, NOON + 3 * hour).ticket.waiting

    assert noted is not None
    assert noted.claim_from == NOON + DAY
    assert answered is None
    assert again is not None
    assert again.claim_from == NOON + 3 * hour + DAY
    assert [t.id for t in queries.tickets_for_staff(heap=Heap.WAITING, staff_id=sam, now=LATE)] == [ticket_id]


def test_4_4_what_a_customer_withdrew_does_not_run_out_when_it_opens_again(alice: Person) -> None:
    order_id = running(alice)
    ticket_id = opened(alice, order_id)
    commands.withdraw(customer_id=alice.customer_id, ticket_id=ticket_id, now=NOON + timedelta(hours=1))
    later = NOON + timedelta(hours=30)
    commands.reply(customer_id=alice.customer_id, person_id=alice.user_id, ticket_id=ticket_id, body="Still", now=later)

    with pytest.raises(commands.UnableToClaim):
        claim(alice, ticket_id, order_id, timedelta(hours=31))

    assert page(ticket_id, later).ticket.closed_at is None


def test_4_4_staff_cannot_close_the_clock_away(alice: Person) -> None:
    order_id = running(alice)
    ticket_id = opened(alice, order_id)
    commands.close(ticket_id=ticket_id, now=NOON + timedelta(hours=1))

    assert claim(alice, ticket_id, order_id, DAY + timedelta(seconds=1)) == 900_000


def test_4_9_without_documents_they_are_listed_and_the_time_of_asking_is_kept(alice: Person) -> None:
    order_id, sam = running(alice), staff("sam")
    ticket_id = opened(alice, order_id, now=LATE)
    asked = request(ticket_id)
    assert asked.says.outcome is Outcome.DOCUMENTS
    assert asked.says.needs == (Document.COUNT_SCREENSHOT,)
    with pytest.raises(UnableToDecideOrder, match="nothing to confirm"):
        confirm(ticket_id, sam)

    later = LATE + timedelta(hours=2)
    reported(order_id, Status.COMPLETED, 1000, later)
    commands.reply(
        customer_id=alice.customer_id, person_id=alice.user_id, ticket_id=ticket_id, body="", now=later, uploads=[SHOT]
    )

    kept = request(ticket_id, later)
    assert (kept.requested_at, kept.documents) == (LATE, {Document.COUNT_SCREENSHOT})
    assert (kept.says.outcome, kept.says.clause) == (Outcome.GRANT, "4.2")


def test_4_2_staff_confirm_and_the_customer_reads_the_arithmetic(alice: Person) -> None:
    order_id, sam = running(alice), staff("sam")
    ticket_id = opened(alice, order_id, uploads=[SHOT], now=LATE)

    confirm(ticket_id, sam)

    last = page(ticket_id, customer_id=alice.customer_id).messages[-1]
    assert last.is_from_staff
    assert "granted, clause 4.2." in last.body
    assert "250 of 1,000 arrived; that part costs 0.225 USD of 0.90 USD. 0.675 USD comes back." in last.body
    assert order_of(alice, order_id).returned_micros == 675_000
    with pytest.raises(commands.UnableToJudge, match="decided already"):
        confirm(ticket_id, sam)


def test_4_3_staff_say_what_differs_and_the_rules_say_what_follows(alice: Person) -> None:
    order_id, sam = running(alice), staff("sam")
    shot = Upload(name="seen.png", data=picture(), document=Document.RECEIVED_SCREENSHOT)
    ticket_id = opened(
        alice, order_id, kind=Kind.WRONG_SPECIFICATION, broken=[Aspect.QUALITY], uploads=[shot], now=LATE
    )
    outcomes = [request(ticket_id).says.outcome]
    for differs in ([], [Aspect.SPEED], [Aspect.QUALITY, Aspect.SPEED]):
        commands.record_finding(ticket_id=ticket_id, request_id=request(ticket_id).id, differs=differs)
        outcomes.append(request(ticket_id).says.outcome)

    assert outcomes == [Outcome.STAFF, Outcome.REFUSE, Outcome.REFUSE, Outcome.GRANT]
    confirm(ticket_id, sam)
    assert order_of(alice, order_id).returned_micros == 900_000


@pytest.mark.parametrize(
    ("kind", "broken", "clause"),
    [
        (Kind.DROP, (), "5"),
        (Kind.OWN_MISTAKE, (), "4.8"),
        (Kind.WRONG_SPECIFICATION, (Aspect.SPEED, Aspect.DROP), "4.3"),
    ],
)
def test_what_is_no_reason_is_refused_without_asking_for_documents(
    alice: Person, kind: Kind, broken: Sequence[Aspect], clause: str
) -> None:
    ticket_id = opened(alice, running(alice), kind=kind, broken=broken, now=LATE)

    says = request(ticket_id).says
    assert (says.outcome, says.clause, says.refund_micros) == (Outcome.REFUSE, clause, 0)


def test_4_9_a_decision_is_reviewed_once_by_somebody_else_with_new_documents(alice: Person) -> None:
    order_id, sam, tia = running(alice), staff("sam"), staff("tia")
    ticket_id = opened(alice, order_id, uploads=[SHOT], now=LATE)
    asked = request(ticket_id)
    refuse = RefuseByHand(staff_id=sam, reason="The picture is old.")
    commands.judge(ticket_id=ticket_id, request_id=asked.id, act=refuse, now=LATE)

    def appeal(*uploads: Upload) -> None:
        commands.appeal(
            customer_id=alice.customer_id, person_id=alice.user_id, ticket_id=ticket_id, request_id=asked.id,
            body="Look again.", uploads=uploads, now=LATE,
        )  # fmt: skip

    with pytest.raises(commands.UnableToAppeal, match="documents that were not there before"):
        appeal()
    appeal(SHOT)
    with pytest.raises(commands.UnableToJudge, match="somebody else decides"):
        confirm(ticket_id, sam)
    confirm(ticket_id, tia)

    reviewed = request(ticket_id)
    assert reviewed.state is RequestState.DECIDED
    assert reviewed.decided is not None
    assert reviewed.decided.appeals_id is not None
    assert order_of(alice, order_id).returned_micros == 675_000
    with pytest.raises(commands.UnableToAppeal, match="1 appeal"):
        appeal(SHOT)
    books_are_right()


def test_staff_grant_by_hand_with_a_reason(alice: Person) -> None:
    order_id, sam = running(alice), staff("sam")
    ticket_id = opened(alice, order_id, kind=Kind.OWN_MISTAKE, now=LATE)

    grant = GrantByHand(staff_id=sam, amount_micros=100_000, reason="Goodwill")
    commands.judge(ticket_id=ticket_id, request_id=request(ticket_id).id, act=grant, now=LATE)

    assert order_of(alice, order_id).returned_micros == 100_000
    assert "Granted by staff: Goodwill" in page(ticket_id).messages[-1].body


def test_nobody_reads_writes_or_claims_in_a_strangers_ticket(alice: Person) -> None:
    mallory, bob, order_id = open_customer("Mallory"), team_mate("Bob", alice), running(alice)
    ticket_id = opened(alice, order_id, uploads=[SHOT])
    (kept,) = page(ticket_id).messages[0].files

    assert queries.ticket_page(ticket_id=ticket_id, customer_id=mallory.customer_id, now=LATE) is None
    assert queries.file(ticket_id=ticket_id, file_id=kept.id, customer_id=mallory.customer_id) is None
    assert queries.file(ticket_id=ticket_id + 1, file_id=kept.id, customer_id=alice.customer_id) is None
    assert queries.tickets_about(order_id=order_id, customer_id=mallory.customer_id) == ()
    for act in (
        lambda: commands.reply(
            customer_id=mallory.customer_id, person_id=mallory.user_id, ticket_id=ticket_id, body="Hi", now=LATE
        ),
        lambda: claim(mallory, ticket_id, order_id, DAY * 2),
        lambda: commands.withdraw(customer_id=mallory.customer_id, ticket_id=ticket_id, now=LATE),
    ):
        with pytest.raises(commands.UnableToFindTicket):
            act()
    with pytest.raises(commands.UnableToWrite, match="You have no order"):
        opened(mallory, order_id)
    assert queries.ticket_page(ticket_id=ticket_id, customer_id=bob.customer_id, now=LATE) is not None


def test_files_of_internal_notes_are_for_staff(alice: Person) -> None:
    sam, ticket_id = staff("sam"), opened(alice, running(alice))
    note = [Upload(name="note.pdf", data=PDF)]
    commands.answer(staff_id=sam, ticket_id=ticket_id, body="", is_internal=True, now=LATE, uploads=note)
    (kept,) = page(ticket_id).messages[1].files

    assert queries.file(ticket_id=ticket_id, file_id=kept.id, customer_id=None) is not None
    assert queries.file(ticket_id=ticket_id, file_id=kept.id, customer_id=alice.customer_id) is None
    assert len(page(ticket_id, customer_id=alice.customer_id).messages) == 1


def test_a_ticket_holds_so_many_files_and_a_refused_message_leaves_none(alice: Person) -> None:
    ticket_id = opened(alice, running(alice))

    def send(count: int, data: bytes = b"words") -> None:
        uploads = [Upload(name=f"{n}.txt", data=data) for n in range(count)]
        commands.reply(
            customer_id=alice.customer_id, person_id=alice.user_id, ticket_id=ticket_id, body="", now=NOON,
            uploads=uploads,
        )  # fmt: skip

    for _ in range(FILES_PER_TICKET_MAX // 5):
        send(5)
    before = {path for path in media_folder().rglob("*") if path.is_file()}
    for count in (1, 6, 1000):
        with pytest.raises(UnableToTakeFile):
            send(count)

    assert {path for path in media_folder().rglob("*") if path.is_file()} == before
    assert len(page(ticket_id).messages) == 1 + FILES_PER_TICKET_MAX // 5


def test_letters_go_to_staff_once_and_only_about_what_customers_wrote(alice: Person) -> None:
    sam, _fin = staff("sam"), staff("fin", Role.FINANCE)
    ticket_id = opened(alice, running(alice))

    def deliver() -> list[list[str]]:
        mail.outbox.clear()
        outbox.hand_over(topic=MAIL_TOPIC, handler=commands.take_written, limit=100)
        while commands.send_next_mail(clock=lambda: LATE + DAY):
            pass
        return sorted(message.to for message in mail.outbox)

    asked = deliver()
    commands.answer(staff_id=sam, ticket_id=ticket_id, body="Secret note", is_internal=True, now=LATE)
    commands.answer(staff_id=sam, ticket_id=ticket_id, body="We look.", is_internal=False, now=LATE)

    assert asked == [["sam@desk.example"]]
    assert deliver() == []
