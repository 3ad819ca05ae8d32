"""The contract's cases about links, found after placing: from the desk's form to the books and to the customer's page.

Those at the door, such as two orders of one service on two spellings of one link, are in `web/test_neighbours.py`.
"""

import re
from dataclasses import replace
from typing import Any

import pytest
from django.db import transaction
from tests.journeys.support.conftest import staff
from tests.journeys.terms.conftest import (
    CHARGE,
    HOUR,
    PUT_IN,
    Clock,
    Customer,
    Money,
    Place,
    Staff,
    decision,
    money,
    provider_says,
    screenshot,
)
from tests.journeys.web.visitor import Visitor, fields, text
from tests.shop import add_service, open_customer

from sevenpanel.accounts.domain import Role
from sevenpanel.catalog.domain import Metric
from sevenpanel.orders import commands, queries
from sevenpanel.orders.domain import Report, Status
from sevenpanel.orders.queries import OrderRow
from sevenpanel.terms import LinkFinding

KEPT = Money(balance=PUT_IN - CHARGE, held=0, earned=CHARGE)
EVIDENCE = "The channel was renamed; the old name leads nowhere."


@pytest.fixture
def automatic(alice: Customer) -> Customer:
    """Alice, who orders a service that serves every new post of a Telegram channel for a month."""
    service = add_service("Sponsored: every new post for a month", metric=Metric.IMPRESSIONS, is_long_running=True)
    return replace(alice, service=service)


def does(sam: Staff, order: OrderRow, what: str, **typed: Any) -> Any:
    """Fill in one of the forms of an order's page at the desk."""
    address = f"/desk/orders/{order.id}/act/"
    form = {**fields(sam.visitor.get(f"/desk/orders/{order.id}/"), f"post {address}"), "act": what, **typed}
    return sam.visitor.client.post(address, form, follow=True)


def now(order: OrderRow) -> OrderRow:
    found = queries.order(customer_id=order.customer_id, order_id=order.id)
    assert found is not None
    return found


def ticket_of(customer: Customer, order: OrderRow) -> str:
    page = customer.visitor.get(f"/orders/{order.id}/").content.decode()
    return next(part for part in page.split('"') if part.startswith("/tickets/") and part[9:10].isdigit())


def test_4_5_a_changed_link_on_a_long_running_telegram_order(
    automatic: Customer, sam: Staff, clock: Clock, place: Place
) -> None:
    order = place(automatic)
    assert "Runs for long" in automatic.reads(f"/orders/new/?service={automatic.service}")
    provider_says(order, Status.IN_PROGRESS, 250, order.placed_at)
    clock.at(max(clock.now, order.placed_at))

    before = text(sam.visitor.get(f"/desk/orders/{order.id}/"))
    assert "runs for long: it needs the same link until it ends" in before
    assert "Then the rules say: closed without completion , clause 4.5 ." in before
    assert "An order that runs for long needs the same link until it ends." in before
    assert "The order is closed as Completed." in before
    assert money(automatic) == Money(balance=PUT_IN - CHARGE, held=CHARGE, earned=0)
    done = does(sam, order, "find", found="changed", evidence=EVIDENCE, file=screenshot())
    again = does(sam, order, "find", found="changed", evidence=EVIDENCE)

    assert "Closed. The customer reads why in a ticket" in text(done)
    assert again.status_code == 422
    assert "This order has ended; what is found about its link changes nothing any more." in text(again)
    page = automatic.reads(f"/orders/{order.id}/")
    assert f"The link was found to be changed. {EVIDENCE} Found by our staff, " in page
    assert "· clause 4.5" in page
    assert "The charge of 0.90 USD is kept. Nothing comes back by itself." in page
    assert "somebody else of us decides it again: once, with something new, at any time." in page
    assert "Completed Closed under the Terms; its charge is kept." in page
    assert "An order that runs for long needs the same link until it ends." in page
    assert "under clause 4.5, confirmed by staff: closed without completion." in page
    told = automatic.reads(ticket_of(automatic, order))
    assert EVIDENCE in told
    assert "count.png" in told
    assert automatic.status(order)["status"] == "Completed"
    assert automatic.status(order)["charge"] == "0.90"
    assert money(automatic) == KEPT

    provider_says(order, Status.CANCELED, 0, clock.now)
    assert money(automatic) == KEPT


