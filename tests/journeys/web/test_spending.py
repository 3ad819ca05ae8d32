"""The page that tells what orders cost: a period, two tables, a picture with words, a file; nobody else's sums."""

import csv
import io
import re

import pytest
from django.utils import timezone
from tests.history import completed
from tests.journeys.web.test_pages import assert_nothing_inline
from tests.journeys.web.visitor import Visitor, text
from tests.shop import Person

PAGE = "/spending/"


@pytest.fixture
def person(alice: Visitor, service: int) -> Person:
    """Alice, after an order of 0.90 that was completed now."""
    assert alice.person is not None
    completed(alice.person, service, at=timezone.now())
    return alice.person


@pytest.mark.parametrize(("period", "heading"), [("year", "By month"), ("month", "By day"), ("nonsense", "By month")])
def test_the_page_tells_what_was_spent_by_time_and_by_service(
    alice: Visitor, person: Person, period: str, heading: str
) -> None:
    page = alice.get(f"{PAGE}?period={period}")

    content = page.content.decode()
    assert_nothing_inline(content)
    told = text(page)
    assert heading in told
    assert "By service" in told
    assert "Channel promotion by paid ads" in told
    assert re.findall(r'data-name="Spent">([^<]+)<', content) == ["0.90 USD", "0.90 USD"]
    assert 'role="img" aria-labelledby="spending-title spending-words"' in content
    assert "Your orders cost 0.90 USD together, 0.90 USD at most" in told
    assert content.count('<rect class="column"') == 1


def test_the_file_holds_what_the_page_holds(alice: Visitor, person: Person, service: int) -> None:
    answer = alice.get("/spending/csv/?period=year&mark=0")
    rows = list(csv.DictReader(io.StringIO(b"".join(answer.streaming_content).decode())))

    assert [row["spent"] for row in rows] == ["0.90", "0.90"]
    assert [row["begins"] for row in rows] == [f"{timezone.now():%Y-%m}", ""]
    assert [row["service"] for row in rows] == ["", str(service)]
    assert {row["currency"] for row in rows} == {"USD"}
    assert [row["orders"] for row in rows] == ["1", "1"]


def test_nobody_sees_what_another_spent(mallory: Visitor, person: Person) -> None:
    assert "You spent nothing on orders in this time." in text(mallory.get(PAGE))


def test_u12_whoever_spent_nothing_is_led_on(alice: Visitor) -> None:
    page = alice.get(PAGE)

    assert "You spent nothing on orders in this time." in text(page)
    assert 'class="button" href="/services/"' in page.content.decode()
    assert '<select id="period"' in page.content.decode()


def test_the_account_leads_to_it(alice: Visitor) -> None:
    assert f'href="{PAGE}"' in alice.get("/account/").content.decode()
