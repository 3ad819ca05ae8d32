"""Each sentence of the Terms has a test that shows it (docs/sentences.md): none is missing, none is forgotten."""

import ast
import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from string import ascii_lowercase

import pytest
from tests.house.pages import page
from tests.house.sources import TESTS

from sevenpanel.terms.documents import DocumentName, Edition, published, versions

# How many things each clause of the desk's contract says.
CONTRACT = {
    "0.1": 5, "0.2": 1, "1": 2, "2": 1, "3": 1, "4.1": 1, "4.2": 4, "4.3": 2, "4.4": 1, "4.5": 6, "4.6": 4, "4.7": 1,
    "4.8": 1, "4.9": 2, "5": 4, "6.1": 2, "6.2": 4, "7": 2,
}  # fmt: skip
# What may say something that no program has to do: what the desk is, and good advice.
MAY_BE_WORDS = ("6.1", "6.2")
ROW = re.compile(
    r"^\| `(?P<clause>[0-9.]+)/(?P<number>[0-9]+)` \| `(?P<mark>[0-9a-f]{8})` \| (?P<short>[^|]+)"
    r" \| (?P<origin>[^|]+) \| (?P<shown>[^|]+) \|$",
    re.MULTILINE,
)
ORIGIN = re.compile(r"[a-z](?:, [a-z])*|settled [0-9]+(?:, settled [0-9]+)*|ours")
END = re.compile(r"(?<=\.) (?=[A-Z])")


@dataclass(frozen=True, slots=True)
class Row:
    """One sentence, where it comes from, and the tests that show it."""

    clause: str
    number: int
    mark: str
    origin: str
    tests: tuple[str, ...]


@cache
def rows() -> tuple[Row, ...]:
    """The rows of the page, in its order."""
    return tuple(
        Row(row["clause"], int(row["number"]), row["mark"], row["origin"], tuple(re.findall(r"`(\w+)`", row["shown"])))
        for row in ROW.finditer(page("docs/sentences.md").text)
    )


def terms() -> Edition:
    """The last version of the Terms that comes with the product."""
    return versions(published(), DocumentName.TERMS)[-1]


def sentences(edition: Edition) -> Iterator[tuple[str, int, str]]:
    """Every sentence with its clause and its number there."""
    for section in edition.sections:
        said = (sentence for paragraph in section.paragraphs for sentence in END.split(paragraph))
        yield from ((section.clause, number, words) for number, words in enumerate(said, start=1))


def mark(words: str) -> str:
    """The beginning of a sentence's hash, which tells whether it still is the one that was looked at."""
    return hashlib.sha256(words.encode()).hexdigest()[:8]


@cache
def every_test() -> frozenset[str]:
    """The name of every test."""
    trees = (ast.parse(path.read_text()) for path in TESTS.rglob("test_*.py"))
    return frozenset(
        node.name
        for tree in trees
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith("test_")
    )


def quoted(name: str) -> set[str]:
    """The clauses that a test's name begins with: `test_3_4_7_...` and `test_4_5_and_4_6_...` quote two."""
    ids = "|".join(clause.replace(".", "_") for clause in sorted(CONTRACT, key=len, reverse=True))
    head = re.match(rf"test_((?:(?:{ids})_(?:and_)?)+)", name)
    return {clause.replace("_", ".") for clause in re.findall(rf"(?:{ids})(?=_)", head[1])} if head else set()


@pytest.mark.parametrize(
    ("name", "clauses"),
    [
        ("test_4_2_late", {"4.2"}),
        ("test_3_4_7_late", {"3", "4.7"}),
        ("test_4_5_and_4_6_what", {"4.5", "4.6"}),
        ("test_5_drop", {"5"}),
        ("test_what_4_2_says", set()),
        ("test_42_is_no_clause", set()),
    ],
)
def test_the_clauses_are_read_from_a_test_s_name(name: str, clauses: set[str]) -> None:
    assert quoted(name) == clauses


def test_no_sentence_of_the_terms_is_missing_and_each_is_the_one_that_was_looked_at() -> None:
    said = [
        (clause, number, hashlib.sha256(words.encode()).hexdigest()[:8]) for clause, number, words in sentences(terms())
    ]

    assert [(row.clause, row.number, row.mark) for row in rows()] == said


def test_no_part_of_the_contract_is_missing() -> None:
    found: dict[str, set[str]] = {clause: set() for clause in CONTRACT}
    for row in rows():
        assert ORIGIN.fullmatch(row.origin), (row.clause, row.number, row.origin)
        found[row.clause] |= set(re.findall(r"\b[a-z]\b", row.origin))

    assert found == {clause: set(ascii_lowercase[:count]) for clause, count in CONTRACT.items()}


def test_what_a_sentence_settles_can_be_looked_up() -> None:
    settled = {name for row in rows() for name in re.findall(r"settled [0-9]+", row.origin)}

    assert settled <= set(page("docs/rules.md").first_cells())


@pytest.mark.parametrize("row", rows(), ids=lambda row: f"{row.clause}/{row.number}")
def test_each_sentence_has_tests_that_are_there_and_quote_its_clause(row: Row) -> None:
    assert row.tests or row.clause in MAY_BE_WORDS
    assert [name for name in row.tests if name not in every_test()] == []
    assert [name for name in row.tests if row.clause not in quoted(name)] == []
