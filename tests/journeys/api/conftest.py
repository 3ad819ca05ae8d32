"""One web server for all journeys of the API, on the tests' database, and a shop that is built anew for each."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.served import Client, Served, serving
from tests.shop import Person, add_service, make_key, open_customer


@pytest.fixture(scope="session")
def door(django_db_setup: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The running server: the door with the site behind it."""
    with serving(tmp_path_factory.mktemp("served")) as served:
        yield served


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A folder for a server that a test starts and stops itself."""
    return tmp_path


@pytest.fixture
def alice(transactional_db: Any) -> Person:
    """A customer with 10.00 to spend."""
    return open_customer("Alice", balance="10")


@pytest.fixture
def service(transactional_db: Any) -> int:
    """A service at 0.90 for 1000, of 10 to 10,000, for channels on Telegram."""
    return add_service()


@pytest.fixture
def api(door: Served, alice: Person) -> Client:
    """Alice's client."""
    return door.client(make_key(alice))
