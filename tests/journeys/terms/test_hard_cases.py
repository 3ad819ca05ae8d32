"""The hard cases of the contract by their names, from the customer's click to the books.

Each is walked through the pages, and orders come by the form and by the API; the desk's clock is moved, to the second
where a second decides. What the provider delivered is said by the provider's own reports.
"""

import re
from datetime import timedelta

import pytest
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
from tests.journeys.web.visitor import text

from sevenpanel.orders.domain import Decider, Status
from sevenpanel.terms import Outcome
from sevenpanel.terms.sentences import instant

SECOND = timedelta(seconds=1)
# The service is described to complete within a day.
DAY = 24 * HOUR
HELD = Money(balance=PUT_IN - CHARGE, held=CHARGE, earned=0)


@pytest.mark.parametrize(("kind", "clause"), [("not-completed-in-time", "3"), ("slow-or-late-start", "4.7")])
def test_3_4_7_late_although_a_delay_was_announced_is_refused_and_the_notice_is_cited(
    alice: Customer, sam: Staff, clock: Clock, place: Place, kind: str, clause: str
) -> None:
    order = place(alice)
    provider_says(order, Status.IN_PROGRESS, 250, order.placed_at)
    clock.at(order.placed_at + HOUR)
    number = sam.announces(alice.service, start_hours="72", complete_hours="72", text="The provider is slow.")
    cited = f"Notice {number} was published on {instant(clock.now)}: The provider is slow."

    clock.at(order.placed_at + DAY + SECOND)
    before_asking = alice.reads(f"/orders/{order.id}/")
    ticket = alice.asks(order, kind, **{"document-count": screenshot()})
    proposed = alice.reads(ticket)
    done = sam.confirms(ticket)

    assert f"not now clause {clause}" in before_asking
    assert cited in before_asking
    assert f"refused The rules propose, clause {clause}" in proposed
    assert cited in proposed
    assert "Decided. The customer reads it as an answer." in done
    decided = alice.reads(ticket)
    assert f"refused Decided, clause {clause}" in decided
    assert cited in decided
    assert decision(order).decision.cites == (number,)
    assert money(alice) == HELD
    assert alice.status(order)["status"] == "In progress"


