"""What the actions ask of the house, whether it is the desk itself or a rehearsal behind a test key."""

from collections.abc import Callable, Collection, Sequence
from typing import Protocol, TypeVar

from sevenpanel.catalog.domain import ServiceRow
from sevenpanel.ledger.queries import BalanceRow
from sevenpanel.orders.commands import CancelAnswer, Judged
from sevenpanel.orders.domain import OrderLine, Placed, Refused
from sevenpanel.orders.queries import StatusRow
from sevenpanel.orders.queries.reading import Read

T = TypeVar("T")


class House(Protocol):
    """Each of these is described where it stands, at `gateway.Gateway`."""

    async def place(self, judged: Judged) -> Placed | Refused:
        """Place one order."""

    async def short_link(self, line: OrderLine) -> Read:
        """What a short link of the desk leads to."""

    async def by_the_letter(self, line: OrderLine, refused: Refused) -> Placed | Refused:
        """What becomes of an order whose link is wrong under the Terms."""

    async def balance(self, customer_id: int) -> BalanceRow:
        """What this customer can spend now."""

    async def statuses(self, customer_id: int, order_ids: Collection[int]) -> dict[int, StatusRow]:
        """Those of these orders that are this customer's, by id."""

    async def services(self, customer_id: int, show: Callable[[Sequence[ServiceRow]], T]) -> T:
        """The catalogue as it is in force now."""

    async def accepted_links(self, service_id: int) -> tuple[str, ...]:
        """Which kinds of link this service takes."""

    async def cancel(self, customer_id: int, order_ids: Sequence[int]) -> list[CancelAnswer]:
        """Ask to cancel orders, each by itself."""
