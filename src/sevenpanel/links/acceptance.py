"""Which links a service takes, and how that is said to a customer.

A service lists tags: "telegram/channel" for one kind, "telegram/*" for everything on a network, "*/*" for any link.
"""

from __future__ import annotations

from collections.abc import Collection
from functools import reduce

from sevenpanel.kernel.said import Phrase, say
from sevenpanel.links.kinds import NETWORK_NAMES, LinkKind, Network
from sevenpanel.links.link import Link
from sevenpanel.links.networks import RULES
from sevenpanel.links.website import WEBSITE_KINDS

ANYTHING = "*/*"

_SAMPLES = {network: rules.kinds for network, rules in RULES.items()} | {Network.WEBSITE: WEBSITE_KINDS}
KINDS: dict[Network, frozenset[LinkKind]] = {network: frozenset(_SAMPLES[network]) for network in Network}
NAMES: dict[str, str] = {
    f"{network}/{kind}": sample.name for network in Network for kind, sample in _SAMPLES[network].items()
}
EXAMPLES: dict[str, str] = {
    f"{network}/{kind}": sample.example for network in Network for kind, sample in _SAMPLES[network].items()
}
TAGS: frozenset[str] = frozenset(f"{network}/{kind}" for network in Network for kind in KINDS[network])
ACCEPTABLE: frozenset[str] = TAGS | {f"{network}/*" for network in Network} | {ANYTHING}

assert EXAMPLES.keys() == TAGS == NAMES.keys()
assert all({shape.kind for shape in rules.shapes} == KINDS[rules.network] for rules in RULES.values())


def accepts(accepted: Collection[str], link: Link) -> bool:
    """This function tells whether a service that lists these tags takes this link."""
    return link.tag in accepted or f"{link.network}/*" in accepted or ANYTHING in accepted


def expected_sentence(accepted: Collection[str]) -> str:
    """This function says what a service takes, with an example of each, for whoever sent something else.

    :raises KeyError: a tag that is not among ACCEPTABLE
    """
    if ANYTHING in accepted:
        return say("This service takes any link, for example https://example.com/shop.")
    if not accepted:
        return say("This service takes no links.")
    kinds = reduce(lambda some, more: say("%(some)s or %(more)s", some=some, more=more), map(_phrase, sorted(accepted)))
    return say("This service takes %(kinds)s.", kinds=kinds)


def _phrase(tag: str) -> Phrase:
    if tag not in ACCEPTABLE:
        raise KeyError(tag)
    network, _, kind = tag.partition("/")
    if kind != "*":
        return say("%(kind)s (for example %(example)s)", kind=NAMES[tag], example=EXAMPLES[tag])
    example = next(text for known, text in EXAMPLES.items() if known.startswith(f"{network}/"))
    name = NETWORK_NAMES[Network(network)]
    return say("any %(network)s link (for example %(example)s)", network=name, example=example)