def test_4_5_the_customer_has_it_decided_again_by_somebody_else(automatic: Customer, sam: Staff, clock: Clock) -> None:
    order = automatic.orders_by_form()
    provider_says(order, Status.IN_PROGRESS, 250, order.placed_at)
    does(sam, order, "find", found="changed", evidence=EVIDENCE)
    ticket = ticket_of(automatic, order)
    target = next(
        part for part in automatic.visitor.get(ticket).content.decode().split('"') if part.endswith("/appeal/")
    )
    automatic.visitor.post(target, {"body": "The old name works again.", "file": screenshot()})
    verdict = {"act": "grant", "amount": "0.50", "reason": "It was away for an hour."}
    judge = f"/desk{target.replace('/appeal/', '/judge/')}"

    own = sam.visitor.post(judge, verdict)
    others = staff("tia").client.post(judge, verdict, follow=True)

    assert "somebody else decides it now" in text(own)
    assert "Decided. The customer reads it as an answer." in text(others)
    page = automatic.reads(f"/orders/{order.id}/")
    assert "0.50 USD came back to your balance; 0.40 USD is kept." in page
    assert "It was decided again by somebody else, which stands." in page
    assert money(automatic) == Money(balance=PUT_IN - CHARGE + 500_000, held=0, earned=CHARGE - 500_000)


def test_2_a_wrong_link_found_later_is_completed_with_nothing_back_and_a_grant_is_given(
    alice: Customer, sam: Staff, place: Place
) -> None:
    order = place(alice)
    provider_says(order, Status.IN_PROGRESS, 250, order.placed_at)

    does(sam, order, "find", found="wrong", evidence="It leads to a group, the service is for channels.")
    assert (now(order).status, now(order).returned_micros) == (Status.COMPLETED, 0)
    assert decision(order).decision.clause == "2"
    assert money(alice) == KEPT
    too_much = does(sam, order, "grant", amount="0.68", reason="Goodwill")
    form = {"act": "grant", "returned": "0", "amount": "0.3375", "reason": "Goodwill"}
    granted = sam.visitor.client.post(f"/desk/orders/{order.id}/act/", form, follow=True)
    twice = sam.visitor.client.post(f"/desk/orders/{order.id}/act/", form, follow=True)

    assert too_much.status_code == 422
    assert "at most what was not delivered can be granted: 0.675 USD" in text(too_much)
    assert "Granted. The customer reads it on the order's page." in text(granted)
    assert twice.status_code == 422
    assert "Something came back of this order since you looked." in text(twice)
    page = alice.reads(f"/orders/{order.id}/")
    assert "under clause 2, overruled by staff: granted. Granted by staff: Goodwill" in page
    assert "0.3375 USD came back to your balance; 0.5625 USD is kept." in page
    assert money(alice) == Money(balance=PUT_IN - CHARGE + 337_500, held=0, earned=562_500)


def test_4_5_what_the_provider_found_is_told_in_our_words_and_leads_to_a_ticket(
    alice: Customer, sam: Staff, clock: Clock
) -> None:
    order = alice.orders_by_form()
    clock.at(clock.now + HOUR)
    provider_says(order, Status.IN_PROGRESS, 0, clock.now)
    said = Report(
        order_id=order.id, status=None, remains=None, start_count=None, words="Hm",
        link=LinkFinding.PRIVATE, link_words="Account is private",
    )  # fmt: skip
    with transaction.atomic():
        commands.apply_reports(reports=[said], now=clock.now)

    at_the_desk = text(sam.visitor.get(f"/desk/orders/{order.id}/"))
    assert "The provider's own words: Account is private" in at_the_desk
    page = alice.reads(f"/orders/{order.id}/")
    ticket = alice.asks(order, "wrong-or-changed-link")

    assert "The link was found to be private. The provider says so. Found by the provider, " in page
    assert "Account is private" not in page
    assert "staff look at it and decide. You can ask for that at any time." in page
    assert "Have somebody look at it in a ticket" in page
    assert "Canceled Closed under the Terms; its charge is kept." in page
    assert "refused The rules propose, clause 4.5" in alice.reads(ticket)
    assert money(alice) == KEPT


