"""Alice, her team-mate Bob, Mallory, and an operator, each at the site."""

from pathlib import Path

import pytest
from django.conf import settings
from tests.journeys.web.visitor import Visitor
from tests.shop import add_service, open_customer, staff, team_mate

from sevenpanel.accounts.domain import Role


@pytest.fixture(scope="session", autouse=True)
def _static_root() -> None:
    """Whitenoise warns, and warnings are errors here, when the folder of collected files is missing."""
    Path(settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)


@pytest.fixture
def alice(db: None) -> Visitor:
    return Visitor(open_customer("Alice", balance="10"))


@pytest.fixture
def bob(alice: Visitor) -> Visitor:
    assert alice.person is not None
    return Visitor(team_mate("Bob", alice.person))


@pytest.fixture
def mallory(db: None) -> Visitor:
    return Visitor(open_customer("Mallory", balance="10"))


@pytest.fixture
def operator(db: None) -> Visitor:
    return Visitor(staff("Olga", Role.ADMIN, email="operator@example.org"))


@pytest.fixture
def service(db: None) -> int:
    return add_service()