def test_3_a_delay_that_is_announced_when_the_time_has_passed_is_no_excuse(
    alice: Customer, sam: Staff, clock: Clock, place: Place
) -> None:
    order = place(alice)
    provider_says(order, Status.IN_PROGRESS, 250, order.placed_at)
    clock.at(order.placed_at + DAY + SECOND)
    sam.announces(alice.service, complete_hours="72")

    ticket = alice.asks(order, "not-completed-in-time", **{"document-count": screenshot()})
    sam.confirms(ticket)

    assert "granted Decided, clause 4.2" in alice.reads(ticket)
    assert money(alice) == Money(balance=PUT_IN - CHARGE // 4, held=0, earned=CHARGE // 4)


def test_4_2_late_and_not_announced_is_granted_and_the_delivered_part_is_kept(
    alice: Customer, sam: Staff, clock: Clock, place: Place
) -> None:
    order = place(alice)
    provider_says(order, Status.IN_PROGRESS, 250, order.placed_at)
    clock.at(order.placed_at + DAY)
    assert "Not completed in time not now clause 4.2" in alice.reads(f"/orders/{order.id}/")
    clock.at(order.placed_at + DAY + SECOND)
    assert "Not completed in time clause 4.2 · until the order is completed · 0.675 USD would come back" in alice.reads(
        f"/orders/{order.id}/"
    )

    ticket = alice.asks(order, "not-completed-in-time", **{"document-count": screenshot()})
    proposed = sam.visitor.get(f"/desk{ticket}").content.decode()
    assert money(alice) == HELD
    sam.confirms(ticket)

    assert "250 of 1000 delivered so far." in proposed
    told = alice.reads(ticket)
    assert "granted Decided, clause 4.2" in told
    assert "0.675 USD comes back." in told
    assert money(alice) == Money(balance=PUT_IN - 225_000, held=0, earned=225_000)
    assert alice.status(order) == {
        "charge": "0.225",
        "start_count": None,
        "status": "Partial",
        "remains": "750",
        "currency": "USD",
    }
    assert "under clause 4.2, confirmed by staff: granted." in alice.reads(f"/orders/{order.id}/")


def test_4_4_a_ticket_silent_for_24_hours_and_a_second_can_be_claimed_without_an_operator(
    alice: Customer, clock: Clock, place: Place
) -> None:
    order = place(alice)
    provider_says(order, Status.IN_PROGRESS, 250, order.placed_at)
    clock.at(order.placed_at + HOUR)
    ticket = alice.asks(order, "other")
    written = clock.now
    clock.at(written + 24 * HOUR + SECOND)

    page = alice.reads(ticket)
    assert alice.is_offered(f"{ticket}claim/", on=ticket)
    claimed = alice.claims(ticket, order)
    again = alice.claims(ticket, order)

    assert "Not answered in time" in page
    assert "Claimed: 0.90 USD came back to your balance." in claimed
    assert "You have claimed this order already." in again
    assert "under clause 4.4, the rules: granted." in alice.reads(f"/orders/{order.id}/")
    assert decision(order).decider is Decider.RULES
    assert money(alice) == Money(balance=PUT_IN, held=0, earned=0)
    assert alice.status(order)["status"] == "Canceled"


@pytest.mark.parametrize("silent", [23 * HOUR + timedelta(minutes=59), 24 * HOUR])
def test_4_4_a_ticket_silent_for_23_hours_59_minutes_or_24_hours_sharp_cannot_be_claimed(
    alice: Customer, clock: Clock, place: Place, silent: timedelta
) -> None:
    order = place(alice)
    clock.at(order.placed_at + HOUR)
    ticket = alice.asks(order, "other")
    clock.at(clock.now + silent)

    page = alice.reads(ticket)
    forced = alice.claims(ticket, order)

    assert "Waits for an answer. Staff have 1 minute left" in page
    assert not alice.is_offered(f"{ticket}claim/", on=ticket)
    assert "staff have until" in forced
    assert money(alice) == HELD
    assert alice.status(order)["status"] == "Pending"


def test_4_4_an_answer_within_the_24_hours_ends_the_claim_and_a_note_does_not(
    alice: Customer, sam: Staff, clock: Clock, place: Place
) -> None:
    first, second = place(alice), place(alice, "https://t.me/southwind_news")
    clock.at(second.placed_at + HOUR)
    answered, noted = alice.asks(first, "other"), alice.asks(second, "other")
    clock.at(clock.now + 23 * HOUR)
    sam.visitor.post(f"/desk{answered}answer/", {"body": "We look at it."})
    sam.visitor.post(f"/desk{noted}answer/", {"body": "Ask the provider.", "internal": "on"})
    clock.at(clock.now + HOUR + SECOND)

    refused, claimed = alice.claims(answered, first), alice.claims(noted, second)

    assert "nothing of yours waits for an answer" in refused
    assert "Claimed: 0.90 USD came back to your balance." in claimed
    assert money(alice) == HELD


def test_4_9_a_request_without_documents_lists_them_and_keeps_its_time(
    alice: Customer, sam: Staff, clock: Clock, place: Place
) -> None:
    order = place(alice)
    provider_says(order, Status.IN_PROGRESS, 250, order.placed_at)
    clock.at(order.placed_at + DAY + SECOND)
    asked_at = clock.now
    ticket = alice.asks(order, "not-completed-in-time")
    incomplete = alice.reads(ticket)
    assert money(alice) == HELD

    # A delay that is announced now, and an order that ends, come after the request.
    clock.at(asked_at + HOUR)
    sam.announces(alice.service, complete_hours="72")
    provider_says(order, Status.COMPLETED, 600, clock.now)
    clock.at(asked_at + 5 * HOUR)
    complete = alice.adds(ticket, **{"document-count": screenshot()})
    sam.confirms(ticket)

    assert "needs documents The rules propose, clause 4.9" in incomplete
    assert "This request still needs a screenshot of the current count with the date visible." in incomplete
    assert f"It keeps the time at which you asked, {instant(asked_at)}." in incomplete
    assert "granted The rules propose, clause 4.2" in complete
    assert decision(order).record.facts.requested_at == asked_at
    assert "granted Decided, clause 4.2" in alice.reads(ticket)
    # The end itself gave back what had not been delivered; nothing comes back twice.
    assert money(alice) == Money(balance=PUT_IN - 540_000, held=0, earned=540_000)


def test_5_drop_alone_gives_no_refund(alice: Customer, sam: Staff, clock: Clock, place: Place) -> None:
    order = place(alice)
    provider_says(order, Status.COMPLETED, 1000, order.placed_at)
    clock.at(order.placed_at + 10 * DAY)
    earned = Money(balance=PUT_IN - CHARGE, held=0, earned=CHARGE)
    told = "Drop after delivery is an estimate from past orders and gives no refund."

    assert told in alice.reads(f"/tickets/new/?kind=drop&order={order.id}")
    ticket = alice.asks(order, "drop", file=screenshot())
    sam.confirms(ticket)

    page = alice.reads(ticket)
    assert "refused Decided, clause 5" in page
    assert f"{told} It is estimated as minimal for this service." in page
    assert money(alice) == earned
    assert alice.status(order)["status"] == "Completed"


@pytest.mark.parametrize("named", ["speed", "start-time", "drop"])
def test_4_3_wrong_specification_speed_start_time_and_drop_are_none(
    alice: Customer, sam: Staff, clock: Clock, place: Place, named: str
) -> None:
    order = place(alice)
    provider_says(order, Status.COMPLETED, 1000, order.placed_at)
    clock.at(order.placed_at + HOUR)

    ticket = alice.asks(order, "wrong-specification", broken=[named])
    sam.confirms(ticket)

    page = alice.reads(ticket)
    assert "refused Decided, clause 4.3" in page
    assert re.search(r"You name (speed|start time|drop), which is not among the specifications of a service", page)
    assert "Still needed" not in page  # no picture could help, so none is asked for
    assert money(alice) == Money(balance=PUT_IN - CHARGE, held=0, earned=CHARGE)


def test_4_3_wrong_specification_gives_the_whole_charge_back_when_staff_find_another_difference(
    alice: Customer, sam: Staff, clock: Clock, place: Place
) -> None:
    order = place(alice)
    provider_says(order, Status.COMPLETED, 1000, order.placed_at)
    clock.at(order.placed_at + HOUR)
    documents = {"broken": ["quality"], "document-received": screenshot()}
    ticket = alice.asks(order, "wrong-specification", **documents)

    asked = text(sam.visitor.get(f"/desk{ticket}"))
    nothing = sam.finds(ticket)
    only_speed = sam.finds(ticket, "speed")
    quality = sam.finds(ticket, "speed", "quality")
    assert money(alice) == Money(balance=PUT_IN - CHARGE, held=0, earned=CHARGE)
    sam.confirms(ticket)

    assert "The customer names: its quality ." in asked
    assert "Staff compared what arrived with the description and found no difference." in nothing
    assert "refused The rules propose, clause 4.3" in only_speed
    assert "What arrived differs in its quality" in quality
    assert "granted The rules propose, clause 4.3 · 0.90 USD" in quality
    page = alice.reads(ticket)
    assert "granted Decided, clause 4.3" in page
    assert "Have it decided again" not in page  # there is nothing left to give
    assert decision(order).decision.outcome is Outcome.GRANT
    assert money(alice) == Money(balance=PUT_IN, held=0, earned=0)
