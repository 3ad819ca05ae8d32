"""What the style sheets of a first visit weigh (design: ux, B3)."""

import gzip
import re
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from tests.journeys.web.visitor import Visitor

CSS_BYTES_MAX = 25_000


@pytest.mark.parametrize("address", ["/", "/orders/", "/funds/", "/account/", "/design/"])
def test_b3_the_sheets_of_a_first_visit_weigh_no_more_than_their_budget(alice: Visitor, address: str) -> None:
    page = alice.get(address).content.decode()
    linked = re.findall(r'<link rel="stylesheet" href="/static/([^"]+)"', page)
    paths = [finders.find(name) for name in linked]

    assert "web/site.css" in linked
    assert sum(len(gzip.compress(Path(path).read_bytes())) for path in paths if path) <= CSS_BYTES_MAX
