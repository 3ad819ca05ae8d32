"""Decisions: stored as made, booked once, never above what a clause allows, decided anew to the same end."""

from datetime import datetime, timedelta

import pytest
from django.db import Error, IntegrityError, transaction
from tests.books import books_are_right, order_of
from tests.shop import NOON, Person, add_service, open_customer

from sevenpanel.kernel import db
from sevenpanel.kernel.models import Outbox
from sevenpanel.ledger import queries as ledger
from sevenpanel.orders import commands, queries
from sevenpanel.orders.commands.cancelling import TOPIC
from sevenpanel.orders.commands.decisions import Act, Confirm, Decided, GrantByHand, RefuseByHand, fingerprint
from sevenpanel.orders.commands.dispatching import DispatchResult
from sevenpanel.orders.domain import Decider, Dispatch, Effect, OrderLine, Outcome, Placed, Report, Status
from sevenpanel.orders.queries import Asked
from sevenpanel.terms import Aspect, Document, Kind, UnableToDecide, replay
from sevenpanel.terms import Outcome as Verdict

pytestmark = pytest.mark.django_db

LATE = NOON + timedelta(days=1, seconds=1)
SHOT = frozenset({Document.COUNT_SCREENSHOT})
SPEC = frozenset({Document.RECEIVED_SCREENSHOT, Document.BROKEN_PART})


@pytest.fixture
def alice() -> Person:
    return open_customer("Alice", balance="10")


def running(person: Person, *, delivered: int = 250, end: Status | None = None) -> int:
    """An order of 0.90 that is with the provider; so many arrived, and perhaps it ended."""
    line = OrderLine(
        customer_id=person.customer_id, service_id=add_service(), link="t.me/northwind_news", quantity=1000
    )
    (outcome,) = commands.place(lines=[line], now=NOON)
    assert isinstance(outcome, Placed)
    order_id = outcome.order_id
    with transaction.atomic():
        commands.begin_sending(order_ids=[order_id], now=NOON)
        commands.record_dispatch(results=[DispatchResult(order_id=order_id, dispatch=Dispatch.SENT)], now=NOON)
        reported(order_id, Status.IN_PROGRESS, delivered)
        if end is not None:
            reported(order_id, end, delivered)
    return order_id


def reported(order_id: int, status: Status, delivered: int, now: datetime = NOON) -> None:
    report = Report(order_id=order_id, status=status, remains=1000 - delivered, start_count=None, words=status.value)
    with transaction.atomic():
        commands.apply_reports(reports=[report], now=now)


def asked(person: Person, order_id: int, kind: Kind = Kind.NOT_COMPLETED, **more: object) -> Asked:
    given = {"requested_at": LATE, "documents": SHOT, **more}
    return Asked(order_id=order_id, customer_id=person.customer_id, kind=kind, **given)  # type: ignore[arg-type]


def by_staff(ask: Asked, act: Act | None = None, now: datetime = LATE, appeals: int | None = None) -> Decided:
    expected = fingerprint(queries.record_for(asked=ask, now=now).decision)
    with transaction.atomic():
        return commands.decide_by_staff(
            asked=ask, act=act or Confirm(staff_id=9, expected=expected), now=now, appeals=appeals
        )


def balance(person: Person) -> int:
    return ledger.balance(customer_id=person.customer_id).balance_micros


def told(person: Person, order_id: int) -> str:
    return "\n".join(line.sentence for line in queries.timeline(order_of(person, order_id)))


def test_4_2_late_and_not_announced_ends_the_order_keeps_what_arrived_and_stops_the_provider(alice: Person) -> None:
    order_id = running(alice)

    decided = by_staff(asked(alice, order_id))

    row = order_of(alice, order_id)
    assert (decided.decision.outcome, decided.decision.clause, decided.effect) == (Verdict.GRANT, "4.2", Effect.ENDED)
    assert (row.status, row.outcome) == (Status.PARTIAL, Outcome.GRANTED)
    assert (row.earned_micros, row.returned_micros) == (225_000, 675_000)
    assert balance(alice) == 10_000_000 - 225_000
    assert Outbox.objects.filter(topic=TOPIC, subject_id=order_id).count() == 1
    assert "under clause 4.2, confirmed by staff: granted." in told(alice, order_id)
    assert "0.90 − 0.675 = 0.225 USD of the held money is spent." in told(alice, order_id)
    books_are_right()


