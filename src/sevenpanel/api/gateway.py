"""What the door asks of the house: its keys, its orders, its balances.

The two hot questions, who is it and place this, are asked in shared batches over connections of the door's own.
The others are plain Django in a few threads.
"""

import asyncio
import logging
from collections.abc import Callable, Collection, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from functools import partial
from typing import Any, TypeVar

import asyncpg
from django.db import Error, close_old_connections

from sevenpanel.accounts import queries as accounts
from sevenpanel.api.admission import Admission, admissions
from sevenpanel.api.batching import Batcher
from sevenpanel.api.line import Line, Lost, NotSent, RefusedByDatabase
from sevenpanel.api.refusals import ORDER_NOT_KNOWN, NothingDone, NotKnown
from sevenpanel.catalog import queries as catalog
from sevenpanel.catalog.domain import ServiceRow
from sevenpanel.kernel import chaos, db
from sevenpanel.kernel.refusals import Refusal
from sevenpanel.ledger import queries as ledger
from sevenpanel.ledger.queries import BalanceRow
from sevenpanel.notices import queries as notices
from sevenpanel.orders import commands as orders
from sevenpanel.orders import queries as order_queries
from sevenpanel.orders.commands import CancelAnswer, Judged
from sevenpanel.orders.domain import OrderLine, Placed, Refused
from sevenpanel.orders.queries import StatusRow
from sevenpanel.orders.queries.reading import Read

BATCH_MAX = 500
BATCH_WEIGHT_MAX = 8_000_000  # characters of comments in one statement
THREADS = 4

_ADMIT = accounts.ADMIT.format("$1")

T = TypeVar("T")
Outcome = Placed | Refused

log = logging.getLogger(__name__)


