"""Many orders: chosen together, cancelled each by its own rule, ordered again, as a file, and among very many."""

import csv
import io
from collections.abc import Sequence
from typing import Any

import pytest
from tests.journeys.web.test_order_pages import ids, place, report, send
from tests.journeys.web.visitor import Visitor, fields, text
from tests.shop import add_service

from sevenpanel.catalog.domain import ServiceType
from sevenpanel.orders import queries
from sevenpanel.orders.domain import Status
from sevenpanel.orders.queries import listing

CHOSEN = "/orders/chosen/"


def query(order_ids: Sequence[int]) -> str:
    return "&".join(f"order={order_id}" for order_id in order_ids)


def answered(page: Any) -> dict[int, str]:
    return {row.order_id: row.sentence for row in page.context["rows"]}


def read(page: Any) -> list[dict[str, str]]:
    lines = b"".join(page.streaming_content).decode()
    return list(csv.DictReader(io.StringIO(lines.removeprefix("\ufeff"))))


def test_chosen_orders_are_shown_with_their_ids_and_what_cancelling_does_to_each(alice: Visitor, service: int) -> None:
    place(alice, service, 3)
    sent, queued, other = (order.id for order in alice.orders)
    send(sent)

    page = alice.get(f"{CHOSEN}?{query([sent, queued])}")

    assert f'value="{sent}, {queued}"' in page.content.decode()
    assert "It is with the provider, who decides." in text(page)
    assert "it ends at once and 0.009 USD comes back" in text(page)
    assert f"#{other}" not in text(page)
    assert "Cancel 2 orders" in text(page)
    assert all(order.is_open for order in alice.orders)


def test_4_1_chosen_orders_are_cancelled_each_by_its_own_rule_and_nothing_twice(alice: Visitor, service: int) -> None:
    fixed = add_service("Without a button", can_cancel=False)
    place(alice, service, 2)
    place(alice, fixed, 1)
    held, sent, queued = (order.id for order in alice.orders)
    for order_id in (held, sent):
        send(order_id)
    before = alice.balance

    first = alice.post(CHOSEN, {"order": [queued, sent, held]})
    once = alice.balance
    again = alice.post(CHOSEN, {"order": [queued, sent, held]})

    assert list(answered(first)) == [queued, sent, held]
    assert answered(first) == {
        queued: "Cancelled; everything came back.",
        sent: "Cancel requested. Money moves when the provider confirms it.",
        held: "This service has no cancel button, so the order goes on.",
    }
    assert answered(again)[queued] == "This order has ended already."
    assert (once - before, alice.balance - once) == (9_000, 0)
    assert len(queries.decisions_of_order(order_id=sent)) == 1


def test_of_somebody_elses_orders_nothing_is_told_or_cancelled(alice: Visitor, mallory: Visitor, service: int) -> None:
    place(alice, service, 1)
    hers = alice.orders[0].id

    assert "No order is chosen." in text(mallory.get(f"{CHOSEN}?{query([hers])}"))
    assert answered(mallory.post(CHOSEN, {"order": [hers]})) == {hers: "There is no such order."}
    assert alice.orders[0].is_open


@pytest.mark.parametrize("chosen", [{}, {"order": "nonsense"}, {"order": "9" * 40}])
def test_without_a_choice_the_page_says_what_to_do(alice: Visitor, chosen: dict[str, str]) -> None:
    assert "No order is chosen." in text(alice.get(CHOSEN, data=chosen))
    assert "No order is chosen." in text(alice.post(CHOSEN, chosen))


def test_the_boxes_of_the_list_lead_to_the_chosen_orders_without_a_script(alice: Visitor, service: int) -> None:
    place(alice, service, 2)
    page = alice.get("/orders/").content.decode()

    assert 'action="/orders/chosen/"' in page
    assert all(f'id="choose-{order.id}" name="order" value="{order.id}"' in page for order in alice.orders)


