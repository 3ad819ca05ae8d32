"""The people of the site, as the other journeys know them, and somebody who answers tickets."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone
from tests import shop
from tests.database.orders.test_decisions import reported
from tests.journeys.web.conftest import _static_root, alice, bob, mallory, operator, service
from tests.journeys.web.visitor import LINK, Visitor

from sevenpanel.accounts.domain import Role
from sevenpanel.orders import commands
from sevenpanel.orders.commands.dispatching import DispatchResult
from sevenpanel.orders.domain import Dispatch, OrderLine, Placed, Status

__all__ = ["_static_root", "alice", "bob", "mallory", "operator", "service"]

DAY = timedelta(days=1)


def staff(name: str, role: Role = Role.SUPPORT) -> Visitor:
    """A member of staff at the desk."""
    return Visitor(shop.staff(name, role, email=f"{name}@desk.example"))


@pytest.fixture
def sam(db: None) -> Visitor:
    return staff("sam")


def placed_before(visitor: Visitor, service: int, ago: timedelta, *, delivered: int = 250) -> int:
    """An order of 0.90 that was placed so long ago and is with the provider; so many of 1000 arrived."""
    assert visitor.person is not None
    then = timezone.now() - ago
    line = OrderLine(customer_id=visitor.person.customer_id, service_id=service, link=LINK, quantity=1000)
    (outcome,) = commands.place(lines=[line], now=then)
    assert isinstance(outcome, Placed), outcome
    with transaction.atomic():
        commands.begin_sending(order_ids=[outcome.order_id], now=then)
        sent = DispatchResult(order_id=outcome.order_id, dispatch=Dispatch.SENT)
        commands.record_dispatch(results=[sent], now=then)
        reported(outcome.order_id, Status.IN_PROGRESS, delivered, then)
    return outcome.order_id
