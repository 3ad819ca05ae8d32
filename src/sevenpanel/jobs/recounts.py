"""A meter that asks providers about their own orders: insight knows no providers, and fulfilment no measurements."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sevenpanel.fulfilment import commands as fulfilment
from sevenpanel.fulfilment.commands.access import AdapterFor, registered
from sevenpanel.insight.domain import Network
from sevenpanel.insight.meters.interface import WORDS_MAX, Answers, Ask, Count, MeterUnavailable, NoCount
from sevenpanel.orders import queries as orders

IDS_PER_CALL = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderMeter:
    """Whoever has the orders, as far as their status answers are counts of what is there now."""

    clock: Callable[[], datetime]
    adapter_for: AdapterFor = registered

    @property
    def network(self) -> Network:
        """The providers, all of them together."""
        return Network.PROVIDER

    @property
    def batch(self) -> int:
        """As many as one status call may name."""
        return IDS_PER_CALL

    def read(self, asks: Sequence[Ask]) -> Answers:
        """Ask how much of each order is there.

        :raises MeterUnavailable: when no provider answered.
        """
        ids = [each.order_id for each in asks]
        try:
            heard = fulfilment.recount(order_ids=ids, now=self.clock(), adapter_for=self.adapter_for)
        except fulfilment.UnableToRecount as fault:
            raise MeterUnavailable(fault.sentence, retry_after_seconds=fault.retry_after_seconds) from fault
        quantities = {id_: row.quantity for id_, row in orders.shipments(order_ids=list(heard)).items()}
        return {id_: _answer(said, quantities[id_]) for id_, said in heard.items()}


def _answer(said: fulfilment.Recount, quantity: int) -> Count | NoCount:
    if said.remains is None:
        return NoCount(words=said.words[:WORDS_MAX])
    return Count(value=quantity - min(max(said.remains, 0), quantity))
