"""Alice's shop, and a caller of version 3 in the same process."""

from typing import Any

import pytest
from tests.journeys.api.v3.caller import Caller
from tests.shop import Person, add_service, make_key, open_customer


@pytest.fixture
def alice(db: Any) -> Person:
    """A customer with 10.00 to spend."""
    return open_customer("Alice", balance="10")


@pytest.fixture
def service(db: Any) -> int:
    """A service at 0.90 for 1000, of 10 to 10,000, for channels on Telegram."""
    return add_service()


@pytest.fixture
def api(alice: Person) -> Caller:
    """Alice's program."""
    return Caller(make_key(alice))
