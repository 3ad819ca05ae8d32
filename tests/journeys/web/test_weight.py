"""What the style sheets of a first visit weigh, and how many there are (design: ux, B3; ADR 37)."""

import gzip
import re

import pytest
from django.test import Client
from tests.house.sources import PACKAGE
from tests.journeys.web.visitor import Visitor

from sevenpanel.web.static_files import WHOLES

CSS_BYTES_MAX = 25_000
PAGES = ("/", "/services/", "/orders/", "/updates/", "/balance/", "/funds/", "/account/", "/tickets/", "/keys/")
FOLDER = PACKAGE / "web" / "static" / "web"


def content(address: str) -> str:
    """A file as it is served."""
    return b"".join(Client().get(address)).decode()


@pytest.mark.parametrize("address", [*PAGES, "/design/"])
def test_b3_the_sheets_of_a_first_visit_weigh_no_more_than_their_budget(alice: Visitor, address: str) -> None:
    linked = re.findall(r'<link rel="stylesheet" href="([^"]+)"', alice.get(address).content.decode())

    assert linked[0].endswith("/web/all.css")
    assert sum(len(gzip.compress(content(each).encode())) for each in linked) <= CSS_BYTES_MAX


@pytest.mark.parametrize("address", PAGES)
def test_a_page_asks_for_one_sheet_one_script_of_ours_and_htmx(alice: Visitor, address: str) -> None:
    page = alice.get(address).content.decode()

    files = re.findall(r'<(?:link rel="stylesheet" href|script [^>]*src)="/static/(?:[0-9a-f]{16}/)?([^"]+)"', page)

    assert files == ["web/all.css", "django_htmx/htmx-2.min.js", "web/all.js"]


@pytest.mark.parametrize("name", WHOLES)
def test_a_whole_file_holds_its_parts_in_their_order_and_goes_by_the_digest_of_all(name: str) -> None:
    whole = content(f"/static/{name}")

    places = [whole.index(content(f"/static/{part}")) for part in WHOLES[name]]

    assert places == sorted(places)


def test_every_sheet_and_script_of_ours_is_part_of_a_whole_or_asked_for_by_a_page() -> None:
    known = {part for parts in WHOLES.values() for part in parts}
    sources = [*(PACKAGE / "web" / "templates").rglob("*.html"), PACKAGE / "web" / "status_page.py"]
    text = "".join(each.read_text() for each in sources)

    files = [f"web/{path.name}" for path in FOLDER.iterdir() if path.suffix in (".css", ".js")]

    assert [name for name in files if name not in known and name not in text] == []
