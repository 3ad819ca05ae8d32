"""Staff find trouble with a link: the order ends, and a ticket holds why, what shows it, and the way to an appeal."""

import pytest
from tests.books import books_are_right, order_of
from tests.database.orders.running import placed, reported
from tests.database.support.pictures import picture
from tests.database.support.test_tickets import page, staff
from tests.shop import NOON, Person, open_customer

from sevenpanel.kernel import outbox
from sevenpanel.ledger import queries as ledger
from sevenpanel.orders import commands as orders
from sevenpanel.orders.commands import Confirm, GrantByHand
from sevenpanel.orders.domain import Outcome, Status
from sevenpanel.support import commands, queries
from sevenpanel.support.commands.writing import MAIL_TOPIC
from sevenpanel.support.domain import RequestState, Topic, Upload
from sevenpanel.terms import Kind, LinkFinding

pytestmark = pytest.mark.django_db

SHOT = Upload(name="404.png", data=picture())


@pytest.fixture
def alice() -> Person:
    return open_customer("Alice", balance="10")


def find(order_id: int, staff_id: int, found: LinkFinding = LinkFinding.GONE) -> int:
    return commands.close_for_link(
        staff_id=staff_id, order_id=order_id, found=found, evidence="It answers 404.", uploads=[SHOT], now=NOON
    )


def test_4_5_the_order_ends_and_its_customer_reads_why_with_what_shows_it(alice: Person) -> None:
    order_id = placed(alice)

    ticket_id = find(order_id, staff("sam"))

    found = page(ticket_id, NOON, alice.customer_id)
    (request,), (message,) = found.requests, found.messages
    assert (request.kind, request.state, request.says.clause) == (Kind.LINK_TROUBLE, RequestState.DECIDED, "4.5")
    assert "It answers 404." in message.body
    assert "somebody else of us decides it again" in message.body
    assert [file.name for file in message.files] == ["404.png"]
    assert order_of(alice, order_id).outcome is Outcome.CLOSED
    assert found.ticket.waiting is None
    assert MAIL_TOPIC in outbox.waiting(topics=[MAIL_TOPIC])
    books_are_right()


def test_a_link_that_is_well_is_told_once_and_changes_nothing(alice: Person) -> None:
    order_id, ended, sam = placed(alice), placed(alice, link="t.me/other_channel"), staff("sam")
    find(ended, sam)

    ticket_id = commands.tell_link_is_well(
        staff_id=sam, order_id=order_id, evidence="It opens.", uploads=[SHOT], now=NOON
    )  # fmt: skip
    with pytest.raises(orders.UnableToFindTrouble, match=f"told this before, in ticket {ticket_id}"):
        commands.tell_link_is_well(staff_id=sam, order_id=order_id, evidence=" It opens. ", now=NOON)
    for absent in (ended, 10**9):
        with pytest.raises(orders.UnableToFindTrouble, match="has ended"):
            commands.tell_link_is_well(staff_id=sam, order_id=absent, evidence="It opens.", now=NOON)

    found = page(ticket_id, NOON, alice.customer_id)
    assert "It opens." in found.messages[0].body
    assert found.requests == ()
    assert found.ticket.waiting is None
    assert order_of(alice, order_id).is_open
    books_are_right()


def test_settled_6_somebody_else_decides_it_again_once_and_may_grant(alice: Person) -> None:
    order_id, sam, tia = placed(alice), staff("sam"), staff("tia")
    reported(order_id, Status.IN_PROGRESS, 750)
    ticket_id = find(order_id, sam)
    (request,) = page(ticket_id, NOON).requests

    commands.appeal(
        customer_id=alice.customer_id, person_id=alice.user_id, ticket_id=ticket_id, request_id=request.id,
        body="It was away for an hour only.", uploads=[SHOT], now=NOON,
    )  # fmt: skip
    act = GrantByHand(staff_id=sam, amount_micros=675_000, reason="It is back")
    with pytest.raises(commands.UnableToJudge, match="somebody else decides it now"):
        commands.judge(ticket_id=ticket_id, request_id=request.id, act=act, now=NOON)
    act = GrantByHand(staff_id=tia, amount_micros=675_000, reason="It is back")
    commands.judge(ticket_id=ticket_id, request_id=request.id, act=act, now=NOON)

    assert ledger.balance(customer_id=alice.customer_id).balance_micros == 9_100_000 + 675_000
    with pytest.raises(commands.UnableToAppeal):
        commands.appeal(
            customer_id=alice.customer_id, person_id=alice.user_id, ticket_id=ticket_id, request_id=request.id,
            body="More.", uploads=[SHOT], now=NOON,
        )  # fmt: skip
    books_are_right()


def test_a_customer_can_have_the_providers_word_looked_at(alice: Person) -> None:
    """Nobody of staff decided that, so nobody is barred."""
    order_id, sam = placed(alice), staff("sam")
    reported(order_id, None, None, link=LinkFinding.PRIVATE)
    ticket_id = commands.open_ticket(
        customer_id=alice.customer_id, person_id=alice.user_id, topic=Topic.ORDER, kind=Kind.LINK_TROUBLE,
        order_ids=[order_id], body="It is public.", now=NOON,
    )  # fmt: skip

    (request,) = page(ticket_id, NOON).requests
    assert request.says.clause == "4.5"
    expected = orders.fingerprint(request.says)
    commands.judge(
        ticket_id=ticket_id, request_id=request.id, act=Confirm(staff_id=sam, expected=expected), now=NOON
    )  # fmt: skip

    assert page(ticket_id, NOON).requests[0].state is RequestState.DECIDED
    books_are_right()


def test_4_6_several_orders_have_one_ticket(alice: Person) -> None:
    first, second = placed(alice), placed(alice, link="t.me/other_channel")

    ticket_id = commands.close_for_several(
        staff_id=staff("sam"), order_ids=[second, first], evidence="Both lead to one channel.", now=NOON
    )

    found = page(ticket_id, NOON)
    assert [(r.order_id, r.kind, r.says.clause) for r in found.requests] == [
        (first, Kind.SEVERAL_ORDERS, "4.6"),
        (second, Kind.SEVERAL_ORDERS, "4.6"),
    ]
    books_are_right()


def test_what_cannot_be_found_leaves_nothing_behind(alice: Person) -> None:
    mallory, sam = open_customer("Mallory", balance="10"), staff("sam")
    ended, open_, theirs = placed(alice), placed(alice, link="t.me/other_channel"), placed(mallory)
    reported(ended, Status.COMPLETED, 0)

    with pytest.raises(orders.UnableToFindTrouble):
        find(ended, sam)
    with pytest.raises(orders.UnableToFindTrouble):
        find(10**9, sam)
    for wanted in ([open_], [open_, theirs], [open_, ended], []):
        with pytest.raises(orders.UnableToFindTrouble):
            commands.close_for_several(staff_id=sam, order_ids=wanted, evidence="The same.", now=NOON)

    assert order_of(alice, open_).is_open
    assert queries.tickets(customer_id=alice.customer_id, now=NOON) == []
    books_are_right()
