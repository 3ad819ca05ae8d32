"""Sending: each order once, refusals returned, trouble waited out, and never a second try without proof."""

from datetime import timedelta
from decimal import Decimal

import pytest
from tests.books import books_are_right, order_of
from tests.panel import HEARD, Desk, MemoryPanel, open_desk, say, take_and_lose
from tests.shop import Person

from sevenpanel.fulfilment import commands, queries
from sevenpanel.fulfilment.commands.claiming import Claim, claim_dispatch
from sevenpanel.fulfilment.commands.dispatching import record_answer
from sevenpanel.fulfilment.domain import Action, AlertKind, AttemptState
from sevenpanel.fulfilment.providers.interface import (
    NotNow,
    NotNowReason,
    ProviderStatus,
    RefusalReason,
    Refused,
    Sent,
)
from sevenpanel.ledger import queries as ledger
from sevenpanel.orders import queries as orders
from sevenpanel.orders.domain import Dispatch, Status

pytestmark = pytest.mark.django_db(transaction=True)


def not_now(reason: NotNowReason, *, retry_after_seconds: int | None = None) -> NotNow:
    return NotNow(reason=reason, words="no", evidence=HEARD, retry_after_seconds=retry_after_seconds)


def alerts(kind: AlertKind) -> list[str]:
    return [alert.subject for alert in queries.alerts() if alert.kind is kind]


def test_an_order_is_sent_once_and_followed_under_its_id(desk: Desk, alice: Person) -> None:
    order_id = desk.place(alice)

    desk.dispatch_all()

    assert desk.panel.taken_for(order_id) == ["23501"]
    assert order_of(alice, order_id).dispatch is Dispatch.SENT
    task = queries.task(order_id)
    assert task is not None
    assert (task.action, task.provider_order_id) == (Action.FOLLOW, "23501")
    (attempt,) = queries.attempts(order_id)
    assert (attempt.state, attempt.http_status) == (AttemptState.SENT, 200)
    books_are_right()


def test_a_refusal_returns_the_money_in_the_same_transaction(desk: Desk, alice: Person) -> None:
    """Trap 6."""
    words = "Northwind Supply says: bad link"
    desk.panel.deeds.append(say(Refused(reason=RefusalReason.BAD_LINK, words=words, evidence=HEARD)))
    order_id = desk.place(alice)

    desk.dispatch_all()

    order = order_of(alice, order_id)
    assert (order.status, order.dispatch, order.returned_micros) == (Status.CANCELED, Dispatch.REFUSED, 900_000)
    assert ledger.balance(customer_id=alice.customer_id).balance_micros == 1_000_000_000
    told = " ".join(line.sentence for line in orders.timeline(order))
    assert "the link was not accepted" in told
    assert "Northwind" not in told
    books_are_right()


@pytest.mark.parametrize("reason", list(NotNowReason))
def test_not_now_keeps_the_order_and_sends_it_later(desk: Desk, alice: Person, reason: NotNowReason) -> None:
    desk.panel.deeds.append(say(not_now(reason)))
    order_id = desk.place(alice)

    desk.dispatch_all()
    assert order_of(alice, order_id).dispatch is Dispatch.QUEUED
    assert desk.panel.taken_for(order_id) == []

    desk.wait(minutes=20)
    desk.dispatch_all()
    assert desk.panel.taken_for(order_id) == ["23501"]
    assert [a.state for a in queries.attempts(order_id)] == [AttemptState.NOT_SENT, AttemptState.SENT]
    books_are_right()


def test_retry_after_is_obeyed_for_every_order_of_that_provider(desk: Desk, alice: Person) -> None:
    """P-11: and for no order of another one."""
    other = open_desk(MemoryPanel(), name="Southwind")
    desk.panel.deeds.append(say(not_now(NotNowReason.RATE_LIMITED, retry_after_seconds=120)))
    desk.place(alice)
    desk.place(alice, link="t.me/southwind_news")

    desk.dispatch_all()
    desk.wait(seconds=119)
    desk.dispatch_all()
    assert len(desk.panel.added) == 1

    elsewhere = other.place(alice)
    panels = {desk.provider_id: desk.panel, other.provider_id: other.panel}
    commands.dispatch_next(
        clock=desk.clock, adapter_for=lambda kind, access: panels[access.provider_id].adapter_for(kind, access)
    )
    assert other.panel.taken_for(elsewhere)

    desk.wait(seconds=2)
    desk.dispatch_all()
    assert len(desk.panel.orders) == 2


def test_the_next_provider_is_taken_only_by_orders_that_were_never_sent(desk: Desk, alice: Person) -> None:
    """Trap 11."""
    second = open_desk(MemoryPanel(), name="Southwind", service_id=desk.service_id, priority=1)
    desk.panel.deeds.extend([take_and_lose] * 5)
    panels = {desk.provider_id: desk.panel, second.provider_id: second.panel}
    for number in range(7):
        desk.place(alice, link=f"t.me/northwind_{number}")

    for _ in range(30):
        commands.dispatch_next(
            clock=desk.clock, adapter_for=lambda kind, access: panels[access.provider_id].adapter_for(kind, access)
        )

    assert (len(desk.panel.orders), len(second.panel.orders)) == (5, 2)
    assert len(queries.unknown_dispatches()) == 5
    books_are_right()


