"""A service's own page: what is promised beside what was measured, its drop with its orders, interval and date."""

import re
import subprocess
import sys
from datetime import timedelta
from xml.etree import ElementTree

import pytest
from django.utils import timezone
from tests.history import DAY, HOUR, MINUTE, completed, measured, take_in
from tests.journeys.notices.test_pages import publish
from tests.journeys.web.visitor import Visitor, text
from tests.shop import Person, add_service, deposit

from sevenpanel.catalog.domain import ServiceState
from sevenpanel.insight import commands
from sevenpanel.insight.commands import estimating
from sevenpanel.kernel import db

pytestmark = pytest.mark.django_db(transaction=True)


def person(visitor: Visitor) -> Person:
    assert visitor.person is not None
    return visitor.person


def past(visitor: Visitor, service: int, *, orders: int = 12, left: int = 900, ago: int = 20) -> None:
    """So many orders that ended days ago, of which so many of a thousand were left eight days later."""
    deposit(person(visitor).customer_id, "100")
    now = timezone.now()
    for n in range(orders):
        ended = completed(
            person(visitor), service, at=now - ago * DAY + n * HOUR, start=(n + 1) * MINUTE, complete=(n + 2) * HOUR
        )
        measured(ended, left)
    take_in(now)
    commands.reckon_times(now=now)
    estimating.estimate_drop(now=now)


def picture(page: str) -> ElementTree.Element:
    found = re.search(r'<figure class="picture">\s*(<svg.*?</svg>)', page, re.DOTALL)
    assert found, page
    return ElementTree.fromstring(found[1])  # noqa: S314 - our own page


def test_5_what_was_measured_stands_beside_what_is_promised(alice: Visitor, service: int) -> None:
    past(alice, service)

    page = text(alice.get(f"/services/{service}/"))

    assert "Starts within 1 hour usually 6 min, 90 % between 60 s and 12 min" in page
    assert "Completes within 1 day usually 7 h, 90 % between 2 h and 13 h" in page
    assert "Times known from the last 12 completed orders, until" in page
    assert re.search(r"Drop is low, 5 to 20 %, measured over 12 orders until \d+ \w+ \d{4}, \d\d:\d\d UTC\.", page)
    assert re.search(r"It lies between [\d.]+ % and [\d.]+ %\.", page)
    assert "It is an estimate from past orders, differs between channels and networks, and gives no refund." in page
    assert "The operator declares below 5 %." in page
    assert "after 7 days Dropped" not in page
    assert re.search(r"after 7 days 10 % 12", page)


def test_the_picture_says_in_words_what_it_shows(alice: Visitor, service: int) -> None:
    past(alice, service)
    now = timezone.now()
    for row in db.rows("SELECT id FROM insight_measurement ORDER BY id LIMIT 3"):
        commands.strike_out(measurement_id=row[0], why="Wrong channel", staff_id=9, now=now)
    estimating.estimate_drop(now=now + timedelta(days=1))

    page = alice.get(f"/services/{service}/").content.decode()
    drawn = picture(page)

    labels = drawn.attrib["aria-labelledby"].split()
    told = {each.attrib["id"]: each.text for each in drawn if "id" in each.attrib}
    assert drawn.attrib["role"] == "img"
    assert set(labels) == told.keys()
    assert re.fullmatch(
        r"On \d+ \w+ \d{4} it was [\d.]+ %, with 90 % between [\d.]+ % and [\d.]+ %. On \d+ \w+ \d{4} it was [\d.]+ %.",
        told["picture-words"] or "",
    )
    assert "style" not in {name for each in drawn.iter() for name in each.attrib}
    assert len(drawn.findall("polyline")) == len(drawn.findall("polygon")) == 1
    assert len(drawn.findall("circle")) == 2
    assert "The same in figures" in text(alice.get(f"/services/{service}/"))


