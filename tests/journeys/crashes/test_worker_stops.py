"""O-4 and K-6 of the worker as a process: stopped while a call is out, and asleep while others go on."""

import signal
from datetime import UTC, datetime
from pathlib import Path

import pytest
from tests.books import books_are_right, order_of
from tests.journeys.holding_relay import Relay, holding
from tests.rehearsal import Rehearsal, let_leases_lapse, rehearsing, until_all_ended
from tests.sabotage import Switch
from tests.waiting import until
from tests.working import PROGRAM, STOP_SECONDS, Worker, working

from sevenpanel.fulfilment import commands, queries
from sevenpanel.fulfilment.domain import Action, AlertKind, AttemptState, FindingStep, Verdict
from sevenpanel.kernel.money import parse_amount
from sevenpanel.ledger import queries as ledger
from sevenpanel.orders.domain import Dispatch

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(900)]

ODD = str(Path(__file__).with_name("odd_worker.py"))
ASLEEP = (ODD, "--asleep-at", "dispatch.after_call")


def home(shop: Rehearsal, name: str) -> Path:
    """A folder for one worker alone."""
    folder = shop.home / name
    folder.mkdir()
    return folder


def stopped_while_a_call_is_out(shop: Rehearsal, relay: Relay, program: tuple[str, ...]) -> AttemptState:
    """What is known of an order whose worker was told to stop while the provider was taking it."""
    (order_id,) = shop.place()
    with working(home(shop, "stopped"), program=program) as worker:
        relay.until_taken()
        worker.process.send_signal(signal.SIGTERM)
        until(lambda: "event=stopping" in worker.said())
        if program is not PROGRAM:
            worker.process.wait(STOP_SECONDS)
        relay.let_go()
        assert worker.process.wait(STOP_SECONDS) == 0
    let_leases_lapse()
    commands.expire_leases(now=datetime.now(UTC))
    (attempt,) = queries.attempts(order_id)
    return attempt.state


def test_o4_a_worker_that_is_told_to_stop_waits_for_the_call_that_is_out(tmp_path: Path) -> None:
    """O-4."""
    with rehearsing(tmp_path) as shop, holding(shop) as relay:
        assert stopped_while_a_call_is_out(shop, relay, PROGRAM) is AttemptState.SENT
        with working(home(shop, "next")) as worker:
            until_all_ended(worker)
        assert list(shop.taken().values()) == [1]
        books_are_right()


def test_o4_is_red_when_a_worker_stops_at_once(tmp_path: Path) -> None:
    """O-4, the sabotage: it leaves an order of which nobody knows what became of it."""
    with rehearsing(tmp_path) as shop, holding(shop) as relay:
        hasty = (ODD, "--switch", Switch.STOP_AT_ONCE)
        assert stopped_while_a_call_is_out(shop, relay, hasty) is AttemptState.UNKNOWN


def refunded_while_it_slept(shop: Rehearsal, program: tuple[str, ...]) -> int:
    """An order that was given up while the worker that had sent it slept; then it wakes, and finishes what it does.

    :returns: the order.
    """
    (order_id,) = shop.place()
    bed = home(shop, "sleeper")
    with working(bed, program=program) as sleeper, working(home(shop, "other")) as other:
        until(lambda: (bed / "asleep").exists())
        let_leases_lapse()
        until(lambda: is_for_a_person(order_id, other))
        commands.decide_unknown(order_id=order_id, verdict=Verdict.REFUND, decided_by="Olga", now=datetime.now(UTC))
        (bed / "woken").touch()
        sleeper.process.send_signal(signal.SIGCONT)
        assert sleeper.stop() == 0
    return order_id


def is_for_a_person(order_id: int, worker: Worker) -> bool:
    assert not worker.has_ended, worker.said()
    task = queries.task(order_id)
    return task is not None and task.action is Action.OPERATOR


def its_answer_is_evidence_and_nothing_else(shop: Rehearsal, order_id: int) -> None:
    assert order_of(shop.alice, order_id).dispatch is Dispatch.WRITTEN_OFF
    (attempt,) = queries.attempts(order_id)
    assert attempt.state is AttemptState.WRITTEN_OFF
    late = [finding.provider_order_id for finding in attempt.findings if finding.step is FindingStep.LATE_ANSWER]
    assert late == [str(row["id"]) for row in shop.sandbox.accepted()]
    assert [alert.subject for alert in queries.alerts() if alert.kind is AlertKind.LATE_ANSWER] == [f"order/{order_id}"]
    assert ledger.balance(customer_id=shop.alice.customer_id).balance_micros == parse_amount("1000")
    assert list(shop.taken().values()) == [1]
    books_are_right()


def test_k6_a_worker_that_wakes_after_its_lease_changes_nothing_by_its_answer(tmp_path: Path) -> None:
    """K-6, with the process itself asleep between its call and its record."""
    with rehearsing(tmp_path, idempotency_field=None) as shop:
        order_id = refunded_while_it_slept(shop, ASLEEP)

        its_answer_is_evidence_and_nothing_else(shop, order_id)


def test_k6_is_red_when_late_answers_are_ignored(tmp_path: Path) -> None:
    """K-6, the sabotage: what the provider said is lost, and nobody learns that the order was bought."""
    with rehearsing(tmp_path, idempotency_field=None) as shop:
        order_id = refunded_while_it_slept(shop, (*ASLEEP, "--switch", Switch.IGNORE_LATE_ANSWERS))

        with pytest.raises(AssertionError):
            its_answer_is_evidence_and_nothing_else(shop, order_id)
