"""The sandbox's catalogue: lawful services only, read from the files in `services/`.

Nothing here sells followers, likes, views or any other public count. Each entry says who does the work and how,
so that the desk's demo can take over the declaration with the service.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from sevenpanel.fulfilment.providers.sandbox.personality import Personality

DEMO_KEY = "sandbox-demo-key-of-no-value"
"""The key that the sandbox accepts unless it is started with another. It opens nothing but the sandbox."""

CURRENCY = "USD"
FOLDER = Path(__file__).with_name("services")


class Fulfilment(StrEnum):
    """How a service is done, in the words of the desk's fulfilment declaration."""

    PAID_ADS = "paid_ads"
    CREATOR_PLACEMENT_DISCLOSED = "creator_placement_disclosed"
    OWN_STAFF_WORK = "own_staff_work"
    SOFTWARE_LICENCE = "software_licence"
    CONTENT_PRODUCTION = "content_production"
    CONSENTED_AUDIENCE = "consented_audience"
    ANALYTICS = "analytics"


class Type(StrEnum):
    """The order types that the sandbox speaks."""

    DEFAULT = "Default"
    PACKAGE = "Package"
    CUSTOM_COMMENTS = "Custom Comments"


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """One service.

    :param rate_micros: millionths of the currency per 1,000 pieces, or per order for a package.
    :param links: which links it accepts, as "network/kind".
    :param start_seconds: promised time until work begins; `completion_seconds` until it is done.
    :param metric: what it counts on the target, in the desk's words; empty when it counts nothing there.
    :param is_long_running: an order serves what is published later, too.
    :param drop_percent: the declared band of what may be lost again afterwards, from and to.
    """

    id: int
    name: str
    category: str
    network: str
    type: Type
    rate_micros: int
    min: int
    max: int
    refill: bool
    cancel: bool
    links: tuple[str, ...]
    fulfilment: Fulfilment
    start_seconds: int
    completion_seconds: int
    drop_percent: tuple[int, int]
    description: str
    personality: Personality
    metric: str = ""
    is_long_running: bool = False

    @property
    def rate(self) -> Decimal:
        """The rate in whole units of the currency."""
        return Decimal(self.rate_micros) / 1_000_000

    @property
    def is_rehearsal(self) -> bool:
        """Whether the service exists to misbehave."""
        return self.category == "Rehearsal"

    def charge_micros(self, quantity: int) -> int:
        """What an order costs, rounded up to a whole millionth; `quantity` is ignored for packages."""
        return self.rate_micros if self.type is Type.PACKAGE else -(-self.rate_micros * quantity // 1_000)


@cache
def catalogue() -> Mapping[int, Listing]:
    """All services by id, in the order of their ids.

    :raises ValueError: when two entries share an id, or an entry lacks a field.
    """
    found: dict[int, Listing] = {}
    for path in sorted(FOLDER.glob("*.toml")):
        document = tomllib.loads(path.read_text(encoding="utf-8"), parse_float=Decimal)
        for entry in document["service"]:
            listing = _listing({**document["all"], **entry})
            if listing.id in found:
                raise ValueError(f"{path.name}: service {listing.id} stands twice.")
            found[listing.id] = listing
    return MappingProxyType(dict(sorted(found.items())))


def _listing(entry: dict[str, Any]) -> Listing:
    rate = entry.pop("rate")
    low, high = entry.pop("drop_percent")
    return Listing(
        **{
            **entry,
            "type": Type(entry["type"]),
            "rate_micros": _micros(rate),
            "links": tuple(entry["links"]),
            "fulfilment": Fulfilment(entry["fulfilment"]),
            "drop_percent": (low, high),
            "personality": Personality(entry["personality"]),
        }
    )


def _micros(rate: object) -> int:
    micros = Decimal(str(rate)) * 1_000_000
    if micros != micros.to_integral_value() or micros <= 0:
        raise ValueError(f"A rate has at most six decimals and is above zero, not {rate}.")
    return int(micros)
