"""A channel of 400 members, a customer, and a service that brings members, which are counted."""

from collections.abc import Iterator
from typing import Any

import pytest
from tests.countingapis import TOKEN, CountingApi, counting, telegram
from tests.database.insight.counted import CHANNEL, Clock, metered
from tests.shop import Person, open_customer

from sevenpanel.catalog.domain import Metric
from sevenpanel.insight.domain import Counter


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def api(settings: Any) -> Iterator[CountingApi]:
    """Telegram, with a channel of 400 members, and a meter that asks there."""
    with counting(telegram) as running:
        running.counts[CHANNEL] = 400
        settings.METER_TELEGRAM_TOKEN, settings.TELEGRAM_API = TOKEN, running.url
        yield running


@pytest.fixture
def alice() -> Person:
    return open_customer("Alice", balance="1000")


@pytest.fixture
def service() -> int:
    """A service that brings members, which are counted."""
    return metered(Counter.TELEGRAM_MEMBERS, Metric.MEMBERS)
