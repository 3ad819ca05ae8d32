"""Alice, and a service to order."""

import pytest
from tests.shop import Person, add_service, open_customer


@pytest.fixture
def alice(db: None) -> Person:
    return open_customer("Alice", balance="10")


@pytest.fixture
def service(db: None) -> int:
    return add_service(quantity_min=1)
