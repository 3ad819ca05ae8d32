"""The whole way with scripts switched off: nothing may depend on them (U-6)."""

from pathlib import Path

from playwright.sync_api import expect
from tests.browser.conftest import NewTab
from tests.browser.walking import arrive, rows, sign_in, sign_out
from tests.shop import add_service

from sevenpanel.ledger import queries as ledger
from sevenpanel.orders import queries


def test_everything_works_without_scripts(new_tab: NewTab, tmp_path: Path) -> None:
    tab = new_tab(scripts=False, width=360, height=740)
    page = tab.page
    service = add_service()
    customer_id = arrive(tab)
    sign_out(tab)
    sign_in(tab)

    # A single order, its price looked at first.
    tab.open("/orders/new/")
    page.get_by_label("Search a service by name, category, network or id").fill("promotion")
    page.get_by_role("button", name="Search").click()
    page.get_by_label("Service", exact=True).select_option(str(service))
    page.get_by_role("button", name="Show", exact=True).click()
    page.get_by_label("Link", exact=True).fill("t.me/northwind_news")
    page.get_by_label("Quantity").fill("۱۰۰۰")
    page.get_by_role("button", name="Show the price first").click()
    expect(page.locator("#quote")).to_contain_text("9.10 USD")
    page.get_by_role("button", name="Place the order").click()
    expect(page.get_by_text("Your order is placed.")).to_be_visible()

    # Cancelled again; what will happen is said beforehand.
    page.get_by_text("Cancel this order").click()
    expect(page.get_by_text("0.90 USD comes back to your balance")).to_be_visible()
    page.get_by_role("button", name="Yes, cancel it").click()
    expect(page.get_by_text("Cancelled; everything came back.")).to_be_visible()
    assert ledger.balance(customer_id=customer_id).balance_micros == 10_000_000

    # Many orders from a file, with the rejected lines handed back.
    file = tmp_path / "orders.txt"
    file.write_text(f"{service} | t.me/one_channel | 1000\n{service} | t.me/two_channel | 5\n", encoding="utf-8")
    tab.open("/orders/mass/")
    page.get_by_label("Or a text file in UTF-8").set_input_files(file)
    page.get_by_role("button", name="Preview").click()
    page.get_by_role("button", name="Order 1 line for 0.90 USD").click()
    expect(page.get_by_role("heading", name="Rejected lines: 1")).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("button", name="Download the rejected lines").click()
    assert f"{service} | t.me/two_channel | 5" in download.value.path().read_text(encoding="utf-8")
    assert len(queries.orders(customer_id=customer_id)) == 2

    # Found again, by status and by link.
    tab.open("/orders/")
    page.get_by_role("navigation", name="By status").get_by_role("link", name="Pending").click()
    assert rows(page) == 1
    page.get_by_label("Order id or link").fill("one_channel")
    page.get_by_role("button", name="Search").click()
    assert rows(page) == 1
    assert "status=pending" in page.url

    # A key, shown once, then revoked.
    tab.open("/keys/")
    page.get_by_role("main").get_by_role("button", name="Make a key").click()
    assert page.get_by_label("The new key").input_value().startswith("od_live_")
    page.locator("summary", has_text="Revoke").click()
    page.get_by_role("button", name="Yes, revoke it").click()
    expect(page.get_by_text("The key is revoked")).to_be_visible()
