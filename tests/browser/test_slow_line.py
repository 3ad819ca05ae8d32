"""Choosing a service on a slow line, where answers come late, in another order than they were asked for, or not."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Request, Route, expect
from tests.browser.conftest import NewTab, Tab
from tests.browser.walking import arrive, choose, place, search
from tests.shop import add_service

from sevenpanel.orders import queries

NEW_ORDER = re.compile(r"/orders/new/(\?|$)")


class Line:
    """Holds back what the page asks for, until it is let through."""

    def __init__(self, page: Page) -> None:
        self._page, self._held, self._is_slow = page, list[Route](), True
        page.route(NEW_ORDER, self._asked)

    def _asked(self, route: Route) -> None:
        if self._is_slow:
            self._held.append(route)
        else:
            route.continue_()

    def wait_for(self, number: int) -> None:
        """Wait until so many are held back."""
        for _ in range(200):
            if len(self._held) >= number:
                return
            self._page.wait_for_timeout(25)
        pytest.fail(f"{len(self._held)} requests came, not {number}")

    def let_through(self) -> None:
        """Let everything through, the last first, and hold back nothing any more."""
        self._is_slow = False
        for route in reversed(self._held):
            route.continue_()

    def cut(self) -> None:
        """Break what is held back, and hold back nothing any more."""
        self._is_slow = False
        for route in self._held:
            route.abort("connectionreset")


@pytest.fixture
def shop(new_tab: NewTab) -> Callable[[], tuple[Tab, int, int, int]]:
    """A customer before the page of new orders: the tab, the customer, and two services."""

    def open_shop() -> tuple[Tab, int, int, int]:
        tab = new_tab()
        first, second = add_service("Channel promotion"), add_service("Story placement")
        customer_id = arrive(tab)
        return tab, customer_id, first, second

    return open_shop


Shop = Callable[[], tuple[Tab, int, int, int]]


def test_a_choice_stays_when_a_search_was_under_way(shop: Shop) -> None:
    tab, _, _, second = shop()
    page = tab.page
    tab.open("/orders/new/")
    abandoned: list[Request] = []
    page.on("requestfailed", lambda request: abandoned.append(request))
    line = Line(page)
    search(page, "o")
    line.wait_for(1)

    choose(page, second)
    line.wait_for(2)
    line.let_through()

    page.get_by_label("Link", exact=True).fill("t.me/northwind")
    expect(page.get_by_role("heading", name="Story placement")).to_be_visible()
    expect(page.get_by_label("Service", exact=True)).to_have_value(str(second))
    assert ["q=o&service=" in each.url for each in abandoned] == [True]


def test_a_search_that_was_about_to_begin_takes_nothing_away_from_a_choice(shop: Shop) -> None:
    tab, _, _, second = shop()
    page = tab.page
    tab.open("/orders/new/")
    line = Line(page)

    search(page, "s")
    choose(page, second)  # within the moment that the search waits for more letters
    line.wait_for(1)
    page.wait_for_timeout(600)
    line.let_through()

    expect(page.get_by_label("Link", exact=True)).to_be_visible()
    expect(page.get_by_label("Service", exact=True)).to_have_value(str(second))


def test_the_service_before_cannot_be_ordered_while_another_one_is_being_fetched(shop: Shop) -> None:
    tab, customer_id, first, second = shop()
    page = tab.page
    tab.open(f"/orders/new/?service={first}")
    page.get_by_label("Link", exact=True).fill("t.me/northwind")
    expect(page.get_by_text("Understood as")).to_be_visible()
    page.get_by_label("Quantity").fill("1000")
    line, quotes = Line(page), list[str]()

    choose(page, second)
    line.wait_for(1)
    page.on("request", lambda request: quotes.append(request.url) if "/quote/" in request.url else None)
    page.locator("#ordering").dispatch_event("input")  # as if a letter had been typed just before
    page.wait_for_timeout(600)
    assert quotes == []
    expect(page.get_by_role("button", name="Place the order")).to_be_disabled()
    expect(page.get_by_label("Link", exact=True)).to_be_disabled()
    line.let_through()

    expect(page.get_by_role("heading", name="Story placement")).to_be_visible()
    expect(page.get_by_label("Link", exact=True)).to_have_value("t.me/northwind")
    page.get_by_label("Quantity").fill("1000")
    place(page)
    expect(page.get_by_text("Your order is placed.")).to_be_visible()
    assert [order.service_id for order in queries.orders(customer_id=customer_id)] == [second]


def test_a_choice_whose_answer_is_lost_is_asked_for_again_by_the_whole_page(shop: Shop) -> None:
    tab, _, first, second = shop()
    page = tab.page
    tab.open(f"/orders/new/?service={first}")
    line = Line(page)
    choose(page, second)
    line.wait_for(1)

    line.cut()

    expect(page.get_by_role("heading", name="Story placement")).to_be_visible()
    expect(page.get_by_role("button", name="Place the order")).to_be_enabled()
    tab.complaints.clear()  # the browser writes of the lost answer to its console
