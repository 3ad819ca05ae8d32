"""Every rule that code or tests name stands in docs/rules.md, so that a reader can look up what is meant."""

import re
from collections.abc import Iterator

import pytest
from tests.house.pages import page
from tests.house.sources import PACKAGE, TESTS

KINDS = {".py", ".sql", ".html", ".js", ".css"}
ID = r"(?:[CKPSZGOU]-[0-9]{1,2}|I[0-9]{1,2})"
ALONE = re.compile(rf"(?<![\w/-]){ID}(?![\w-])")
RANGE = re.compile(rf"(?<![\w/-])({ID}) to ({ID})(?![\w-])")
NUMBERS = r"([0-9][0-9.]*(?:(?:, | and | to |, and )[0-9][0-9.]*)*)"
TRAPS = re.compile(rf"\b[Tt]raps?,? {NUMBERS}")
CLAUSES = re.compile(rf"\b[Cc]lauses? {NUMBERS}")
DESIGN = re.compile(r"\bdesign: ([a-z][a-z0-9-]*)(?:, ([0-9]+\.[0-9]+|[^,;:.)]*[^,;:.) ]))?")
SETTLED = re.compile(rf"\b[Ss]ettled (?:here )?{NUMBERS}")
TRUST = re.compile(r"\btrust, (section [0-9]|rule [0-9])", re.IGNORECASE)
# What may follow a page's name without naming a part of it.
NO_PART = re.compile(rf"{ID}|[0-9]+(?: and [0-9]+)*|and .*|as .*|[Ss]ettled .*")


def texts() -> Iterator[tuple[str, str]]:
    """Every source of product and tests by its name, with the lines of a comment joined."""
    for root in (PACKAGE, TESTS):
        for path in sorted(root.rglob("*")):
            if path.suffix in KINDS and path.name != "test_rules.py":
                yield path.name, re.sub(r"[ \t]*\n[ \t]*(?:#|--)?[ \t]*", " ", path.read_text())


def names(text: str) -> set[str]:
    """The rules that a text names, as docs/rules.md writes them."""
    found = {match[0] for match in ALONE.finditer(text)}
    for first, last in RANGE.findall(text):
        head = first.rstrip("0123456789")
        found |= {f"{head}{n}" for n in range(int(first[len(head) :]), int(last[len(head) :]) + 1)}
    found |= {f"trap {number}" for match in TRAPS.finditer(text) for number in _numbers(match[1])}
    found |= {f"settled {number}" for match in SETTLED.finditer(text) for number in _numbers(match[1])}
    found |= {number for match in CLAUSES.finditer(text) for number in _numbers(match[1])}
    found |= {f"trust, {part.lower()}" for part in TRUST.findall(text)}
    return found | {name for place, part in DESIGN.findall(text) for name in _parts(place, part)}


def _numbers(text: str) -> list[str]:
    return [number.rstrip(".") for number in re.findall(r"[0-9][0-9.]*", text)]


def _parts(place: str, part: str) -> list[str]:
    part = part.strip("\" '")
    if not part or NO_PART.fullmatch(part):
        return [place]
    several = re.fullmatch(r"sections ([0-9]) and ([0-9])", part)
    return [f"{place}, section {n}" for n in several.groups()] if several else [f"{place}, {part.lower()}"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("holds for I1 to I3, and P-9", {"I1", "I2", "I3", "P-9"}),
        ("UTF-8, A-1, S-12x, HI4, X-S-12", set()),
        ("(traps 1 and 3; trap 12)", {"trap 1", "trap 3", "trap 12"}),
        ("Clauses 4.2, 4.7 and 5. Clause 3.", {"4.2", "4.7", "5", "3"}),
        ("(trust, RULE 1)", {"trust, rule 1"}),
        ("(design: trust, section 3: I5)", {"trust, section 3", "I5"}),
        ('(design: stack, "server")', {"stack, server"}),
        ("(design: api-v2, 1.2)", {"api-v2, 1.2"}),
        ("(design: api-v2, sections 0 and 1)", {"api-v2, section 0", "api-v2, section 1"}),
        ("(design: orders, Placing, at speed)", {"orders, placing"}),
        ("(design: trust, S-9)", {"trust", "S-9"}),
        ("(design: traps, 9 and 11)", {"traps", "trap 9", "trap 11"}),
        ("(design: terms, Settled here 3)", {"terms", "settled 3"}),
        ("at placing (settled 1 and 2)", {"settled 1", "settled 2"}),
    ],
)
def test_names_are_found_in_every_way_they_are_written(text: str, expected: set[str]) -> None:
    assert names(text) == expected


def test_every_rule_that_is_named_can_be_looked_up() -> None:
    listed = page("docs/rules.md").first_cells()
    missing = {(name, file) for file, text in texts() for name in names(text) if name not in listed}

    assert sorted(missing) == []
    assert len(listed) == len(set(listed))
