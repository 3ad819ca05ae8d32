"""Every page at two widths, light and dark: no sideways scroll, enough contrast, and a picture to look at."""

import pytest
from django.utils import timezone
from tests.browser.conftest import NewTab
from tests.browser.looking import look
from tests.browser.walking import arrive, sign_up
from tests.history import DAY, HOUR, completed, measured, take_in
from tests.shop import add_service, open_customer

from sevenpanel.catalog.domain import ServiceType
from sevenpanel.insight import commands as insight
from sevenpanel.insight.commands import estimating
from sevenpanel.orders import queries

SIGNED_IN = {
    "short-links": "/short-links/",
    "home": "/", "services": "/services/", "orders": "/orders/", "mass": "/orders/mass/", "balance": "/balance/",
    "keys": "/keys/", "guide": "/keys/guide/", "email": "/accounts/email/", "password": "/accounts/password/change/",
}  # fmt: skip
OPEN = {
    "sign-in": "/accounts/login/", "sign-up": "/accounts/signup/", "reset": "/accounts/password/reset/",
    "absent": "/nothing/",
}  # fmt: skip


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
        look(tab, name, scheme)
    sign_up(tab, "a-person-with-a-rather-long-address@a-rather-long-name-of-a-host.example.org")
    look(tab, "home-empty", scheme)
    tab.page.context.clear_cookies()
    customer_id = arrive(tab, "98765.4321")

    for name, chosen in {"new": service, "new-package": package, "new-comments": comments}.items():
        tab.open(f"/orders/new/?service={chosen}")
        tab.page.get_by_label("Link", exact=True).fill(f"https://t.me/{name.replace('-', '_')}_northwind")
        for label, typed in {"Quantity": "1000", "Comments, one a line": "one\ntwo"}.items():
            if tab.page.get_by_label(label).count():
                tab.page.get_by_label(label).fill(typed)
        tab.page.locator("#quote .reading.good").wait_for()
        look(tab, name, scheme)
        tab.page.get_by_role("button", name="Place the order").click()
        tab.page.locator("[role=status], [role=alert]").first.wait_for()
    look(tab, "new-refused", scheme)  # two comments are fewer than this service takes

    tab.open("/orders/mass/")
    lines = f"{service} | t.me/one_channel | 1000\n{service} | t.me/two_channel | 1000\n{service} | t.me/x | 5\nhello"
    tab.page.get_by_label("One order a line").fill(lines)
    tab.page.get_by_role("button", name="Preview").click()
    tab.page.get_by_role("heading", name="Preview").wait_for()
    look(tab, "mass-preview", scheme)
    tab.page.get_by_role("button", name="Order 2 lines").click()
    tab.page.get_by_role("heading", name="Result").wait_for()
    look(tab, "mass-result", scheme)

    for name, address in SIGNED_IN.items():
        tab.open(address)
        look(tab, name, scheme)
    tab.open(f"/services/{_with_a_past(long)}/")
    tab.page.get_by_text("The same in figures").click()
    look(tab, "service", scheme)
    tab.open(f"/orders/{queries.orders(customer_id=customer_id)[0].id}/")
    look(tab, "order", scheme)
    tab.page.get_by_text("Cancel this order").click()
    look(tab, "order-cancel", scheme)
