"""What places are called: networks by their own names, processors by theirs; and which of them is a rehearsal."""

from django.conf import settings

from sevenpanel.deposits.domain import Asset
from sevenpanel.deposits.simchain.faucet import PLACE
from sevenpanel.deposits.sources.btcpay.source import COINS as BTCPAY_COINS
from sevenpanel.deposits.sources.btcpay.source import PLACE as BTCPAY
from sevenpanel.deposits.sources.evm.chains import chains
from sevenpanel.deposits.sources.hooks import HOOKS
from sevenpanel.deposits.sources.nowpayments.coins import BY_PLACE
from sevenpanel.deposits.sources.nowpayments.coins import PLACE as NOWPAYMENTS


def place_title(place: str) -> str:
    """A place as people call it, such as "BNB Smart Chain"."""
    if place == BTCPAY:
        return "BTCPay"
    if place in BY_PLACE:
        return BY_PLACE[place].network
    chain = chains().get(place)
    return chain.title if chain is not None else place.replace("-", " ").capitalize()


_NETWORKS = {"BTC": "Bitcoin", "LTC": "Litecoin", "XMR": "Monero"}
assert _NETWORKS.keys() == BTCPAY_COINS.keys()


def network_title(asset: Asset) -> str:
    """The network on which an asset is sent, such as "Tron", whoever takes it."""
    return _NETWORKS[asset.symbol] if asset.place == BTCPAY else place_title(asset.place)


def is_processor(source: str) -> bool:
    """Whether a source is a processor, which is told of by webhooks, and not a chain that is watched."""
    return source.partition(":")[0] in HOOKS


def takes_a_fee(source: str) -> bool:
    """Whether a processor keeps a fee of what is sent."""
    return source.partition(":")[0] == NOWPAYMENTS


def is_rehearsed(source: str) -> bool:
    """Whether a source is the simulated chain of a desk that rehearses: only its money may be made out of nothing."""
    return bool(settings.SIMCHAIN_URL) and source == chains()[PLACE].source
