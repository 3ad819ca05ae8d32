"""The database's clock, so that workers on several machines agree on when a lease ends (test O-5)."""

import threading
import time
from datetime import UTC, datetime, timedelta

from sevenpanel.kernel import db

AGREE_SECONDS = 60.0


class DatabaseClock:
    """Tells the database's time. Asked anew every minute; in between it runs on this machine's steady clock.

    A wall clock that somebody sets, and a process that was asleep, change nothing about it.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._at: datetime | None = None
        self._steady = 0.0

    def __call__(self) -> datetime:
        """The time now, in UTC."""
        with self._lock:
            if self._at is None or time.monotonic() - self._steady > AGREE_SECONDS:
                self._agree()
            assert self._at is not None
            return self._at + timedelta(seconds=time.monotonic() - self._steady)

    def _agree(self) -> None:
        (told,) = db.rows("SELECT clock_timestamp()")[0]
        # Read afterwards: waiting for a connection must not count, and the answer's way back is short.
        self._at, self._steady = told.astimezone(UTC), time.monotonic()
