"""Clause 4.1: each request to cancel is a decision, stored as it was made, and money moves on confirmation only."""

from collections.abc import Sequence
from datetime import timedelta

import pytest
from django.db import transaction
from tests.books import books_are_right, order_of
from tests.shop import NOON, Person, add_service, open_customer

from sevenpanel.kernel import db
from sevenpanel.kernel.models import Outbox
from sevenpanel.ledger import queries as ledger
from sevenpanel.orders import commands, queries
from sevenpanel.orders.commands.cancelling import TOPIC, CancelVerdict
from sevenpanel.orders.commands.dispatching import DispatchResult
from sevenpanel.orders.domain import Decider, Dispatch, Effect, OrderLine, Outcome, Placed, Report, Status
from sevenpanel.terms import NOT_SENT, Kind, replay
from sevenpanel.terms import Outcome as Verdict

pytestmark = pytest.mark.django_db

LATER = NOON + timedelta(hours=1)
WAYS: dict[Dispatch, tuple[Dispatch, ...]] = {
    Dispatch.SENDING: (),
    Dispatch.SENT: (Dispatch.SENT,),
    Dispatch.UNKNOWN: (Dispatch.UNKNOWN,),
    Dispatch.ABSENT: (Dispatch.UNKNOWN, Dispatch.ABSENT),
}


@pytest.fixture
def alice() -> Person:
    return open_customer("Alice", balance="10")


def placed(person: Person, *, can_cancel: bool = True, dispatch: Dispatch = Dispatch.QUEUED) -> int:
    """An order of 0.90 that has come so far on its way."""
    service_id = add_service(can_cancel=can_cancel)
    line = OrderLine(customer_id=person.customer_id, service_id=service_id, link="t.me/northwind_news", quantity=1000)
    (outcome,) = commands.place(lines=[line], now=NOON)
    assert isinstance(outcome, Placed)
    with transaction.atomic():
        if dispatch is not Dispatch.QUEUED:
            commands.begin_sending(order_ids=[outcome.order_id], now=NOON)
            for state in WAYS[dispatch]:
                result = DispatchResult(order_id=outcome.order_id, dispatch=state)
                commands.record_dispatch(results=[result], now=NOON)
    return outcome.order_id


def ask(person: Person, *order_ids: int) -> list[CancelVerdict]:
    answers = commands.request_cancel(customer_id=person.customer_id, order_ids=order_ids, now=LATER)
    return [answer.verdict for answer in answers]


def report(order_id: int, status: Status, remains: int) -> None:
    said = Report(order_id=order_id, status=status, remains=remains, start_count=None, words=status.value)
    with transaction.atomic():
        commands.apply_reports(reports=[said], now=LATER)


def answer(order_id: int, *, accepted: bool) -> None:
    with transaction.atomic():
        commands.record_cancel_answer(order_id=order_id, accepted=accepted, words="too late", now=LATER)


def balance(person: Person) -> int:
    return ledger.balance(customer_id=person.customer_id).balance_micros


def decided(order_id: int) -> Sequence[tuple[Verdict, int, Effect]]:
    """What was decided about an order: under clause 4.1, by the rules, and the same when it is decided anew."""
    rows = queries.decisions_of_order(order_id=order_id)
    assert {(row.kind, row.decision.clause, row.decider) for row in rows} <= {(Kind.CANCEL, "4.1", Decider.RULES)}
    assert [replay(row.record).changed for row in rows] == [()] * len(rows)
    return [(row.decision.outcome, row.decision.refund_micros, row.effect) for row in rows]


@pytest.mark.parametrize("dispatch", [Dispatch.QUEUED, Dispatch.ABSENT])
def test_4_1_what_is_certainly_not_sent_ends_at_once_and_all_comes_back(alice: Person, dispatch: Dispatch) -> None:
    order_id = placed(alice, dispatch=dispatch)
    assert dispatch in NOT_SENT

    assert ask(alice, order_id) == [CancelVerdict.CANCELLED]

    row = order_of(alice, order_id)
    assert (row.status, row.outcome) == (Status.CANCELED, Outcome.CANCELLED_BY_CUSTOMER)
    assert decided(order_id) == [(Verdict.GRANT, 900_000, Effect.ENDED)]
    assert balance(alice) == 10_000_000
    assert not Outbox.objects.filter(topic=TOPIC, subject_id=order_id).exists()
    books_are_right()


@pytest.mark.parametrize("dispatch", [Dispatch.SENDING, Dispatch.SENT, Dispatch.UNKNOWN])
def test_4_1_what_may_be_with_the_provider_waits_for_it(alice: Person, dispatch: Dispatch) -> None:
    order_id = placed(alice, dispatch=dispatch)

    assert ask(alice, order_id) == ask(alice, order_id) == [CancelVerdict.REQUESTED]

    assert decided(order_id) == [(Verdict.PROVIDER, 0, Effect.NONE)]
    assert order_of(alice, order_id).is_open
    assert balance(alice) == 9_100_000
    assert Outbox.objects.filter(topic=TOPIC, subject_id=order_id).count() == 1


