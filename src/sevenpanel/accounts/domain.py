"""Who is here: roles, API keys and their check digits, what an acceptance rests on, how each sees and reads a page."""

import binascii
import hashlib
import re
import string
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import cache, lru_cache
from ipaddress import IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from zoneinfo import available_timezones

from sevenpanel.terms import STATED
from sevenpanel.terms.documents import DocumentName, Edition

BASE62 = string.digits + string.ascii_uppercase + string.ascii_lowercase


class KeyKind(StrEnum):
    """What is behind a key: the desk itself, or a rehearsal in which nothing is charged (ADR 30)."""

    LIVE = "live"
    TEST = "test"


KEY_PREFIXES = {KeyKind.LIVE: "od_live_", KeyKind.TEST: "od_test_"}
assert KEY_PREFIXES.keys() == set(KeyKind)
KEY_PREFIX = KEY_PREFIXES[KeyKind.LIVE]
KEY_BODY_LENGTH = 30  # 62^30 is 178 bits of chance (S-31 asks for 160)
KEY_CHECK_LENGTH = 6

# Requests a second and the burst above it (issue: API v2); each key may have its own.
RATE_PER_SECOND = 100
RATE_BURST = 200

_KEY = re.compile(
    rf"(?:{'|'.join(KEY_PREFIXES.values())})(?P<body>[0-9A-Za-z]{{{KEY_BODY_LENGTH}}})(?P<check>[0-9A-Za-z]{{{KEY_CHECK_LENGTH}}})"
)


class Role(StrEnum):
    """What a person may do here. Everybody but a customer is staff."""

    CUSTOMER = "customer"
    SUPPORT = "support"
    FINANCE = "finance"
    ADMIN = "admin"


STAFF = frozenset(Role) - {Role.CUSTOMER}


class Way(StrEnum):
    """How the Terms were accepted."""

    SIGN_UP = "sign-up"
    PAGE = "acceptance page"
    DEMO = "demo"


AGENT_LENGTH_MAX = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """The text that a person had before them, as their form names it."""

    version: str
    language: str
    sha256: str


def shown(edition: Edition) -> Shown:
    """What a page names that shows this text."""
    return Shown(version=edition.version, language=edition.language, sha256=edition.sha256)


@dataclass(frozen=True, slots=True, kw_only=True)
class Consent:
    """One act of acceptance, of everything that has to be accepted.

    :param button_words: what stood on the button.
    :param address: of the network that the request came from.
    :param agent: the program that sent it, as it calls itself; empty when it does not.
    :param statements: the clauses that stood above the button.
    """

    way: Way
    shown: Mapping[DocumentName, Shown]
    button_words: str
    address: str
    agent: str
    request_id: str
    statements: tuple[str, ...] = STATED
    was_ticked_before: bool = False


class Permission(StrEnum):
    """What an API key may be used for (S-33)."""

    READ = "read"
    ORDER = "order"
    CANCEL = "cancel"


NETWORKS_MAX = 50
HOURS_OF_CHANGE_MAX = 72


class NotANetwork(ValueError):  # noqa: N818 - says what it is, as refusals do
    """This text is no address and no network. Its text is what was typed."""


def read_networks(text: str) -> tuple[str, ...]:
    """The networks in a text, in the order typed, each once and in its usual form; an address is a network of one.

    :param text: addresses or networks such as 203.0.113.0/24 and 2001:db8::/32, apart by spaces, commas or lines.
    :raises NotANetwork: for what is neither, and for more than `NETWORKS_MAX`.
    """
    found = dict.fromkeys(str(_network(word)) for word in text.replace(",", " ").split())
    if len(found) > NETWORKS_MAX:
        raise NotANetwork(f"{len(found)}")
    return tuple(found)


def _network(word: str) -> IPv4Network | IPv6Network:
    try:
        return ip_network(word, strict=False)
    except ValueError:
        raise NotANetwork(word[:50]) from None


@lru_cache(maxsize=4096)
def is_within(address: str, networks: tuple[str, ...]) -> bool:
    """Whether an address lies in one of these networks; an IPv4 address that came as IPv6 is one (S-34)."""
    try:
        here = ip_address(address)
    except ValueError:
        return False
    if isinstance(here, IPv6Address) and here.ipv4_mapped:
        here = here.ipv4_mapped
    return any(here in ip_network(network) for network in networks)


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyLimits:
    """What a key may do, and from where.

    :param networks: from which it is taken; from everywhere when there are none.
    :param daily_cap_micros: what its orders of one day of UTC may cost in all; None for whatever the balance pays.
    """

    permissions: frozenset[Permission] = frozenset(Permission)
    networks: tuple[str, ...] = ()
    daily_cap_micros: int | None = None


