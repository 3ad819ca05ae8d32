"""A new address says who may go there (S-1); the journeys in tests/journeys/rights then hold the site to it."""

import re

from tests.journeys.rights.matrix import SHOWN, read
from tests.journeys.rights.scene import PART, PARTS
from tests.journeys.rights.walk import places


def test_s1_every_address_has_its_row() -> None:
    names = {place.name for place in places()}

    new, gone = names - read().keys(), read().keys() - names

    assert not new, f"Add a row for {sorted(new)} to {SHOWN}: who may go there, and what becomes of the others."
    assert not gone, f"Remove the rows of {sorted(gone)} from {SHOWN}: there is no such address any more."


def test_s1_every_part_of_an_address_stands_for_something() -> None:
    parts = {part[1] or part[2] for place in places() for part in re.finditer(PART, place.pattern)}

    assert parts <= PARTS, (
        f"Say in PARTS of tests/journeys/rights/scene.py, and in `things_of` or `_of_the_house` there, which row the "
        f"parts {sorted(parts - PARTS)} of addresses name."
    )
