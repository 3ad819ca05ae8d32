"""What is printed: text and tables, in dark on white, without a button (U-20)."""

from datetime import timedelta

import pytest
from django.utils import timezone
from tests.browser.conftest import NewTab
from tests.browser.looking import PICTURES, look
from tests.browser.walking import arrive
from tests.history import placed, reported, sent
from tests.shop import Person, add_service

from sevenpanel.orders.domain import Status

DAY = timedelta(days=1)
# A4 without its margins.
PAPER = {"width": 718, "height": 1000}
_CONTROLS = """() => [...document.querySelectorAll("button, input, select, textarea, summary, .button, nav")]
    .filter((each) => each.checkVisibility()).map((each) => each.outerHTML.slice(0, 80))"""
_BRIGHTNESS = "getComputedStyle(document.querySelector('h1')).color"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_papers_are_printed_as_text_without_buttons(new_tab: NewTab, scheme: str) -> None:
    tab, now = new_tab(color_scheme=scheme), timezone.now()
    service = add_service()
    person = Person(user_id=0, customer_id=arrive(tab), email="")
    order_id = placed(person, service, at=now - DAY)
    sent(order_id, now - DAY)
    reported(order_id, Status.PARTIAL, remains=300, at=now)
    pages = {
        "order": f"/orders/{order_id}/",
        "order-receipt": f"/orders/{order_id}/receipt/",
        "statement": f"/balance/{now:%Y-%m}/",
    }

    for name, address in pages.items():
        tab.page.emulate_media(media="screen")
        for width in (360, 1440):
            tab.page.set_viewport_size({"width": width, "height": 900})
            tab.open(address)
            look(tab, name, scheme)
        tab.page.emulate_media(media="print")
        tab.page.set_viewport_size(PAPER)  # type: ignore[arg-type]
        tab.page.screenshot(path=PICTURES / f"{name}-printed-{scheme}.png", full_page=True)
        assert tab.page.evaluate(_CONTROLS) == [], name
        assert tab.page.evaluate(_BRIGHTNESS) == "rgb(20, 32, 28)", name
        assert tab.page.locator("main h1").is_visible()