ANYTHING = KeyLimits()


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyRow:
    """An API key as its owner may see it later: never the key itself.

    :param ends_at: when it stops working, once another one has taken its place.
    :param spent_micros: what its orders of today cost, as far as it has a daily limit.
    """

    id: int
    name: str
    hint: str
    created_at: datetime
    last_used_at: datetime | None
    revoked_at: datetime | None
    rate_per_second: int
    burst: int
    ends_at: datetime | None
    spent_micros: int
    limits: KeyLimits

    @property
    def kind(self) -> KeyKind:
        """What is behind the key, as its first letters say."""
        return kind_of(self.hint)


def key_check(body: str) -> str:
    """The six check digits of a key's body: its CRC-32 in base 62, so that a typo is seen before the database."""
    number = binascii.crc32(body.encode())
    digits = []
    for _ in range(KEY_CHECK_LENGTH):
        number, digit = divmod(number, len(BASE62))
        digits.append(BASE62[digit])
    return "".join(reversed(digits))


def is_well_formed(key: str) -> bool:
    """Whether this has the shape and the check digits of a key of this desk."""
    match = _KEY.fullmatch(key)
    return match is not None and key_check(match["body"]) == match["check"]


def kind_of(key: str) -> KeyKind:
    """What is behind a key, or behind what is shown of it later: its first letters say so, and are hashed with it."""
    return KeyKind.TEST if key.startswith(KEY_PREFIXES[KeyKind.TEST]) else KeyKind.LIVE


def key_hash(key: str) -> bytes:
    """What is stored of a key: a plain SHA-256, which is enough for 178 random bits (S-31)."""
    return hashlib.sha256(key.encode("utf-8", "surrogatepass")).digest()


def key_hint(key: str) -> str:
    """What is shown of a key after the day it was made: its kind and its last four characters."""
    return f"{KEY_PREFIXES[kind_of(key)]}...{key[-4:]}"


class SecurityNews(StrEnum):
    """What the people of an account are told about its safety, whatever else they want to hear."""

    SIGN_IN = "signed in on a new device"
    PASSWORD = "password changed"  # noqa: S105 - a word for what happened
    SECOND_FACTOR = "second factor changed"
    EMAIL = "address changed"
    KEY_MADE = "key made"
    KEY_CHANGED = "key changed"
    KEY_REVOKED = "key revoked"


# The choices of the settings panel (design: ux, B1).
class Theme(StrEnum):
    """Light or dark; untouched, what the reader's system says."""

    SYSTEM = "system"
    LIGHT = "light"
    DARK = "dark"


class Sidenav(StrEnum):
    """The two types of the navigation at the side."""

    WHITE = "white"
    DARK = "dark"


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What somebody chose.

    :param is_navbar_fixed: whether the bar at the top stays in view.
    """

    theme: Theme = Theme.SYSTEM
    sidenav: Sidenav = Sidenav.WHITE
    is_navbar_fixed: bool = True

    @property
    def label(self) -> str:
        """The choices in one word, as a device keeps it."""
        return f"{self.theme}.{self.sidenav}.{'fixed' if self.is_navbar_fixed else 'static'}"


LOOKS = tuple(
    Look(theme=theme, sidenav=sidenav, is_navbar_fixed=fixed)
    for theme in Theme
    for sidenav in Sidenav
    for fixed in (True, False)
)
_BY_LABEL = {look.label: look for look in LOOKS}


def look_of_label(label: str) -> Look | None:
    """The choices that a device kept; nothing when they are none of ours."""
    return _BY_LABEL.get(label)


class Language(StrEnum):
    """The languages of the customer's site (U-14), by the codes that browsers send."""

    ENGLISH = "en"
    PERSIAN = "fa"
    ARABIC = "ar"
    TURKISH = "tr"
    HINDI = "hi"
    PORTUGUESE = "pt-br"
    RUSSIAN = "ru"
    SPANISH = "es"


class Calendar(StrEnum):
    """How dates are counted where they are shown; what programs read stays Gregorian."""

    GREGORIAN = "gregorian"
    JALALI = "jalali"


# Names of areas of the world; beside them the database of time zones lists old names and zones of bare hours.
_AREAS = frozenset(
    ("Africa", "America", "Antarctica", "Arctic", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific")
)


@cache
def time_zones() -> tuple[str, ...]:
    """The time zones to choose from, such as "Asia/Tehran", in order of the alphabet; first of all "UTC"."""
    return ("UTC", *sorted(name for name in available_timezones() if name.split("/")[0] in _AREAS and "/" in name))


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """How a person reads. None stands for what they never chose, which then follows their device or their language.

    :param time_zone: one of `time_zones`.
    """

    language: Language | None = None
    calendar: Calendar | None = None
    time_zone: str | None = None