def test_4_6_orders_that_ran_on_one_link_at_once_are_closed_together(alice: Customer, sam: Staff) -> None:
    first, second = alice.orders_by_form("t.me/northwind_news"), alice.orders_by_form("t.me/northwind_tea")

    before = text(sam.visitor.get(f"/desk/orders/{first.id}/"))
    assert "Then the rules say: closed without completion , clause 4.6 ." in before
    done = does(sam, first, "several", **{"with": [str(second.id)]}, evidence="Both names lead to one channel.")

    assert "Closed." in text(done)
    assert [now(order).status for order in (first, second)] == [Status.CANCELED, Status.CANCELED]
    assert f"It ran on one link at once with #{first.id}." in alice.reads(f"/orders/{second.id}/")
    assert money(alice) == Money(balance=PUT_IN - 2 * CHARGE, held=0, earned=2 * CHARGE)


def test_settled_3_a_correction_is_told_with_its_reason_and_the_settlement_goes_by_it(
    alice: Customer, sam: Staff
) -> None:
    order = alice.orders_by_form()
    provider_says(order, Status.IN_PROGRESS, 500, order.placed_at)

    wrong = does(sam, order, "correct", delivered="lots", reason="Counted by hand")
    done = does(sam, order, "correct", delivered="300", reason="Counted by hand")
    provider_says(order, Status.PARTIAL, 600, order.placed_at)

    assert wrong.status_code == 422
    assert "Counted by hand" in wrong.content.decode()
    assert "Corrected. The customer reads it on the order's page." in text(done)
    page = alice.reads(f"/orders/{order.id}/")
    assert "The desk corrected what was delivered from 500 to 300 of 1000: Counted by hand" in page
    assert "400 of 1000 delivered" in page
    assert money(alice) == Money(balance=PUT_IN - 360_000, held=0, earned=360_000)


def test_staff_who_find_nothing_wrong_say_so_once_and_the_order_goes_on(alice: Customer, sam: Staff) -> None:
    order = alice.orders_by_form()
    provider_says(order, Status.IN_PROGRESS, 250, order.placed_at)

    done = does(sam, order, "well", evidence="Opened it: 1,250 members.", file=screenshot())
    again = does(sam, order, "well", evidence=" Opened it:  1,250 members.")
    before = re.search(r"The customer was told this before, in ticket (\d+)\.", text(again))

    assert "Written down. The customer reads it in a ticket, and the order goes on." in text(done)
    assert again.status_code == 422
    assert before
    told = alice.reads(f"/tickets/{before[1]}/")
    assert "found nothing wrong with it. The order goes on. Opened it: 1,250 members." in told
    assert "count.png" in told
    assert now(order).is_open
    assert money(alice) == Money(balance=PUT_IN - CHARGE, held=CHARGE, earned=0)


@pytest.mark.parametrize(
    ("act", "typed", "sentence"),
    [
        ("find", {"found": "", "evidence": "x"}, "Choose what you found."),
        ("find", {"found": "gone", "evidence": " "}, "Say what shows it; the customer reads that."),
        ("well", {"evidence": " "}, "Say what shows it; the customer reads that."),
        ("several", {"evidence": "x"}, "Name at least two orders that run on the link at once."),
        ("several", {"with": ["999999"], "evidence": "x"}, "There are no such orders of one customer."),
        ("correct", {"delivered": "2000", "reason": "x"}, "between 0 and 1000"),
        ("correct", {"delivered": "5", "reason": " "}, "Give a reason; the customer reads it."),
        ("grant", {"amount": "0.1", "reason": "x"}, "Nothing was found about the link of this order."),
        ("grant", {"amount": "much", "reason": "x"}, ""),
        ("nonsense", {}, "Choose what you found."),
    ],
)
def test_what_cannot_be_found_is_told_and_nothing_happens(
    alice: Customer, sam: Staff, act: str, typed: dict[str, Any], sentence: str
) -> None:
    order = alice.orders_by_form()

    answer = does(sam, order, act, **typed)

    assert answer.status_code == 422
    assert sentence in text(answer)
    assert now(order).is_open
    assert money(alice) == Money(balance=PUT_IN - CHARGE, held=CHARGE, earned=0)


