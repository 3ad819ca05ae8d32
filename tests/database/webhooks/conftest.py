"""A customer's program that listens, and Alice, whose orders it hears of."""

from collections.abc import Iterator

import pytest
from tests.receiver import Receiver, receiving
from tests.shop import Person, open_customer


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """A program of Alice's."""
    with receiving() as listening:
        yield listening


@pytest.fixture
def alice(db: None) -> Person:
    """A customer with 10.00."""
    return open_customer("Alice", balance="10")
