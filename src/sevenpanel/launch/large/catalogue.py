"""The services of the large demo: each lawful one of the sandbox's, once for every country and field of work.

They are said to be done as the sandbox's own are: by advertising that the networks sell, by creators who disclose it,
by staff. None sells a public count made by anybody else (G-1).
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice, product

from django.db import transaction

from sevenpanel.catalog import commands as catalog
from sevenpanel.catalog import queries as services
from sevenpanel.catalog.domain import Declaration, ServiceState
from sevenpanel.fulfilment import commands as fulfilment
from sevenpanel.fulfilment.providers.sandbox.catalogue import Listing, catalogue
from sevenpanel.kernel.money import divide_up
from sevenpanel.launch.demo import OPERATOR_EMAIL, service_of
from sevenpanel.notices import commands as notices

COUNTRIES = (
    "Brazil", "Egypt", "France", "Germany", "India", "Indonesia", "Iran", "Italy", "Kenya", "Mexico", "Morocco",
    "Nigeria", "Poland", "Spain", "Turkey", "Vietnam",
)  # fmt: skip
FIELDS = ("books and courses", "crafts", "food and drink", "gardens", "music", "software", "sport", "travel")
# What the same work costs more in one field than in another, in percent.
DEARER_PERCENT = 3
TOGETHER = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One service of the large demo, and the sandbox's own that it is made from."""

    listing: Listing
    country: str
    field: str
    dearer_percent: int

    @property
    def name(self) -> str:
        """What it is called; no two are called the same."""
        return f"{self.listing.name}: {self.country}, {self.field}"

    def written(self, position: int) -> catalog.NewService:
        """The service as it is written down."""
        whole = service_of(self.listing, position)
        return replace(
            whole,
            name=self.name,
            category=f"{self.listing.category}: {self.country}",
            description=f"{whole.description}\n\nFor people in {self.country} whose subject is {self.field}.",
            rate_micros=divide_up(whole.rate_micros * (100 + self.dearer_percent), 100),
        )


def entries() -> Iterator[Entry]:
    """All of them, the first of each country and field before the second."""
    listings = [listing for listing in catalogue().values() if not listing.is_rehearsal]
    for (number, field), country, listing in product(enumerate(FIELDS), COUNTRIES, listings):
        yield Entry(listing=listing, country=country, field=field, dearer_percent=number * DEARER_PERCENT)


def names(count: int) -> frozenset[str]:
    """What the first so many are called."""
    return frozenset(each.name for each in islice(entries(), count))


MOST = sum(1 for _ in entries())


def make_services(*, count: int, provider_id: int | None, now: datetime) -> int:
    """Write, declare and list so many services, leaving out those that are there; each is announced as any other.

    :param provider_id: who fulfils them; None where nobody does.
    :returns: how many were made.
    """
    there = {row.name for row in services.all_services()}
    missing = [(n, each) for n, each in enumerate(islice(entries(), count), start=1) if each.name not in there]
    for first in range(0, len(missing), TOGETHER):
        with transaction.atomic():
            for position, entry in missing[first : first + TOGETHER]:
                _make(entry, position, provider_id, now)
    return len(missing)


def _make(entry: Entry, position: int, provider_id: int | None, now: datetime) -> None:
    service_id = catalog.write_service(service=entry.written(position), written_by=OPERATOR_EMAIL, now=now)
    declaration = Declaration(entry.listing.fulfilment.value)
    notices.declare_fulfilment(service_id=service_id, declaration=declaration, declared_by=OPERATOR_EMAIL, now=now)
    notices.change_state(service_id=service_id, state=ServiceState.LISTED, changed_by=OPERATOR_EMAIL, now=now)
    if provider_id is not None:
        fulfilment.set_route(service_id=service_id, provider_id=provider_id, provider_service=str(entry.listing.id))
