"""What an order costs with a provider, in exact decimals, and whether that leaves its price whole."""

from decimal import Context, Decimal

from sevenpanel.catalog.domain import ServiceType
from sevenpanel.kernel.money import Micros, from_decimal_up

# More digits than any rate, quantity and exchange rate have together: nothing is rounded before it is rounded up.
_EXACT = Context(prec=100)


def expected_cost(*, service_type: ServiceType, rate: Decimal, quantity: int) -> Decimal:
    """What a provider will take, in its currency: the package's price, or the rate per 1000.

    :param service_type: the type of the service as the desk sells it.
    :param rate: the provider's rate from its catalogue.
    """
    if service_type is ServiceType.PACKAGE:
        return rate
    return _EXACT.scaleb(_EXACT.multiply(rate, quantity), -3)


def cost_micros(cost: Decimal, *, exchange_rate: Decimal) -> Micros:
    """A provider's sum in the desk's micro-units, rounded up: a cost is never understated.

    :param exchange_rate: units of the desk's currency for one unit of the provider's.
    :raises NotAnAmount: for a sum that is not finite or too large.
    """
    return from_decimal_up(_EXACT.multiply(cost, exchange_rate))


def is_margin_kept(*, cost: Micros, charge_micros: int) -> bool:
    """Whether an order may be sent: it must not cost more than the customer paid (test P-9)."""
    return cost <= charge_micros
