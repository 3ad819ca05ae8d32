"""Pages about other orders on a link and about findings, at both sides of the desk, at two widths, light and dark."""

import pytest
from playwright.sync_api import expect
from tests.browser.conftest import NewTab, Tab
from tests.browser.looking import look
from tests.browser.walking import sign_in
from tests.journeys.support.conftest import staff
from tests.journeys.web.visitor import LINK, Visitor
from tests.shop import NOON, add_service, open_customer

from sevenpanel.catalog.domain import Metric
from sevenpanel.support import commands as support
from sevenpanel.terms import LinkFinding

WIDTHS = [360, 1440]
EVIDENCE = "The channel https://t.me/northwind_news_with_a_rather_long_name answers that there is no such channel."


def fill(alice: Visitor, sam: Visitor) -> tuple[dict[str, str], dict[str, str]]:
    """Addresses for the customer and for the desk, with something to see on each."""
    kinds = ("telegram/channel", "telegram/invite")
    first = add_service("Members by paid advertising, a", metric=Metric.MEMBERS, accepts=kinds)
    second = add_service("Members by paid advertising, b", metric=Metric.MEMBERS, accepts=kinds, is_long_running=True)
    for service, link in ((first, LINK), (second, LINK), (first, "t.me/northwind_tea"), (first, "t.me/northwind_old")):
        alice.order(service, link=link)
    gone, _other, beside, _open = alice.orders
    assert alice.person is not None
    assert sam.person is not None
    support.close_for_link(
        staff_id=sam.person.user_id,
        order_id=gone.id,
        found=LinkFinding.GONE,
        evidence=EVIDENCE,
        now=NOON.replace(year=2027),
    )
    mine = {
        "order-beside": f"/orders/{beside.id}/", "order-found": f"/orders/{gone.id}/",
        "new-blocked": f"/orders/new/?service={first}&link={LINK}", "ticket-found": "/tickets/",
    }  # fmt: skip
    desk = {
        "desk-links": f"/desk/orders/?order={alice.person.email}", "desk-order": f"/desk/orders/{beside.id}/",
        "desk-order-closed": f"/desk/orders/{gone.id}/",
    }  # fmt: skip
    return mine, desk


def walk(tab: Tab, pages: dict[str, str], scheme: str) -> None:
    for name, where in pages.items():
        tab.open(where)
        expect(tab.page.get_by_role("heading", level=1)).not_to_have_text("There is nothing here")
        tab.page.evaluate("document.querySelectorAll('main details').forEach((each) => { each.open = true; })")
        look(tab, name, scheme)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", WIDTHS)
def test_link_trouble_fits_and_can_be_read(new_tab: NewTab, width: int, scheme: str) -> None:
    alice, sam = Visitor(open_customer("Alice", balance="10")), staff("sam")
    mine, desk = fill(alice, sam)
    assert alice.person is not None
    assert sam.person is not None

    for person, shown in ((alice.person, mine), (sam.person, desk)):
        tab = new_tab(width=width, height=800, color_scheme=scheme)
        sign_in(tab, person.email)
        walk(tab, shown, scheme)
