"""What became of it? Every aid of the desk, what it may conclude, and what it must not (trust, section 2)."""

from datetime import timedelta
from decimal import Decimal

import pytest
from tests.books import books_are_right, order_of
from tests.database.fulfilment.unknown import house, open_alerts, steps, unknown_order
from tests.panel import HEARD, Desk, MemoryPanel, lose, open_desk, say, take, take_and_lose
from tests.shop import Person

from sevenpanel.fulfilment import commands, queries
from sevenpanel.fulfilment.commands import UnableToDecide
from sevenpanel.fulfilment.commands.claiming import Claim, claim_dispatch
from sevenpanel.fulfilment.commands.dispatching import record_answer
from sevenpanel.fulfilment.commands.inquiring import Inquiry, claim_inquiry
from sevenpanel.fulfilment.domain import Action, AlertKind, AttemptState, FindingStep, Verdict, decided_by
from sevenpanel.fulfilment.providers.interface import (
    NotNow,
    NotNowReason,
    Provider,
    ProviderAccess,
    ProviderStatus,
    Sent,
)
from sevenpanel.ledger import queries as ledger
from sevenpanel.ledger.domain import AccountKind
from sevenpanel.orders import queries as orders
from sevenpanel.orders.domain import Dispatch, Outcome, Status

pytestmark = pytest.mark.django_db(transaction=True)


def test_2_a_refused_duplicate_proves_that_the_first_was_taken(alice: Person) -> None:
    desk = open_desk(MemoryPanel(refuses_duplicates=True), refuses_duplicate_links=True)
    desk.panel.deeds.append(take_and_lose)
    order_id = unknown_order(desk, alice)

    desk.resolve_all()

    assert len(desk.panel.added) == 2
    assert desk.panel.taken_for(order_id) == ["23501"]
    assert order_of(alice, order_id).dispatch is Dispatch.UNKNOWN  # taken, and nobody knows its id yet
    (row,) = queries.unknown_dispatches()
    assert row.action is Action.OPERATOR
    assert [a.state for a in queries.attempts(order_id)] == [AttemptState.UNKNOWN, AttemptState.REFUSED]
    assert steps(order_id) == [FindingStep.DUPLICATE_TEST]
    books_are_right()


def test_2_a_duplicate_that_is_taken_was_none(alice: Person) -> None:
    desk = open_desk(MemoryPanel(refuses_duplicates=True), refuses_duplicate_links=True)
    desk.panel.deeds.append(lose)
    order_id = unknown_order(desk, alice)

    desk.resolve_all()

    assert desk.panel.taken_for(order_id) == ["23501"]
    assert [a.state for a in queries.attempts(order_id)] == [AttemptState.ABSENT, AttemptState.SENT]
    assert order_of(alice, order_id).dispatch is Dispatch.SENT
    books_are_right()


def test_2_is_not_used_while_another_order_of_ours_runs_on_the_link(alice: Person, mallory: Person) -> None:
    """Mallory's order on the same link would answer for Alice's."""
    desk = open_desk(MemoryPanel(refuses_duplicates=True), refuses_duplicate_links=True)
    desk.place(mallory)
    desk.dispatch_all()
    desk.panel.deeds.append(lose)
    order_id = unknown_order(desk, alice)

    desk.resolve_all()

    assert len(desk.panel.added) == 2
    assert order_of(alice, order_id).dispatch is Dispatch.UNKNOWN
    books_are_right()


def test_2_is_tried_once_even_when_its_answer_is_lost_too(alice: Person) -> None:
    desk = open_desk(MemoryPanel(refuses_duplicates=True), refuses_duplicate_links=True)
    desk.panel.deeds.extend([take_and_lose, lose])
    order_id = unknown_order(desk, alice)

    desk.resolve_all(rounds=50)

    assert len(desk.panel.added) == 2
    assert desk.panel.taken_for(order_id) == ["23501"]
    books_are_right()


