"""Orders come in by four doors, and each stands behind the gate of clause 0.1 (tests of both gates: 6.1 as well)."""

import re

from tests.house.sources import PACKAGE

NAMES = r"\b(?:place|PLACE|place_arguments)\b"
PLACING = re.compile(rf"\borders\.{NAMES}|\bfrom sevenpanel\.orders\S* import [^\n]*{NAMES}")
# The two pages stand behind web/gate.py, whatever their addresses; the gateway's callers are admitted by api/door.py,
# those of version 3 by api/v3/keys.py, both by what api/admission.py finds in the way.
DOORS = {"web/order_form.py", "web/mass_order.py", "api/gateway.py", "api/v3/houses.py"}
# Measures what a machine does, or plays a shop that never was, on databases that are made for it and removed; and plays
# a past of the demo, of a customer whom nobody can sign in for.
APART = {"launch/bench/shop.py", "launch/demo_past.py", "launch/simulation/customers.py"}


def test_0_1_nothing_places_orders_but_what_stands_behind_a_gate() -> None:
    found = {
        str(path.relative_to(PACKAGE))
        for path in PACKAGE.rglob("*.py")
        if "orders" not in path.relative_to(PACKAGE).parts and PLACING.search(path.read_text())
    }

    assert found == DOORS | APART
