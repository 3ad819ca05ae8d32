"""What can come back of a charge (settled 3): computed from the original charge, once, exact to the micro-unit."""

from sevenpanel.kernel.money import divide_up
from sevenpanel.terms.facts import OrderFacts
from sevenpanel.terms.policy import Extent
from sevenpanel.terms.sentences import money


def kept_micros(order: OrderFacts) -> int:
    """What the delivered part costs, rounded up: charge x delivered / quantity."""
    return divide_up(order.charge_micros * order.delivered, order.quantity)


def undelivered_micros(order: OrderFacts) -> int:
    """What was not delivered and has not come back yet."""
    return max(0, order.charge_micros - kept_micros(order) - order.returned_micros)


def back_micros(order: OrderFacts, extent: Extent) -> int:
    """What a clause gives back: everything that has not come back yet, or the undelivered part of it."""
    if extent is Extent.FULL:
        return order.charge_micros - order.returned_micros
    return undelivered_micros(order)


def arithmetic(order: OrderFacts, refund_micros: int) -> str:
    """Say how a refund was found, with all its figures."""
    arrived = f"{order.delivered:,} of {order.quantity:,} arrived"
    charge, back = money(order.charge_micros, order.currency), money(refund_micros, order.currency)
    before = f" {money(order.returned_micros, order.currency)} came back before." if order.returned_micros else ""
    if refund_micros + order.returned_micros == order.charge_micros:
        return f"{arrived}.{before} Of the charge of {charge}, everything comes back: {back}."
    cost = f"that part costs {money(kept_micros(order), order.currency)} of {charge}"
    return f"{arrived}; {cost}.{before} {back} comes back."
