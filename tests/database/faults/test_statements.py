"""K-2: each way money moves is broken off at its first statement, its second, and so on to the last.

Three faults at each: the statement is refused; the connection breaks after it was done; and, at the end, the commit is
done and its confirmation is lost. Whatever happens, all of it is there or nothing is, the same act once more brings it
to the same end, and the books are right.
"""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta
from itertools import count
from typing import Any

import pytest
from django.db import InterfaceError, OperationalError, connection
from tests.books import books_are_right
from tests.database.orders.test_decisions import SPEC, asked, by_staff, running
from tests.panel import HEARD, Desk, open_desk, say, take_and_lose
from tests.receipts import now_is, take_usdt, transfer
from tests.receipts import say as source_says
from tests.shop import Person, open_customer

from sevenpanel.deposits.domain import Verdict
from sevenpanel.fulfilment import commands
from sevenpanel.fulfilment.providers.interface import ProviderStatus, RefusalReason, Refused
from sevenpanel.ledger import queries as ledger
from sevenpanel.orders import commands as orders
from sevenpanel.orders.domain import OrderLine, Status
from sevenpanel.terms import Aspect, Kind

pytestmark = pytest.mark.django_db(transaction=True)

_numbers = count(1)
STATEMENTS_MAX = 120
# A connection that breaks rolls back what a refused statement does; `make soak` breaks it at each one all the same.
EVERY = 1 if "SEVENPANEL_SOAK_SEEDS" in os.environ else 6


class InjectedError(OperationalError):
    """The fault of this test, as the driver raises one."""


