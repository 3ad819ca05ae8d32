"""Planted faults: guards against two at once are taken out, and what they prevent must then happen (trust, rule 1)."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from datetime import timedelta

import pytest
from django.db import connection
from django.db import models as django_models
from tests.database.orders.test_decisions import running
from tests.database.support.test_tickets import LATE, claim, opened, request, staff
from tests.sabotage import slowed, without_walls
from tests.shop import NOON, open_customer

from sevenpanel.kernel.refusals import Refusal
from sevenpanel.ledger import queries as ledger
from sevenpanel.orders import queries as orders
from sevenpanel.orders.commands import RefuseByHand, decisions
from sevenpanel.support import commands, models
from sevenpanel.support.commands import filing
from sevenpanel.support.domain import Upload
from sevenpanel.terms import Kind

pytestmark = pytest.mark.django_db(transaction=True)

DECIDED_ONCE = ("orders_decision", "orders_request_decided_once")
ENDED_ONCE = ("orders_decision", "orders_ended_by_one_decision")
ASKED_ONCE = ("support_request", "support_asked_once")

Plant = Callable[[pytest.MonkeyPatch], None]


def nothing(_patch: pytest.MonkeyPatch) -> None:
    """Leave the desk as it is."""


def skip_the_locks(patch: pytest.MonkeyPatch) -> None:
    """Read tickets, requests and orders without locking them."""
    for model in (models.Ticket, models.Request):
        patch.setattr(model.objects, "_queryset_class", _Unlocked)
    patch.setattr(decisions, "_LOCK", decisions._LOCK.removesuffix(" FOR UPDATE"))


def skip_the_count_of_a_person(patch: pytest.MonkeyPatch) -> None:
    """Count a person's files without keeping others from adding some."""
    patch.setattr(filing, "_LOCK_PERSON", "SELECT %s::bigint")


class _Unlocked(django_models.QuerySet[django_models.Model]):
    """Rows that nobody locks."""

    def select_for_update(self, *_: object, **__: object) -> "_Unlocked":
        """Lock nothing."""
        return self


@contextmanager
def alone(plant: Plant, patch: pytest.MonkeyPatch, table: str, *walls: tuple[str, str]) -> Iterator[None]:
    """Plant a fault, with no wall behind it, and room for the race to happen."""
    with ExitStack() as stack:
        if plant is not nothing:
            stack.enter_context(without_walls(*walls))
        stack.enter_context(slowed(table))
        plant(patch)
        yield


def at_once(*acts: Callable[[], object]) -> list[str]:
    """Let each act begin at the same instant; what came of each: "done", a refusal's sentence, or a fault's name."""
    start = threading.Barrier(len(acts))

    def run(act: Callable[[], object]) -> str:
        try:
            start.wait()
            act()
        except Refusal as refusal:
            return refusal.sentence
        except Exception as fault:
            return type(fault).__name__
        finally:
            connection.close()
        return "done"

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


@pytest.mark.parametrize(("plant", "is_safe"), [(nothing, True), (skip_the_locks, False)])
def test_a_request_is_decided_by_one_of_staff(monkeypatch: pytest.MonkeyPatch, plant: Plant, is_safe: bool) -> None:
    alice, judges = open_customer("Alice", balance="10"), [staff("sam"), staff("tia")]
    order_id = running(alice)
    ticket_id = opened(alice, order_id, kind=Kind.DROP)
    request_id = request(ticket_id).id

    def refuse(judge: int) -> Callable[[], None]:
        act = RefuseByHand(staff_id=judge, reason="Not so.")
        return lambda: commands.judge(ticket_id=ticket_id, request_id=request_id, act=act, now=LATE)

    with alone(plant, monkeypatch, "orders_decision", DECIDED_ONCE):
        came = at_once(*map(refuse, judges))

        assert (sorted(came) == ["This request is decided already; look at it again.", "done"]) is is_safe
        assert (len(orders.decisions_of_order(order_id=order_id)) == 1) is is_safe


@pytest.mark.parametrize(("plant", "is_safe"), [(nothing, True), (skip_the_locks, False)])
def test_a_claim_is_answered_once_and_the_others_with_a_sentence(
    monkeypatch: pytest.MonkeyPatch, plant: Plant, is_safe: bool
) -> None:
    alice = open_customer("Alice", balance="10")
    order_id = running(alice)
    ticket_id = opened(alice, order_id)

    with alone(plant, monkeypatch, "orders_decision", ASKED_ONCE, DECIDED_ONCE, ENDED_ONCE):
        came = at_once(*[lambda: claim(alice, ticket_id, order_id, timedelta(hours=25))] * 4)

        assert (sorted(set(came)) == ["You have claimed this order already.", "done"]) is is_safe
        # Behind these guards stands the key of the ledger's transfer: money comes back once in any case.
        assert ledger.balance(customer_id=alice.customer_id).balance_micros == 10_000_000


@pytest.mark.parametrize(("plant", "is_safe"), [(nothing, True), (skip_the_count_of_a_person, False)])
def test_a_person_fills_the_quota_in_many_tickets_at_once(
    monkeypatch: pytest.MonkeyPatch, plant: Plant, is_safe: bool
) -> None:
    monkeypatch.setattr(filing, "BYTES_PER_PERSON_MAX", 100)
    alice = open_customer("Alice")
    tickets = [opened(alice) for _ in range(4)]

    def send(ticket_id: int) -> Callable[[], None]:
        return lambda: commands.reply(
            customer_id=alice.customer_id,
            person_id=alice.user_id,
            ticket_id=ticket_id,
            body="See this.",
            uploads=[Upload(name="words.txt", data=b"x" * 60)],
            now=NOON,
        )

    with alone(plant, monkeypatch, "support_attachment"):
        came = at_once(*map(send, tickets))

        full = "You have sent as many files as the desk keeps for one person."
        assert (sorted(came) == sorted(["done", full, full, full])) is is_safe
        assert (models.Attachment.objects.count() == 1) is is_safe
