"""The customer's templates place instants and numbers in the one way that the site has (U-14)."""

import re
from pathlib import Path

import pytest
from tests.house.sources import PACKAGE

TEMPLATES = sorted((PACKAGE / "web" / "templates").rglob("*.html"))
COUNTS = re.compile(
    r"{% blocktrans(?:late)? (?P<head>[^%]*?)count (?P<name>\w+)=[^%]*%}(?P<body>.*?){% endblocktrans", re.DOTALL
)


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.stem)
def test_an_instant_is_placed_by_the_filter_that_knows_zone_and_calendar(template: Path) -> None:
    assert re.findall(r"<time[^>]*\.iso[^>]*>", template.read_text()) == []


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.stem)
def test_a_number_in_a_sentence_that_counts_is_written_by_the_language(template: Path) -> None:
    """What is counted chooses the form; what is shown went through `counted`."""
    found = COUNTS.finditer(template.read_text())
    bare = [each["name"] for each in found if f"{{{{ {each['name']} }}}}" in each["body"]]

    assert bare == []
