"""Other orders on the same link: told before an order is placed, after that, and on its page (clauses 1 and 4.6)."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from tests.editions import write
from tests.journeys.web.visitor import LINK, Visitor, fields, text
from tests.shop import accept, add_service

from sevenpanel.catalog.domain import Metric
from sevenpanel.orders import queries
from sevenpanel.orders.domain import Outcome, Status

NOT_TRACKED = "This order cannot be tracked. Use a private link for each service, and it can."
INVITE = "Make an invite link of its own for each service"
CHANNELS = ("telegram/channel", "telegram/invite")


@pytest.fixture
def members(db: None) -> tuple[int, int]:
    """Two services that count the same thing."""
    return add_service("Members A", metric=Metric.MEMBERS, accepts=CHANNELS), add_service(
        "Members B", metric=Metric.MEMBERS, accepts=CHANNELS
    )


@pytest.fixture
def views(db: None) -> int:
    return add_service("Views", metric=Metric.VIEWS)


def quote(visitor: Visitor, service: int, link: str = LINK) -> str:
    return text(visitor.post("/orders/new/quote/", {"service": str(service), "link": link, "quantity": "10"}))


def test_1_the_form_tells_beforehand_and_says_what_to_do(alice: Visitor, members: tuple[int, int]) -> None:
    alice.order(members[0])
    (first,) = alice.orders

    told = quote(alice, members[1], "telegram.me/Northwind_News")

    assert f"Order {first.id} works on the same link as well, and the same thing is counted: members." in told
    assert "Not tracked." in told
    assert NOT_TRACKED in told
    assert INVITE in told
    assert "clause 1" in told
    assert "Not tracked." not in quote(alice, members[1], "t.me/+AbCdEfGhIjKlMnOp")


def test_1_the_page_of_an_order_tells_what_was_found_and_what_follows(alice: Visitor, members: tuple[int, int]) -> None:
    alice.order(members[0])
    alice.order(members[1])
    second, first = alice.orders

    page = text(alice.get(f"/orders/{second.id}/"))

    assert NOT_TRACKED in page
    assert "Claims about what arrived cannot be looked into, and refunds go by the provider's own count." in page
    assert INVITE in page
    assert f"Order #{first.id}" in page
    assert NOT_TRACKED not in text(alice.get(f"/orders/{first.id}/"))
    rights = queries.rights_of(
        order_id=second.id, customer_id=second.customer_id, tickets=(), now=second.placed_at + timedelta(hours=1)
    )
    assert [right.clause for right in rights if right.kind.value == "wrong specification"] == ["1"]


def test_1_another_count_on_the_link_is_told_and_harms_nothing(
    alice: Visitor, members: tuple[int, int], views: int
) -> None:
    alice.order(members[0])
    (first,) = alice.orders

    told = quote(alice, views)

    assert f"Order {first.id} works on the same link as well." in told
    assert "Not tracked." not in told


def test_4_6_two_orders_of_one_service_on_two_spellings_of_one_link(alice: Visitor, views: int) -> None:
    """Refused at the door, told which, and nothing is charged; told by the form before that."""
    alice.order(views)
    (first,) = alice.orders

    told = quote(alice, views, "https://telegram.me/NORTHWIND_news?utm_source=x")
    refused = alice.order(views, link="https://telegram.me/NORTHWIND_news?utm_source=x")

    assert "It would be refused." in told
    assert f"Order {first.id} of this service is still open for the same link." in told
    assert refused.status_code == 422
    assert f"Your order {first.id} of this service for this link is still active." in text(refused)
    assert len(alice.orders) == 1
    assert alice.balance == 10_000_000 - 900_000


def test_the_preview_of_a_mass_order_tells_of_orders_and_of_lines(
    alice: Visitor, members: tuple[int, int], views: int
) -> None:
    alice.order(members[0])
    (first,) = alice.orders
    lines = (
        f"{members[1]} | {LINK} | 100\n{views} | t.me/quiet_channel | 100\n{members[0]} | t.me/quiet_channel | 100\n"
    )
    lines += f"{members[0]} | {LINK} | 100\n"

    preview = alice.post("/orders/mass/", {"lines": lines, "preview": "1"})
    form = fields(preview, "post /orders/mass/")
    result = alice.post("/orders/mass/", {**form, "lines": lines, "place": "1"})

    told = text(preview)
    assert f"On the same link as order {first.id}. It cannot be tracked (clause 1). {INVITE}" in told
    assert "On the same link as line 2." in told
    assert f"Order {first.id} of this service is still open for the same link." in told
    assert "Lines that can be ordered 3" in told
    done = text(result)
    assert "Orders placed 3" in done
    assert NOT_TRACKED in done
    assert f"Your order {first.id} of this service for this link is still active." in done


def test_a_mass_order_that_is_sent_twice_is_not_taken_for_its_own_neighbour(alice: Visitor, views: int) -> None:
    preview = alice.post("/orders/mass/", {"lines": f"{views} | {LINK} | 100", "preview": "1"})
    form = {**fields(preview, "post /orders/mass/"), "lines": f"{views} | {LINK} | 100", "place": "1"}

    alice.post("/orders/mass/", form)
    again = alice.post("/orders/mass/", form)

    assert "1 of them had been placed before" in text(again)
    assert len(alice.orders) == 1


def test_2_by_its_letter_the_form_warns_and_the_order_is_completed(
    alice: Visitor, views: int, settings: Any, tmp_path: Path
) -> None:
    settings.TERMS_FOLDER = tmp_path
    now = datetime.now(UTC)
    letter = {'wrong_link_at_door = "refuse"': 'wrong_link_at_door = "complete"'}
    write(tmp_path, "2", now - timedelta(days=1), changed=letter)
    assert alice.person is not None
    accept(alice.person.user_id, now=now)

    told = quote(alice, views, "https://example.com/shop")
    done = alice.client.post(
        "/orders/new/", {**alice.order_form(views), "link": "https://example.com/shop", "quantity": "1000"}, follow=True
    )

    (order,) = alice.orders
    assert "Ordered like this, it is Completed at once and its charge is kept (clause 2)." in told
    assert "The link is wrong, so the order is Completed at once and its charge is kept." in text(done)
    assert "Closed under the Terms; its charge is kept." in text(done)
    assert "under clause 2, the rules: closed without completion." in text(done)
    assert (order.status, order.outcome, order.earned_micros) == (Status.COMPLETED, Outcome.CLOSED, 900_000)
