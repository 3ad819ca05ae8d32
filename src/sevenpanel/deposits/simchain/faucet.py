"""Play money: asking the simulated chain for a transfer, as a customer of a rehearsal does from the page.

Whoever can ask could make deposits out of nothing. So the chain listens on this machine only, wants a key that
follows from the desk's secret, and is not run at all on a desk that has a public address.
"""

import hmac
import json
from hashlib import sha256
from typing import Any

from sevenpanel.deposits.sources.evm.chains import chains
from sevenpanel.kernel import calling
from sevenpanel.kernel.refusals import Refusal
from sevenpanel.kernel.said import say

PLACE = "simchain"
SECONDS = 5.0
SENDER = "0x" + "fa0ce7" + "0" * 34
_PURPOSE = b"sevenpanel/simchain/control"


class UnableToSendPlayMoney(Refusal):
    """The simulated chain did not take the transfer."""

    status = 503


def control_key(secret: str) -> str:
    """This function makes the key that opens the simulated chain's switches out of the desk's secret."""
    return hmac.new(secret.encode(), _PURPOSE, sha256).hexdigest()


def send_play_money(*, url: str, secret: str, symbol: str, to: str, raw: int) -> str:
    """Send test tokens to an address on the simulated chain.

    :param url: where the simulated chain listens.
    :param secret: the desk's secret.
    :param raw: in the token's smallest units.
    :returns: the transaction's hash.
    :raises UnableToSendPlayMoney: when it does not run, or refuses.
    """
    told = _told(url, secret, {"send": {"symbol": symbol, "to": to, "raw": str(raw)}})
    tx = told.get("tx")
    if not isinstance(tx, str):
        raise UnableToSendPlayMoney(say("The simulated chain did not take the transfer. Try again in a moment."))
    return tx


def symbols() -> tuple[str, ...]:
    """What can be sent there."""
    return tuple(token.asset.symbol for token in chains()[PLACE].tokens.values())


def _told(url: str, secret: str, asked: dict[str, Any]) -> dict[str, Any]:
    call = calling.Call(
        method="POST",
        url=f"{url}/control",
        headers={"Content-Type": "application/json", "X-Control-Key": control_key(secret)},
        content=json.dumps(asked).encode(),
        allow_private=True,
        seconds=SECONDS,
    )
    try:
        told = json.loads(calling.exchange(call).body)
    except (calling.NotSent, calling.Lost, ValueError) as fault:
        raise UnableToSendPlayMoney(say("The simulated chain does not answer. Try again in a moment.")) from fault
    return told if isinstance(told, dict) else {}
