"""What can be deposited: an asset at one place, counted in its smallest units."""

import re
from dataclasses import dataclass

from sevenpanel.kernel.money import RAW_MAX

DECIMALS_MAX = 36
_CODE = re.compile(r"[A-Z0-9.]{1,16}@[a-z0-9-]{1,32}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Asset:
    """One asset at one place. The same symbol on two networks is two assets, since one cannot stand for the other.

    :param symbol: what people call it and what rates are given for, such as "USDT".
    :param place: the network, or the processor that keeps it, such as "ethereum" or "btcpay".
    :param decimals: how many decimal places the smallest unit has: 18 for USDT on BSC, 6 on Ethereum.
    :raises ValueError: when the parts make no code, or the decimals are out of range.
    """

    symbol: str
    place: str
    decimals: int

    def __post_init__(self) -> None:
        if not _CODE.fullmatch(self.code) or not 0 <= self.decimals <= DECIMALS_MAX:
            raise ValueError(f"{self.code} with {self.decimals} decimals is no asset.")

    @property
    def code(self) -> str:
        """The asset's name in tables and keys, such as "USDT@ethereum"."""
        return f"{self.symbol}@{self.place}"


def raw_units(value: int) -> int:
    """Return value as an amount of smallest units.

    :raises ValueError: for anything but a whole number that is not negative and fits 256 bits.
    """
    if type(value) is not int or not 0 <= value <= RAW_MAX:
        raise ValueError("An amount of an asset is a whole number of its smallest units.")
    return value