def test_2_a_worker_killed_during_the_test_does_not_lead_to_a_second_one(alice: Person) -> None:
    desk = open_desk(MemoryPanel(refuses_duplicates=True), refuses_duplicate_links=True)
    desk.panel.deeds.append(take_and_lose)
    order_id = unknown_order(desk, alice)
    desk.wait(seconds=10)
    assert isinstance(claim_inquiry(now=desk.now), Inquiry)  # and then nothing more is heard of that worker

    desk.wait(minutes=2)
    assert commands.expire_leases(now=desk.now) == 1
    desk.resolve_all()

    assert len(desk.panel.added) == 1
    (row,) = queries.unknown_dispatches()
    assert (row.order_id, row.action) == (order_id, Action.OPERATOR)
    books_are_right()


def test_2_not_now_leaves_the_test_for_later(alice: Person) -> None:
    desk = open_desk(MemoryPanel(refuses_duplicates=True), refuses_duplicate_links=True)
    busy = NotNow(reason=NotNowReason.RATE_LIMITED, words="slow down", evidence=HEARD)
    desk.panel.deeds.extend([lose, say(busy), take])
    order_id = unknown_order(desk, alice)

    desk.resolve_all()

    assert desk.panel.taken_for(order_id) == ["23501"]
    assert order_of(alice, order_id).dispatch is Dispatch.SENT


def test_2_is_left_out_once_the_first_may_have_ended(alice: Person) -> None:
    """What is refused is a second active order; of one that has ended the provider knows nothing."""
    desk = open_desk(MemoryPanel(refuses_duplicates=True), refuses_duplicate_links=True)
    desk.panel.deeds.append(take_and_lose)
    order_id = unknown_order(desk, alice)
    desk.panel.end("23501", ProviderStatus.COMPLETED)
    desk.wait(minutes=10)

    desk.resolve_all()

    assert desk.panel.taken_for(order_id) == ["23501"]
    (row,) = queries.unknown_dispatches()
    assert row.action is Action.OPERATOR


def test_2_is_left_out_by_a_worker_that_slept_before_it(alice: Person) -> None:
    """K-6: while it slept somebody else decided about the order."""
    desk = open_desk(MemoryPanel(refuses_duplicates=True), refuses_duplicate_links=True)
    desk.panel.deeds.append(lose)
    order_id = unknown_order(desk, alice)

    def sleep_and_let_others_decide(kind: str, access: ProviderAccess) -> Provider:
        desk.wait(minutes=2)
        commands.expire_leases(now=desk.now)
        commands.decide_unknown(order_id=order_id, verdict=Verdict.REFUND, decided_by="Olga", now=desk.now)
        return desk.adapter_for(kind, access)

    desk.wait(seconds=30)
    commands.resolve_next(clock=desk.clock, adapter_for=sleep_and_let_others_decide)

    assert desk.panel.taken_for(order_id) == []
    books_are_right()


def test_3_a_balance_that_fell_by_the_price_shows_that_it_was_taken(alice: Person) -> None:
    desk = open_desk(balance_is_ours=True)
    desk.panel.deeds.append(take_and_lose)
    order_id = unknown_order(desk, alice)

    desk.resolve_all()

    assert desk.panel.taken_for(order_id) == ["23501"]
    assert order_of(alice, order_id).dispatch is Dispatch.UNKNOWN
    (row,) = queries.unknown_dispatches()
    assert row.action is Action.OPERATOR
    assert "taken" in str(row.last_finding)
    books_are_right()


def test_3_a_balance_that_stays_for_ten_minutes_shows_that_it_was_not(alice: Person) -> None:
    desk = open_desk(balance_is_ours=True)
    desk.panel.deeds.append(lose)
    order_id = unknown_order(desk, alice)

    desk.resolve_all(rounds=5)
    desk.dispatch_all()
    assert desk.panel.taken_for(order_id) == []

    desk.wait(minutes=10)
    desk.resolve_all(rounds=3)
    desk.dispatch_all()

    assert desk.panel.taken_for(order_id) == ["23501"]
    assert [a.state for a in queries.attempts(order_id)] == [AttemptState.ABSENT, AttemptState.SENT]
    assert any("did not charge" in line.sentence for line in orders.timeline(order_of(alice, order_id)))
    books_are_right()


