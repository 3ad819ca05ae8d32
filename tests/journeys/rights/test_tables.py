"""Every table that the site hands out, with formulas in every text that somebody else may write into it (S-6)."""

import csv
import io
from collections.abc import Iterator

from django.utils import timezone
from tests.byhand import arrived, propose
from tests.journeys.rights.scene import Scene
from tests.journeys.rights.walk import places, undone
from tests.journeys.web.visitor import Visitor
from tests.shop import staff

from sevenpanel.accounts.domain import Role
from sevenpanel.kernel import db
from sevenpanel.kernel.spreadsheets import BOM

# A table that hands out nothing yet is named here as well: a new one has to be.
TABLES = {"web:orders-table", "web:services-table", "web:funds-table", "web:spending-table", "desk:deposit-audit"}
FORMULA = "=1+1"
BEGINS = tuple("=+-@\t\r\n\0")


def tables(desk: Scene) -> Iterator[tuple[str, str]]:
    """Every answer that is a table."""
    olga = Visitor(staff("Otto", Role.ADMIN))
    for place in places():
        if place.name == "desk:invariants":
            continue  # begins a transaction of its own
        visitor = olga if place.name.startswith("desk:") else desk.alice
        with undone():
            answer = visitor.client.get(desk.address(place.pattern, place.name, desk.hers))
            body = b"".join(answer)
        if answer.get("Content-Type", "").startswith("text/csv"):
            yield place.name, body.decode().removeprefix(BOM)


def test_s6_no_cell_of_any_table_is_a_formula(desk: Scene) -> None:
    db.rows("UPDATE catalog_service SET name = %s", [FORMULA])
    assert desk.alice.person is not None
    fred = staff("Fred", Role.FINANCE)
    for number, note in enumerate((FORMULA, "@SUM(1)", "\t=1+1", '","=1+1')):
        credit = arrived(desk.alice.person, None, 1_000_000 + number, reference=f"{FORMULA}{number}", reason=note)
        propose(credit, fred.user_id, now=timezone.now())

    found = dict(tables(desk))

    assert found.keys() == TABLES
    for name, text in found.items():
        rows = list(csv.reader(io.StringIO(text, newline="")))
        assert len({len(row) for row in rows}) == 1, name
        for cell in (cell for row in rows for cell in row):
            assert not cell.startswith(BEGINS) or cell.removeprefix("-").replace(".", "", 1).isdecimal(), (name, cell)
    assert f"'{FORMULA}" in found["web:orders-table"]
