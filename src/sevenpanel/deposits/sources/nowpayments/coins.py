"""The coins that are taken through NOWPayments: what it calls each, and how many decimals it has there.

Each stands for one coin on one network, which is both paid and paid out, so that nothing is exchanged on the way. Coins
that need a memo beside the address are none of them: who forgets it loses the payment.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from sevenpanel.deposits.domain import Asset

PLACE = "nowpayments"


@dataclass(frozen=True, slots=True, kw_only=True)
class Coin:
    """One coin.

    :param code: its name there; network: where it is sent, as people call it.
    """

    code: str
    symbol: str
    decimals: int
    network: str

    @property
    def asset(self) -> Asset:
        """The coin as the rest of the room knows it: at each network another one."""
        return Asset(symbol=self.symbol, place=f"{PLACE}-{self.code}", decimals=self.decimals)


_TABLE = (
    ("btc", "BTC", 8, "Bitcoin"),
    ("ltc", "LTC", 8, "Litecoin"),
    ("doge", "DOGE", 8, "Dogecoin"),
    ("trx", "TRX", 6, "Tron"),
    ("eth", "ETH", 18, "Ethereum"),
    ("usdttrc20", "USDT", 6, "Tron"),
    ("usdterc20", "USDT", 6, "Ethereum"),
    ("usdtbsc", "USDT", 18, "BNB Smart Chain"),
    ("usdtmatic", "USDT", 6, "Polygon"),
    ("usdcmatic", "USDC", 6, "Polygon"),
)
COINS: Mapping[str, Coin] = {
    code: Coin(code=code, symbol=symbol, decimals=decimals, network=network)
    for code, symbol, decimals, network in _TABLE
}
BY_PLACE: Mapping[str, Coin] = {coin.asset.place: coin for coin in COINS.values()}
