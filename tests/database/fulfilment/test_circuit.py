"""The circuit of a provider: what opens it, how long it stays open, and what closes it (docs/dispatch.md)."""

from itertools import count as count_up

import pytest
from tests.panel import HEARD, LOST, Desk, say
from tests.shop import Person

from sevenpanel.fulfilment import commands, queries
from sevenpanel.fulfilment.commands.claiming import Claim, claim_dispatch
from sevenpanel.fulfilment.commands.dispatching import record_answer
from sevenpanel.fulfilment.domain import AlertKind, Wait
from sevenpanel.fulfilment.providers.interface import NotNow, NotNowReason, Unknown
from sevenpanel.kernel import db
from sevenpanel.orders.timeline import EventKind

pytestmark = pytest.mark.django_db(transaction=True)
LINKS = count_up(1)


def not_now(reason: NotNowReason) -> NotNow:
    return NotNow(reason=reason, words="no", evidence=HEARD)


def alerts(kind: AlertKind) -> list[str]:
    return [alert.subject for alert in queries.alerts() if alert.kind is kind]


def told_to_wait() -> int:
    """How many times a customer was told why an order waits."""
    return int(db.rows("SELECT count(*) FROM orders_event WHERE kind = %s", [EventKind.WAITING.value])[0][0])


def under_way(desk: Desk, alice: Person, count: int) -> list[Claim]:
    """So many orders in the hands of senders at once."""
    for _ in range(count):
        desk.place(alice, link=f"t.me/northwind_{next(LINKS)}")
    claims = [claim_dispatch(now=desk.now) for _ in range(count)]
    return [claim for claim in claims if isinstance(claim, Claim)]


def fail(desk: Desk, claims: list[Claim], answer: NotNow | Unknown) -> None:
    """Let each of these fail, a moment after the other."""
    for claim in claims:
        desk.wait(seconds=0.001)
        record_answer(order_id=claim.order_id, number=claim.number, answer=answer, now=desk.now)


def hold_seconds(desk: Desk) -> float | None:
    """For how long nothing more is sent."""
    (provider,) = queries.providers()
    return (provider.held_until - desk.now).total_seconds() if provider.held_until else None


@pytest.mark.parametrize("answer", [not_now(NotNowReason.NOT_CONNECTED), LOST])
def test_calls_that_fail_in_one_instant_are_one_failure(desk: Desk, alice: Person, answer: NotNow | Unknown) -> None:
    """P-1: an outage of a moment, met by every sender."""
    fail(desk, under_way(desk, alice, 8), answer)

    (provider,) = queries.providers()
    assert (provider.failures, provider.held_until) == (1, None)


def test_the_first_hold_is_ten_seconds_however_many_calls_were_under_way(desk: Desk, alice: Person) -> None:
    """P-1: what fails while the provider is held, or is told late, prolongs nothing."""
    for _ in range(4):
        fail(desk, under_way(desk, alice, 8), not_now(NotNowReason.NOT_CONNECTED))
    last, sleepers = under_way(desk, alice, 1), under_way(desk, alice, 7)
    fail(desk, last, not_now(NotNowReason.NOT_CONNECTED))
    assert hold_seconds(desk) == 10

    fail(desk, sleepers[:4], LOST)
    desk.wait(seconds=10)
    fail(desk, sleepers[4:], LOST)

    (provider,) = queries.providers()
    assert provider.failures == 5
    assert provider.held_until is not None
    assert provider.held_until <= desk.now


def test_only_a_probe_that_fails_doubles_the_hold(desk: Desk, alice: Person) -> None:
    """P-1: ten seconds, then twice as long each time."""
    for _ in range(5):
        fail(desk, under_way(desk, alice, 8), not_now(NotNowReason.NOT_CONNECTED))

    for seconds in (20, 40, 80):
        desk.wait(seconds=hold_seconds(desk) or 0)
        probe = under_way(desk, alice, 8)
        assert len(probe) == 1
        fail(desk, probe, not_now(NotNowReason.NOT_CONNECTED))
        assert hold_seconds(desk) == seconds


def test_an_answer_from_before_the_trouble_does_not_end_it(desk: Desk, alice: Person) -> None:
    """P-10: eight were under way when the money there ran out, and some of them were still taken."""
    first, *others = under_way(desk, alice, 8)
    fail(desk, [first], not_now(NotNowReason.NO_FUNDS))

    for claim in others:
        desk.wait(seconds=0.001)
        record_answer(order_id=claim.order_id, number=claim.number, answer=desk.panel.add(claim.shipment), now=desk.now)

    assert under_way(desk, alice, 1) == []
    assert alerts(AlertKind.PROVIDER_WAITS) == [f"provider/{desk.provider_id}"]


def test_empty_pockets_are_probed_once_in_five_minutes_with_one_alert(desk: Desk, alice: Person) -> None:
    """P-10: no retry storm, and customers are told after a quarter of an hour, once."""
    desk.panel.deeds.extend([say(not_now(NotNowReason.NO_FUNDS))] * 4)
    for number in range(20):
        desk.place(alice, link=f"t.me/northwind_{number}")

    for seconds in range(0, 19 * 60, 5):
        desk.dispatch_all()
        commands.explain_waiting(now=desk.now)
        assert told_to_wait() == (0 if seconds < 15 * 60 else 20)
        desk.wait(seconds=5)

    assert len(desk.panel.added) == 4
    assert alerts(AlertKind.PROVIDER_WAITS) == [f"provider/{desk.provider_id}"]
    desk.wait(minutes=1)
    desk.dispatch_all()
    assert len(desk.panel.orders) == 20
    assert alerts(AlertKind.PROVIDER_WAITS) == []


def test_the_circuit_opens_after_five_failures_and_one_probe_closes_it(desk: Desk, alice: Person) -> None:
    """P-1."""
    desk.panel.deeds.extend([say(not_now(NotNowReason.NOT_CONNECTED))] * 6)
    for number in range(10):
        desk.place(alice, link=f"t.me/northwind_{number}")

    desk.dispatch_all()
    assert len(desk.panel.added) == 5
    (provider,) = queries.providers()
    assert provider.held_for is Wait.NOT_CONNECTED

    desk.wait(seconds=11)
    desk.dispatch_all()
    assert len(desk.panel.added) == 6  # the probe failed, and nobody else was tried

    desk.wait(minutes=1)
    desk.dispatch_all()
    assert len(desk.panel.orders) == 10
    (provider,) = queries.providers()
    assert (provider.failures, provider.held_for) == (0, None)


def test_a_lost_answer_counts_as_a_failure_of_the_provider(desk: Desk, alice: Person) -> None:
    desk.panel.deeds.extend([say(LOST)] * 5)
    for number in range(6):
        desk.place(alice, link=f"t.me/northwind_{number}")

    desk.dispatch_all()

    assert len(desk.panel.added) == 5
    (provider,) = queries.providers()
    assert provider.held_for is Wait.ANSWERS_LOST
