"""The customer's way through the site as most people walk it: scripts on, one hand on a phone."""

import re

import pytest
from django.db import transaction
from playwright.sync_api import expect
from tests.browser.conftest import NewTab
from tests.browser.walking import arrive, choose, place, search, sign_in, sign_out
from tests.shop import NOON, add_service

from sevenpanel.orders import commands, queries
from sevenpanel.orders.commands import DispatchResult
from sevenpanel.orders.domain import Dispatch, Report, Status
from sevenpanel.orders.timeline import EventKind

LINK = "https://t.me/northwind_news"


def test_from_signing_up_to_a_settled_order(new_tab: NewTab) -> None:
    tab = new_tab(width=360, height=740)
    page = tab.page
    service = add_service()
    for number in range(30):
        add_service(f"Poster {number}")
    customer_id = arrive(tab)
    sign_out(tab)
    sign_in(tab)

    tab.open("/orders/new/")
    search(page, "channel promo")
    expect(page.get_by_text("1 service on sale.")).to_be_visible()
    choose(page, service)
    page.get_by_label("Link", exact=True).fill("telegram.me/Northwind_News")
    expect(page.get_by_text("Understood as a public Telegram channel or group:")).to_be_visible()
    page.get_by_label("Quantity").press_sequentially("1000")
    expect(page.locator("#quote")).to_contain_text("9.10 USD")
    place(page)

    expect(page.get_by_text("Your order is placed.")).to_be_visible()
    expect(page.get_by_text("0.90 USD is held while the order is open.")).to_be_visible()
    (order,) = queries.orders(customer_id=customer_id)
    assert order.charge_micros == 900_000
    _deliver(order.id, Status.COMPLETED, 0)
    page.reload()
    expect(page.locator("#progress")).to_contain_text("0.90 USD spent")


def test_a_link_stays_in_the_form_and_out_of_every_address_when_the_service_changes(new_tab: NewTab) -> None:
    tab, page_of = new_tab(), "/orders/new/?service={}".format
    first, second = add_service(), add_service("Another one")
    arrive(tab)
    page, asked = tab.page, []
    page.on("request", lambda request: asked.append(request.url))
    tab.open(page_of(first))
    page.get_by_label("Link", exact=True).fill(LINK)
    page.get_by_label("Quantity").fill("1500")

    choose(page, second)

    expect(page.get_by_role("heading", name="Another one")).to_be_visible()
    expect(page.get_by_label("Link", exact=True)).to_have_value(LINK)
    expect(page.get_by_label("Quantity")).to_have_value("1500")
    expect(page.locator("#quote")).to_contain_text("1.35 USD")
    assert page.url == f"{tab.base}{page_of(second)}"
    page.go_back()
    expect(page.get_by_role("heading", name="Channel promotion by paid ads")).to_be_visible()
    assert page.url == f"{tab.base}{page_of(first)}"
    assert [url for url in asked if "northwind" in url] == []


@pytest.mark.parametrize("width", [320, 360])
def test_the_balance_can_be_read_whole_on_a_phone(new_tab: NewTab, width: int) -> None:
    tab = new_tab(width=width, height=740)
    arrive(tab, "98765.432109")

    tab.open("/orders/")

    purse = tab.page.locator(".purse")
    expect(purse).to_contain_text("98765.432109 USD")
    assert purse.evaluate("""(node) => {
      const [sum, box] = [node.querySelector(".sum"), node.getBoundingClientRect()];
      const bar = document.querySelector(".bar").getBoundingClientRect();
      return sum.scrollWidth <= sum.clientWidth && box.left >= 0 && box.right <= innerWidth && box.bottom <= bar.bottom;
    }""")


def test_an_order_is_refreshed_while_it_is_looked_at(new_tab: NewTab) -> None:
    tab = new_tab()
    service = add_service()
    customer_id = arrive(tab)
    tab.page.clock.install()
    tab.open(f"/orders/new/?service={service}")
    tab.page.get_by_label("Link", exact=True).fill(LINK)
    tab.page.get_by_label("Quantity").fill("1000")
    place(tab.page)
    expect(tab.page.locator("#progress")).to_contain_text("Pending")
    answers: list[int] = []
    tab.page.on("response", lambda response: answers.append(response.status) if "progress" in response.url else None)

    with tab.page.expect_response(re.compile("progress")):
        tab.page.clock.run_for(11_000)
    assert answers == [304]
    expect(tab.page.locator("#progress")).to_contain_text("Pending")

    _deliver(queries.orders(customer_id=customer_id)[0].id, Status.PARTIAL, 157)
    with tab.page.expect_response(re.compile("progress")):
        tab.page.clock.run_for(11_000)
    expect(tab.page.locator("#progress")).to_contain_text("0.7587 USD spent + 0.1413 USD came back = 0.90 USD charged")
    tab.page.clock.run_for(40_000)
    assert answers == [304, 200]  # an order that has ended is not asked about again