def test_an_unknown_order_is_never_sent_again_by_itself(desk: Desk, alice: Person) -> None:
    """P-2, trap 11: a time-out that resends buys twice."""
    desk.panel.deeds.append(take_and_lose)
    order_id = desk.place(alice)

    for _ in range(50):
        desk.dispatch_all()
        desk.resolve()

    assert desk.panel.taken_for(order_id) == ["23501"]
    assert len(desk.panel.added) == 1
    assert order_of(alice, order_id).dispatch is Dispatch.UNKNOWN
    (row,) = queries.unknown_dispatches()
    assert (row.order_id, row.action) == (order_id, Action.OPERATOR)
    assert alerts(AlertKind.UNKNOWN_DISPATCH) == [f"order/{order_id}"]
    books_are_right()


def test_an_id_that_is_ours_already_makes_the_order_unknown_and_merges_nothing(
    desk: Desk, alice: Person, mallory: Person
) -> None:
    """P-4, trap 9."""
    first = desk.place(alice)
    desk.dispatch_all()
    desk.panel.deeds.append(say(Sent(provider_order_id="23501", evidence=HEARD)))
    second = desk.place(mallory)

    desk.dispatch_all()

    assert order_of(alice, first).dispatch is Dispatch.SENT
    assert order_of(mallory, second).dispatch is Dispatch.UNKNOWN
    assert alerts(AlertKind.ID_TAKEN) == [f"order/{second}"]
    books_are_right()


def test_the_same_number_at_two_providers_is_two_orders(desk: Desk, alice: Person, mallory: Person) -> None:
    """Trap 9."""
    first = desk.place(alice)
    desk.dispatch_all()
    commands.pause_provider(provider_id=desk.provider_id, is_paused=True, now=desk.now)
    second = open_desk(MemoryPanel(), name="Southwind", service_id=desk.service_id, priority=1)
    order_id = second.place(mallory)
    second.dispatch_all()

    one, two = queries.task(first), queries.task(order_id)
    assert one is not None
    assert two is not None
    assert one.provider_order_id == two.provider_order_id == "23501"
    assert one.provider_id != two.provider_id
    books_are_right()


def test_a_sleepers_late_answer_is_evidence_and_changes_nothing_else(desk: Desk, alice: Person) -> None:
    """K-6."""
    order_id = desk.place(alice)
    claim = claim_dispatch(now=desk.now)
    assert isinstance(claim, Claim)
    desk.wait(hours=1)
    assert commands.expire_leases(now=desk.now) == 1
    before = queries.task(order_id)

    answer = Sent(provider_order_id="777", evidence=HEARD)
    record_answer(order_id=order_id, number=claim.number, answer=answer, now=desk.now)

    assert queries.task(order_id) == before
    assert order_of(alice, order_id).dispatch is Dispatch.UNKNOWN
    (attempt,) = queries.attempts(order_id)
    assert attempt.state is AttemptState.UNKNOWN
    assert [finding.provider_order_id for finding in attempt.findings] == ["777"]
    assert alerts(AlertKind.LATE_ANSWER) == [f"order/{order_id}"]
    books_are_right()


def test_a_sleeper_that_wakes_before_its_call_does_not_make_it(desk: Desk, alice: Person) -> None:
    """K-6: between the claim and the call."""
    order_id = desk.place(alice)
    times = iter([desk.now, desk.now + timedelta(hours=1), desk.now + timedelta(hours=1)])

    commands.dispatch_next(clock=lambda: next(times), adapter_for=desk.adapter_for)

    assert desk.panel.added == []
    assert order_of(alice, order_id).dispatch is Dispatch.QUEUED
    desk.wait(hours=1)
    desk.dispatch_all()
    assert desk.panel.taken_for(order_id) == ["23501"]


def test_a_worker_that_is_asked_to_stop_hands_its_order_back_unsent(desk: Desk, alice: Person) -> None:
    order_id = desk.place(alice)

    commands.dispatch_next(clock=desk.clock, adapter_for=desk.adapter_for, is_stopping=lambda: True)

    assert desk.panel.added == []
    assert order_of(alice, order_id).dispatch is Dispatch.QUEUED
    books_are_right()


def test_recording_an_answer_twice_changes_nothing(desk: Desk, alice: Person) -> None:
    """K-5: the commit was done, and its confirmation was lost."""
    order_id = desk.place(alice)
    claim = claim_dispatch(now=desk.now)
    assert isinstance(claim, Claim)
    answer = desk.panel.add(claim.shipment)

    for _ in range(2):
        record_answer(order_id=order_id, number=claim.number, answer=answer, now=desk.now)

    (attempt,) = queries.attempts(order_id)
    assert (attempt.state, attempt.findings) == (AttemptState.SENT, ())
    books_are_right()