class Gateway:
    """The house as the door sees it. One per process; lives in one event loop."""

    def __init__(self, database: Mapping[str, Any]) -> None:
        """
        :param database: Django's settings of the database.
        """
        self._keys = Line(database, name="sevenpanel api: keys")
        self._orders = Line(database, name="sevenpanel api: orders")
        self._reads = Line(database, name="sevenpanel api: reads")
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="api")
        self._admitting = Batcher[bytes, Admission](self._admit_all, size_max=BATCH_MAX)
        self._placing = Batcher[Judged, Outcome](
            self._place_all, size_max=BATCH_MAX, weight=_weight, weight_max=BATCH_WEIGHT_MAX
        )
        self._balancing = Batcher[int, BalanceRow](self._balances, size_max=BATCH_MAX)

    async def close(self) -> None:
        """Answer what was asked, then hang up."""
        for batcher in (self._admitting, self._placing, self._balancing):
            await batcher.drain()
        for line in (self._keys, self._orders, self._reads):
            await line.close()
        await asyncio.to_thread(self._threads.shutdown)

    async def admit(self, key_hash: bytes) -> Admission:
        """Find out whose key this is, and draw one request from its allowance.

        :raises NothingDone: when the database does not answer.
        """
        return await self._admitting.ask(key_hash)

    async def place(self, judged: Judged) -> Outcome:
        """Place one order, together with whoever else asks right now.

        :raises NothingDone: when the database did not take it.
        :raises NotKnown: when it may have.
        """
        return await self._placing.ask(judged)

    async def short_link(self, line: OrderLine) -> Read:
        """What a short link of the desk leads to, for the customer who orders with it."""
        ask = partial(order_queries.read_links, customer_id=line.customer_id, texts=[line.link])
        return (await self._in_thread(ask))[line.link]

    async def by_the_letter(self, line: OrderLine, refused: Refused) -> Outcome:
        """What becomes of an order whose link is wrong under the Terms that its customer has accepted (clause 2)."""
        ask = partial(orders.by_the_letter, line=line, outcome=refused, now=datetime.now(UTC))
        return await self._in_thread(ask, ORDER_NOT_KNOWN)

    async def balance(self, customer_id: int) -> BalanceRow:
        """What this customer can spend now."""
        return await self._balancing.ask(customer_id)

    async def statuses(self, customer_id: int, order_ids: Collection[int]) -> dict[int, StatusRow]:
        """Those of these orders that are this customer's, by id."""
        try:
            found = await self._reads.fetch(order_queries.STATUSES, customer_id, list(order_ids))
        except (NotSent, Lost, RefusedByDatabase) as trouble:
            log.error("Statuses could not be read: %r", trouble)
            raise NotKnown from trouble
        return {row["id"]: StatusRow(**row) for row in found}

    async def services(self, customer_id: int, show: Callable[[Sequence[ServiceRow]], T]) -> T:
        """The catalogue as it is in force now, with this customer's rates, turned by `show` while nobody waits."""
        return await self._in_thread(lambda: show(notices.on_sale(customer_id=customer_id, at=datetime.now(UTC))))

    async def accepted_links(self, service_id: int) -> tuple[str, ...]:
        """Which kinds of link this service takes."""
        found = await self._in_thread(partial(catalog.accepted_links, service_ids=[service_id]))
        return found.get(service_id, ())

    async def cancel(self, customer_id: int, order_ids: Sequence[int]) -> list[CancelAnswer]:
        """Ask to cancel orders, each by itself. Asking twice changes nothing, so asking again is safe."""
        ask = partial(orders.request_cancel, customer_id=customer_id, order_ids=order_ids, now=datetime.now(UTC))
        return await self._in_thread(ask)

    async def aside(self, work: Callable[[], T]) -> T:
        """Do long work beside the event loop."""
        return await asyncio.get_running_loop().run_in_executor(self._threads, work)

    async def _admit_all(self, hashes: Sequence[bytes]) -> Sequence[Admission | Refusal]:
        try:
            found = await self._ask_for_keys(hashes)
        except (NotSent, Lost, RefusedByDatabase) as trouble:
            log.error("%d requests could not be admitted: %r", len(hashes), trouble)
            return [NothingDone() for _ in hashes]
        return admissions(found, datetime.now(UTC))

    async def _ask_for_keys(self, hashes: Sequence[bytes]) -> list[asyncpg.Record]:
        try:
            return await self._keys.fetch(_ADMIT, list(hashes))
        except Lost:  # asked again, it costs a key one more of its allowance at worst
            return await self._keys.fetch(_ADMIT, list(hashes))

    async def _place_all(self, judged: Sequence[Judged]) -> Sequence[Outcome | Refusal]:
        try:
            return await self._run(judged)
        except NotSent as trouble:
            log.error("%d orders were not placed: %r", len(judged), trouble)
            return [NothingDone() for _ in judged]
        except Lost as trouble:
            log.error("The fate of %d orders is not known: %r", len(judged), trouble)
            return [NotKnown(ORDER_NOT_KNOWN) for _ in judged]
        except RefusedByDatabase as trouble:
            log.error("The database refused a batch of %d orders: %r", len(judged), trouble)
            if trouble.concerns_all:
                return [NothingDone() for _ in judged]
            # One line must not take its neighbours with it.
            return [await self._place_alone(one) for one in judged]

    async def _run(self, judged: Sequence[Judged]) -> list[Outcome]:
        chaos.point("place.before_statement")
        found = await self._orders.fetch(orders.PLACE, *orders.place_arguments(judged, datetime.now(UTC)))
        chaos.point("place.after_statement")
        return orders.read_outcomes(map(tuple, found))

    async def _place_alone(self, one: Judged) -> Outcome | Refusal:
        try:
            return (await self._run([one]))[0]
        except RefusedByDatabase as trouble:
            log.error("The database refused an order: %r", trouble)
            code = orders.WALLS.get(trouble.constraint)
            return Refused(code=code, sentence="Nothing was charged.") if code else NothingDone()
        except NotSent:
            return NothingDone()
        except Lost:
            return NotKnown(ORDER_NOT_KNOWN)

    async def _balances(self, customer_ids: Sequence[int]) -> Sequence[BalanceRow | Refusal]:
        try:
            found = await self._in_thread(partial(ledger.balances, customer_ids=set(customer_ids)))
        except NotKnown:
            return [NotKnown() for _ in customer_ids]
        return [found.get(customer_id) or NotKnown() for customer_id in customer_ids]

    async def _in_thread(self, ask: Callable[[], T], not_known: str | None = None) -> T:
        return await in_thread(self._threads, ask, not_known)


async def in_thread(threads: ThreadPoolExecutor, ask: Callable[[], T], not_known: str | None = None) -> T:
    """Ask the house in one of these threads, with a connection of Django's.

    :param not_known: of what must not be done twice: what the caller reads when the database did not answer. It is
        asked once, because it may have been done all the same (K-5); everything else is asked again where that helps.
    :raises NotKnown: when it did not.
    """
    asking = _connected if not_known is None else _once
    try:
        return await asyncio.get_running_loop().run_in_executor(threads, asking, ask)
    except Error as error:
        log.error("The database did not answer: %s", type(error).__name__)
        raise (NotKnown(not_known) if not_known else NotKnown()) from error


def _connected(ask: Callable[[], T]) -> T:
    """Ask with a connection of this thread's, given back afterwards; once more when it turns out to be no use."""
    try:
        return _once(ask)
    except Error as error:
        # What took too long would only take as long again.
        if not db.is_away(error) or db.is_overdue(error):
            raise
        return _once(ask)


def _once(ask: Callable[[], T]) -> T:
    close_old_connections()
    try:
        return ask()
    except Error as error:
        db.hang_up(error)
        raise
    finally:
        close_old_connections()


def _weight(judged: Judged) -> int:
    return sum(map(len, judged.line.comments))