def test_3_counts_what_other_orders_cost_meanwhile(alice: Person, mallory: Person) -> None:
    desk = open_desk(balance_is_ours=True)
    desk.panel.deeds.append(take_and_lose)
    unknown_order(desk, alice)
    desk.place(mallory, quantity=3000)
    desk.dispatch_all()

    desk.resolve_all()

    (row,) = queries.unknown_dispatches()
    assert "taken" in str(row.last_finding)


def test_3_says_nothing_when_something_unknown_moved_the_balance(alice: Person, mallory: Person) -> None:
    desk = open_desk(balance_is_ours=True)
    first = desk.place(mallory)
    desk.dispatch_all()
    desk.panel.deeds.append(take_and_lose)
    order_id = unknown_order(desk, alice)
    number = desk.panel.taken_for(first)[0]
    desk.panel.end(number, ProviderStatus.CANCELED)
    desk.panel.balance_left += desk.panel.orders[number].charge  # returned: now it looks as if nothing was taken
    desk.follow()

    desk.resolve_all(rounds=30)

    assert desk.panel.taken_for(order_id) == ["23502"]
    assert len(desk.panel.added) == 2
    (row,) = queries.unknown_dispatches()
    assert (row.order_id, row.action) == (order_id, Action.OPERATOR)
    books_are_right()


def test_3_a_provider_whose_balance_testifies_gets_one_order_at_a_time(alice: Person) -> None:
    desk = open_desk(balance_is_ours=True)
    desk.place(alice)
    desk.place(alice, link="t.me/southwind_news")

    assert isinstance(claim_dispatch(now=desk.now), Claim)
    assert claim_dispatch(now=desk.now) is None

    desk.wait(minutes=2)
    commands.expire_leases(now=desk.now)
    assert isinstance(claim_dispatch(now=desk.now), Claim)


def test_a_late_answer_resolves_its_order_when_it_is_looked_at_next(desk: Desk, alice: Person) -> None:
    order_id = desk.place(alice)
    claim = claim_dispatch(now=desk.now)
    assert isinstance(claim, Claim)
    desk.wait(minutes=2)
    commands.expire_leases(now=desk.now)
    answer = desk.panel.add(claim.shipment)
    assert isinstance(answer, Sent)
    record_answer(order_id=order_id, number=claim.number, answer=answer, now=desk.now)

    desk.resolve_all()

    order = order_of(alice, order_id)
    assert order.dispatch is Dispatch.SENT
    assert desk.panel.taken_for(order_id) == [answer.provider_order_id]
    assert any("arrived late" in line.sentence for line in orders.timeline(order))
    books_are_right()


def test_5_the_operator_finds_it(desk: Desk, alice: Person) -> None:
    desk.panel.deeds.append(take_and_lose)
    order_id = unknown_order(desk, alice)
    desk.resolve_all()

    commands.decide_unknown(
        order_id=order_id, verdict=Verdict.FOUND, provider_order_id="23501", decided_by="Olga", now=desk.now
    )
    desk.panel.end("23501", ProviderStatus.COMPLETED, remains=0)
    desk.follow()

    assert order_of(alice, order_id).status is Status.COMPLETED
    assert steps(order_id)[-1] is FindingStep.OPERATOR
    books_are_right()


def test_5_the_operator_sends_it_again(desk: Desk, alice: Person) -> None:
    desk.panel.deeds.append(lose)
    order_id = unknown_order(desk, alice)

    commands.decide_unknown(order_id=order_id, verdict=Verdict.ABSENT_RESEND, decided_by="Olga", now=desk.now)
    desk.dispatch_all()

    assert desk.panel.taken_for(order_id) == ["23501"]
    assert order_of(alice, order_id).dispatch is Dispatch.SENT
    books_are_right()


def test_5_the_operator_gives_the_money_back_and_the_loss_is_in_the_books(desk: Desk, alice: Person) -> None:
    desk.panel.deeds.append(take_and_lose)
    order_id = unknown_order(desk, alice)

    commands.decide_unknown(order_id=order_id, verdict=Verdict.REFUND, decided_by="Olga", now=desk.now)

    order = order_of(alice, order_id)
    assert (order.outcome, order.returned_micros) == (Outcome.WRITTEN_OFF, 900_000)
    assert house(AccountKind.SUPPLIER_DISPUTE) == 500_000
    assert queries.unknown_dispatches() == []
    books_are_right()