def test_4_3_gives_back_all_of_it_although_some_arrived(alice: Person) -> None:
    order_id = running(alice)
    ask = asked(alice, order_id, Kind.WRONG_SPECIFICATION, documents=SPEC, differs=frozenset({Aspect.QUALITY}))

    by_staff(ask)

    row = order_of(alice, order_id)
    assert (row.status, row.earned_micros, row.returned_micros) == (Status.CANCELED, 0, 900_000)
    books_are_right()


def test_a_grant_after_the_end_is_a_transfer_of_its_own_and_is_told_with_its_arithmetic(alice: Person) -> None:
    order_id = running(alice, end=Status.COMPLETED, delivered=1000)
    ask = asked(alice, order_id, Kind.WRONG_SPECIFICATION, documents=SPEC, differs=frozenset({Aspect.ORIGIN}))

    decided = by_staff(ask)

    row = order_of(alice, order_id)
    movements = ledger.transfers_of_orders(order_ids=[order_id])
    assert decided.effect is Effect.GRANTED
    assert (row.status, row.earned_micros, row.granted_micros) == (Status.COMPLETED, 900_000, 900_000)
    assert movements[-1].key == f"order/{order_id}/granted/{decided.decision_id}"
    assert balance(alice) == 10_000_000
    assert "0.90 USD came back to your balance; with 0.00 that came back before, 0.90 of 0.90 USD." in told(
        alice, order_id
    )
    assert queries.statuses(customer_id=alice.customer_id, order_ids=[order_id])[order_id].charge_micros == 0
    books_are_right()


def test_nothing_comes_back_twice(alice: Person) -> None:
    order_id = running(alice, end=Status.COMPLETED, delivered=1000)
    ask = asked(alice, order_id, Kind.WRONG_SPECIFICATION, documents=SPEC, differs=frozenset({Aspect.ORIGIN}))
    by_staff(ask)

    again = by_staff(ask)

    assert (again.decision.outcome, again.decision.refund_micros) == (Verdict.REFUSE, 0)
    assert balance(alice) == 10_000_000
    books_are_right()


def test_the_rules_decide_alone_only_what_is_final(alice: Person) -> None:
    order_id = running(alice)

    with pytest.raises(commands.UnableToDecideOrder, match="a screenshot of the current count"), transaction.atomic():
        commands.decide_by_rules(asked=asked(alice, order_id, documents=frozenset()), now=LATE)
    with transaction.atomic():
        decided = commands.decide_by_rules(asked=asked(alice, order_id, Kind.OWN_MISTAKE), now=LATE)

    assert (decided.decision.outcome, decided.decision.clause) == (Verdict.REFUSE, "4.8")
    assert queries.decisions(decision_ids=[decided.decision_id])[decided.decision_id].decider is Decider.RULES
    assert order_of(alice, order_id).is_open


def test_what_staff_read_is_what_they_confirm(alice: Person) -> None:
    order_id = running(alice)
    ask = asked(alice, order_id)
    expected = fingerprint(queries.record_for(asked=ask, now=LATE).decision)
    reported(order_id, Status.IN_PROGRESS, 600, LATE)

    with pytest.raises(commands.UnableToDecideOrder, match="changed since you looked"), transaction.atomic():
        commands.decide_by_staff(asked=ask, act=Confirm(staff_id=9, expected=expected), now=LATE)

    assert order_of(alice, order_id).is_open


def test_staff_overrule_with_a_reason_and_both_are_stored(alice: Person) -> None:
    order_id = running(alice)

    refused = by_staff(asked(alice, order_id), RefuseByHand(staff_id=9, reason="The count moved at 13:00."))

    row = queries.decisions(decision_ids=[refused.decision_id])[refused.decision_id]
    assert (row.record.decision.outcome, row.decision.outcome) == (Verdict.GRANT, Verdict.REFUSE)
    assert (row.decider, row.staff_id) == (Decider.OVERRULED, 9)
    assert order_of(alice, order_id).is_open
    with pytest.raises(UnableToDecide, match="needs a reason"):
        by_staff(asked(alice, order_id), RefuseByHand(staff_id=9, reason=" "))