def test_it_is_found_from_the_list_the_order_form_and_an_order(alice: Visitor, service: int) -> None:
    past(alice, service)
    address = f'href="/services/{service}/"'
    order_id = alice.orders[0].id

    for page in ("/services/", f"/orders/new/?service={service}", f"/orders/{order_id}/"):
        assert address in alice.get(page).content.decode(), page
    assert f'href="/orders/new/?service={service}"' in alice.get(f"/services/{service}/").content.decode()


@pytest.mark.parametrize("page", ["/services/", "/orders/new/?service={}"])
def test_5_list_and_form_say_the_same_in_short(alice: Visitor, service: int, page: str) -> None:
    past(alice, service)

    shown = text(alice.get(page.format(service)))

    assert "usually 6 min, 90 % between 60 s and 12 min" in shown
    assert re.search(r"May drop 5 to 20 % \([\d.]+ % to [\d.]+ %\), measured over 12 orders until \d+ \w+ \d{4}", shown)


def test_5_a_service_of_which_little_is_known_says_so(alice: Visitor, service: int) -> None:
    page = text(alice.get(f"/services/{service}/"))
    assert "Times known from no order was completed yet" in page
    assert "Drop is minimal, below 5 %, declared by the operator." in page
    assert 'role="img"' not in alice.get(f"/services/{service}/").content.decode()  # no picture of it either

    past(alice, service, orders=3)
    page = text(alice.get(f"/services/{service}/"))
    assert "3 orders were completed so far, times are shown from 10 on" in page
    assert "Drop is minimal, below 5 %, declared by the operator." in page
    assert "3 orders were measured so far: too few to say more." in page


def test_a_notice_s_word_about_drop_comes_first_and_what_was_measured_stands_beside_it(
    alice: Visitor, operator: Visitor, service: int
) -> None:
    """Clause 3 before clause 5."""
    past(alice, service)
    publish(operator, service, drop_band="excessive", text="A wave of people leaves.")

    page = text(alice.get(f"/services/{service}/"))

    assert "Drop is excessive, 50 to 100 %. That is what the notice of" in page
    assert "Drop is low, 5 to 20 %, measured over 12 orders" in page
    assert "The operator declares below 5 %." in page
    assert "A wave of people leaves." in page
    assert "May drop 50 to 100 % changed by notice of" in page


def test_what_was_announced_about_it_is_told(alice: Visitor, operator: Visitor, service: int) -> None:
    assert "Announced about it Nothing yet." in text(alice.get(f"/services/{service}/"))

    publish(operator, service, text="Slower this week.")

    assert "Slower this week." in text(alice.get(f"/services/{service}/")).partition("Announced about it")[2]


def test_a_service_that_nobody_may_see_is_not_there(alice: Visitor, service: int) -> None:
    draft = add_service("Not ready", state=ServiceState.DRAFT)
    for id_ in (draft, 10**17):
        assert alice.get(f"/services/{id_}/").status_code == 404

    alice.order(service)
    db.rows("UPDATE catalog_service SET state = 'draft' WHERE id = %s", [service])
    assert alice.get(f"/services/{service}/").status_code == 200


def test_a_service_that_is_not_on_sale_offers_no_order(alice: Visitor, service: int) -> None:
    db.rows("UPDATE catalog_service SET state = 'retired' WHERE id = %s", [service])

    page = alice.get(f"/services/{service}/").content.decode()

    assert "not on sale" in page
    assert f"/orders/new/?service={service}" not in page


def test_names_from_elsewhere_are_shown_as_they_are(alice: Visitor, db: None) -> None:
    service = add_service("<script>alert(1)</script> & Sons")

    page = alice.get(f"/services/{service}/").content.decode()

    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; Sons" in page


def test_whoever_serves_pages_never_loads_numpy() -> None:
    """The estimates' arithmetic stays with the worker (ADR 10): here in a fresh process, with every page's code."""
    program = (
        "import sys, django; django.setup(); import sevenpanel.web.urls, sevenpanel.desk.urls, sevenpanel.api.asgi; "
        "sys.exit(any(name.partition('.')[0] == 'numpy' for name in sys.modules))"
    )

    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
