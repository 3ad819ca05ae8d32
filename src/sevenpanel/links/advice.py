"""What a customer can do to get a private link: one that nobody else uses, so that its counts can be told apart."""

from __future__ import annotations

from collections.abc import Collection

from sevenpanel.kernel.said import say
from sevenpanel.links.acceptance import accepts
from sevenpanel.links.kinds import LinkKind, Network
from sevenpanel.links.link import Link

INVITE = say(
    "Make an invite link of its own for each service, in the settings of the channel under “Invite links” (t.me/+…), "
    "and order with that."
)
BOT = say("Give each service a start parameter of its own (?start=…), and order with that link.")
CAMPAIGN = say(
    "Give each service campaign parameters of its own (such as ?utm_source=ann), or make a short link here for each, "
    "and order with that."
)
WAIT = say("This kind of link has no private form: let the first order end, then place the next.")

_CHAT = frozenset({LinkKind.CHANNEL, LinkKind.GROUP})


def private_link_advice(accepted: Collection[str], link: Link) -> str:
    """This function says how to get a private link for the same thing that the service takes, or to wait.

    :param accepted: the tags of links that the service takes
    """
    if link.network is Network.WEBSITE:
        return CAMPAIGN
    if link.network is Network.TELEGRAM and link.kind is LinkKind.BOT:
        return BOT
    invite = Link(Network.TELEGRAM, LinkKind.INVITE, "", True, "")
    is_chat = link.network is Network.TELEGRAM and link.kind in _CHAT
    return INVITE if is_chat and accepts(accepted, invite) else WAIT
