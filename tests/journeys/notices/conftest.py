"""Alice, the staff of the desk and a service, at the site."""

from pathlib import Path

import pytest
from django.conf import settings
from tests import shop
from tests.journeys.web.visitor import Visitor
from tests.shop import add_service, open_customer

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
    return Visitor(shop.staff(role.value, role, email=f"{role.value}@example.org"))


@pytest.fixture
def olga(db: None) -> Visitor:
    """Of the support."""
    return staff(Role.SUPPORT)


@pytest.fixture
def fred(db: None) -> Visitor:
    """Of the finance."""
    return staff(Role.FINANCE)
