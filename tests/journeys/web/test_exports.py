"""A table of very many orders: the page offers to make it, the worker makes it, it is downloaded once (U-16)."""

from typing import Any

import pytest
from django.utils import timezone
from tests.journeys.web.test_order_pages import place
from tests.journeys.web.visitor import Visitor, fields, text
from tests.shop import add_service, open_customer, team_mate

from sevenpanel.exports import commands
from sevenpanel.exports.domain import WAITING_MAX

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def alice(transactional_db: None, settings: Any) -> Visitor:
    """Somebody with four orders at a desk where three are many."""
    settings.LARGE_TABLE_ROWS = 3
    visitor = Visitor(open_customer("Alice", balance="10"))
    place(visitor, add_service(), 4)
    return visitor


def write() -> None:
    while commands.write_next(clock=timezone.now, rows=2):
        pass


def ask(visitor: Visitor, address: str = "/orders/csv/") -> Any:
    """Follow the link to the table, and ask for it as the page offers."""
    page = visitor.client.get(address, follow=True)
    where = page.context["ask_url"]
    return visitor.client.post(where, fields(page, f"post {where}"), follow=True)


def download(visitor: Visitor, page: Any) -> Any:
    (line,) = page.context["lines"]
    where = f"/exports/{line.id}/file/"
    return visitor.post(where, fields(page, f"post {where}"))


def test_u16_a_large_table_is_made_in_the_background_and_downloaded_once(alice: Visitor) -> None:
    page = ask(alice)
    assert "0 rows are written so far." in text(page)
    assert "Download, once" not in text(page)
    write()

    page = alice.get("/exports/")
    assert "4 rows, here until" in text(page)
    answer = download(alice, page)
    told = b"".join(answer.streaming_content).decode()

    assert answer["Content-Disposition"] == 'attachment; filename="orders.csv"'
    assert len(told.splitlines()) == 5
    assert "No file is waiting for you." in text(alice.get("/exports/"))
    assert alice.post(answer.request["PATH_INFO"]).status_code == 404


def test_u16_a_small_table_comes_at_once(alice: Visitor) -> None:
    answer = alice.get("/orders/csv/?q=chan_001")

    assert len(b"".join(answer.streaming_content).splitlines()) == 2


def test_u16_the_file_keeps_to_the_filter_of_the_page(alice: Visitor) -> None:
    page = ask(alice, "/orders/csv/?q=chan_00&mark=0")
    write()

    told = b"".join(download(alice, alice.get("/exports/")).streaming_content).decode()

    assert "chan_00" in text(page)
    assert told.startswith("order,")
    assert len(told.splitlines()) == 5


def test_whoever_is_refused_a_file_sees_which_ones_there_are(alice: Visitor) -> None:
    for number in range(WAITING_MAX):
        alice.post(f"/exports/?q=chan_00{number}")
    page = alice.post("/exports/?q=one_more")

    assert page.status_code == 409
    assert "You have asked for 3 files already. Download one of them first." in text(page)
    assert len(page.context["lines"]) == WAITING_MAX


def test_a_download_that_breaks_off_cannot_be_begun_again(alice: Visitor) -> None:
    ask(alice)
    write()
    page = alice.get("/exports/")
    (line,) = page.context["lines"]

    download(alice, page).close()

    again = alice.post(f"/exports/{line.id}/file/")
    assert again.status_code == 409
    assert "works once" in text(again)


def test_the_page_is_refreshed_only_when_something_has_moved(alice: Visitor) -> None:
    etag = ask(alice).context["etag"]

    assert alice.get("/exports/rows/", headers={"If-None-Match": etag}).status_code == 304
    write()
    assert b"Download, once" in alice.get("/exports/rows/", headers={"If-None-Match": etag}).content


def test_nobody_else_sees_or_gets_the_file(alice: Visitor) -> None:
    assert alice.person is not None
    ask(alice)
    write()
    (line,) = alice.get("/exports/").context["lines"]

    for other in (Visitor(team_mate("Bob", alice.person)), Visitor(open_customer("Mallory"))):
        assert "No file is waiting for you." in text(other.get("/exports/"))
        assert other.post(f"/exports/{line.id}/file/").status_code == 404
