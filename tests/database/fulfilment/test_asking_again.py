"""Step 1 of finding out: the same request sent again to a provider that knows request ids (docs/dispatch.md)."""

import pytest
from tests.books import books_are_right, order_of
from tests.database.fulfilment.unknown import open_alerts, steps, unknown_order
from tests.panel import HEARD, Deed, MemoryPanel, lose, open_desk, say, take_and_lose
from tests.shop import Person

from sevenpanel.fulfilment import queries
from sevenpanel.fulfilment.domain import Action, AlertKind, FindingStep
from sevenpanel.fulfilment.providers.interface import RefusalReason, Refused
from sevenpanel.orders.domain import Dispatch

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("deed", [take_and_lose, lose])
def test_1_the_same_request_id_finds_the_order_or_places_it_once(alice: Person, deed: object) -> None:
    desk = open_desk(MemoryPanel(honours_request_ids=True), idempotency_field="request_id")
    desk.panel.deeds.append(deed)  # type: ignore[arg-type]
    order_id = unknown_order(desk, alice)

    desk.resolve_all()

    assert desk.panel.taken_for(order_id) == ["23501"]
    assert order_of(alice, order_id).dispatch is Dispatch.SENT
    assert len({shipment.request_id for shipment in desk.panel.added}) == 1
    assert steps(order_id) == [FindingStep.REQUEST_ID]
    assert AlertKind.UNKNOWN_DISPATCH not in open_alerts()
    books_are_right()


def test_1_answers_lost_again_and_again_are_asked_for_again_and_again(alice: Person) -> None:
    desk = open_desk(MemoryPanel(honours_request_ids=True), idempotency_field="request_id")
    desk.panel.deeds.extend([take_and_lose, lose, lose, lose])
    order_id = unknown_order(desk, alice)

    for _ in range(20):
        desk.wait(minutes=10)
        desk.resolve()

    assert desk.panel.taken_for(order_id) == ["23501"]
    assert order_of(alice, order_id).dispatch is Dispatch.SENT
    books_are_right()


@pytest.mark.parametrize("reason", list(RefusalReason))
@pytest.mark.parametrize("fate", [take_and_lose, lose])
def test_1_no_refusal_under_the_same_request_id_proves_that_the_order_is_not_there(
    alice: Person, reason: RefusalReason, fate: Deed
) -> None:
    """A provider took the order and has since closed the service: it would deliver what was paid back."""
    desk = open_desk(MemoryPanel(honours_request_ids=True), idempotency_field="request_id")
    desk.panel.deeds.extend([fate, say(Refused(reason=reason, words="Not on sale any more", evidence=HEARD))])
    order_id = unknown_order(desk, alice)

    desk.resolve_all()

    order = order_of(alice, order_id)
    assert (order.dispatch, order.outcome, order.returned_micros) == (Dispatch.UNKNOWN, None, None)
    (row,) = queries.unknown_dispatches()
    assert (row.order_id, row.action) == (order_id, Action.OPERATOR)
    assert len(desk.panel.added) == 2
    assert steps(order_id) == [FindingStep.REQUEST_ID]
    books_are_right()
