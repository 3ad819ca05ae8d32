"""Counts that cannot be: nothing is taken back for them, and staff are told (P-7)."""

import pytest
from tests.books import order_of
from tests.database.fulfilment.test_following import kinds, sent
from tests.panel import Desk
from tests.shop import Person

from sevenpanel.fulfilment import queries
from sevenpanel.fulfilment.domain import AlertKind
from sevenpanel.fulfilment.providers.interface import ProviderStatus
from sevenpanel.orders.domain import Status

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("remains", [-5, 1001, 700])
def test_a_count_that_cannot_be_takes_nothing_back_and_is_told_once_for_its_provider(
    desk: Desk, alice: Person, remains: int
) -> None:
    """P-7."""
    made = [sent(desk, alice, link=f"t.me/northwind_{n}") for n in range(2)]
    for said in (400, remains, remains):
        for _, number in made:
            desk.panel.end(number, ProviderStatus.IN_PROGRESS, remains=said)
        desk.follow()

    assert {(order_of(alice, order_id).status, order_of(alice, order_id).delivered) for order_id, _ in made} == {
        (Status.IN_PROGRESS, 600)
    }
    (alert,) = queries.alerts()
    assert (alert.kind, alert.subject) == (AlertKind.ODD_COUNT, f"provider/{desk.provider_id}")
    assert f"{remains} of 1000 remain" in alert.sentence


@pytest.mark.parametrize(
    ("status", "remains"),
    [
        (ProviderStatus.IN_PROGRESS, 0),
        (ProviderStatus.IN_PROGRESS, 1000),
        (ProviderStatus.IN_PROGRESS, 400),
        (ProviderStatus.IN_PROGRESS, 300),
        (ProviderStatus.COMPLETED, -50),
    ],
)
def test_what_providers_say_where_they_have_no_count_is_no_news(
    desk: Desk, alice: Person, status: ProviderStatus, remains: int
) -> None:
    _, number = sent(desk, alice)
    for said, left in ((ProviderStatus.IN_PROGRESS, 400), (status, remains)):
        desk.panel.end(number, said, remains=left)
        desk.follow()

    assert kinds() == []
