"""What places are called: networks by their own names, processors by theirs; and which of them is a rehearsal."""

from django.conf import settings

from sevenpanel.deposits.simchain.faucet import PLACE
from sevenpanel.deposits.sources.btcpay.source import PLACE as BTCPAY
from sevenpanel.deposits.sources.evm.chains import chains
from sevenpanel.deposits.sources.nowpayments.coins import BY_PLACE


def place_title(place: str) -> str:
    """A place as people call it, such as "BNB Smart Chain"."""
    if place == BTCPAY:
        return "BTCPay"
    if place in BY_PLACE:
        return BY_PLACE[place].network
    chain = chains().get(place)
    return chain.title if chain is not None else place.replace("-", " ").capitalize()


def is_rehearsed(source: str) -> bool:
    """Whether a source is the simulated chain of a desk that rehearses: only its money may be made out of nothing."""
    return bool(settings.SIMCHAIN_URL) and source == chains()[PLACE].source
