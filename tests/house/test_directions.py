"""Style sheets know a beginning and an end of lines, no left and no right, so that pages turn around (U-15)."""

import re

import pytest
from tests.house.sources import PACKAGE, ROOT

# A property that names a side, a value that is one, and shorthands that go around with a length for each side.
SIDES = re.compile(
    r"""
    (?<![\w-])(?:
        (?:margin|padding|border|scroll-margin|scroll-padding)-(?:left|right)
      | border-(?:top|bottom)-(?:left|right)-radius
      | (?:left|right)\s*:
      | (?:text-align|float|clear|caption-side)\s*:\s*(?:left|right)\b
      | (?:margin|padding|inset|scroll-margin|scroll-padding)\s*:\s*(?:[^\s;}(]+(?:\([^)]*\))?\s+){3}[^\s;}]+
    )
    """,
    re.VERBOSE,
)
COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)


def sided(sheet: str) -> list[str]:
    """The declarations of a style sheet that name a side."""
    return [found[0] for found in SIDES.finditer(COMMENT.sub("", sheet))]


def test_no_style_sheet_names_a_side() -> None:
    sheets = sorted(PACKAGE.rglob("static/**/*.css"))

    assert sheets
    assert {path.relative_to(ROOT).name: said for path in sheets if (said := sided(path.read_text()))} == {}


@pytest.mark.parametrize(
    "declaration",
    [
        "a { margin-left: 1rem }",
        "a{right:0}",
        "a { text-align: right; }",
        "a { float:left }",
        "a { border-top-left-radius: 1px }",
        "a { padding: 0 1rem 0 2rem }",
        "a { inset: 0 0 0 auto; }",
    ],
)
def test_a_side_is_seen(declaration: str) -> None:
    assert sided(declaration)


@pytest.mark.parametrize(
    "declaration",
    [
        "a { margin-inline-start: 1rem; inset: 0; padding: 0 1rem 2rem; text-align: start }",
        "/* left: 1px */ .left { color: red } a { transition: left-ish 1s }",
        "a { grid-template-columns: [left] 1fr; margin: 0 clamp(1rem, 2vw, 2rem) }",
    ],
)
def test_a_beginning_and_an_end_are_no_sides(declaration: str) -> None:
    assert sided(declaration) == []
