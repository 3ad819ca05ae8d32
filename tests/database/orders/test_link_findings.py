"""Clauses 2, 4.5 and 4.6 after placing: what is found about a link ends the order once, with nothing back by itself."""

from dataclasses import replace

import pytest
from django.db import Error, transaction
from tests.books import books_are_right, order_of
from tests.database.orders.running import LINK, balance, placed, reported, told
from tests.shop import NOON, Person, add_service, open_customer

from sevenpanel.kernel import db
from sevenpanel.kernel.models import Outbox
from sevenpanel.orders import commands, queries
from sevenpanel.orders.commands.cancelling import TOPIC
from sevenpanel.orders.commands.decisions import Decided, GrantByHand
from sevenpanel.orders.domain import Decider, Dispatch, Effect, Outcome, Report, Status
from sevenpanel.orders.queries import Asked
from sevenpanel.terms import Kind, LinkFinding, UnableToDecide, replay

pytestmark = pytest.mark.django_db

NEVER_FITTED = (LinkFinding.WRONG, LinkFinding.WRONG_FORMAT)
SINCE = (LinkFinding.GONE, LinkFinding.CHANGED, LinkFinding.PRIVATE)


@pytest.fixture
def alice() -> Person:
    return open_customer("Alice", balance="10")


def find(order_id: int, found: LinkFinding, *, staff_id: int | None = 9) -> Decided:
    with transaction.atomic():
        return commands.find_link_trouble(
            order_id=order_id, found=found, evidence="The page answers 404.", staff_id=staff_id, now=NOON
        )


def closed(person: Person, order_id: int) -> tuple[Status, Outcome | None, int | None, int | None]:
    row = order_of(person, order_id)
    return row.status, row.outcome, row.earned_micros, row.returned_micros


@pytest.mark.parametrize("found", NEVER_FITTED)
@pytest.mark.parametrize("remains", [None, 750])
def test_2_a_wrong_link_that_is_found_later_completes_the_order(
    alice: Person, found: LinkFinding, remains: int | None
) -> None:
    order_id = placed(alice)
    reported(order_id, Status.IN_PROGRESS, remains)

    decided = find(order_id, found)

    assert closed(alice, order_id) == (Status.COMPLETED, Outcome.CLOSED, 900_000, 0)
    assert (decided.decision.clause, decided.effect) == ("2", Effect.ENDED)
    assert f"The link was found to be {found}: The page answers 404." in told(alice, order_id)
    books_are_right()


@pytest.mark.parametrize("found", SINCE)
@pytest.mark.parametrize(("remains", "status"), [(None, Status.CANCELED), (750, Status.COMPLETED)])
def test_4_5_a_link_that_is_gone_changed_or_private_closes_the_order_without_completion(
    alice: Person, found: LinkFinding, remains: int | None, status: Status
) -> None:
    order_id = placed(alice)
    reported(order_id, Status.IN_PROGRESS, remains)

    find(order_id, found)

    assert closed(alice, order_id) == (status, Outcome.CLOSED, 900_000, 0)
    (made,) = queries.decisions_of_order(order_id=order_id)
    assert (made.decision.clause, made.decider, made.staff_id) == ("4.5", Decider.CONFIRMED, 9)
    assert replay(made.record).changed == ()
    assert balance(alice) == 9_100_000
    books_are_right()


def test_4_5_an_order_that_runs_for_long_is_told_why(alice: Person) -> None:
    order_id = placed(alice, service_id=add_service(is_long_running=True))

    decided = find(order_id, LinkFinding.CHANGED)

    assert "An order that runs for long needs the same link until it ends." in decided.decision.reasons


@pytest.mark.parametrize(
    ("dispatch", "asked"),
    [(Dispatch.QUEUED, 0), (Dispatch.SENDING, 1), (Dispatch.SENT, 1), (Dispatch.UNKNOWN, 1)],
)
def test_a_provider_that_may_work_on_it_is_asked_to_stop(alice: Person, dispatch: Dispatch, asked: int) -> None:
    order_id = placed(alice, dispatch=dispatch)

    find(order_id, LinkFinding.GONE)

    assert Outbox.objects.filter(topic=TOPIC, subject_id=order_id).count() == asked


@pytest.mark.parametrize("said", [Status.COMPLETED, Status.CANCELED, Status.PARTIAL, Status.IN_PROGRESS])
def test_settled_4_what_the_provider_says_afterwards_moves_nothing(alice: Person, said: Status) -> None:
    order_id = placed(alice)
    find(order_id, LinkFinding.GONE)

    reported(order_id, said, 400)
    reported(order_id, said, 400, link=LinkFinding.WRONG)

    assert closed(alice, order_id) == (Status.CANCELED, Outcome.CLOSED, 900_000, 0)
    books_are_right()


