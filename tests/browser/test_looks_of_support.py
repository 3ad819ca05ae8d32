"""Pages of tickets, notices and decisions, at both sides of the desk, at three widths, light and dark."""

from datetime import timedelta

import pytest
from tests.browser.conftest import NewTab, Tab
from tests.browser.looking import look
from tests.browser.walking import sign_in
from tests.journeys.notices.test_pages import publish
from tests.journeys.support.conftest import DAY, placed_before, staff
from tests.journeys.support.test_customer_tickets import address, opened, shot, silent
from tests.journeys.support.test_desk_tickets import judge
from tests.journeys.web.visitor import Visitor
from tests.shop import add_service, open_customer

from sevenpanel.orders import queries

LONG = "The provider of this service repairs something on its side, and says that it takes until the end of the week."


def fill(alice: Visitor, sam: Visitor) -> dict[str, str]:
    """Notices, a decided ticket and a silent one; the addresses to look at, those of the desk apart."""
    service = add_service()
    refused = placed_before(alice, service, DAY + timedelta(hours=1))
    publish(sam, service, text=LONG, complete_hours="72", quantity_max="5000", drop_band="medium")
    notice = publish(
        sam, service, kind="delay", text="Slower.\nSee https://example.org/a-rather-long-address-of-a-page"
    )
    decided = address(opened(alice, refused, **{"document-count": shot("a-rather-long-name-of-a-picture.png")}))
    judge(sam, decided, {"act": "refuse", "reason": "The picture shows another channel than the one ordered for."})
    waiting = silent(alice, refused, DAY * 2)
    ((decision, *_),) = [[row.id for row in queries.decisions_of_order(order_id=refused)]]
    return {
        "updates": "/updates/", "update": f"/updates/{notice}/", "services-notices": "/services/",
        "new-notices": f"/orders/new/?service={service}", "order-notices": f"/orders/{refused}/",
        "tickets": "/tickets/", "ticket-new": f"/tickets/new/?kind=wrong-specification&order={refused}",
        "ticket-decided": decided, "ticket-silent": f"/tickets/{waiting}/",
        "desk": "/desk/", "desk-notices": "/desk/notices/", "desk-notice": f"/desk/notices/{notice}/",
        "desk-tickets": "/desk/tickets/", "desk-ticket": f"/desk{decided}", "desk-replies": "/desk/tickets/replies/",
        "desk-ticket-silent": f"/desk/tickets/{waiting}/", "desk-decisions": "/desk/decisions/",
        "desk-decisions-none": "/desk/decisions/?clause=2", "desk-decision": f"/desk/decisions/{decision}/",
    }  # fmt: skip


def walk(tab: Tab, pages: dict[str, str], scheme: str) -> None:
    for name, where in pages.items():
        tab.open(where)
        tab.page.evaluate("document.querySelectorAll('main details').forEach((each) => { each.open = true; })")
        look(tab, name, scheme)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 1440])
def test_tickets_notices_and_decisions_fit_and_can_be_read(new_tab: NewTab, width: int, scheme: str) -> None:
    alice, sam = Visitor(open_customer("Alice", balance="10")), staff("sam")
    pages = fill(alice, sam)
    desk = {name: where for name, where in pages.items() if where.startswith("/desk/")}
    assert alice.person is not None
    assert sam.person is not None

    for person, shown in ((alice.person, pages.items() - desk.items()), (sam.person, desk.items())):
        tab = new_tab(width=width, height=800, color_scheme=scheme)
        sign_in(tab, person.email)
        walk(tab, dict(sorted(shown)), scheme)