def _deliver(order_id: int, status: Status, remains: int) -> None:
    sent = DispatchResult(order_id=order_id, dispatch=Dispatch.SENT, event=EventKind.SENT)
    said = Report(order_id=order_id, status=status, remains=remains, start_count=10, words=status.value)
    with transaction.atomic():
        commands.begin_sending(order_ids=[order_id], now=NOON)
        commands.record_dispatch(results=[sent], now=NOON)
        commands.apply_reports(reports=[said], now=NOON)


def test_a_double_click_orders_once(new_tab: NewTab) -> None:
    tab = new_tab()
    service = add_service()
    customer_id = arrive(tab)
    tab.open(f"/orders/new/?service={service}")
    tab.page.get_by_label("Link", exact=True).fill(LINK)
    tab.page.get_by_label("Quantity").fill("1000")

    tab.page.get_by_role("button", name="Place the order").dblclick()

    expect(tab.page.get_by_role("heading", name="What happened")).to_be_visible()
    assert len(queries.orders(customer_id=customer_id)) == 1


def test_the_orders_in_sight_are_refreshed_and_the_focus_stays(new_tab: NewTab) -> None:
    tab = new_tab()
    service = add_service()
    customer_id = arrive(tab)
    tab.page.clock.install()
    tab.open(f"/orders/new/?service={service}")
    tab.page.get_by_label("Link", exact=True).fill(LINK)
    tab.page.get_by_label("Quantity").fill("1000")
    place(tab.page)
    expect(tab.page.locator("#progress")).to_be_visible()
    (order,) = queries.orders(customer_id=customer_id)
    tab.open("/orders/")
    tab.page.locator(f"#order-{order.id}").focus()

    _deliver(order.id, Status.IN_PROGRESS, 400)
    with tab.page.expect_response(re.compile("rows")):
        tab.page.clock.run_for(11_000)

    expect(tab.page.locator("#rows .chip")).to_have_text("In progress")
    expect(tab.page.locator(f"#order-{order.id}")).to_be_focused()


def test_a_key_can_be_copied(new_tab: NewTab) -> None:
    tab = new_tab(permissions=["clipboard-read", "clipboard-write"])
    arrive(tab)
    tab.open("/keys/")
    tab.page.get_by_label("What is it for?").fill("my shop")
    tab.page.get_by_role("main").get_by_role("button", name="Make a key").click()
    tab.page.get_by_role("button", name="Copy").click()

    expect(tab.page.get_by_role("button", name="✓")).to_be_visible()
    key = tab.page.get_by_label("The new key").input_value()
    assert tab.page.evaluate("navigator.clipboard.readText()") == key


def test_a_moment_is_told_in_the_zone_of_the_device_and_a_month_stays_the_same_month(new_tab: NewTab) -> None:
    tab = new_tab(timezone_id="America/Los_Angeles")
    arrive(tab)
    tab.open("/balance/")
    month = tab.page.locator("main details time").first

    expect(tab.page.locator("main td time").first).to_have_attribute("title", re.compile("UTC"))
    expect(month).to_have_text(month.get_attribute("datetime") or "")


def test_the_keyboard_skips_to_the_content_and_opens_the_menu(new_tab: NewTab) -> None:
    tab = new_tab(width=360, height=740)
    arrive(tab)
    tab.open("/orders/")

    tab.page.keyboard.press("Tab")
    expect(tab.page.get_by_role("link", name="Skip to the content")).to_be_focused()
    tab.page.keyboard.press("Enter")
    expect(tab.page.locator("main")).to_be_focused()

    tab.page.locator(".menu > summary").focus()
    tab.page.keyboard.press("Enter")
    tab.page.get_by_role("navigation").get_by_role("link", name="Balance").click()
    expect(tab.page.get_by_role("heading", name="Balance")).to_be_visible()
