"""One running desk for the journeys that order at it, because a first start costs seconds."""

from collections.abc import Iterator

import httpx
import pytest
from tests.journeys.demo_customer import DemoCustomer, browser, demo_customer
from tests.journeys.running_desk import Desk, running_desk

# Percent: orders end after half a second to six.
PACE = "10"


@pytest.fixture(scope="session")
def quick_desk() -> Iterator[Desk]:
    """`sevenpanel run`, from an empty home, with a sandbox in a hurry."""
    with running_desk(SEVENPANEL_SANDBOX_PACE=PACE) as running:
        yield running


@pytest.fixture(scope="session")
def customer(quick_desk: Desk) -> DemoCustomer:
    """Its customer, who remembers every order."""
    return demo_customer(quick_desk)


@pytest.fixture(scope="session")
def site(quick_desk: Desk) -> Iterator[httpx.Client]:
    """The customer's browser."""
    with browser(quick_desk) as client:
        yield client
