"""The people of the site, as the other journeys know them, and a member of staff for money only."""

import pytest
from tests.journeys.support.conftest import staff
from tests.journeys.web.conftest import _static_root, alice, bob, mallory, operator, service
from tests.journeys.web.visitor import Visitor

from sevenpanel.accounts.domain import Role

__all__ = ["_static_root", "alice", "bob", "mallory", "operator", "service"]


@pytest.fixture
def sam(db: None) -> Visitor:
    """Answers tickets, and measures."""
    return staff("sam")


@pytest.fixture
def fiona(db: None) -> Visitor:
    """Looks after the money, and measures nothing."""
    return staff("fiona", Role.FINANCE)