@pytest.mark.parametrize("named", [None, "", "23 501\n", "x" * 65, "№23501", "23501"])
def test_5_a_decision_needs_an_id_that_is_nobody_elses(
    desk: Desk, alice: Person, mallory: Person, named: str | None
) -> None:
    desk.place(mallory)
    desk.dispatch_all()
    desk.panel.deeds.append(take_and_lose)
    order_id = unknown_order(desk, alice)

    with pytest.raises(UnableToDecide):
        commands.decide_unknown(
            order_id=order_id, verdict=Verdict.FOUND, provider_order_id=named, decided_by="Olga", now=desk.now
        )

    assert order_of(alice, order_id).dispatch is Dispatch.UNKNOWN
    assert steps(order_id) == []
    books_are_right()


def test_5_nothing_can_be_decided_about_an_order_that_is_not_in_question(desk: Desk, alice: Person) -> None:
    order_id = desk.place(alice)
    for decided in (order_id, 10**9):
        with pytest.raises(UnableToDecide):
            commands.decide_unknown(order_id=decided, verdict=Verdict.REFUND, decided_by="Olga", now=desk.now)


def test_the_deadline_returns_the_money_and_books_the_possible_loss(desk: Desk, alice: Person) -> None:
    desk.panel.deeds.append(take_and_lose)
    order_id = unknown_order(desk, alice)
    desk.resolve_all()

    desk.wait(hours=23)
    assert commands.write_off_overdue(now=desk.now) == 0
    desk.wait(hours=2)
    assert commands.write_off_overdue(now=desk.now) == 1

    order = order_of(alice, order_id)
    assert (order.status, order.dispatch) == (Status.CANCELED, Dispatch.WRITTEN_OFF)
    assert ledger.balance(customer_id=alice.customer_id).balance_micros == 1_000_000_000
    assert house(AccountKind.SUPPLIER_DISPUTE) == 500_000
    assert [a.state for a in queries.attempts(order_id)] == [AttemptState.WRITTEN_OFF]
    assert AlertKind.UNKNOWN_DISPATCH not in open_alerts()
    books_are_right()


def test_an_answer_after_the_write_off_is_kept_as_evidence_only(desk: Desk, alice: Person) -> None:
    order_id = desk.place(alice)
    claim = claim_dispatch(now=desk.now)
    assert isinstance(claim, Claim)
    desk.wait(minutes=2)
    commands.expire_leases(now=desk.now)
    desk.wait(days=2)
    commands.write_off_overdue(now=desk.now)
    before = order_of(alice, order_id)

    answer = Sent(provider_order_id="777", evidence=HEARD)
    record_answer(order_id=order_id, number=claim.number, answer=answer, now=desk.now)
    desk.resolve_all()

    assert order_of(alice, order_id) == before
    assert AlertKind.LATE_ANSWER in open_alerts()
    books_are_right()


def test_the_customer_reads_when_it_is_decided_and_that_the_money_is_held(desk: Desk, alice: Person) -> None:
    desk.panel.deeds.append(take_and_lose)
    order_id = unknown_order(desk, alice)

    told = [line.sentence for line in orders.timeline(order_of(alice, order_id))][-1]

    assert "confirmation is missing" in told
    assert "0.90 USD is held" in told
    assert decided_by(desk.now + timedelta(hours=24)) in told


def test_expected_cost_is_exact_in_the_providers_money(alice: Person) -> None:
    desk = open_desk(MemoryPanel(rate=Decimal("0.123456789")), exchange_rate=Decimal("1.0007"))
    desk.panel.deeds.append(take_and_lose)
    order_id = unknown_order(desk, alice)

    commands.decide_unknown(order_id=order_id, verdict=Verdict.REFUND, decided_by="Olga", now=desk.now)

    assert queries.attempts(order_id)[0].expected_cost == Decimal("0.123456789")
    assert house(AccountKind.SUPPLIER_DISPUTE) == 123_544  # 0.123456789 x 1.0007 = 0.12354320875...
    books_are_right()
