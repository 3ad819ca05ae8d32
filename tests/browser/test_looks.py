"""Every page at two widths, light and dark: no sideways scroll, enough contrast, and a picture to look at."""

from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import Page
from tests.browser.conftest import NewTab, Tab
from tests.browser.walking import arrive, sign_up
from tests.history import DAY, HOUR, completed, measured, take_in
from tests.shop import add_service, open_customer

from sevenpanel.catalog.domain import ServiceType
from sevenpanel.insight import commands as insight
from sevenpanel.insight.commands import estimating
from sevenpanel.orders import queries

PICTURES = Path(__file__).parents[2] / "test-results"
SIGNED_IN = {
    "short-links": "/short-links/",
    "home": "/", "services": "/services/", "orders": "/orders/", "mass": "/orders/mass/", "balance": "/balance/",
    "keys": "/keys/", "guide": "/keys/guide/", "email": "/accounts/email/", "password": "/accounts/password/change/",
}  # fmt: skip
OPEN = {
    "sign-in": "/accounts/login/", "sign-up": "/accounts/signup/", "reset": "/accounts/password/reset/",
    "absent": "/nothing/",
}  # fmt: skip

# The contrast of every visible text with the nearest background behind it (WCAG 2.2, 1.4.3: 4.5, large 3).
_LOW_CONTRAST = """() => {
  const channels = (color) => color.match(/[\\d.]+/g).map(Number);
  const light = ([r, g, b]) => [r, g, b].map((c) => c / 255)
    .map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4))
    .reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
  const behind = (node) => {
    for (let at = node; at; at = at.parentElement) {
      const color = channels(getComputedStyle(at).backgroundColor);
      if (color.length === 3 || color[3] === 1) return color;
    }
    return [255, 255, 255];
  };
  const low = [];
  for (const node of document.querySelectorAll("body *")) {
    const own = [...node.childNodes].some((child) => child.nodeType === 3 && child.textContent.trim());
    if (!own || !node.checkVisibility()) continue;
    const style = getComputedStyle(node);
    const [one, two] = [light(channels(style.color)), light(behind(node))].sort((a, b) => b - a);
    const size = parseFloat(style.fontSize);
    const large = size >= 24 || (size >= 18.66 && style.fontWeight >= 700);
    const ratio = (one + 0.05) / (two + 0.05);
    if (ratio < (large ? 3 : 4.5)) low.push(`${node.tagName} ${node.textContent.trim().slice(0, 30)} ${ratio}`);
  }
  return low;
}"""


def _look(tab: Tab, name: str, scheme: str) -> None:
    width = tab.page.viewport_size["width"] if tab.page.viewport_size else 0
    tab.page.wait_for_load_state()
    PICTURES.mkdir(exist_ok=True)
    tab.page.screenshot(path=PICTURES / f"{name}-{width}-{scheme}.png", full_page=True)
    assert _sideways(tab.page) <= 0, name
    assert tab.page.evaluate(_LOW_CONTRAST) == [], name
    assert _small_targets(tab.page) == [], name


def _sideways(page: Page) -> int:
    over = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert isinstance(over, int)
    return over


def _small_targets(page: Page) -> object:
    """Buttons, fields and links of their own that are smaller than 24 px (WCAG 2.5.8)."""
    return page.evaluate("""() => [...document.querySelectorAll("button, select, summary, input, nav a, a.button")]
      .filter((node) => node.checkVisibility() && node.type !== "hidden" && node.type !== "radio")
      .map((node) => [node.outerHTML.slice(0, 80), node.getBoundingClientRect()])
      .filter(([, box]) => box.height < 24 || box.width < 24).map(([html]) => html)""")


def _with_a_past(name: str) -> int:
    """A service whose orders were measured, so that its page has times and a picture."""
    service, alice, now = add_service(name), open_customer("Alice", balance="100"), timezone.now()
    for n in range(12):
        measured(completed(alice, service, at=now - 30 * DAY + n * HOUR), 900)
        estimating.estimate_drop(now=now - 20 * DAY + n * HOUR * 24)
    take_in(now)
    insight.reckon_times(now=now)
    return service


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 360, 1440])
def test_every_page_fits_and_can_be_read(new_tab: NewTab, width: int, scheme: str) -> None:
    tab = new_tab(width=width, height=800, color_scheme=scheme)
    long = "A service with a rather long name, as providers like to write them: ads, disclosed, worldwide, fast start"
    service, package = add_service(), add_service(long, rate="12345.678901", service_type=ServiceType.PACKAGE)
    comments = add_service("Comments", service_type=ServiceType.CUSTOM_COMMENTS)

    for name, address in OPEN.items():
        tab.open(address)
        _look(tab, name, scheme)
    sign_up(tab, "a-person-with-a-rather-long-address@a-rather-long-name-of-a-host.example.org")
    _look(tab, "home-empty", scheme)
    tab.page.context.clear_cookies()
    customer_id = arrive(tab, "98765.4321")

    for name, chosen in {"new": service, "new-package": package, "new-comments": comments}.items():
        tab.open(f"/orders/new/?service={chosen}")
        tab.page.get_by_label("Link", exact=True).fill(f"https://t.me/{name.replace('-', '_')}_northwind")
        for label, typed in {"Quantity": "1000", "Comments, one a line": "one\ntwo"}.items():
            if tab.page.get_by_label(label).count():
                tab.page.get_by_label(label).fill(typed)
        tab.page.locator("#quote .reading.good").wait_for()
        _look(tab, name, scheme)
        tab.page.get_by_role("button", name="Place the order").click()
        tab.page.locator("[role=status], [role=alert]").first.wait_for()
    _look(tab, "new-refused", scheme)  # two comments are fewer than this service takes

    tab.open("/orders/mass/")
    lines = f"{service} | t.me/one_channel | 1000\n{service} | t.me/two_channel | 1000\n{service} | t.me/x | 5\nhello"
    tab.page.get_by_label("One order a line").fill(lines)
    tab.page.get_by_role("button", name="Preview").click()
    tab.page.get_by_role("heading", name="Preview").wait_for()
    _look(tab, "mass-preview", scheme)
    tab.page.get_by_role("button", name="Order 2 lines").click()
    tab.page.get_by_role("heading", name="Result").wait_for()
    _look(tab, "mass-result", scheme)

    for name, address in SIGNED_IN.items():
        tab.open(address)
        _look(tab, name, scheme)
    tab.open(f"/services/{_with_a_past(long)}/")
    tab.page.get_by_text("The same in figures").click()
    _look(tab, "service", scheme)
    tab.open(f"/orders/{queries.orders(customer_id=customer_id)[0].id}/")
    _look(tab, "order", scheme)
    tab.page.get_by_text("Cancel this order").click()
    _look(tab, "order-cancel", scheme)
