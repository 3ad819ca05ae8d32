"""The style sheets: in layers, their colours in one place, and nothing moves unasked (ADR 6, U-19)."""

import re
from pathlib import Path

import pytest
from tests.house.sources import PACKAGE

SHEETS = sorted((PACKAGE / "web" / "static" / "web").glob("*.css"))
ORDER = "tokens, base, layout, components, pages, visibility, print"


def bare(sheet: Path) -> str:
    """A sheet without its comments."""
    return re.sub(r"/\*.*?\*/", "", sheet.read_text(), flags=re.DOTALL)


def blocks(css: str) -> list[str]:
    """What stands before each block of the first level, and every statement there."""
    found, depth, begun = [], 0, ""
    for sign in css:
        if depth == 0 and sign in "{;":
            found.append(begun.strip())
            begun = ""
        elif depth == 0 and sign != "}":
            begun += sign
        depth += (sign == "{") - (sign == "}")
    return found


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda sheet: sheet.name)
def test_every_rule_stands_in_a_layer_that_has_a_place_in_the_order(sheet: Path) -> None:
    allowed = {f"@layer {ORDER}", *(f"@layer {name}" for name in ORDER.split(", "))}

    assert [block for block in blocks(bare(sheet)) if block not in allowed] == []


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda sheet: sheet.name)
def test_a_colour_is_written_among_the_tokens_only(sheet: Path) -> None:
    css = bare(sheet)
    if sheet.name == "site.css":
        css = css[: css.index("@layer tokens {")] + css[css.index("@layer base {") :]

    assert re.findall(r"#[0-9a-fA-F]{3,8}\b(?=[\s;,)])|\brgb\(|\bhsl\(|\boklch\(", css) == []


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda sheet: sheet.name)
def test_u19_nothing_moves_for_those_who_asked_for_stillness(sheet: Path) -> None:
    moving = re.search(r"\b(transition|animation)\b", bare(sheet))

    assert not moving or "prefers-reduced-motion: no-preference" in bare(sheet)
