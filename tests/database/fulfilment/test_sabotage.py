"""Planted faults: each guard of sending is taken out once, and what it prevents must then happen (trust, RULE 1)."""

from collections.abc import Callable
from datetime import datetime

import pytest
from tests.books import order_of
from tests.panel import HEARD, Desk, MemoryPanel, open_desk, take_and_lose
from tests.shop import Person

from sevenpanel.fulfilment import commands, models
from sevenpanel.fulfilment.commands import aids, claiming, dispatching, leases
from sevenpanel.fulfilment.commands.claiming import Claim, claim_dispatch
from sevenpanel.fulfilment.commands.outcomes import mark_not_sent
from sevenpanel.fulfilment.domain import Wait
from sevenpanel.fulfilment.providers.interface import Evidence, Sent
from sevenpanel.orders.domain import Dispatch

pytestmark = pytest.mark.django_db(transaction=True)

Plant = Callable[[pytest.MonkeyPatch], None]


def nothing(_patch: pytest.MonkeyPatch) -> None:
    """Leave the desk as it is."""


def resend_on_timeout(patch: pytest.MonkeyPatch) -> None:
    """Take a lost answer for a refusal, as many panels do."""

    def put_back(
        task: models.Task, attempt: models.Attempt, words: str, evidence: Evidence | None, now: datetime
    ) -> None:
        mark_not_sent(task, attempt, Wait.ANSWERS_LOST, words, evidence, now)

    patch.setattr(dispatching, "mark_unknown", put_back)


def resend_when_interrupted(patch: pytest.MonkeyPatch) -> None:
    """Take a worker that died for one that had done nothing."""

    def put_back(
        task: models.Task, attempt: models.Attempt, words: str, evidence: Evidence | None, now: datetime
    ) -> None:
        mark_not_sent(task, attempt, None, words, evidence, now)

    patch.setattr(leases, "mark_unknown", put_back)


def ignore_the_fence(patch: pytest.MonkeyPatch) -> None:
    """Let a late answer through as if the attempt were still being sent."""

    def trust(attempt: models.Attempt, answer: object, now: datetime) -> None:
        task = models.Task.objects.get(order_id=attempt.order_id)
        assert isinstance(answer, Sent)
        dispatching.mark_sent(task, attempt, answer.provider_order_id, answer.evidence, now)

    patch.setattr(dispatching, "note_late", trust)


def skip_the_margin(patch: pytest.MonkeyPatch) -> None:
    """Send whatever it costs."""
    patch.setattr(claiming, "is_margin_kept", lambda **_: True)


def believe_any_balance(patch: pytest.MonkeyPatch) -> None:
    """Do not wait ten minutes before a balance that did not fall counts as proof."""
    patch.setattr(aids, "BALANCE_APART", aids.BALANCE_APART * 0)
    patch.setattr(aids, "_moved_since", lambda _attempt: (0, False))
    weigh = aids.weigh_balance
    patch.setattr(
        aids,
        "weigh_balance",
        lambda **asked: weigh(**{**asked, "quiet_since": datetime.min.replace(tzinfo=asked["reading"].at.tzinfo)}),
    )


@pytest.mark.parametrize(("plant", "times"), [(nothing, 1), (resend_on_timeout, 4)])
def test_a_lost_answer(monkeypatch: pytest.MonkeyPatch, alice: Person, plant: Plant, times: int) -> None:
    plant(monkeypatch)
    desk = open_desk()
    desk.panel.deeds.extend([take_and_lose] * 3)
    order_id = desk.place(alice)

    for _ in range(10):
        desk.dispatch_all()
        desk.wait(minutes=10)

    assert len(desk.panel.taken_for(order_id)) == times


@pytest.mark.parametrize(("plant", "times"), [(nothing, 1), (resend_when_interrupted, 2)])
def test_a_worker_that_dies_after_its_call(
    monkeypatch: pytest.MonkeyPatch, desk: Desk, alice: Person, plant: Plant, times: int
) -> None:
    plant(monkeypatch)
    order_id = desk.place(alice)
    claim = claim_dispatch(now=desk.now)
    assert isinstance(claim, Claim)
    desk.panel.add(claim.shipment)

    desk.wait(minutes=2)
    commands.expire_leases(now=desk.now)
    desk.dispatch_all()

    assert len(desk.panel.taken_for(order_id)) == times


@pytest.mark.parametrize(("plant", "dispatch"), [(nothing, Dispatch.UNKNOWN), (ignore_the_fence, Dispatch.SENT)])
def test_an_answer_after_the_lease(
    monkeypatch: pytest.MonkeyPatch, desk: Desk, alice: Person, plant: Plant, dispatch: Dispatch
) -> None:
    plant(monkeypatch)
    order_id = desk.place(alice)
    claim = claim_dispatch(now=desk.now)
    assert isinstance(claim, Claim)
    desk.wait(minutes=2)
    commands.expire_leases(now=desk.now)

    answer = Sent(provider_order_id="777", evidence=HEARD)
    dispatching.record_answer(order_id=order_id, number=claim.number, answer=answer, now=desk.now)

    assert order_of(alice, order_id).dispatch is dispatch


@pytest.mark.parametrize(("plant", "is_sent"), [(nothing, False), (skip_the_margin, True)])
def test_a_cost_above_the_price(monkeypatch: pytest.MonkeyPatch, alice: Person, plant: Plant, is_sent: bool) -> None:
    plant(monkeypatch)
    desk = open_desk(MemoryPanel(rate=MemoryPanel().rate * 100))
    order_id = desk.place(alice)

    desk.dispatch_all()

    assert bool(desk.panel.taken_for(order_id)) is is_sent


@pytest.mark.parametrize(("plant", "times"), [(nothing, 1), (believe_any_balance, 2)])
def test_a_balance_that_is_late(monkeypatch: pytest.MonkeyPatch, alice: Person, plant: Plant, times: int) -> None:
    """The provider takes the order, and charges for it a minute later."""
    plant(monkeypatch)
    desk = open_desk(balance_is_ours=True)
    desk.panel.deeds.append(take_and_lose)
    order_id = desk.place(alice)
    desk.dispatch_all()
    charge = desk.panel.orders["23501"].charge
    desk.panel.balance_left += charge

    desk.resolve_all(rounds=2)
    desk.dispatch_all()
    desk.panel.balance_left -= charge
    desk.wait(minutes=15)
    desk.resolve_all(rounds=5)
    desk.dispatch_all()

    assert len(desk.panel.taken_for(order_id)) == times
