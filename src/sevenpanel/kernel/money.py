"""Money as whole micro-units (10^-6 of the account currency), and the only roundings there are.

A float cannot become money: `micros` refuses it, and so does everything that is built on it (design: house,
Money; invariant I12 of design: trust).
"""

import re
from decimal import ROUND_CEILING, Context, Decimal
from typing import Any, NewType, Self

from sevenpanel.kernel.said import Made, say

Micros = NewType("Micros", int)

MICROS_PER_UNIT = 1_000_000
# A BIGINT holds 9.2 * 10^18; no single sum may come near it, so that adding a few can never overflow.
MICROS_MAX = 10**18

# Assets are counted in their smallest units, in what a token contract counts in: 256 bits, a NUMERIC(78, 0).
RAW_MAX = 2**256 - 1
# Digits enough for every decimal a provider can send within a bounded answer, so that nothing is rounded unnamed.
_EXACT = Context(prec=10_000)

_AMOUNT = re.compile(r"(?P<sign>-?)(?P<units>[0-9]{1,12})(?:\.(?P<fraction>[0-9]{1,6}))?")


class NotAnAmount(ValueError):  # noqa: N818 - says what it is, as refusals do
    """This text or value is no sum of money that the desk can book."""


def micros(value: int) -> Micros:
    """Return value as money.

    :param value: whole micro-units.
    :raises NotAnAmount: for a float, a bool, a Decimal, or a sum beyond `MICROS_MAX`.
    """
    if type(value) is not int:
        raise NotAnAmount(f"Money is whole micro-units, not {type(value).__name__}.")
    if abs(value) > MICROS_MAX:
        raise NotAnAmount(say("That sum is too large to be booked."))
    return Micros(value)


def parse_amount(text: str) -> Micros:
    """Read an amount such as "12", "0.90" or "0.000125": digits, a point, at most six places.

    :raises NotAnAmount: for anything else, thousands separators and exponents included.
    """
    match = _AMOUNT.fullmatch(text.strip())
    if match is None:
        raise NotAnAmount(say("Write an amount like 12.50, with a point and at most six places."))
    fraction = (match["fraction"] or "").ljust(6, "0")
    value = int(match["units"]) * MICROS_PER_UNIT + int(fraction)
    return micros(-value if match["sign"] else value)


def format_amount(value: int, *, places_min: int = 2) -> str:
    """Write micro-units as a plain decimal: exact, at least `places_min` places, no separators.

    :returns: for example "0.90", "0.27819", "-12.00".
    """
    units, fraction = divmod(abs(value), MICROS_PER_UNIT)
    digits = f"{fraction:06d}"
    kept = digits[:places_min] + digits[places_min:].rstrip("0")
    sign = "-" if value < 0 else ""
    return f"{sign}{units}.{kept}" if kept else f"{sign}{units}"


class Sum(Made):
    """A sum of money, exact.

    :param currency: none where the sum stands in a calculation whose currency is said at its end.
    """

    __slots__ = ("currency", "micros")

    micros: int
    currency: str

    def __new__(cls, micros: int, currency: str = "") -> Self:
        made = super().__new__(cls, f"{format_amount(micros)} {currency}".rstrip())
        made.micros, made.currency = micros, currency
        return made

    def _parts(self) -> tuple[Any, ...]:
        return self.micros, self.currency


def divide_up(value: int, divisor: int) -> int:
    """Divide and round towards plus infinity: what the desk may keep of a charge, and what an order costs."""
    return -(-value // divisor)


def from_decimal_up(amount: Decimal) -> Micros:
    """Turn a provider's decimal into micro-units, rounded up: a cost is never understated.

    :raises NotAnAmount: for NaN, infinities and sums that are too large.
    """
    if not amount.is_finite() or abs(amount) > MICROS_MAX // MICROS_PER_UNIT:
        raise NotAnAmount(say("That amount is no finite sum of money."))
    exact = amount.scaleb(6, _EXACT)
    return micros(int(exact.to_integral_value(rounding=ROUND_CEILING, context=_EXACT)))
