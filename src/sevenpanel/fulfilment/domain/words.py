"""What customers may read about a provider: our own sentences, never its name, address or cost."""

import re
from datetime import datetime

from sevenpanel.fulfilment.domain.states import Wait
from sevenpanel.fulfilment.providers.interface import ProviderStatus, RefusalReason
from sevenpanel.kernel.said import say

REFUSAL_WORDS = {
    RefusalReason.BAD_LINK: say("the link was not accepted"),
    RefusalReason.BAD_QUANTITY: say("the quantity was not accepted"),
    RefusalReason.BAD_SERVICE: say("this service is not available at the moment"),
    RefusalReason.ACTIVE_ORDER_WITH_LINK: say("another order for this link is still active"),
    RefusalReason.OTHER_KNOWN: say("the order was not accepted"),
}
assert REFUSAL_WORDS.keys() == set(RefusalReason)

_UNREACHABLE = say("The provider cannot be reached.")
_SETTING_UP = say("The way to the provider is being put right.")
_BUSY = say("The provider takes no new orders at the moment.")
WAIT_WORDS = {
    Wait.NOT_CONNECTED: _UNREACHABLE,
    Wait.ADDRESS_REFUSED: _SETTING_UP,
    Wait.NO_FUNDS: _BUSY,
    Wait.RATE_LIMITED: _BUSY,
    Wait.ACCOUNT_REFUSED: _SETTING_UP,
    Wait.ANSWERS_LOST: _UNREACHABLE,
    Wait.NO_ROUTE: _BUSY,
    Wait.MARGIN: say("This order is being checked before it is sent. The price you paid stays as it is."),
    Wait.NO_OFFER: say("This service is being checked before your order is sent."),
    Wait.UNSENDABLE: say("This order is being checked before it is sent."),
}
assert WAIT_WORDS.keys() == set(Wait)

NOT_SHOWN = say("a word that is not known here")
# One to four plain words: room for a status in any language, none for addresses, markup or messages.
_PLAIN = re.compile(r"[^\W\d_]+(?:[ _-][^\W\d_]+){0,3}")
_PLAIN_LENGTH_MAX = 40


def safe_status_word(word: str, status: ProviderStatus | None, *, provider_name: str) -> str:
    """The provider's status word as a customer may read it.

    :param status: how the word was understood; then the field's own word is shown.
    :returns: the word itself only when it is plain and does not name the provider.
    """
    if status is not None:
        return status.value
    if len(word) > _PLAIN_LENGTH_MAX or _PLAIN.fullmatch(word) is None:
        return NOT_SHOWN
    named = {part.casefold() for part in re.findall(r"[^\W_]{3,}", provider_name)}
    return NOT_SHOWN if any(part in word.casefold() for part in named) else word


def decided_by(instant: datetime) -> str:
    """The latest time of a decision, as customers read it."""
    return instant.strftime("%H:%M UTC on %d %B %Y")