@dataclass(slots=True)
class Fault:
    """A fault at the n-th statement, or at the n-th commit."""

    at: int
    kind: str
    passed: int = 0
    has_struck: bool = False

    def __call__(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        """Let a statement through, or strike."""
        self.passed += 1
        if self.kind == "commit" or self.has_struck or self.passed != self.at:
            return execute(sql, params, many, context)
        self.has_struck = True
        if self.kind == "lost":
            execute(sql, params, many, context)
            connection.connection.close()
        raise InjectedError(f"statement {self.at} {self.kind}")

    def committed(self) -> None:
        """A commit was done."""
        if self.kind != "commit":
            return
        self.passed += 1
        if not self.has_struck and self.passed == self.at:
            self.has_struck = True
            connection.connection.close()
            raise InjectedError(f"commit {self.at}")


@contextmanager
def striking(fault: Fault) -> Iterator[None]:
    """Live with the fault; where it leaves a broken connection, another one is taken afterwards."""
    commit = connection._commit

    def then_strike() -> None:
        commit()
        fault.committed()

    connection._commit = then_strike  # type: ignore[method-assign]
    try:
        if fault.kind == "commit":
            yield
        else:
            with connection.execute_wrapper(fault):
                yield
    finally:
        connection._commit = commit  # type: ignore[method-assign]
        if fault.has_struck:
            connection.close()


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """One thing to do: the act, which may be repeated, and what has to be so in the end."""

    act: Callable[[], object]
    ended: Callable[[], bool]


def left(person: Person) -> int:
    return ledger.balance(customer_id=person.customer_id).balance_micros


def fresh(desk: Desk) -> Person:
    desk.wait(minutes=1)
    return open_customer("Alice", balance="10")


def link() -> str:
    return f"t.me/northwind_{next(_numbers)}"


def place(desk: Desk) -> Story:
    """An order asked for with a request id, so that asking again is the same request."""
    alice = fresh(desk)
    line = OrderLine(
        customer_id=alice.customer_id, service_id=desk.service_id, link=link(), quantity=1000, request_id="once"
    )
    return Story(act=lambda: orders.place(lines=[line], now=desk.now), ended=lambda: left(alice) == 9_100_000)


def cancel(desk: Desk) -> Story:
    alice = fresh(desk)
    order_id = desk.place(alice, link=link())
    return Story(
        act=lambda: orders.request_cancel(customer_id=alice.customer_id, order_ids=[order_id], now=desk.now),
        ended=lambda: left(alice) == 10_000_000,
    )


def send(desk: Desk) -> Story:
    """Sent at most once; where nobody knows whether it was, the money stays held."""
    alice = fresh(desk)
    order_id = desk.place(alice, link=link())
    return Story(
        act=lambda: dispatched(desk),
        ended=lambda: len(desk.panel.taken_for(order_id)) <= 1 and left(alice) == 9_100_000,
    )


def dispatched(desk: Desk) -> None:
    desk.dispatch()
    desk.wait(minutes=3)
    commands.expire_leases(now=desk.now)


def refuse(desk: Desk) -> Story:
    """Refused by the provider, or of unknown fate until its deadline: everything comes back."""
    alice = fresh(desk)
    no = Refused(reason=RefusalReason.BAD_LINK, words="Bad link", evidence=HEARD)
    desk.panel.deeds.clear()
    desk.panel.deeds.extend([say(no)] * 3)
    desk.place(alice, link=link())

    def act() -> None:
        dispatched(desk)
        commands.write_off_overdue(now=desk.now + timedelta(days=2))

    return Story(act=act, ended=lambda: left(alice) == 10_000_000)


def follow(desk: Desk) -> Story:
    alice = fresh(desk)
    order_id = desk.place(alice, link=link())
    desk.dispatch_all()
    (number,) = desk.panel.taken_for(order_id)
    desk.panel.end(number, ProviderStatus.PARTIAL, remains=400)
    return Story(act=desk.follow, ended=lambda: left(alice) == 9_460_000)


def write_off(desk: Desk) -> Story:
    """The answer was lost, and nobody found out until the deadline."""
    alice = fresh(desk)
    desk.wait(hours=2)  # lost answers have opened the circuit
    desk.panel.deeds.clear()
    desk.panel.deeds.append(take_and_lose)
    desk.place(alice, link=link())
    desk.dispatch()
    return Story(
        act=lambda: commands.write_off_overdue(now=desk.now + timedelta(days=2)),
        ended=lambda: left(alice) == 10_000_000,
    )


def grant(desk: Desk) -> Story:
    alice = fresh(desk)
    order_id = running(alice, end=Status.COMPLETED, delivered=1000)
    ask = asked(alice, order_id, Kind.WRONG_SPECIFICATION, documents=SPEC, differs=frozenset({Aspect.ORIGIN}))

    def act() -> None:
        if left(alice) == 9_100_000:
            by_staff(ask)

    return Story(act=act, ended=lambda: left(alice) == 10_000_000)


def credit(desk: Desk) -> Story:
    alice = fresh(desk)
    said = transfer(alice, "25", number=next(_numbers))
    return Story(act=lambda: source_says(now_is(said, Verdict.CONFIRMED)), ended=lambda: left(alice) == 35_000_000)


PATHS = {story.__name__: story for story in (place, cancel, send, refuse, follow, write_off, grant, credit)}


@pytest.mark.parametrize("path", PATHS)
def test_k2_a_fault_at_any_statement_leaves_all_or_nothing(path: str) -> None:
    """K-2, K-5, trap 7: refused, connection lost, commit unknown; at every statement of each way money moves."""
    desk = open_desk()
    take_usdt()
    struck = {kind: struck_at(desk, path, kind) for kind in ("refused", "lost", "commit")}

    assert all(struck.values()), struck
    books_are_right()


def struck_at(desk: Desk, path: str, kind: str) -> int:
    """Let the fault strike at the first statement, the second, and so on until there is none; how many there were."""
    for at in range(1, STATEMENTS_MAX, EVERY if kind == "lost" else 1):
        story, fault = PATHS[path](desk), Fault(at=at, kind=kind)
        with striking(fault), suppress(InjectedError, OperationalError, InterfaceError):
            story.act()
        story.act()
        assert story.ended(), (path, kind, at)
        if not fault.has_struck:
            return at - 1
    raise AssertionError("there are more statements than this test reckons with")