def test_an_order_is_found_in_trouble_once_and_not_after_its_end(alice: Person) -> None:
    found, ended = placed(alice), placed(alice, link="t.me/other_channel")
    find(found, LinkFinding.GONE)
    reported(ended, Status.COMPLETED, 0)

    for order_id in (found, ended, 10**9):
        with pytest.raises(commands.UnableToFindTrouble, match="has ended"):
            find(order_id, LinkFinding.WRONG)

    assert balance(alice) == 10_000_000 - 2 * 900_000
    books_are_right()


@pytest.mark.parametrize("evidence", ["", "  \n ", "a\0b"])
def test_a_finding_needs_evidence(alice: Person, evidence: str) -> None:
    order_id = placed(alice)

    with pytest.raises(commands.UnableToFindTrouble, match="Say what shows it"), transaction.atomic():
        commands.find_link_trouble(
            order_id=order_id, found=LinkFinding.GONE, evidence=evidence, staff_id=9, now=NOON
        )  # fmt: skip
    assert order_of(alice, order_id).is_open


def test_what_was_found_is_never_changed(alice: Person) -> None:
    find(placed(alice), LinkFinding.GONE)

    for statement in ("UPDATE orders_trouble SET evidence = 'x'", "DELETE FROM orders_trouble"):
        with pytest.raises(Error, match=r"permission denied|append-only"), transaction.atomic():
            db.rows(statement)


def test_4_6_orders_that_ran_at_once_are_closed_together(alice: Person) -> None:
    """It cannot come about at the door; an operator who changes what a link means may still find two."""
    first, second, third = (placed(alice, link=f"t.me/channel_{n}") for n in range(3))
    reported(first, Status.IN_PROGRESS, 750)
    same = "Both names lead to one channel."

    with transaction.atomic():
        commands.find_several(request_of={first: None, second: None}, evidence=same, staff_id=9, now=NOON)

    assert closed(alice, first) == (Status.COMPLETED, Outcome.CLOSED, 900_000, 0)
    assert closed(alice, second) == (Status.CANCELED, Outcome.CLOSED, 900_000, 0)
    assert order_of(alice, third).is_open
    assert f"Order {second} of the same service ran on the same link" in told(alice, first)
    assert {row.decision.clause for row in queries.decisions_of_order(order_id=second)} == {"4.6"}
    books_are_right()


def test_4_6_only_open_orders_of_one_customer_are_closed_together(alice: Person) -> None:
    mallory = open_customer("Mallory", balance="10")
    first, theirs = placed(alice), placed(mallory)

    for wanted in ([first], [first, theirs], [first, 10**9]):
        with pytest.raises(commands.UnableToFindTrouble), transaction.atomic():
            commands.find_several(
                request_of=dict.fromkeys(wanted), evidence="The same.", staff_id=9, now=NOON
            )  # fmt: skip
    assert order_of(alice, first).is_open
    assert order_of(mallory, theirs).is_open


def test_settled_5_a_grant_is_a_decision_of_its_own_up_to_what_was_not_delivered(alice: Person) -> None:
    order_id = placed(alice)
    reported(order_id, Status.IN_PROGRESS, 750)
    find(order_id, LinkFinding.PRIVATE)
    asked = Asked(order_id=order_id, customer_id=alice.customer_id, kind=Kind.LINK_TROUBLE, requested_at=NOON)

    most = GrantByHand(staff_id=9, amount_micros=675_000, reason="Goodwill")
    for act in (replace(most, amount_micros=0), replace(most, amount_micros=675_001), replace(most, reason=" ")):
        with pytest.raises(UnableToDecide), transaction.atomic():
            commands.decide_by_staff(asked=asked, act=act, now=NOON)
    with transaction.atomic():
        granted = commands.decide_by_staff(asked=asked, act=most, now=NOON)

    assert (granted.decision.clause, granted.effect) == ("4.5", Effect.GRANTED)
    assert balance(alice) == 9_100_000 + 675_000
    books_are_right()


def grant(order_id: int, *, returned: int, amount: int = 100_000) -> Decided:
    return commands.grant_after_trouble(
        order_id=order_id, amount_micros=amount, returned_micros=returned, reason="Goodwill", staff_id=9, now=NOON
    )


