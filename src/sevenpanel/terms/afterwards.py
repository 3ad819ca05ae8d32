"""Once closed, an order stays closed (settled 4): what a provider's late word leads to. Money never moves."""

from enum import StrEnum

from sevenpanel.terms.facts import OrderFacts, Status
from sevenpanel.terms.sentences import money


class Afterwards(StrEnum):
    """What a provider's word about a closed order leads to."""

    LOG = "log"
    TASK = "task for the operator"


def word_after_the_end(order: OrderFacts, *, status: Status, delivered: int) -> tuple[Afterwards, str]:
    """Say what a provider's late word means: nothing, or a task when more arrived than the customer paid for."""
    assert not order.is_open
    if order.returned_micros and delivered > order.delivered:
        told = f"The provider now says {status} with {delivered:,} of {order.quantity:,}, after "
        return Afterwards.TASK, f"{told}{money(order.returned_micros, order.currency)} went back."
    return Afterwards.LOG, f"The provider said {status} again after the end; the order stays {order.status}."
