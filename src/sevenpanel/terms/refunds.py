"""What can come back of a charge (settled 3): computed from the original charge, once, exact to the micro-unit."""

from sevenpanel.kernel.money import divide_up
from sevenpanel.kernel.said import Count, Passage, passage, say
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


def arithmetic(order: OrderFacts, refund_micros: int) -> Passage:
    """Say how a refund was found, with all its figures."""
    arrived = {"n": Count(order.delivered), "all": Count(order.quantity)}
    charge, back = money(order.charge_micros, order.currency), money(refund_micros, order.currency)
    before = _before(order)
    if refund_micros + order.returned_micros == order.charge_micros:
        everything = say("Of the charge of %(charge)s, everything comes back: %(back)s.", charge=charge, back=back)
        return passage([say("%(n)s of %(all)s arrived.", **arrived), before, everything])
    cost = say(
        "%(n)s of %(all)s arrived; that part costs %(cost)s of %(charge)s.",
        cost=money(kept_micros(order), order.currency), charge=charge, **arrived,
    )  # fmt: skip
    return passage([cost, before, say("%(back)s comes back.", back=back)])


def _before(order: OrderFacts) -> str:
    if not order.returned_micros:
        return ""
    return say("%(sum)s came back before.", sum=money(order.returned_micros, order.currency))
