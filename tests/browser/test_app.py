"""The site as an app in a browser: nothing kept on a first visit, no page of a person ever, nothing after leaving."""

from playwright.sync_api import Page, expect
from tests.browser.conftest import NewTab, Tab
from tests.browser.looking import look
from tests.browser.walking import EMAIL, arrive, sign_out
from tests.waiting import until

_KEPT = """async () => {
  const found = [];
  for (const name of await caches.keys()) {
    const cache = await caches.open(name);
    for (const request of await cache.keys()) {
      const answer = await cache.match(request);
      found.push([new URL(request.url).pathname, answer.headers.get("content-type"), await answer.text()]);
    }
  }
  return found;
}"""
_WORKERS = "async () => (await navigator.serviceWorker.getRegistrations()).length"
_INSTALLABLE = """() => {
  const event = new Event("beforeinstallprompt", {cancelable: true});
  event.prompt = async () => { document.body.dataset.prompted = "yes"; };
  window.dispatchEvent(event);
}"""


def come_back(page: Page) -> None:
    """Close the browser's session, and visit the site once more."""
    page.evaluate("sessionStorage.clear()")
    page.reload()


def ready(tab: Tab) -> None:
    """Visit for the second time, and wait until the worker serves the pages."""
    come_back(tab.page)
    tab.page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    # Asked from outside: a page whose policy forbids it may not be told to ask itself again and again.
    until(lambda: bool(tab.page.evaluate("navigator.serviceWorker.controller !== null")), pause=0.1)


def test_a_first_visit_keeps_nothing_and_asks_nothing(new_tab: NewTab) -> None:
    tab = new_tab()
    arrive(tab)
    tab.open("/orders/")

    tab.page.evaluate(_INSTALLABLE)

    expect(tab.page.locator("[data-install]")).to_be_hidden()
    assert tab.page.evaluate(_WORKERS) == 0
    assert tab.page.evaluate(_KEPT) == []


def test_a_second_visit_may_install(new_tab: NewTab) -> None:
    tab = new_tab(width=360, height=740)
    arrive(tab)
    come_back(tab.page)

    tab.page.evaluate(_INSTALLABLE)
    tab.page.get_by_role("button", name="Install as an app").click()

    expect(tab.page.locator("body")).to_have_attribute("data-prompted", "yes")
    expect(tab.page.locator("[data-install]")).to_be_hidden()


def test_no_page_of_a_signed_in_person_is_kept(new_tab: NewTab) -> None:
    tab = new_tab()
    arrive(tab)
    ready(tab)
    for address in ("/", "/orders/", "/balance/", "/keys/guide/", "/settings/"):
        tab.open(address)

    kept = tab.page.evaluate(_KEPT)

    assert {path for path, _kind, _text in kept} >= {"/offline/", "/static/web/all.css"}
    assert [path for path, _kind, _text in kept if path != "/offline/" and not path.startswith("/static/")] == []
    assert [path for path, kind, _text in kept if "html" in kind] == ["/offline/"]
    assert [path for path, _kind, text in kept if EMAIL in text] == []


def test_without_the_desk_the_offline_page_is_shown_and_with_it_the_desk_again(new_tab: NewTab) -> None:
    tab = new_tab(width=360, height=740)
    arrive(tab)
    ready(tab)

    tab.page.context.set_offline(True)
    tab.open("/orders/")
    expect(tab.page.get_by_role("heading", name="The desk cannot be reached")).to_be_visible()
    look(tab, "offline", "light")
    tab.complaints.clear()  # what could not be fetched is told in the console

    tab.page.context.set_offline(False)
    tab.page.get_by_role("link", name="Try again").click()
    expect(tab.page.get_by_role("heading", name="Home", exact=True)).to_be_visible()


def test_after_signing_out_nothing_is_kept(new_tab: NewTab) -> None:
    tab = new_tab()
    arrive(tab)
    ready(tab)

    sign_out(tab)

    assert tab.page.evaluate(_KEPT) == []
    assert tab.page.evaluate(_WORKERS) == 0
    assert tab.page.evaluate("localStorage.getItem('visits')") in (None, "1")


def test_the_browser_finds_no_fault_in_the_manifest(new_tab: NewTab) -> None:
    tab = new_tab()
    tab.open("/accounts/login/")

    line = tab.page.context.new_cdp_session(tab.page)
    found = line.send("Page.getAppManifest")

    assert found["url"].endswith("/manifest.webmanifest")
    assert found["errors"] == []
