"""A channel to post in, and a clock that is moved by hand."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from tests.botapi import CHANNEL, TOKEN, BotApi, bot_api
from tests.shop import NOON

from sevenpanel.notices.channel import delivery

SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)


@pytest.fixture
def api(settings: object) -> Iterator[BotApi]:
    with bot_api() as running:
        settings.TELEGRAM_TOKEN, settings.TELEGRAM_CHANNEL = TOKEN, CHANNEL  # type: ignore[attr-defined]
        settings.TELEGRAM_API = running.url  # type: ignore[attr-defined]
        yield running


class Clock:
    """A clock that is moved by hand."""

    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        return self.now

    def deliver(self, times: int = 1, step: timedelta = 4 * SECOND) -> None:
        for _ in range(times):
            delivery.deliver_next(clock=self)
            self.now += step


@pytest.fixture
def clock() -> Clock:
    return Clock()
