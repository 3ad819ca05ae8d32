"""Any other site: the address as it is sent, and the target by which two spellings of one page are known as one."""

from __future__ import annotations

import re
from urllib.parse import quote, unquote

from sevenpanel.kernel.said import say
from sevenpanel.links.address import Address
from sevenpanel.links.kinds import LinkKind, Network
from sevenpanel.links.link import Link
from sevenpanel.links.shapes import Sample

WEBSITE_KINDS = {LinkKind.PAGE: Sample(say("a page of a website"), "https://example.com/shop")}

# One piece of an address: an encoded byte, or a character that may not stand in it as it is.
PIECE = re.compile(r"%[0-9A-Fa-f]{2}|[^A-Za-z0-9\-._~!$&'()*+,;=:@/?]")
UNRESERVED = re.compile(r"[A-Za-z0-9\-._~]")

# Put on by the network somebody came from, different at every click: they say nothing about the page.
CLICK_IDS = frozenset(
    (
        *("fbclid", "gclid", "gclsrc", "gbraid", "wbraid", "dclid", "msclkid", "yclid", "ysclid", "ttclid", "twclid"),
        *("li_fat_id", "igsh", "igshid", "mibextid", "mc_eid", "epik", "srsltid", "rdt_cid", "sccid", "_openstat"),
        *("_ga", "_gl", "_hsenc", "_hsmi", "vero_id"),
    )
)
# Put on by whoever runs a campaign, to count its visitors apart: what the Terms call a trackable link.
CAMPAIGN_PREFIXES = ("utm_", "mtm_", "pk_")


def read_website(address: Address) -> Link:
    """This function reads a page of a site that is none of the networks.

    The target knows no `www.`, no final slash, no campaign parameters and no difference between http and https: with
    them or without, it is the same page. The address keeps all of that, since it is where the work is done and how
    the customer counts it. The order of parameters with different names does not count.
    """
    tokens = _query(address.query)
    port = f":{address.port}" if address.port else ""
    fragment = f"#{encode(address.fragment)}" if address.fragment.startswith(("/", "!")) else ""
    path = _path(address.path)
    page = _page(_site(address.host), port, path.rstrip("/") or "/", _without_campaign(tokens), fragment)
    return Link(
        network=Network.WEBSITE,
        kind=LinkKind.PAGE,
        target=f"https://{page}",
        is_private=any(map(_is_campaign, tokens)),
        address=f"{address.scheme}://{_page(address.host, port, path, tokens, fragment)}",
    )


def _site(host: str) -> str:
    bare = host.removeprefix("www.")
    return bare if "." in bare else host


def _page(host: str, port: str, path: str, tokens: list[str], fragment: str) -> str:
    query = "?" + "&".join(tokens) if tokens else ""
    return f"{host}{port}{path}{query}{fragment}"


def _without_campaign(tokens: list[str]) -> list[str]:
    return [token for token in tokens if not _name(token).startswith(CAMPAIGN_PREFIXES)]


def encode(text: str) -> str:
    """This function gives every character its one percent-encoded spelling (RFC 3986, 6.2.2)."""
    return PIECE.sub(_encode_piece, text)


def _encode_piece(piece: re.Match[str]) -> str:
    text = piece[0]
    if len(text) == 1:
        return quote(text, safe="")
    decoded = chr(int(text[1:], 16))
    return decoded if UNRESERVED.fullmatch(decoded) else text.upper()


def _path(path: str) -> str:
    """Dot segments are resolved as RFC 3986, 5.2.4 says; empty segments are a site's own business and stay."""
    segments = encode(path).split("/")[1:] or [""]
    kept: list[str] = []
    for segment in segments:
        if segment == "..":
            del kept[-1:]
        elif segment != ".":
            kept.append(segment)
    if segments[-1] in (".", ".."):
        kept.append("")
    return "/" + "/".join(kept)


def _query(query: str) -> list[str]:
    """The parameters that say something about the page, sorted by name; equal names keep their order."""
    tokens = [encode(token) for token in query.split("&") if token]
    return sorted((token for token in tokens if _name(token) not in CLICK_IDS), key=_name)


def _name(token: str) -> str:
    return unquote(token.partition("=")[0]).lower()


def _is_campaign(token: str) -> bool:
    return _name(token).startswith(CAMPAIGN_PREFIXES) and token.partition("=")[2] != ""