def test_the_desk_finds_an_order_by_its_number_and_lists_what_was_found(alice: Customer, sam: Staff) -> None:
    order = alice.orders_by_form()

    assert sam.visitor.get(f"/desk/orders/?order=%23{order.id}").url == f"/desk/orders/{order.id}/"
    assert "There is no such order." in text(sam.visitor.get("/desk/orders/?order=999999"))
    assert sam.visitor.get("/desk/orders/999999/").status_code == 404
    does(sam, order, "find", found="gone", evidence="It answers 404.")
    assert f"#{order.id} gone It answers 404. sam" in text(sam.visitor.get("/desk/orders/"))


def test_the_desk_finds_a_customer_s_orders_by_an_address(alice: Customer, sam: Staff) -> None:
    bob = Visitor(open_customer("Bob"))
    assert alice.visitor.person is not None
    assert bob.person is not None
    order = alice.orders_by_form()

    found = text(sam.visitor.get("/desk/orders/", data={"order": alice.visitor.person.email.upper()}))
    nothing = text(sam.visitor.get("/desk/orders/", data={"order": bob.person.email}))
    nobody = text(sam.visitor.get("/desk/orders/?order=nobody@example.org"))

    assert f"Orders of this customer Order Service and link Status Charge Placed #{order.id} " in found
    assert "This customer has not ordered anything yet." in nothing
    assert "No customer has this address." in nobody
    assert sam.visitor.get("/desk/orders/?order=a%00@b").status_code == 200
    assert f"#{order.id}" not in nothing + nobody


def test_1_the_desk_sees_what_else_worked_on_the_link(alice: Customer, sam: Staff) -> None:
    first = replace(alice, service=add_service("Views by one way", metric=Metric.VIEWS)).orders_by_form()
    other = replace(alice, service=add_service("Views by another way", metric=Metric.VIEWS))
    second = other.orders_by_form("https://telegram.me/Northwind_News")

    page = text(sam.visitor.get(f"/desk/orders/{second.id}/"))

    assert f"On its link untracked Order {first.id} works on the same link as well" in page
    assert "clause 1, found at placing" in page
    assert "Correct what arrived" not in page
    assert "On its link" not in text(sam.visitor.get(f"/desk/orders/{first.id}/"))


def test_1_4_5_the_api_tells_neither_flag_nor_finding_and_its_charge_is_what_was_kept(
    alice: Customer, sam: Staff
) -> None:
    """As `docs/api.md` says it."""
    services = [add_service(f"Views {name}", metric=Metric.VIEWS) for name in "ab"]
    alone, untracked = (
        alice.api("add", service=service, link="t.me/northwind_news", quantity=1000) for service in services
    )
    order = queries.order(customer_id=alice.customer_id, order_id=untracked["order"])
    assert order is not None
    assert alone.keys() == untracked.keys() == {"order"}
    before = alice.status(order)

    does(sam, order, "find", found="gone", evidence=EVIDENCE)
    after = alice.status(order)
    does(sam, order, "grant", amount="0.40", reason="Goodwill")

    assert after.keys() == before.keys()
    assert (after["status"], after["charge"], after["remains"]) == ("Canceled", "0.90", "1000")
    assert alice.status(order) == {**after, "charge": "0.50"}


def test_only_those_who_answer_customers_see_it(alice: Customer) -> None:
    order = alice.orders_by_form()
    finance = staff("fin", Role.FINANCE)

    for address in ("/desk/orders/", f"/desk/orders/{order.id}/"):
        assert Visitor().get(address).url.startswith("/accounts/login/")
    stranger = Visitor().post(f"/desk/orders/{order.id}/act/", {"act": "find", "found": "gone", "evidence": "x"})
    assert stranger.url.startswith("/accounts/login/")
    for visitor in (alice.visitor, finance):
        assert visitor.get("/desk/orders/").status_code == 404
        assert visitor.get(f"/desk/orders/{order.id}/").status_code == 404
        answer = visitor.post(f"/desk/orders/{order.id}/act/", {"act": "find", "found": "gone", "evidence": "x"})
        assert answer.status_code == 404
    assert now(order).is_open