def test_a_grant_by_hand_is_at_most_what_was_not_delivered(alice: Person) -> None:
    order_id = running(alice, end=Status.COMPLETED, delivered=250)
    ask = asked(alice, order_id, Kind.DROP)

    for amount in (0, -1, 675_001, 900_000):
        with pytest.raises(UnableToDecide):
            by_staff(ask, GrantByHand(staff_id=9, amount_micros=amount, reason="Goodwill"))

    assert balance(alice) == 10_000_000 - 225_000
    assert queries.decisions_of_order(order_id=order_id) == []


def test_a_partial_grant_by_hand_ends_an_open_order_with_exactly_that(alice: Person) -> None:
    order_id = running(alice)

    by_staff(
        asked(alice, order_id, Kind.OWN_MISTAKE), GrantByHand(staff_id=9, amount_micros=100_000, reason="Goodwill")
    )

    row = order_of(alice, order_id)
    assert (row.status, row.earned_micros, row.returned_micros) == (Status.PARTIAL, 800_000, 100_000)
    books_are_right()


def test_a_request_is_decided_once_and_reviewed_once(alice: Person) -> None:
    order_id = running(alice)
    ask = asked(alice, order_id, Kind.DROP, request_id=5)
    first = by_staff(ask)

    with pytest.raises(IntegrityError, match="orders_request_decided_once"):
        by_staff(ask)
    by_staff(ask, appeals=first.decision_id)
    with pytest.raises(IntegrityError, match="appeals_id"):
        by_staff(ask, appeals=first.decision_id)


def test_decisions_are_never_changed(alice: Person) -> None:
    by_staff(asked(alice, running(alice), Kind.DROP))

    for statement in ("UPDATE orders_decision SET clause = '4.2'", "DELETE FROM orders_decision"):
        with pytest.raises(Error, match=r"permission denied|append-only"), transaction.atomic():
            db.rows(statement)


def test_stored_decisions_decided_anew_are_the_same(alice: Person) -> None:
    order_id = running(alice)
    by_staff(asked(alice, order_id, Kind.DROP))
    by_staff(asked(alice, order_id), RefuseByHand(staff_id=9, reason="No."))
    by_staff(asked(alice, order_id))

    rows = list(queries.all_decisions())

    assert len(rows) == 3
    assert [replay(row.record).changed for row in rows] == [()] * 3
    assert rows == queries.decisions_of_order(order_id=order_id)


def test_somebody_elses_order_looks_like_none(alice: Person) -> None:
    order_id, mallory = running(alice), open_customer("Mallory")

    with pytest.raises(commands.UnableToFindOrder), transaction.atomic():
        commands.decide_by_rules(asked=asked(mallory, order_id), now=LATE)
    assert queries.rights_of(order_id=order_id, customer_id=mallory.customer_id, tickets=(), now=LATE) == ()


@pytest.mark.parametrize(
    "spoil",
    [
        "UPDATE orders_order SET granted_micros = granted_micros - 1 WHERE granted_micros > 0",
        "UPDATE orders_decision SET refund_micros = refund_micros - 1 WHERE effect = 'ended the order'",
        "UPDATE orders_decision SET refund_micros = refund_micros - 1 WHERE effect = 'granted'",
        "UPDATE orders_decision SET effect = 'none'",
        "UPDATE orders_order SET outcome = 'delivered' WHERE outcome = 'granted under the Terms'",
    ],
)
def test_verify_sees_spoiled_decisions_and_grants(alice: Person, spoil: str) -> None:
    by_staff(asked(alice, running(alice)))
    ended = running(alice, end=Status.COMPLETED, delivered=1000)
    by_staff(asked(alice, ended, Kind.WRONG_SPECIFICATION, documents=SPEC, differs=frozenset({Aspect.WHAT})))
    books_are_right()

    for table in ("orders_decision", "orders_order"):
        db.rows(f"ALTER TABLE {table} DISABLE TRIGGER USER")
    db.rows("GRANT UPDATE ON orders_decision TO CURRENT_USER")
    db.rows(spoil)

    assert {breach.invariant for breach in queries.broken_invariants()} & {"I6", "I14"}
