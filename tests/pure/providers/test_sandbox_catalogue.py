"""The sandbox sells lawful services only, each with what the desk's demo has to know about it."""

import json
import re

import pytest

from sevenpanel.catalog.domain import Metric
from sevenpanel.fulfilment.providers.apiv2.catalogue import read_catalogue
from sevenpanel.fulfilment.providers.apiv2.wire import read_json
from sevenpanel.fulfilment.providers.sandbox.catalogue import Fulfilment, Listing, Type, catalogue
from sevenpanel.fulfilment.providers.sandbox.panel import money
from sevenpanel.fulfilment.providers.sandbox.personality import Personality
from sevenpanel.links.acceptance import TAGS
from sevenpanel.links.kinds import Network

LISTINGS = list(catalogue().values())
ORDINARY = [listing for listing in LISTINGS if not listing.is_rehearsal]
# What no lawful catalogue offers: public counts by the piece, and anything that is not what it says.
UNLAWFUL = re.compile(
    r"\b(followers?|subscribers?|likes?|views?|members?|votes?|bots?|fake|real looking)\b", re.IGNORECASE
)


def test_there_are_enough_services_of_every_type_for_many_networks() -> None:
    assert len(ORDINARY) >= 45
    assert {listing.type for listing in ORDINARY} == set(Type)
    assert {listing.fulfilment for listing in ORDINARY} == set(Fulfilment)
    assert {listing.network for listing in ORDINARY} == {network.value for network in Network}


@pytest.mark.parametrize("listing", LISTINGS, ids=lambda listing: str(listing.id))
def test_a_service_is_whole(listing: Listing) -> None:
    assert UNLAWFUL.search(listing.name) is None
    assert set(listing.links) <= TAGS
    assert listing.links
    assert listing.description.endswith(".")
    assert 1 <= listing.min <= listing.max
    assert 0 < listing.start_seconds < listing.completion_seconds
    assert 0 <= listing.drop_percent[0] <= listing.drop_percent[1] <= 100
    assert listing.rate_micros > 0
    assert listing.charge_micros(listing.min) >= 1_000
    assert listing.metric in ("", *Metric)
    if listing.type is Type.PACKAGE:
        assert (listing.min, listing.max) == (1, 1)


def test_names_and_ids_are_told_apart() -> None:
    assert len({listing.name for listing in LISTINGS}) == len(LISTINGS)
    assert list(catalogue()) == sorted(catalogue())


def test_only_rehearsals_misbehave_and_every_misbehaviour_can_be_rehearsed() -> None:
    assert {listing.personality for listing in ORDINARY} == {Personality.NORMAL}
    rehearsals = [listing for listing in LISTINGS if listing.is_rehearsal]
    assert {listing.personality for listing in rehearsals} == set(Personality) - {Personality.NORMAL}
    assert all(listing.name.startswith("Rehearsal: ") for listing in rehearsals)


def test_a_charge_is_rounded_up_to_a_whole_millionth() -> None:
    listing = catalogue()[101]
    assert listing.charge_micros(1) == 4_800
    assert catalogue()[304].charge_micros(7) == 12_600_000
    assert catalogue()[201].charge_micros(99) == 85_000_000


@pytest.mark.parametrize(
    ("micros", "text"),
    [(0, "0"), (278_190, "0.27819"), (1, "0.000001"), (4_800_000, "4.8"), (5_000_000, "5"), (-1_500_000, "-1.5")],
)
def test_amounts_are_written_without_needless_zeros(micros: int, text: str) -> None:
    assert money(micros) == text
    rows = [{"service": 1, "name": "n", "rate": money(abs(micros)), "min": "1", "max": "1"}]
    assert read_catalogue(read_json(json.dumps(rows).encode())).offers[0].rate * 1_000_000 == abs(micros)
