"""What a page weighs on the line, the first time and again, as a browser counts it (design: ux, B3). No times here."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from bench.weight import Weight
from django.conf import settings
from playwright.sync_api import Browser, Page
from tests.journeys.web.visitor import Visitor
from tests.served import Served, serving
from tests.shop import Person, add_service, open_customer

KB = 1000
FIRST, AGAIN, STYLE, SCRIPT, SERVICES_PAGE, REQUESTS = 120 * KB, 20 * KB, 25 * KB, 30 * KB, 20 * KB, 6
PAGES = ("/", "/services/", "/orders/new/", "/orders/", "/funds/", "/tickets/", "/updates/", "/account/")


@pytest.fixture
def alice(transactional_db: Any) -> Person:
    """A customer of a desk that has a full page of services."""
    for number in range(60):
        add_service(f"Promotion of a channel by advertising, number {number}")
    return open_customer("Alice", balance="10")


@pytest.fixture
def desk(alice: Person, tmp_path: Path) -> Iterator[Served]:
    """The desk as it is served in production: what compresses and what keeps belongs to it."""
    with serving(tmp_path, only="site") as served:
        yield served


def signed_in(chromium: Browser, desk: Served, alice: Person) -> Page:
    """A browser that has never been here, with a session."""
    key = Visitor(alice).client.cookies[settings.SESSION_COOKIE_NAME].value
    # What goes through the service worker is not told with the page.
    context = chromium.new_context(service_workers="block")
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": key, "url": desk.site}])
    return context.new_page()


def opened(page: Page, address: str) -> Weight:
    """What opening a page brings over the line."""
    weight = Weight()
    line = weight.listen(page)
    page.goto(address, wait_until="networkidle")
    line.detach()
    return weight


def test_b3_every_page_keeps_its_budget_at_the_first_visit_and_again(
    chromium: Browser, desk: Served, alice: Person
) -> None:
    too_heavy = []
    for address in PAGES:
        page = signed_in(chromium, desk, alice)
        first, again = opened(page, f"{desk.site}{address}"), opened(page, f"{desk.site}{address}")
        page.context.close()
        asked = {
            "first": (first.total, FIRST), "again": (again.total, AGAIN), "requests": (first.requests, REQUESTS),
            "style": (first.by_kind["Stylesheet"], STYLE), "script": (first.by_kind["Script"], SCRIPT),
        }  # fmt: skip
        too_heavy += [f"{address} {name}: {is_}, at most {most}" for name, (is_, most) in asked.items() if is_ > most]
        too_heavy += [f"{address} asks {host}" for host in first.hosts - {desk.site.removeprefix("http://")}]
        if address == "/services/" and first.by_kind["Document"] > SERVICES_PAGE:
            too_heavy.append(f"its 50 rows: {first.by_kind['Document']}, at most {SERVICES_PAGE}")
        assert min(first.by_kind["Document"], again.by_kind["Document"]) > 0

    assert too_heavy == []