@pytest.mark.parametrize(
    ("said", "remains", "status", "back"),
    [(Status.PARTIAL, 400, Status.PARTIAL, 360_000), (Status.CANCELED, 1000, Status.CANCELED, 900_000)],
)
def test_4_1_confirmed_gives_the_undelivered_part_back(
    alice: Person, said: Status, remains: int, status: Status, back: int
) -> None:
    order_id = placed(alice, dispatch=Dispatch.SENT)
    ask(alice, order_id)
    answer(order_id, accepted=True)
    assert balance(alice) == 9_100_000

    report(order_id, said, remains)

    row = order_of(alice, order_id)
    assert (row.status, row.outcome, row.returned_micros) == (status, Outcome.CANCELLED_BY_CUSTOMER, back)
    assert decided(order_id) == [(Verdict.PROVIDER, 0, Effect.NONE), (Verdict.GRANT, back, Effect.ENDED)]
    assert balance(alice) == 9_100_000 + back
    told = " ".join(line.sentence for line in queries.timeline(row))
    assert "clause 4.1, the rules: granted. The provider confirmed that it stopped." in told
    books_are_right()


def test_4_1_refused_moves_nothing_and_the_reason_is_shown(alice: Person) -> None:
    order_id = placed(alice, dispatch=Dispatch.SENT)
    ask(alice, order_id)

    answer(order_id, accepted=False)

    assert ask(alice, order_id) == [CancelVerdict.PROVIDER_REFUSED]
    assert decided(order_id) == [(Verdict.PROVIDER, 0, Effect.NONE), (Verdict.REFUSE, 0, Effect.NONE)]
    assert balance(alice) == 9_100_000
    assert "Its words: too late" in queries.decisions_of_order(order_id=order_id)[-1].decision.reasons[0]
    assert order_of(alice, order_id).is_open


def test_4_1_a_provider_that_refused_and_stops_all_the_same_gives_the_undelivered_part_back(alice: Person) -> None:
    order_id = placed(alice, dispatch=Dispatch.SENT)
    ask(alice, order_id)
    answer(order_id, accepted=False)

    report(order_id, Status.PARTIAL, 750)

    assert decided(order_id)[-1] == (Verdict.GRANT, 675_000, Effect.ENDED)
    books_are_right()


def test_4_1_a_provider_that_completes_was_too_quick_and_nothing_comes_back(alice: Person) -> None:
    order_id = placed(alice, dispatch=Dispatch.SENT)
    ask(alice, order_id)

    report(order_id, Status.COMPLETED, 0)

    assert order_of(alice, order_id).outcome is Outcome.DELIVERED
    assert decided(order_id) == [(Verdict.PROVIDER, 0, Effect.NONE)]
    assert balance(alice) == 9_100_000
    books_are_right()


def test_4_1_no_button_and_an_end_are_refused_and_said_once(alice: Person) -> None:
    plain, ended = placed(alice, can_cancel=False), placed(alice, dispatch=Dispatch.SENT)
    report(ended, Status.COMPLETED, 0)

    for _ in range(3):
        assert ask(alice, plain, ended) == [CancelVerdict.NOT_OFFERED, CancelVerdict.ENDED]

    assert decided(plain) == decided(ended) == [(Verdict.REFUSE, 0, Effect.NONE)]
    assert order_of(alice, plain).cancel_requested_at is None


def test_a_request_is_judged_at_its_own_instant_whatever_the_clocks_say(alice: Person) -> None:
    """A worker on another machine may be behind the one that took the request."""
    order_id = placed(alice, dispatch=Dispatch.SENT)
    ask(alice, order_id)

    said = Report(order_id=order_id, status=Status.CANCELED, remains=1000, start_count=None, words="Canceled")
    with transaction.atomic():
        commands.apply_reports(reports=[said], now=NOON - timedelta(minutes=1))

    assert decided(order_id)[-1] == (Verdict.GRANT, 900_000, Effect.ENDED)
    books_are_right()


def test_many_are_decided_together_each_by_itself(alice: Person) -> None:
    mallory = open_customer("Mallory", balance="10")
    queued, sent, theirs = placed(alice), placed(alice, dispatch=Dispatch.SENT), placed(mallory)

    assert ask(alice, sent, theirs, queued, 10**15, queued) == [
        CancelVerdict.REQUESTED, CancelVerdict.NOT_FOUND, CancelVerdict.CANCELLED, CancelVerdict.NOT_FOUND,
        CancelVerdict.CANCELLED,
    ]  # fmt: skip
    assert [len(decided(order_id)) for order_id in (queued, sent, theirs)] == [1, 1, 0]
    books_are_right()


@pytest.mark.parametrize(
    "spoil",
    [
        "UPDATE orders_decision SET refund_micros = 1 WHERE effect = 'ended the order'",
        "UPDATE orders_order SET outcome = 'stopped by the provider' WHERE NOT is_open",
        "UPDATE orders_decision SET effect = 'ended the order' WHERE effect = 'none'",
    ],
)
def test_verify_sees_a_cancelled_order_that_is_not_what_its_decision_says(alice: Person, spoil: str) -> None:
    ask(alice, placed(alice), placed(alice, dispatch=Dispatch.SENT))
    books_are_right()

    for table in ("orders_decision", "orders_order"):
        db.rows(f"ALTER TABLE {table} DISABLE TRIGGER USER")
    db.rows("GRANT UPDATE ON orders_decision TO CURRENT_USER")
    db.rows(spoil)

    assert "I14" in {breach.invariant for breach in queries.broken_invariants()}
