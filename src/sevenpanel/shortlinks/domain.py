"""Short links of the desk: private, trackable links for pages of websites (settled 8).

A short link belongs to one customer and leads to one page for ever. Whoever gets it is led on to that page and
counted, so that what one order brought can be told from what others bring.
"""

import re
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from urllib.parse import urlsplit

# 128 bits, which nobody guesses, in the alphabet that addresses carry unchanged.
TOKEN_BYTES = 16
TOKEN = re.compile(r"[A-Za-z0-9_-]{22}")
PATH = "/l/"

# More than any customer needs, and no use to somebody who wants a free redirect service.
LINKS_A_DAY_MAX = 50
WORDS_LENGTH_MAX = 1000

# Programs that say themselves that they are none of the visitors that somebody paid for.
ROBOT = re.compile(r"bot\b|crawl|spider|slurp|preview|monitor|curl/|wget/|python-|headless", re.IGNORECASE)


class SwitchedBy(StrEnum):
    """Who switched a short link off or on."""

    COMPLAINT = "complaint"
    STAFF = "staff"


@dataclass(frozen=True, slots=True, kw_only=True)
class Switch:
    """One act on the switch of a short link. An operator gives a reason; whoever complains may."""

    is_on: bool
    by: SwitchedBy
    staff_id: int | None
    words: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ShortLink:
    """A short link as the desk knows it.

    :param address: where visitors are led, as the customer typed it, tidied.
    :param target: what that page is, the same for all its spellings (links.Link.target).
    :param visits: how many visitors were led on, robots that say so left out.
    :param last_switch: why it is off, or on again; None for one that was never touched.
    """

    token: str
    customer_id: int
    address: str
    target: str
    is_on: bool
    created_at: datetime
    visits: int
    last_switch: Switch | None


def token_in(text: str, desk: str) -> str | None:
    """Find the token when a text is one of this desk's own short links.

    :param text: what a customer typed as a link.
    :param desk: the public address of the desk, such as "https://panel.example".
    """
    if PATH not in text:  # nearly every link
        return None
    parts = _split(text.strip())
    ours = urlsplit(desk)
    if parts is None or (parts[0], parts[1]) != ((ours.hostname or "").lower(), ours.port):
        return None
    path = parts[2]
    token = path.removeprefix(PATH).rstrip("/")
    return token if path.startswith(PATH) and TOKEN.fullmatch(token) else None


def _split(text: str) -> tuple[str, int | None, str] | None:
    """Host, port and path of a web address; None for everything else."""
    whole = text if "://" in text else f"https://{text}"
    try:
        parts = urlsplit(whole)
        return ((parts.hostname or "").lower(), parts.port, parts.path) if parts.scheme in ("http", "https") else None
    except ValueError:
        return None


def is_robot(agent: str) -> bool:
    """Whether a visitor says itself that it is a program. Nobody is counted who does."""
    return not agent or ROBOT.search(agent) is not None
