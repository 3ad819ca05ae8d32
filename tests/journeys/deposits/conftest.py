"""Alice and Mallory at the site, staff at the desk, and a chain whose looks are written down beforehand."""

from pathlib import Path

import pytest
from django.conf import settings
from tests.byhand import bank_transfer
from tests.journeys.web.visitor import Visitor
from tests.receipts import SOURCE, Script, take_usdt
from tests.shop import NOON, open_customer, staff

from sevenpanel.accounts.domain import Role
from sevenpanel.deposits import commands
from sevenpanel.deposits.domain.pricing import Bonus, Charges
from sevenpanel.deposits.sources import registry


@pytest.fixture(scope="session", autouse=True)
def _static_root() -> None:
    """Whitenoise warns, and warnings are errors here, when the folder of collected files is missing."""
    Path(settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)


@pytest.fixture
def alice(db: None) -> Visitor:
    return Visitor(open_customer("Alice"))


@pytest.fixture
def mallory(db: None) -> Visitor:
    return Visitor(open_customer("Mallory"))


@pytest.fixture
def ann(db: None) -> Visitor:
    return Visitor(staff("Ann", Role.FINANCE, email="ann@example.org"))


@pytest.fixture
def ben(db: None) -> Visitor:
    return Visitor(staff("Ben", Role.FINANCE, email="ben@example.org"))


@pytest.fixture
def helper_of_tickets(db: None) -> Visitor:
    return Visitor(staff("Sue", Role.SUPPORT, email="sue@example.org"))


@pytest.fixture
def chain(db: None, monkeypatch: pytest.MonkeyPatch) -> Script:
    """The test chain, set up as a source."""
    script = Script()
    monkeypatch.setitem(registry.ADAPTERS, "script", lambda _settings: script)
    commands.save_source(name=SOURCE, kind="script", settings={}, now=NOON)
    return script


@pytest.fixture
def usdt(chain: Script) -> int:
    """A way with a fee and a bonus."""
    bonus = Bonus(from_micros=50_000_000, basis_points=200)
    return take_usdt(charges=Charges(fee_basis_points=100, bonuses=(bonus,)))


@pytest.fixture
def bank(db: None) -> int:
    return bank_transfer()
