"""The door: from what was typed to the parts of an address, or to the reason why it is none.

Every check that does not depend on the network is made here, the length first, so that whatever comes after it
works on at most MAX_LENGTH characters.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from sevenpanel.links.apps import unwrap_app_link
from sevenpanel.links.hosts import read_host
from sevenpanel.links.link import LinkError, UnreadableReason

MAX_LENGTH = 2048

# U+061C, U+200E, U+200F, U+202A to U+202E, U+2066 to U+2069 (Unicode Annex 9) reorder what is shown.
BIDI = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
FORBIDDEN = frozenset('<>"\\')
# What stands where bytes could not be read as text: the link that was meant is lost.
REPLACEMENT = "\ufffd"
SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.\-]*):")
HOST = re.compile(r"[^/?#:@]*")
PORT_AND_END = re.compile(r":[0-9]*(?:[/?#]|$)")

CATEGORY_REASONS = {
    "Cc": UnreadableReason.CONTROL_CHARACTER,
    "Cf": UnreadableReason.INVISIBLE_CHARACTER,
    "Cs": UnreadableReason.BROKEN_TEXT,
    "Zs": UnreadableReason.WHITESPACE,
    "Zl": UnreadableReason.CONTROL_CHARACTER,
    "Zp": UnreadableReason.CONTROL_CHARACTER,
}


@dataclass(frozen=True, slots=True)
class Address:
    """The parts of a web address: host in lower-case ASCII, the rest as it was typed."""

    scheme: str
    host: str
    port: int | None
    path: str
    query: str
    fragment: str

    @property
    def parameters(self) -> list[tuple[str, str]]:
        """This property is the decoded query, in order, with repeated names kept."""
        return parse_qsl(self.query, keep_blank_values=True)


def tidy(text: str) -> str:
    """This function drops blanks around the text and refuses what no link may contain.

    :raises LinkError: empty, over-long, or holding a character that is refused
    """
    if len(text) > MAX_LENGTH:
        raise LinkError(UnreadableReason.TOO_LONG)
    link = text.strip(" \t\r\n\u00a0")
    if not link:
        raise LinkError(UnreadableReason.EMPTY)
    refuse_characters(link)
    return link


def refuse_characters(link: str) -> None:
    """This function refuses hidden characters, also where they are percent-encoded and would show once decoded.

    An encoded joiner is left alone: Persian and Indic addresses need it, and encoded it deceives nobody.

    :raises LinkError: the reason of the first character found
    """
    for character in link:
        reason = CATEGORY_REASONS.get(unicodedata.category(character))
        if reason is not None:
            raise LinkError(reason)
    if REPLACEMENT in link:
        raise LinkError(UnreadableReason.BROKEN_TEXT)
    if not FORBIDDEN.isdisjoint(link):
        raise LinkError(UnreadableReason.BAD_CHARACTER)
    decoded = unquote(link)
    if any(unicodedata.category(character) == "Cc" for character in decoded):
        raise LinkError(UnreadableReason.CONTROL_CHARACTER)
    if BIDI.search(decoded):
        raise LinkError(UnreadableReason.INVISIBLE_CHARACTER)


def parse_address(link: str) -> Address:
    """This function takes a tidied text apart.

    :raises LinkError: another scheme, userinfo, or a host or port that cannot be used
    """
    parts = _split(_with_scheme(unwrap_app_link(link) or link))
    if "@" in parts.netloc:
        raise LinkError(UnreadableReason.USERINFO)
    return Address(
        scheme=parts.scheme,
        host=read_host(_hostname(parts)),
        port=_port(parts),
        path=parts.path,
        query=parts.query,
        fragment=parts.fragment,
    )


def _with_scheme(link: str) -> str:
    """People leave the scheme out; `example.com:8080/shop` looks like one and is a host with a port."""
    if link.startswith("//"):
        return f"https:{link}"
    match = SCHEME.match(link)
    if match is None or _has_host_and_port(link):
        return f"https://{link}"
    if match[1].lower() not in ("http", "https"):
        raise LinkError(UnreadableReason.SCHEME)
    if not link.startswith("//", match.end()):
        raise LinkError(UnreadableReason.HOST)
    return link


def _has_host_and_port(link: str) -> bool:
    # In two steps, because one expression with a dot somewhere in it takes the square of a hostile link's length.
    host = HOST.match(link)
    return host is not None and "." in host[0] and PORT_AND_END.match(link, host.end()) is not None


def _split(link: str) -> SplitResult:
    try:
        return urlsplit(link)
    except ValueError as error:  # a bracket without its partner, or a host that turns into a path when normalised
        raise LinkError(UnreadableReason.HOST) from error


def _hostname(parts: SplitResult) -> str:
    """The host with its brackets, if it has them, and without its port."""
    if parts.netloc.startswith("["):
        raise LinkError(UnreadableReason.IP_ADDRESS)
    return parts.netloc.partition(":")[0]


def _port(parts: SplitResult) -> int | None:
    """80 and 443 say nothing that the scheme does not say, and the scheme is https for every target."""
    try:
        port = parts.port
    except ValueError as error:
        raise LinkError(UnreadableReason.PORT) from error
    if port == 0:
        raise LinkError(UnreadableReason.PORT)
    return None if port in (80, 443) else port