def test_an_order_is_ordered_again_from_a_form_that_is_filled_in(alice: Visitor, mallory: Visitor) -> None:
    comments = add_service("Comments", service_type=ServiceType.CUSTOM_COMMENTS, quantity_min=2)
    alice.order(comments, comments="one\ntwo")
    (order,) = alice.orders

    form = fields(alice.get(f"/orders/new/?again={order.id}"), "post /orders/new/")
    strange = fields(mallory.get(f"/orders/new/?service={comments}&again={order.id}"), "post /orders/new/")

    assert (form["link"], form["comments"].split()) == (order.link, ["one", "two"])
    assert strange["link"] == ""


def test_u_16_the_file_holds_what_the_screen_is_filtered_to(
    alice: Visitor, service: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listing, "BATCH", 2)
    place(alice, service, 5)
    send(alice.orders[0].id)
    report(alice.orders[0].id, Status.PARTIAL, 4)

    everything = read(alice.get("/orders/csv/"))
    partial = read(alice.get("/orders/csv/?status=partial"))
    found = read(alice.get("/orders/csv/?q=chan_001"))

    assert [int(row["order"]) for row in everything] == [order.id for order in alice.orders]
    assert [(row["status"], row["charge"], row["spent"], row["came_back"]) for row in partial] == [
        ("Partial", "0.009", "0.0054", "0.0036")
    ]
    assert partial[0]["placed_at"] == "2026-05-04T12:00:00+00:00"
    assert [row["link"] for row in found] == ["t.me/chan_001"]


def test_s_6_a_cell_of_the_file_is_no_formula_and_the_mark_can_be_left_out(alice: Visitor) -> None:
    place(alice, add_service("=HYPERLINK(1)"), 1)

    marked = b"".join(alice.get("/orders/csv/").streaming_content)
    bare = b"".join(alice.get("/orders/csv/?mark=0").streaming_content)

    assert marked == b"\xef\xbb\xbf" + bare
    assert b",'=HYPERLINK(1)," in bare


def test_nobody_gets_somebody_elses_orders_as_a_file(alice: Visitor, mallory: Visitor, service: int) -> None:
    place(alice, service, 1)

    assert read(mallory.get(f"/orders/csv/?q={alice.orders[0].id}")) == []


def test_among_very_many_a_search_says_how_far_it_looked_and_goes_on_from_there(
    alice: Visitor, service: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    place(alice, service, 5)
    monkeypatch.setattr(listing, "LOOKED_AT_MAX", 2)
    monkeypatch.setattr(queries, "LOOKED_AT_MAX", 2)
    oldest = alice.orders[-1]

    seen, address = [], f"/orders/?q={oldest.link}"
    while address:
        page = alice.get(address)
        seen.append((ids(page), "2 orders were looked at" in text(page)))
        address = f"/orders/?{page.context['further']}" if page.context["further"] else ""

    assert seen == [([], True), ([], True), ([oldest.id], False)]
    assert ids(alice.get(f"/orders/?q=%23{oldest.id}")) == [oldest.id]


def test_among_very_many_those_of_a_rare_status_are_found_at_once(
    alice: Visitor, service: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    place(alice, service, 5)
    oldest = alice.orders[-1].id
    for order in alice.orders:
        send(order.id)
        report(order.id, Status.PARTIAL if order.id == oldest else Status.COMPLETED, 4 if order.id == oldest else 0)
    monkeypatch.setattr(listing, "LOOKED_AT_MAX", 2)

    assert ids(alice.get("/orders/?status=partial")) == [oldest]
    assert len(read(alice.get("/orders/csv/?status=completed"))) == 4


def test_the_services_i_use_are_those_of_my_newest_orders_and_the_page_says_so(
    alice: Visitor, service: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    place(alice, service, 3)
    assert "Services of your newest" not in text(alice.get("/updates/?mine=1"))
    for room in (queries, queries.used):
        monkeypatch.setattr(room, "LOOKED_AT_MAX", 2)

    assert "Services of your newest 2 orders." in text(alice.get("/updates/?mine=1"))
