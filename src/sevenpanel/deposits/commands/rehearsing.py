"""Play money of the simulated chain, for whoever tries the desk: asked for from the page of a payment."""

from datetime import datetime

from django.conf import settings

from sevenpanel.deposits import models
from sevenpanel.deposits.commands.sources import wake_source
from sevenpanel.deposits.domain.ways import IntentState
from sevenpanel.deposits.queries.places import is_rehearsed
from sevenpanel.deposits.simchain.faucet import UnableToSendPlayMoney, send_play_money
from sevenpanel.kernel.said import say

PLAY_UNITS = 25
"""How much is sent where no sum was named; five times the least that the demo's way takes."""


def send_to_payment(*, customer_id: int, intent_id: int, now: datetime) -> str:
    """Let the simulated chain send a payment what it waits for, and look at once (a command; it calls the chain).

    :returns: the transaction's hash.
    :raises UnableToSendPlayMoney: when this is no open payment of the customer over the simulated chain, or no such
        chain runs here, as on every desk with a public address.
    """
    intent = models.Intent.objects.select_related("method__asset").filter(id=intent_id, customer_id=customer_id).first()
    if intent is None or intent.state != IntentState.OPEN or not is_rehearsed(intent.method.source):
        raise UnableToSendPlayMoney(say("Play money is sent to an open payment over the simulated chain only."))
    assert intent.method.asset is not None
    asset = intent.method.asset.value
    tx = send_play_money(
        url=settings.SIMCHAIN_URL,
        secret=settings.SECRET_KEY,
        symbol=asset.symbol,
        to=intent.address,
        raw=intent.quoted_raw or PLAY_UNITS * 10**asset.decimals,
    )
    wake_source(name=intent.method.source, now=now)
    return tx
