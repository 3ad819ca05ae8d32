"""Orders listed and one by one: found, paged, refreshed, explained, cancelled."""

import re
from typing import Any

import pytest
from django.db import transaction
from tests.journeys.web.visitor import Visitor, text
from tests.shop import NOON, add_service

from sevenpanel.kernel.money import parse_amount
from sevenpanel.orders import commands, queries
from sevenpanel.orders.commands import DispatchResult
from sevenpanel.orders.domain import STATUS_MONEY, STATUS_NEXT, STATUS_WORDS, Dispatch, OrderLine, Report, Status
from sevenpanel.orders.timeline import EventKind


def place(visitor: Visitor, service: int, how_many: int) -> None:
    assert visitor.person is not None
    lines = [
        OrderLine(customer_id=visitor.person.customer_id, service_id=service, link=f"t.me/chan_{n:03}", quantity=10)
        for n in range(how_many)
    ]
    commands.place(lines=lines, now=NOON)


def send(order_id: int) -> None:
    with transaction.atomic():
        commands.begin_sending(order_ids=[order_id], now=NOON)
        sent = DispatchResult(order_id=order_id, dispatch=Dispatch.SENT, event=EventKind.SENT)
        commands.record_dispatch(results=[sent], now=NOON)


def report(order_id: int, status: Status, remains: int | None) -> None:
    said = Report(order_id=order_id, status=status, remains=remains, start_count=350, words=status.value)
    with transaction.atomic():
        commands.apply_reports(reports=[said], now=NOON)


def ids(page: Any) -> list[int]:
    return [int(found) for found in re.findall(r'id="order-(\d+)"', page.content.decode())]


def test_orders_are_paged_without_gap_or_repetition(alice: Visitor, service: int) -> None:
    place(alice, service, 120)

    seen, address = [], "/orders/"
    while address:
        page = alice.get(address)
        seen += ids(page)
        address = f"/orders/?{page.context['older']}" if page.context["older"] else ""

    assert seen == [order.id for order in alice.orders]
    assert len(seen) == 120


def test_tabs_count_and_filter_and_stay_in_the_address(alice: Visitor, service: int) -> None:
    place(alice, service, 60)
    send(alice.orders[0].id)
    report(alice.orders[0].id, Status.IN_PROGRESS, 4)

    pending, running = alice.get("/orders/?status=pending&q=chan"), alice.get("/orders/?status=in-progress")

    assert [(tab.name, tab.count) for tab in pending.context["tabs"]][:4] == [
        ("All", "60"),
        ("Pending", "59"),
        ("Processing", "0"),
        ("In progress", "1"),
    ]
    assert ids(running) == [alice.orders[0].id]
    assert pending.context["older"].startswith("status=pending&q=chan&before=")
    assert "6 of 10 delivered" in running.content.decode()


