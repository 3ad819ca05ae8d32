"""Orders of unknown fate that ended for another reason before it was known what became of them."""

from typing import Any

import pytest
from django.db import transaction
from tests.books import books_are_right
from tests.database.fulfilment.unknown import unknown_order
from tests.panel import MemoryPanel, lose, open_desk
from tests.shop import Person

from sevenpanel.fulfilment import commands, queries
from sevenpanel.fulfilment.domain import Action, Verdict
from sevenpanel.orders.commands import find_link_trouble
from sevenpanel.terms import LinkFinding

pytestmark = pytest.mark.django_db(transaction=True)


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
    with transaction.atomic():
        find_link_trouble(order_id=order_id, found=LinkFinding.GONE, evidence="It is gone.", staff_id=9, now=desk.now)

    desk.resolve_all()

    assert len(desk.panel.added) == 1
    (row,) = queries.unknown_dispatches()
    assert row.action is Action.OPERATOR
    commands.decide_unknown(order_id=order_id, verdict=Verdict.ABSENT_RESEND, decided_by="Olga", now=desk.now)
    desk.dispatch_all()
    assert len(desk.panel.added) == 1
    assert queries.unknown_dispatches() == []
    books_are_right()
