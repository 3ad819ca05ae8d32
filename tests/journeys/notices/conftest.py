"""Alice, the staff of the desk and a service, at the site."""

from pathlib import Path

import pytest
from django.conf import settings
from django.db import transaction
from tests.journeys.web.visitor import Visitor
from tests.shop import NOON, PASSWORD, Person, add_service, open_customer

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
def service(db: None) -> int:
    return add_service()


def staff(role: Role) -> Visitor:
    """Somebody who works at the desk."""
    email = f"{role.value}@example.org"
    with transaction.atomic():
        user_id = accounts.add_person(
            email=email, password=PASSWORD, name=role.value, role=role, customer_id=None, now=NOON
        )
    return Visitor(Person(user_id=user_id, customer_id=0, email=email))


@pytest.fixture
def olga(db: None) -> Visitor:
    """Of the support."""
    return staff(Role.SUPPORT)


@pytest.fixture
def fred(db: None) -> Visitor:
    """Of the finance."""
    return staff(Role.FINANCE)
