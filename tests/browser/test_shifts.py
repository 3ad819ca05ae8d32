"""Nothing moves under the finger: how far pages shift by themselves (design: ux, B3). No times here.

Counted are all shifts, those right after a click among them, so that a slow machine counts no others than a quick one.
"""

from collections.abc import Callable

import pytest
from django.db import transaction
from django.utils import timezone
from playwright.sync_api import Page, expect
from tests.browser.conftest import NewTab, Tab
from tests.browser.walking import arrive, search
from tests.shop import add_service

from sevenpanel.orders import commands, queries
from sevenpanel.orders.commands import DispatchResult
from sevenpanel.orders.domain import Dispatch, OrderLine, Report, Status

MOST = 0.02
PAGES = (
    "/", "/services/", "/orders/new/", "/orders/new/?service={service}", "/orders/mass/", "/orders/",
    "/orders/{order}/",
    "/services/{service}/", "/updates/", "/balance/", "/funds/", "/tickets/", "/account/", "/keys/", "/terms/",
)  # fmt: skip

_WATCH = """
window.shifts = [];
new PerformanceObserver((all) => {
  for (const each of all.getEntries()) {
    const moved = each.sources.map((source) => source.node && (source.node.outerHTML || source.node.data || ""));
    window.shifts.push([each.value, moved.map((words) => String(words).slice(0, 100))]);
  }
}).observe({type: "layout-shift", buffered: true});
"""
# Two frames: a shift is told with the frame after it.
_FRAMES = "() => new Promise((then) => requestAnimationFrame(() => requestAnimationFrame(then)))"
_REFRESH = """() => htmx.ajax("GET", document.querySelector("#rows").getAttribute("hx-get"),
                              {target: "#rows", swap: "outerHTML"})"""

Shop = tuple[Tab, int, list[int]]


@pytest.fixture(params=[390, 1280])
def shop(request: pytest.FixtureRequest, new_tab: NewTab) -> Shop:
    """A customer with some orders at a desk with a page of services, on a phone and at a desk."""
    tab = new_tab(width=request.param, height=844)
    tab.page.add_init_script(_WATCH)
    services = [add_service(f"Promotion of a channel by advertising, number {number}") for number in range(12)]
    services.append(add_service("Northern lights"))
    customer_id = arrive(tab)
    return tab, services[0], _orders(tab, customer_id, services)


def _orders(tab: Tab, customer_id: int, services: list[int]) -> list[int]:
    lines = [
        OrderLine(customer_id=customer_id, service_id=service, link=f"t.me/northwind_{service}", quantity=100)
        for service in services
    ]
    commands.place(lines=lines, now=timezone.now())
    return [order.id for order in queries.orders(customer_id=customer_id)]


def shifted(page: Page) -> list[tuple[float, list[str]]]:
    """By how much the page has shifted so far, and what did."""
    page.wait_for_load_state("networkidle")
    page.evaluate(_FRAMES)
    found: list[tuple[float, list[str]]] = page.evaluate("window.shifts")
    return found


def refuse_shifts(page: Page, where: str) -> None:
    """Fail where a page has moved by more than nobody notices."""
    found = shifted(page)
    assert sum(value for value, _ in found) <= MOST, (where, found)


def test_b3_no_page_moves_while_it_loads(shop: Shop) -> None:
    tab, service, orders = shop
    for address in PAGES:
        where = address.format(service=service, order=orders[0])
        tab.open(where)
        refuse_shifts(tab.page, where)


def test_b3_the_list_of_orders_does_not_move_when_a_state_changes(shop: Shop) -> None:
    tab, _, orders = shop
    tab.open("/orders/")
    _begin(orders[2])

    tab.page.evaluate(_REFRESH)

    expect(tab.page.locator(f"tr:has(#order-{orders[2]}), li:has(#order-{orders[2]})")).to_contain_text("In progress")
    refuse_shifts(tab.page, "/orders/")


def _begin(order_id: int) -> None:
    now = timezone.now()
    with transaction.atomic():
        commands.begin_sending(order_ids=[order_id], now=now)
        commands.record_dispatch(results=[DispatchResult(order_id=order_id, dispatch=Dispatch.SENT)], now=now)
        said = Report(order_id=order_id, status=Status.IN_PROGRESS, remains=60, start_count=350, words="In progress")
        commands.apply_reports(reports=[said], now=now)


def test_b3_the_services_found_take_the_place_of_those_before(shop: Shop) -> None:
    tab, _, _ = shop
    tab.open("/orders/new/")
    search(tab.page, "northern")

    # The one that was found, and the line that asks to choose.
    expect(tab.page.get_by_label("Service", exact=True).locator("option")).to_have_count(2)
    refuse_shifts(tab.page, "/orders/new/")


ACTS: dict[str, Callable[[Page], None]] = {
    "palette": lambda page: page.keyboard.press("Control+k"),
    "settings": lambda page: page.locator("[data-opens=settings]").click(),
}


@pytest.mark.parametrize("act", ACTS)
def test_b3_what_opens_above_a_page_does_not_move_it(shop: Shop, act: str) -> None:
    tab, _, _ = shop
    tab.open("/services/")
    tab.page.wait_for_load_state("networkidle")

    ACTS[act](tab.page)

    expect(tab.page.locator(f"#{act}")).to_be_visible()
    refuse_shifts(tab.page, act)
