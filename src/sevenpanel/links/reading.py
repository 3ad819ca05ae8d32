"""read_link: the one way in."""

from __future__ import annotations

import re
from urllib.parse import quote

from sevenpanel.kernel.said import say
from sevenpanel.links.address import MAX_LENGTH, parse_address, tidy
from sevenpanel.links.kinds import NETWORK_NAMES, Network
from sevenpanel.links.link import Link, LinkError, Unreadable, UnreadableReason
from sevenpanel.links.matching import owner_of, read_network_link
from sevenpanel.links.networks import RULES
from sevenpanel.links.shapes import NetworkRules
from sevenpanel.links.website import read_website

HANDLE = re.compile(r"@?[^@/?#:\\]{0,100}")


def read_link(text: str, hint: Network | None = None) -> Link | Unreadable:
    """This function says what a customer's link points at. It never raises and never fetches anything.

    :param text: what the customer typed or a program sent, of any length and content
    :param hint: the network that the service is for; only with it a bare `name` or `@name` can be read
    :returns: the Link, or an Unreadable with a reason and a sentence for the customer
    """
    try:
        link = _read(_complete(tidy(text), hint))
    except LinkError as refusal:
        return refusal.unreadable
    return link


def _read(text: str) -> Link:
    address = parse_address(text)
    reader = owner_of(address.host)
    link = read_website(address) if reader is None else read_network_link(reader, address)
    if max(len(link.target), len(link.address)) > MAX_LENGTH:  # percent-encoding makes links longer
        raise LinkError(UnreadableReason.TOO_LONG)
    return link


def _complete(text: str, hint: Network | None) -> str:
    """A bare name becomes an address of the hinted network. A word with a dot and no @ is a site, never a name:
    whoever types example.com into a field for Instagram made a mistake that should not be paid for.
    """
    is_handle = text.startswith("@") or "." not in text
    if not is_handle or ":" in text:
        return text
    rules = RULES.get(hint) if hint else None
    if HANDLE.fullmatch(text) and (rules is not None or text.startswith("@")):
        return _complete_handle(text, rules)
    if rules is not None and not text.startswith("@"):
        return f"https://{rules.hosts[0]}/{text}"
    return text


def _complete_handle(text: str, rules: NetworkRules | None) -> str:
    if rules is None:
        raise LinkError(UnreadableReason.HANDLE)
    if rules.handle is None:
        sample = next(iter(rules.kinds.values()))
        name = NETWORK_NAMES[rules.network]
        sentence = say(
            "A bare name is not enough for %(network)s. Paste the full address, for example %(example)s.",
            network=name, example=sample.example,
        )  # fmt: skip
        raise LinkError(UnreadableReason.HANDLE, sentence)
    return rules.handle.format(quote(text.removeprefix("@"), safe="%"))
