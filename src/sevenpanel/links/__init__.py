"""What a link points at: network, kind, target, private or not; and what a service accepts.

Pure: no network, no clock, no database. docs/links.md states the guarantees.
"""

from sevenpanel.links.acceptance import (
    ACCEPTABLE,
    EXAMPLES,
    KINDS,
    NAMES,
    TAGS,
    accepts,
    expected_sentence,
)
from sevenpanel.links.advice import private_link_advice
from sevenpanel.links.kinds import NETWORK_NAMES, LinkKind, Network
from sevenpanel.links.link import SENTENCES, Link, Unreadable, UnreadableReason
from sevenpanel.links.reading import read_link

__all__ = [
    "ACCEPTABLE",
    "EXAMPLES",
    "KINDS",
    "NAMES",
    "NETWORK_NAMES",
    "SENTENCES",
    "TAGS",
    "Link",
    "LinkKind",
    "Network",
    "Unreadable",
    "UnreadableReason",
    "accepts",
    "expected_sentence",
    "private_link_advice",
    "read_link",
]
