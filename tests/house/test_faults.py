"""docs/faults.md is whole and true: every fault of the catalogue, a test that quotes it, a switch that exists."""

import ast
import re
from dataclasses import dataclass

import pytest
from tests.house.pages import page
from tests.house.sources import ROOT
from tests.sabotage import Switch

NOT_SHOWN = "Not shown yet"
CATALOGUE = [
    *(f"C-{n}" for n in range(1, 10)),
    *(f"K-{n}" for n in range(1, 8)),
    *(f"P-{n}" for n in range(1, 16)),
    *(f"Z-{n}" for n in range(1, 6)),
    *(f"trap {n}" for n in range(1, 19)),
]
LINE = re.compile(r"^\| `(?P<id>[^`]+)` \| (?P<words>.+) \| `(?P<test>[^`]+)` \| (?P<switch>.+) \|$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Row:
    """One fault, where it is shown, and what turns that red."""

    id: str
    test: str
    switch: str


def rows() -> list[Row]:
    """All faults that are said to be shown."""
    shown = page("docs/faults.md").text.partition(f"\n## {NOT_SHOWN}\n")[0]
    return [Row(found["id"], found["test"], found["switch"]) for found in LINE.finditer(shown)]


def missing() -> list[str]:
    """The faults of which something is openly not shown."""
    return page("docs/faults.md").section(NOT_SHOWN).first_cells()


def test_no_fault_of_the_catalogue_is_left_out() -> None:
    shown = [row.id for row in rows()]

    assert [id_ for id_ in CATALOGUE if id_ not in shown and id_ not in missing()] == []
    assert len(shown) == len(set(shown))
    assert set(missing()) <= set(CATALOGUE)


def test_every_row_can_be_read() -> None:
    shown = page("docs/faults.md").text.partition(f"\n## {NOT_SHOWN}\n")[0]

    assert shown.count("\n| `") == len(rows())


@pytest.mark.parametrize("row", rows(), ids=lambda row: row.id)
def test_the_test_of_a_fault_exists_and_quotes_it(row: Row) -> None:
    path, _, name = row.test.partition("::")
    tree = ast.parse((ROOT / path).read_text())
    found = [each for each in ast.walk(tree) if isinstance(each, ast.FunctionDef) and each.name == name]

    assert len(found) == 1, row.test
    quoted = f"{name} {ast.get_docstring(found[0]) or ''}".casefold()
    short = row.id.casefold().replace("-", "").replace(" ", "")
    assert re.search(rf"\b{re.escape(row.id.casefold())}\b|\btest_{short}_", quoted), quoted


@pytest.mark.parametrize("row", rows(), ids=lambda row: row.id)
def test_the_switch_of_a_fault_exists_or_it_is_said_why_there_is_none(row: Row) -> None:
    named = re.fullmatch(r"`([^`]+)`", row.switch)

    assert named[1] in set(Switch) if named else re.fullmatch(r"- : .{20,}", row.switch)


@pytest.mark.parametrize("switch", Switch)
def test_every_switch_is_planted_somewhere(switch: Switch) -> None:
    name = f"Switch.{switch.name}"
    users = [path for path in (ROOT / "tests").rglob("*.py") if path.name != "guards.py" and name in path.read_text()]

    assert users, name
