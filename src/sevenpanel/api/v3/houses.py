"""What the operations ask of the house: of the desk itself, or of the rehearsal behind a test key (ADR 30, ADR 32).

Plain calls of Django's, in the thread of the request. What changes nothing is asked of the desk behind both keys.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from sevenpanel import links
from sevenpanel.accounts.domain import KeyKind
from sevenpanel.api.actions import Caller
from sevenpanel.api.v3 import showing
from sevenpanel.api.v3.problems import Problem, Trouble
from sevenpanel.api.v3.shapes import Order, OrderInFull
from sevenpanel.catalog import queries as catalog
from sevenpanel.kernel.said import passage
from sevenpanel.ledger import queries as ledger
from sevenpanel.ledger.queries import BalanceRow, StatementLine
from sevenpanel.orders import commands as orders
from sevenpanel.orders import queries as order_queries
from sevenpanel.orders.commands import CancelAnswer
from sevenpanel.orders.domain import OrderLine, Placed, RefusalCode, Refused, Status
from sevenpanel.rehearsal import commands as rehearsal
from sevenpanel.rehearsal import queries as rehearsed
from sevenpanel.rehearsal.domain import ORDERS_MAX

Page = tuple[list[Order], int | None]


class House(Protocol):
    """What is behind a key."""

    def place(self, line: OrderLine, now: datetime) -> Placed | Refused:
        """Place one order."""

    def balance(self, caller: Caller, now: datetime) -> BalanceRow:
        """What the account can spend."""

    def order(self, caller: Caller, order_id: int, now: datetime) -> OrderInFull | None:
        """One order of the caller's; None alike for no such order and for somebody else's (S-1)."""

    def orders(self, caller: Caller, status: Status | None, before: int | None, limit: int, now: datetime) -> Page:
        """A page of orders, newest first, and before which one the next page begins."""

    def cancel(self, caller: Caller, order_id: int, now: datetime) -> CancelAnswer:
        """Ask to cancel one order."""

    def statement(self, caller: Caller, before: int | None, limit: int) -> Sequence[StatementLine]:
        """A page of movements on the balance, newest first."""


class Desk:
    """Behind a live key."""

    def place(self, line: OrderLine, now: datetime) -> Placed | Refused:
        """Place one order, as the site does."""
        (outcome,) = orders.place(lines=[line], now=now)
        return outcome

    def balance(self, caller: Caller, now: datetime) -> BalanceRow:
        """What the account can spend."""
        return ledger.balance(customer_id=caller.customer_id)

    def order(self, caller: Caller, order_id: int, now: datetime) -> OrderInFull | None:
        """One order of the caller's, with its history."""
        found = order_queries.order(customer_id=caller.customer_id, order_id=order_id)
        if found is None:
            return None
        return showing.in_full(found, order_queries.timeline(found), order_queries.decided_by(found))

    def orders(self, caller: Caller, status: Status | None, before: int | None, limit: int, now: datetime) -> Page:
        """A page of orders, as the site lists them."""
        wanted = order_queries.Wanted(customer_id=caller.customer_id, status=status, before_id=before)
        page = order_queries.find(wanted, limit=limit)
        is_full = len(page.orders) == limit
        after = page.orders[-1].id if is_full else page.looked_to
        return [showing.order(row) for row in page.orders], after

    def cancel(self, caller: Caller, order_id: int, now: datetime) -> CancelAnswer:
        """Ask to cancel one order."""
        (answer,) = orders.request_cancel(customer_id=caller.customer_id, order_ids=[order_id], now=now)
        return answer

    def statement(self, caller: Caller, before: int | None, limit: int) -> Sequence[StatementLine]:
        """A page of movements on the balance."""
        return ledger.statement(customer_id=caller.customer_id, before_id=before, limit=limit)


class Rehearsal:
    """Behind a test key: play money, and a provider that is made up."""

    def place(self, line: OrderLine, now: datetime) -> Placed | Refused:
        """Place a test order.

        :raises Problem: for an order whose first answer is to be lost.
        """
        outcome = _explained(line, _rehearsed(line, now))
        if rehearsed.is_answer_lost(customer_id=line.customer_id, outcome=outcome):
            raise Problem(Trouble.NOT_KNOWN)
        return outcome

    def balance(self, caller: Caller, now: datetime) -> BalanceRow:
        """What is left to play with today."""
        return rehearsed.balance(customer_id=caller.customer_id, now=now)

    def order(self, caller: Caller, order_id: int, now: datetime) -> OrderInFull | None:
        """One test order."""
        found = rehearsed.these(customer_id=caller.customer_id, order_ids=[order_id])
        return showing.play_in_full(found[0], now) if found else None

    def orders(self, caller: Caller, status: Status | None, before: int | None, limit: int, now: datetime) -> Page:
        """A page of test orders, of which there are few."""
        found = [
            row.order
            for row in rehearsed.orders(customer_id=caller.customer_id, now=now, limit=ORDERS_MAX)
            if (before is None or row.order.id < before) and status in (None, row.now.status)
        ]
        after = found[limit - 1].id if len(found) > limit else None
        return [showing.play_order(order, now) for order in found[:limit]], after

    def cancel(self, caller: Caller, order_id: int, now: datetime) -> CancelAnswer:
        """Ask to cancel a test order."""
        (answer,) = rehearsal.request_cancel(customer_id=caller.customer_id, order_ids=[order_id], now=now)
        return answer

    def statement(self, caller: Caller, before: int | None, limit: int) -> Sequence[StatementLine]:
        """Nothing: play money is in no book."""
        return []


def _rehearsed(line: OrderLine, now: datetime) -> Placed | Refused:
    short = order_queries.short_link_in(line.link)
    read = order_queries.read_links(customer_id=line.customer_id, texts=[line.link])[line.link] if short else None
    door = orders.refuse_at_the_door(line, read)
    outcome = door if isinstance(door, Refused) else rehearsal.place(judged=door, now=now)
    return rehearsal.by_the_letter(line=line, outcome=outcome, now=now) if isinstance(outcome, Refused) else outcome


def _explained(line: OrderLine, outcome: Placed | Refused) -> Placed | Refused:
    """Say with a wrong link what the service takes instead, as `orders.place` does."""
    if isinstance(outcome, Placed) or outcome.code is not RefusalCode.WRONG_LINK:
        return outcome
    takes = catalog.accepted_links(service_ids=[line.service_id]).get(line.service_id, ())
    sentence = passage([outcome.sentence, links.expected_sentence(takes)])
    return Refused(code=outcome.code, sentence=sentence, fact=outcome.fact)


HOUSES: dict[KeyKind, House] = {KeyKind.LIVE: Desk(), KeyKind.TEST: Rehearsal()}
assert HOUSES.keys() == set(KeyKind)
