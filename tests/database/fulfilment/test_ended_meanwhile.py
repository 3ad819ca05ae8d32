"""Orders that ended for another reason while they were on their way, or before it was known what became of them."""

from typing import Any

import pytest
from django.db import transaction
from tests.books import books_are_right, order_of
from tests.database.fulfilment.unknown import unknown_order
from tests.panel import Desk, MemoryPanel, lose, open_desk, take_and_lose
from tests.shop import Person

from sevenpanel.fulfilment import commands, queries
from sevenpanel.fulfilment.domain import Action, Verdict
from sevenpanel.fulfilment.providers.interface import ProviderStatus
from sevenpanel.orders.commands import find_link_trouble
from sevenpanel.orders.domain import Dispatch
from sevenpanel.terms import LinkFinding

pytestmark = pytest.mark.django_db(transaction=True)


def close(desk: Desk, order_id: int) -> None:
    """Staff end an order for its link."""
    with transaction.atomic():
        find_link_trouble(order_id=order_id, found=LinkFinding.GONE, evidence="It is gone.", staff_id=9, now=desk.now)


def test_i10_an_order_that_staff_ended_while_its_call_was_out_counts_as_sent(alice: Person) -> None:
    """I10: the provider has it, whatever became of its money; a breach here would stop all new orders."""
    desk = open_desk()
    desk.panel.on_add = lambda shipment: close(desk, shipment.order_id)
    order_id = desk.place(alice)

    desk.dispatch_all()

    row = order_of(alice, order_id)
    assert (row.is_open, row.dispatch) == (False, Dispatch.SENT)
    books_are_right()
    desk.panel.end("23501", ProviderStatus.COMPLETED, remains=0)
    desk.follow()
    after = order_of(alice, order_id)
    assert (after.earned_micros, after.returned_micros) == (row.earned_micros, row.returned_micros)
    books_are_right()


def test_i10_an_order_that_is_found_after_staff_ended_it_counts_as_sent(alice: Person) -> None:
    """I10: it was of unknown fate when it was ended."""
    desk = open_desk()
    desk.panel.deeds.append(take_and_lose)
    order_id = unknown_order(desk, alice)
    close(desk, order_id)

    commands.decide_unknown(
        order_id=order_id, verdict=Verdict.FOUND, provider_order_id="23501", decided_by="Olga", now=desk.now
    )

    row = order_of(alice, order_id)
    assert (row.is_open, row.dispatch) == (False, Dispatch.SENT)
    books_are_right()


@pytest.mark.parametrize(
    ("panel", "declared"),
    [
        ({"refuses_duplicates": True}, {"refuses_duplicate_links": True}),
        ({"honours_request_ids": True}, {"idempotency_field": "request_id"}),
    ],
)
def test_an_order_that_has_ended_is_not_bought_by_asking_what_became_of_it(
    alice: Person, panel: dict[str, Any], declared: dict[str, Any]
) -> None:
    """Staff closed it for its link meanwhile, so that its money is divided: sending it again would be for nobody."""
    desk = open_desk(MemoryPanel(**panel), **declared)
    desk.panel.deeds.append(lose)
    order_id = unknown_order(desk, alice)
    close(desk, order_id)

    desk.resolve_all()

    assert len(desk.panel.added) == 1
    (row,) = queries.unknown_dispatches()
    assert row.action is Action.OPERATOR
    commands.decide_unknown(order_id=order_id, verdict=Verdict.ABSENT_RESEND, decided_by="Olga", now=desk.now)
    desk.dispatch_all()
    assert len(desk.panel.added) == 1
    assert queries.unknown_dispatches() == []
    books_are_right()