def test_an_adapter_that_breaks_its_word_makes_the_order_unknown(desk: Desk, alice: Person) -> None:
    def explode(_panel: MemoryPanel, _shipment: object) -> Sent:
        raise ZeroDivisionError

    desk.panel.deeds.append(explode)
    order_id = desk.place(alice)

    desk.dispatch_all()

    assert order_of(alice, order_id).dispatch is Dispatch.UNKNOWN


@pytest.mark.parametrize(
    ("cost_per_thousand", "exchange_rate", "is_sent"),
    [("0.90", "1", True), ("0.900001", "1", False), ("0.30", "3", True), ("0.30", "3.00001", False)],
)
def test_an_order_that_costs_more_than_was_paid_is_held_and_the_price_stays(
    alice: Person, cost_per_thousand: str, exchange_rate: str, is_sent: bool
) -> None:
    """P-9."""
    panel = MemoryPanel(rate=Decimal(cost_per_thousand))
    desk = open_desk(panel, exchange_rate=Decimal(exchange_rate))
    order_id = desk.place(alice)

    desk.dispatch_all()

    order = order_of(alice, order_id)
    assert bool(panel.taken_for(order_id)) is is_sent
    assert order.charge_micros == 900_000
    assert bool(alerts(AlertKind.MARGIN)) is not is_sent
    told = " ".join(line.sentence for line in orders.timeline(order))
    assert ("being checked" in told) is not is_sent
    assert "Northwind" not in told
    assert cost_per_thousand not in told or cost_per_thousand == "0.90"
    books_are_right()


def test_a_held_order_goes_as_soon_as_the_catalogue_is_cheap_again(alice: Person) -> None:
    desk = open_desk(MemoryPanel(rate=Decimal(2)))
    order_id = desk.place(alice)
    desk.dispatch_all()
    assert desk.panel.added == []

    desk.panel.rate = Decimal("0.5")
    commands.refresh_catalogue(provider_id=desk.provider_id, now=desk.now, adapter_for=desk.adapter_for)
    desk.dispatch_all()

    assert desk.panel.taken_for(order_id) == ["23501"]
    assert len(orders.timeline(order_of(alice, order_id))) == 3  # ordered, waited once, sent
    assert queries.alerts() == []


def test_an_offer_that_vanished_holds_its_orders(desk: Desk, alice: Person) -> None:
    """P-14."""
    under_way = desk.place(alice, link="t.me/southwind_news")
    desk.dispatch_all()
    desk.panel.services_listed = ("78",)
    commands.refresh_catalogue(provider_id=desk.provider_id, now=desk.now, adapter_for=desk.adapter_for)
    order_id = desk.place(alice)

    desk.dispatch_all()

    assert order_of(alice, order_id).dispatch is Dispatch.QUEUED
    assert alerts(AlertKind.NO_OFFER) == [f"service/{desk.service_id}"]
    desk.panel.end("23501", ProviderStatus.COMPLETED, remains=0)
    desk.follow()
    assert order_of(alice, under_way).status is Status.COMPLETED  # what the provider has goes on


def test_an_order_cancelled_before_it_is_sent_is_never_sent(desk: Desk, alice: Person) -> None:
    order_id = desk.place(alice)
    desk.cancel(alice, order_id)

    desk.dispatch_all()

    assert desk.panel.added == []
    assert order_of(alice, order_id).returned_micros == 900_000
    task = queries.task(order_id)
    assert task is not None
    assert task.action is Action.NONE
    books_are_right()


def test_an_order_that_comes_back_unsent_after_a_cancel_is_cancelled(desk: Desk, alice: Person) -> None:
    def cancel_meanwhile(_shipment: object) -> None:
        desk.cancel(alice, order_id)

    desk.panel.on_add = cancel_meanwhile
    desk.panel.deeds.append(say(not_now(NotNowReason.NOT_CONNECTED)))
    order_id = desk.place(alice)
    desk.dispatch_all()

    desk.wait(minutes=1)
    desk.dispatch_all()

    assert len(desk.panel.added) == 1
    assert order_of(alice, order_id).status is Status.CANCELED
    books_are_right()


def test_customers_of_a_paused_provider_are_told_after_a_minute_and_once(desk: Desk, alice: Person) -> None:
    commands.pause_provider(provider_id=desk.provider_id, is_paused=True, now=desk.now)
    order_id = desk.place(alice)

    assert commands.explain_waiting(now=desk.now) == 0
    desk.wait(minutes=2)
    assert commands.explain_waiting(now=desk.now) == 1
    assert commands.explain_waiting(now=desk.now) == 0
    assert [line.sentence for line in orders.timeline(order_of(alice, order_id))][1:] == [
        "Waiting: The provider takes no new orders at the moment. Nothing was sent; the desk tries again by itself."
    ]
    assert alerts(AlertKind.NO_ROUTE) == [f"service/{desk.service_id}"]

    commands.pause_provider(provider_id=desk.provider_id, is_paused=False, now=desk.now)
    desk.dispatch_all()
    assert desk.panel.taken_for(order_id) == ["23501"]
    books_are_right()
