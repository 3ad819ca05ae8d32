"""The house as it is behind a test key: the same questions, play money, and a provider that is made up (ADR 30).

The desk's own statements are never asked to place or cancel here. Everything is plain Django in one thread of its own,
so that programs which try things out keep no real order waiting.
"""

import asyncio
from collections.abc import Callable, Collection, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from functools import partial
from typing import TypeVar

from sevenpanel.api.gateway import Gateway, in_thread
from sevenpanel.api.refusals import ORDER_NOT_KNOWN, NotKnown
from sevenpanel.catalog.domain import ServiceRow
from sevenpanel.ledger.queries import BalanceRow
from sevenpanel.orders.commands import CancelAnswer, Judged
from sevenpanel.orders.domain import OrderLine, Placed, Refused
from sevenpanel.orders.queries import StatusRow
from sevenpanel.orders.queries.reading import Read
from sevenpanel.rehearsal import commands, queries

T = TypeVar("T")


class Rehearsal:
    """Behind a test key. What changes nothing is asked of the desk itself."""

    def __init__(self, desk: Gateway) -> None:
        self._desk = desk
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="api rehearsal")

    async def close(self) -> None:
        """Answer what was asked."""
        await asyncio.to_thread(self._thread.shutdown)

    async def place(self, judged: Judged) -> Placed | Refused:
        """Place a test order.

        :raises NotKnown: when the database may have taken it, and as often as an order of this kind asks for it.
        """
        outcome, is_lost = await self._ask(partial(_placed, judged, datetime.now(UTC)), ORDER_NOT_KNOWN)
        if is_lost:
            raise NotKnown(ORDER_NOT_KNOWN)
        return outcome

    async def short_link(self, line: OrderLine) -> Read:
        """What a short link of the desk leads to, for the customer who orders with it."""
        return await self._desk.short_link(line)

    async def by_the_letter(self, line: OrderLine, refused: Refused) -> Placed | Refused:
        """What becomes of a test order whose link is wrong under the Terms that its customer has accepted."""
        ask = partial(commands.by_the_letter, line=line, outcome=refused, now=datetime.now(UTC))
        return await self._ask(ask, ORDER_NOT_KNOWN)

    async def balance(self, customer_id: int) -> BalanceRow:
        """What this customer has left to play with today, in the account's own currency."""
        return await self._ask(partial(queries.balance, customer_id=customer_id, now=datetime.now(UTC)))

    async def statuses(self, customer_id: int, order_ids: Collection[int]) -> dict[int, StatusRow]:
        """Those of these test orders that are this customer's, by id."""
        ask = partial(queries.statuses, customer_id=customer_id, order_ids=order_ids, now=datetime.now(UTC))
        return await self._ask(ask)

    async def services(self, customer_id: int, show: Callable[[Sequence[ServiceRow]], T]) -> T:
        """The catalogue as it is in force now, with this customer's rates."""
        return await self._desk.services(customer_id, show)

    async def accepted_links(self, service_id: int) -> tuple[str, ...]:
        """Which kinds of link this service takes."""
        return await self._desk.accepted_links(service_id)

    async def cancel(self, customer_id: int, order_ids: Sequence[int]) -> list[CancelAnswer]:
        """Ask to cancel test orders, each by itself."""
        ask = partial(commands.request_cancel, customer_id=customer_id, order_ids=order_ids, now=datetime.now(UTC))
        return await self._ask(ask)

    async def _ask(self, ask: Callable[[], T], not_known: str | None = None) -> T:
        return await in_thread(self._thread, ask, not_known)


def _placed(judged: Judged, now: datetime) -> tuple[Placed | Refused, bool]:
    """The outcome, and whether its answer is to be lost."""
    outcome = commands.place(judged=judged, now=now)
    return outcome, queries.is_answer_lost(customer_id=judged.line.customer_id, outcome=outcome)
