"""Names of sites: made comparable, and refused where no visitor could reach them."""

from __future__ import annotations

import re
import unicodedata

from sevenpanel.links.link import LinkError, UnreadableReason

MAX_HOST_LENGTH = 253  # RFC 1035
LABEL = re.compile(r"[a-z0-9_](?:[a-z0-9_\-]{0,61}[a-z0-9_])?")
DOT = re.compile("[\u3002\uff0e\uff61]")  # what IDNA counts as a dot beside the dot (RFC 3490, 3.1)
KEPT_SINCE_2008 = frozenset("\u00df\u1e9e\u03c2")  # sharp s, final sigma: letters of their own in RFC 5894, 7.2
NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*")

# RFC 6761, 6762, 8375 and the names that routers and companies use at home. `.example` is left out on purpose: it
# leads nowhere and serves demonstrations.
PRIVATE_SUFFIXES = (
    "localhost",
    "localdomain",
    "local",
    "internal",
    "intranet",
    "private",
    "corp",
    "home",
    "lan",
    "home.arpa",
    "in-addr.arpa",
    "ip6.arpa",
    "test",
    "invalid",
    "onion",
)


def read_host(typed: str) -> str:
    """This function gives the host in lower-case ASCII (punycode), without a final dot.

    :raises LinkError: no dot, an address by number, a private name, or no valid name at all
    """
    host = _ascii(DOT.sub(".", typed).removesuffix("."))
    labels = host.split(".")
    if host == "localhost":
        raise LinkError(UnreadableReason.PRIVATE_HOST)
    if len(labels) == 1:
        raise LinkError(UnreadableReason.NOT_A_LINK)
    if not all(LABEL.fullmatch(label) for label in labels):
        raise LinkError(UnreadableReason.HOST)
    if NUMBER.fullmatch(labels[-1]):  # browsers read every such name as an IPv4 address (WHATWG URL, host parsing)
        raise LinkError(UnreadableReason.IP_ADDRESS)
    if host.endswith(tuple(f".{suffix}" for suffix in PRIVATE_SUFFIXES)):
        raise LinkError(UnreadableReason.PRIVATE_HOST)
    return host


def _ascii(host: str) -> str:
    """The length is checked before encoding, whose cost grows with the square of a label's length."""
    if len(host) > MAX_HOST_LENGTH:
        raise LinkError(UnreadableReason.HOST)
    try:
        encoded = ".".join(_ascii_label(label) for label in host.split("."))
    except UnicodeError as error:
        raise LinkError(UnreadableReason.HOST) from error
    if len(encoded) > MAX_HOST_LENGTH:
        raise LinkError(UnreadableReason.HOST)
    return encoded


def _ascii_label(label: str) -> str:
    """The codec of the standard library knows IDNA 2003, which reads \u00df as ss and so makes one site of two."""
    if not KEPT_SINCE_2008.isdisjoint(label):
        return "xn--" + unicodedata.normalize("NFKC", label.lower()).encode("punycode").decode("ascii")
    return label.encode("idna").decode("ascii").lower()
