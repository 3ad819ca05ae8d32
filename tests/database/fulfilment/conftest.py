"""What every test of fulfilment begins with: customers with money, and a desk with a provider."""

import pytest
from tests.panel import Desk, open_desk
from tests.shop import Person, open_customer


@pytest.fixture
def alice() -> Person:
    """A customer with money."""
    return open_customer("Alice", balance="1000")


@pytest.fixture
def mallory() -> Person:
    """Another customer with money."""
    return open_customer("Mallory", balance="1000")


@pytest.fixture
def desk() -> Desk:
    """A desk whose provider declares nothing special."""
    return open_desk()
