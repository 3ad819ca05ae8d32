"""Alice, her team-mate Bob, Mallory, and an operator, each at the site."""

from pathlib import Path

import pytest
from django.conf import settings
from django.db import transaction
from tests.journeys.web.visitor import Visitor
from tests.shop import NOON, PASSWORD, Person, add_service, open_customer, team_mate

from sevenpanel.accounts import commands as accounts
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
    with transaction.atomic():
        user_id = accounts.add_person(
            email="operator@example.org", password=PASSWORD, name="Olga", role=Role.ADMIN, customer_id=None, now=NOON
        )
    return Visitor(Person(user_id=user_id, customer_id=0, email="operator@example.org"))


@pytest.fixture
def service(db: None) -> int:
    return add_service()