def test_of_very_many_orders_the_newest_are_counted_and_the_tabs_say_so(
    alice: Visitor, service: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    place(alice, service, 5)
    for most, told in ((5, ("5", "0")), (4, ("4+", "0+"))):
        monkeypatch.setattr(queries, "COUNTED_MAX", most)
        tabs = {tab.name: tab.count for tab in alice.get("/orders/").context["tabs"]}
        assert (tabs["All"], tabs["Completed"]) == told


@pytest.mark.parametrize(
    ("search", "found"),
    [("{id}", 1), ("%23{id}", 1), ("CHAN_001", 1), ("t.me/chan", 3), ("nothing", 0), ("a%00b", 0), ("%ff%fe", 0)],
)
def test_orders_are_found_by_id_or_by_a_part_of_the_link(alice: Visitor, service: int, search: str, found: int) -> None:
    place(alice, service, 3)

    assert len(ids(alice.get(f"/orders/?q={search.format(id=alice.orders[0].id)}"))) == found


@pytest.mark.parametrize("query", ["status=nonsense", "before=abc", "before=-1", f"before={'9' * 40}", "status=%00"])
def test_a_nonsense_filter_is_no_filter(alice: Visitor, service: int, query: str) -> None:
    place(alice, service, 3)

    assert len(ids(alice.get(f"/orders/?{query}"))) == 3


@pytest.mark.parametrize("path", ["/orders/", "/keys/guide/"])
def test_u10_each_status_is_told_with_what_comes_next_and_its_money(alice: Visitor, path: str) -> None:
    shown = text(alice.get(path))
    for status in Status:
        assert f"{STATUS_WORDS[status]} {STATUS_NEXT[status]} {STATUS_MONEY[status]}" in shown
        assert len(STATUS_WORDS[status].split()) <= 8


def test_an_unchanged_list_is_not_sent_again(alice: Visitor, service: int) -> None:
    place(alice, service, 50)
    page = alice.get("/orders/")
    etag = page.context["etag"]

    unchanged = alice.get("/orders/rows/", HTTP_IF_NONE_MATCH=etag)
    send(alice.orders[7].id)
    report(alice.orders[7].id, Status.IN_PROGRESS, 5)
    changed = alice.get("/orders/rows/", HTTP_IF_NONE_MATCH=etag)

    assert (unchanged.status_code, unchanged.content) == (304, b"")
    assert sum(len(f"{name}: {value}\r\n") for name, value in unchanged.headers.items()) < 1000
    assert changed.status_code == 200
    assert changed["ETag"] != etag


def test_an_unchanged_order_is_not_sent_again(alice: Visitor, service: int) -> None:
    alice.order(service)
    address = f"/orders/{alice.orders[0].id}/"
    etag = alice.get(address).context["etag"]

    assert alice.get(f"{address}progress/", HTTP_IF_NONE_MATCH=etag).status_code == 304
    send(alice.orders[0].id)
    told = alice.get(f"{address}progress/", HTTP_IF_NONE_MATCH=etag)
    assert "Sent to the provider, who accepted it." in text(told)


def test_an_open_order_says_what_is_held(alice: Visitor, service: int) -> None:
    alice.order(service)

    page = text(alice.get(f"/orders/{alice.orders[0].id}/"))

    assert STATUS_WORDS[Status.PENDING] in page
    assert "0.90 USD is held while the order is open." in page
    assert "1000 × 0.90 / 1000 = 0.90 USD" in page
    assert f"ledger order/{alice.orders[0].id}/charged" in page


UNKNOWN = "Sent; the provider's confirmation is missing. The money is held, not spent. Decided at the latest by noon."
STANDS = {
    Dispatch.QUEUED: ("Paid and held; work has not started.", "It has not been sent yet"),
    Dispatch.SENDING: ("Being sent to the provider.", "It may be with the provider already."),
    Dispatch.SENT: ("The provider has it; work has not started.", "It is with the provider, who decides."),
    Dispatch.UNKNOWN: (UNKNOWN, "It may be with the provider already."),
    Dispatch.ABSENT: ("The provider does not have it", "It has not been sent yet"),
    Dispatch.REFUSED: ("The provider did not take it; everything came back.", ""),
    Dispatch.WRITTEN_OFF: ("The provider's confirmation never came; everything came back.", ""),
}
WAYS = {Dispatch.ABSENT: [Dispatch.UNKNOWN], Dispatch.WRITTEN_OFF: [Dispatch.UNKNOWN]}


def bring_to(order_id: int, dispatch: Dispatch) -> None:
    """An order that has come so far on its way to the provider."""
    if dispatch is Dispatch.QUEUED:
        return
    facts = {Dispatch.UNKNOWN: (EventKind.UNKNOWN, {"decided_by": "noon"})}
    with transaction.atomic():
        commands.begin_sending(order_ids=[order_id], now=NOON)
        for step in [] if dispatch is Dispatch.SENDING else [*WAYS.get(dispatch, []), dispatch]:
            event, told = facts.get(step, (None, {}))
            result = DispatchResult(order_id=order_id, dispatch=step, event=event, facts=told)
            commands.record_dispatch(results=[result], now=NOON)


@pytest.mark.parametrize("dispatch", list(Dispatch))
def test_an_order_says_what_is_true_on_each_step_of_its_way(alice: Visitor, service: int, dispatch: Dispatch) -> None:
    alice.order(service)
    order_id = alice.orders[0].id
    bring_to(order_id, dispatch)

    page = text(alice.get(f"/orders/{order_id}/"))

    words, beforehand = STANDS[dispatch]
    assert words in page
    assert beforehand in page
    assert ("Yes, cancel it" in page) == bool(beforehand)
    assert ("work has not started" in page) == (dispatch in (Dispatch.QUEUED, Dispatch.SENT))
    assert ("who decides" in page) == (dispatch is Dispatch.SENT)


def test_whoever_asked_to_cancel_what_may_be_with_nobody_is_told_what_it_waits_for(
    alice: Visitor, service: int
) -> None:
    alice.order(service)
    order_id = alice.orders[0].id
    bring_to(order_id, Dispatch.UNKNOWN)

    page = text(alice.client.post(f"/orders/{order_id}/cancel/", follow=True))

    assert "Money moves when it is known whether the provider has the order." in page


def test_a_settled_order_adds_up_on_its_page(alice: Visitor, service: int) -> None:
    alice.order(service)
    order_id = alice.orders[0].id
    send(order_id)
    report(order_id, Status.PARTIAL, 157)

    page = text(alice.get(f"/orders/{order_id}/"))

    assert "0.7587 USD spent + 0.1413 USD came back = 0.90 USD charged" in page
    assert "843 of 1000 delivered × 0.90 USD / 1000 = 0.7587 USD" in page
    assert "+0.1413 USD" in page
    assert alice.balance == parse_amount("9.2413")
    assert 'hx-trigger="every 10s"' not in alice.get(f"/orders/{order_id}/").content.decode()


def test_cancelling_says_beforehand_what_comes_back(alice: Visitor, service: int) -> None:
    alice.order(service)
    order_id = alice.orders[0].id
    assert "it ends at once and 0.90 USD comes back" in text(alice.get(f"/orders/{order_id}/"))

    answer = alice.client.post(f"/orders/{order_id}/cancel/", follow=True)

    assert "Cancelled; everything came back." in text(answer)
    assert alice.balance == parse_amount("10")
    assert "Yes, cancel it" not in text(answer)


def test_an_order_with_the_provider_is_asked_about_and_money_stays_held(alice: Visitor, service: int) -> None:
    alice.order(service)
    order_id = alice.orders[0].id
    send(order_id)
    assert "the provider, who decides" in text(alice.get(f"/orders/{order_id}/"))

    for _ in range(2):
        answer = alice.client.post(f"/orders/{order_id}/cancel/", follow=True)
        assert "Cancel requested. Money moves when the provider confirms it." in text(answer)

    assert "Yes, cancel it" not in text(answer)
    assert "Cancel requested You asked to cancel. Money moves when the provider confirms." in text(answer)
    assert "under clause 4.1, the rules: waits for the provider." in text(answer)
    assert alice.balance == parse_amount("9.10")


def test_4_1_a_cancel_that_the_provider_refuses_is_told_with_its_reason_and_the_order_goes_on(
    alice: Visitor, service: int
) -> None:
    """Clause 4.1: refused, nothing moves, and the reason is shown."""
    alice.order(service)
    order_id = alice.orders[0].id
    send(order_id)
    alice.post(f"/orders/{order_id}/cancel/")

    with transaction.atomic():
        commands.record_cancel_answer(order_id=order_id, accepted=False, words="too late", now=NOON)

    page = text(alice.get(f"/orders/{order_id}/"))
    assert "Cancel requested You asked" not in page
    assert "The provider did not cancel, so the order goes on and nothing comes back. Its words: too late" in page
    again = text(alice.client.post(f"/orders/{order_id}/cancel/", follow=True))
    assert "The provider did not cancel, so the order goes on and nothing comes back." in again
    assert alice.balance == parse_amount("9.10")


def test_4_1_a_service_without_cancelling_shows_no_button(alice: Visitor) -> None:
    alice.order(add_service(can_cancel=False))
    order_id = alice.orders[0].id

    page = text(alice.get(f"/orders/{order_id}/"))
    assert "This service has no cancel button, and its description offers no cancellation." in page
    assert "Yes, cancel it" not in page
    assert "no cancel button" in text(alice.client.post(f"/orders/{order_id}/cancel/", follow=True))
    assert alice.orders[0].is_open


def test_looking_never_cancels(alice: Visitor, service: int) -> None:
    alice.order(service)

    assert alice.get(f"/orders/{alice.orders[0].id}/cancel/").status_code == 405
    assert alice.orders[0].is_open


@pytest.mark.parametrize("id_", ["0", "-1", "abc", "9" * 19, "1'--"])
def test_an_impossible_id_is_an_absent_page(alice: Visitor, id_: str) -> None:
    assert alice.get(f"/orders/{id_}/").status_code == 404


def test_foreign_text_is_shown_and_never_run(alice: Visitor) -> None:
    name = '<script>alert("x")</script>'
    service = add_service(name)
    alice.order(service)

    for address in ("/orders/", f"/orders/{alice.orders[0].id}/", "/services/", f"/orders/new/?service={service}"):
        page = alice.get(address).content.decode()
        assert name not in page
        assert "&lt;script&gt;alert" in page
