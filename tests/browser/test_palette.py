"""The palette by keyboard alone, and the search page that stands for it without scripts (U-5)."""

import re

from playwright.sync_api import Page, expect
from tests.browser.conftest import NewTab
from tests.browser.looking import look
from tests.browser.walking import arrive
from tests.shop import add_service


def _chosen(page: Page) -> str:
    return page.locator("#palette [aria-selected=true]").inner_text()


def test_everything_is_found_and_gone_to_by_keyboard(new_tab: NewTab) -> None:
    tab = new_tab()
    page = tab.page
    service = add_service("Northern lights")
    arrive(tab)
    page.wait_for_load_state()  # scripts have run by then
    field = page.get_by_role("combobox", name="Search pages, orders, tickets and services")

    page.keyboard.press("Control+k")
    expect(field).to_be_focused()
    expect(page.locator("#palette-told")).to_have_text(re.compile("found"))
    page.keyboard.type("northern")
    expect(page.locator("#palette").get_by_role("option")).to_have_count(1)
    expect(page.locator("#palette").get_by_role("option", selected=True)).to_contain_text("Northern lights")
    active = field.get_attribute("aria-activedescendant")
    assert active
    assert page.locator(f"#{active}").get_attribute("aria-selected") == "true"
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(f"/services/{service}/$"))
    page.wait_for_load_state()

    page.keyboard.press("Control+k")
    page.keyboard.type("order")
    # What was there before anything was typed is gone.
    expect(page.locator("#palette").get_by_role("option", name="Home")).to_have_count(0)
    expect(page.locator("#palette").get_by_role("option", name="Mass order")).to_be_visible()
    first = _chosen(page)
    page.keyboard.press("ArrowDown")
    assert _chosen(page) != first
    page.keyboard.press("ArrowUp")
    assert _chosen(page) == first
    page.keyboard.press("Escape")
    expect(field).not_to_be_visible()


def test_letters_lead_to_pages_unless_one_types_or_has_turned_them_off(new_tab: NewTab) -> None:
    tab = new_tab()
    page = tab.page
    arrive(tab)
    page.wait_for_load_state()

    page.keyboard.press("?")
    expect(page.locator("#palette").get_by_role("option", name="Orders")).to_contain_text("g o")
    page.keyboard.press("Escape")
    expect(page.locator("#palette")).not_to_be_visible()
    page.keyboard.press("g")
    page.keyboard.press("o")
    expect(page).to_have_url(re.compile("/orders/$"))
    page.wait_for_load_state()
    page.get_by_label("Order id or link").press_sequentially("go?")
    expect(page.get_by_label("Order id or link")).to_have_value("go?")
    expect(page.locator("#palette")).not_to_be_visible()

    tab.open("/shortcuts/")
    page.get_by_role("button", name="Turn the letters off").click()
    expect(page.get_by_text("The letters are off on this device.")).to_be_visible()
    page.wait_for_load_state()
    page.keyboard.press("?")
    expect(page.locator("#palette")).not_to_be_visible()
    page.keyboard.press("Control+k")
    expect(page.locator("#palette")).to_be_visible()


def test_without_scripts_the_same_is_a_page(new_tab: NewTab) -> None:
    tab = new_tab(scripts=False, width=360)
    page = tab.page
    add_service("Northern lights")
    arrive(tab)

    page.get_by_role("link", name="Search").click()
    page.get_by_role("main").get_by_role("searchbox").fill("northern")
    page.get_by_role("main").get_by_role("button", name="Search").click()
    page.get_by_role("link", name="Northern lights").click()
    expect(page.get_by_role("heading", name="Northern lights")).to_be_visible()


def test_the_palette_fits_a_phone_and_both_themes(new_tab: NewTab) -> None:
    for width, scheme in ((360, "dark"), (1440, "light")):
        tab = new_tab(width=width, height=740, color_scheme=scheme)
        arrive(tab, "10") if width == 360 else _again(tab.page, tab.base)
        tab.page.wait_for_load_state()
        tab.page.locator("[data-palette]").click()
        expect(tab.page.locator("#palette").get_by_role("option").first).to_be_visible()
        look(tab, "palette", scheme)
        for name in ("search", "shortcuts"):
            tab.open(f"/{name}/")
            look(tab, name, scheme)


def _again(page: Page, base: str) -> None:
    page.goto(f"{base}/accounts/login/")
    page.get_by_label("Email").fill("carol@example.org")
    page.get_by_label("Password", exact=True).fill("a-long-enough-phrase")
    page.get_by_role("main").get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", level=1)).to_be_visible()
