"""The catalogue as shelves: services found by words, grouped by category, a page at a time."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from sevenpanel.catalog.domain import ServiceName
from sevenpanel.web.numbers import latin_digits


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelf:
    """The services of one category, in the order of the catalogue."""

    category: str
    services: tuple[ServiceName, ...]


def find(services: Sequence[ServiceName], search: str, category: str = "") -> list[ServiceName]:
    """The services that hold every word of the search in their id, name, category or network."""
    found = [service for service in services if not category or service.category == category]
    for word in latin_digits(search).casefold().split():
        found = [service for service in found if word in service.text]
    return found


def shelve(services: Sequence[ServiceName]) -> list[Shelf]:
    """Group services that come in the catalogue's order."""
    grouped = groupby(services, key=lambda service: service.category)
    return [Shelf(category=category, services=tuple(group)) for category, group in grouped]


def categories(services: Sequence[ServiceName]) -> list[str]:
    """The names of all categories, each once, in the catalogue's order."""
    return list(dict.fromkeys(service.category for service in services))
