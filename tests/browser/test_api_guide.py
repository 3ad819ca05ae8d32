"""The API guide in a browser: everybody can read it, and an example is copied as it stands."""

from playwright.sync_api import expect
from tests.browser.conftest import NewTab
from tests.browser.looking import look
from tests.browser.walking import arrive


def test_the_guide_fits_with_every_example_open(new_tab: NewTab) -> None:
    tab = new_tab()
    arrive(tab)
    tab.open("/keys/guide/")
    tab.page.evaluate("document.querySelectorAll('main details').forEach((each) => { each.open = true; })")

    for width in (360, 1440):
        for scheme in ("light", "dark"):
            tab.page.set_viewport_size({"width": width, "height": 900})
            tab.page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
            look(tab, "guide-open", scheme)


def test_an_example_is_copied_as_it_stands(new_tab: NewTab) -> None:
    tab = new_tab(permissions=["clipboard-read", "clipboard-write"])
    arrive(tab)
    tab.open("/keys/guide/")

    tab.page.locator("[data-copy=balance-curl]").click()

    expect(tab.page.locator("[data-copy=balance-curl]")).to_have_text("✓")
    copied = tab.page.evaluate("navigator.clipboard.readText()")
    assert copied == tab.page.locator("#balance-curl").text_content()
    assert "-d action=balance" in copied
