"""Amounts of assets: as text for people, and in account currency. Every division names its rounding here.

An asset is counted in its smallest units, a rate is a whole number of 10^-12 of the account currency's unit for one
whole asset, and money is micro-units. No step knows a float (design: deposits, section 7).
"""

import re

from sevenpanel.deposits.domain.assets import Asset, raw_units
from sevenpanel.kernel.money import MICROS_PER_UNIT, Micros, NotAnAmount, divide_up, micros

RATE_ONE = 10**12
"""A rate of exactly 1: one whole asset is one unit of the account currency."""

RATE_MAX = 10**30
BASIS_POINTS = 10_000

_AMOUNT = re.compile(r"(?P<units>[0-9]{1,78})(?:\.(?P<fraction>[0-9]{1,36}))?")


def parse_raw(text: str, asset: Asset) -> int:
    """Read an amount such as "0.25": digits and a point, at most as many places as the asset has.

    :raises NotAnAmount: for anything else.
    """
    match = _AMOUNT.fullmatch(text.strip())
    if match is None or len(match["fraction"] or "") > asset.decimals:
        raise NotAnAmount(f"Write an amount like 12.5, with a point and at most {asset.decimals} places.")
    try:
        return raw_units(int(match["units"] + (match["fraction"] or "").ljust(asset.decimals, "0")))
    except ValueError as large:
        raise NotAnAmount("That amount is too large.") from large


def format_raw(raw: int, asset: Asset, *, places_min: int = 2) -> str:
    """Write an amount of an asset exactly, with at least `places_min` places where the asset has them."""
    units, fraction = divmod(raw_units(raw), 10**asset.decimals)
    digits = f"{fraction:0{asset.decimals}d}" if asset.decimals else ""
    kept = digits[:places_min] + digits[places_min:].rstrip("0")
    return f"{units}.{kept}" if kept else str(units)


def parse_rate(text: str) -> int:
    """Read a rate such as "1" or "64250.5": what one whole asset is worth, with at most twelve places.

    :raises NotAnAmount: for anything else, and for zero.
    """
    match = _AMOUNT.fullmatch(text.strip())
    if match is None or len(match["fraction"] or "") > 12:
        raise NotAnAmount("Write a rate like 64250.5, with a point and at most twelve places.")
    rate = int(match["units"] + (match["fraction"] or "").ljust(12, "0"))
    if not 0 < rate <= RATE_MAX:
        raise NotAnAmount("A rate is more than nothing, and no larger than anything is worth.")
    return rate


def format_rate(rate_e12: int) -> str:
    """Write a rate exactly, with at least four places."""
    units, fraction = divmod(rate_e12, RATE_ONE)
    digits = f"{fraction:012d}"
    return f"{units}.{digits[:4]}{digits[4:].rstrip('0')}"


def is_same_sum(typed: str, sum_: str) -> bool:
    """Whether somebody typed the sum that is written as "50.00 USD": the number, in any spelling of it."""
    number = sum_.rpartition(" ")[0]
    one, other = _AMOUNT.fullmatch(typed.strip()), _AMOUNT.fullmatch(number)
    if one is None or other is None:
        return False
    return _plain(one) == _plain(other)


def _plain(match: re.Match[str]) -> tuple[int, str]:
    return int(match["units"]), (match["fraction"] or "").rstrip("0")


def worth(parts: tuple[tuple[int, int], ...], decimals: int) -> Micros:
    """What raw units are worth in account currency, rounded down once for all parts together.

    :param parts: pairs of (raw, rate_e12). Several only where a lock covers a part of one receipt.
    :raises NotAnAmount: when it is more than can be booked.
    """
    exact = sum(raw_units(raw) * rate for raw, rate in parts)
    return micros(exact * MICROS_PER_UNIT // (10**decimals * RATE_ONE))


def raw_for(wanted: int, *, asset: Asset, rate_e12: int, shown_places: int) -> int:
    """How much of an asset has to be sent for it to be worth at least `wanted`, rounded up to the places shown.

    :param wanted: micro-units of account currency.
    """
    needed = divide_up(wanted * 10**asset.decimals * RATE_ONE, rate_e12 * MICROS_PER_UNIT)
    step = 10 ** max(0, asset.decimals - shown_places)
    return raw_units(divide_up(needed, step) * step)


def share_up(value: int, basis_points: int) -> int:
    """A percentage of a sum, rounded up: what the desk keeps."""
    return divide_up(value * basis_points, BASIS_POINTS)


def share_down(value: int, basis_points: int) -> int:
    """A percentage of a sum, rounded down: what the desk gives."""
    return value * basis_points // BASIS_POINTS