@pytest.mark.django_db(transaction=True)
def test_settled_5_a_grant_knows_what_came_back_before_so_that_it_is_given_once(alice: Person) -> None:
    order_id, well = placed(alice), placed(alice, link="t.me/other_channel")
    find(order_id, LinkFinding.GONE)

    grant(order_id, returned=0)
    for returned in (0, 99_999, 200_000):
        with pytest.raises(commands.UnableToFindTrouble, match="since you looked"):
            grant(order_id, returned=returned)
    grant(order_id, returned=100_000)
    for absent in (well, 10**9):
        with pytest.raises(commands.UnableToFindTrouble, match="Nothing was found"):
            grant(absent, returned=0)

    assert balance(alice) == 10_000_000 - 2 * 900_000 + 200_000
    books_are_right()


@pytest.mark.parametrize("remains", [None, 750])
@pytest.mark.parametrize("found", LinkFinding)
def test_2_4_5_what_is_shown_beforehand_is_what_is_decided(
    alice: Person, found: LinkFinding, remains: int | None
) -> None:
    order_id = placed(alice, service_id=add_service(is_long_running=True))
    reported(order_id, Status.IN_PROGRESS, remains)

    shown = queries.what_would_follow(order_id=order_id, customer_id=alice.customer_id, now=NOON)[found]
    assert order_of(alice, order_id).is_open
    decided = find(order_id, found).decision

    assert (shown.outcome, shown.clause, shown.close_as) == (decided.outcome, decided.clause, decided.close_as)
    assert shown.reasons[1:] == decided.reasons[1:]


def test_4_6_what_is_shown_beforehand_about_several_orders_is_what_is_decided(alice: Person) -> None:
    first, second = (placed(alice, link=f"t.me/channel_{n}") for n in range(2))

    shown = queries.what_would_follow_of_several(
        order_id=first, customer_id=alice.customer_id, others=[second], now=NOON
    )  # fmt: skip
    with transaction.atomic():
        decided = commands.find_several(request_of={first: None, second: None}, evidence="x", staff_id=9, now=NOON)

    assert shown == decided[first].decision


def test_the_words_of_the_provider_are_kept_for_staff(alice: Person) -> None:
    order_id = placed(alice)
    said = Report(
        order_id=order_id, status=None, remains=None, start_count=None, words="Hm", link=LinkFinding.GONE,
        link_words="Post not found",
    )  # fmt: skip

    with transaction.atomic():
        commands.apply_reports(reports=[said], now=NOON)

    row = queries.trouble(order_id=order_id)
    assert row is not None
    assert (row.found, row.words, row.staff_id) == (LinkFinding.GONE, "Post not found", None)
    assert "Post not found" not in told(alice, order_id)


@pytest.mark.parametrize("said", [None, Status.IN_PROGRESS, Status.PARTIAL, Status.CANCELED])
@pytest.mark.parametrize(("found", "clause"), [(LinkFinding.WRONG, "2"), (LinkFinding.PRIVATE, "4.5")])
def test_clear_words_of_the_provider_close_the_order_and_count_what_arrived(
    alice: Person, said: Status | None, found: LinkFinding, clause: str
) -> None:
    order_id = placed(alice)

    reported(order_id, said, 400, link=found)

    assert closed(alice, order_id) == (Status.COMPLETED, Outcome.CLOSED, 900_000, 0)
    assert order_of(alice, order_id).delivered == 600
    (made,) = queries.decisions_of_order(order_id=order_id)
    assert (made.decision.clause, made.decider) == (clause, Decider.RULES)
    assert "The provider says so." in told(alice, order_id)
    books_are_right()


def test_what_the_provider_completed_is_completed_whatever_it_says_of_the_link(alice: Person) -> None:
    order_id = placed(alice)

    reported(order_id, Status.COMPLETED, 0, link=LinkFinding.CHANGED)

    assert order_of(alice, order_id).outcome is Outcome.DELIVERED


def test_4_1_a_provider_that_stops_on_request_confirms_it_whatever_it_says_of_the_link(alice: Person) -> None:
    order_id = placed(alice)
    commands.request_cancel(customer_id=alice.customer_id, order_ids=[order_id], now=NOON)

    reported(order_id, Status.CANCELED, 1000, link=LinkFinding.PRIVATE)

    assert order_of(alice, order_id).outcome is Outcome.CANCELLED_BY_CUSTOMER
    assert balance(alice) == 10_000_000
    books_are_right()


def test_one_row_in_trouble_touches_no_neighbour(alice: Person) -> None:
    troubled, well = placed(alice), placed(alice, link="t.me/other_channel")

    reported(troubled, None, None, link=LinkFinding.GONE)
    reported(well, Status.COMPLETED, 0)

    assert closed(alice, troubled)[1] is Outcome.CLOSED
    assert closed(alice, well)[1] is Outcome.DELIVERED
    assert LINK in order_of(alice, troubled).link
