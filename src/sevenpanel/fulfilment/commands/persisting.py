"""An answer that was heard must not be lost because the database was away for a moment."""

import time
from collections.abc import Callable

from django.db import Error, connection

from sevenpanel.kernel import db

TRIES_MAX = 12
FIRST_PAUSE_SECONDS = 0.1
PAUSE_SECONDS_MAX = 3.0


def until_recorded(record: Callable[[], None]) -> None:
    """Record, and try again for about half a minute while the database cannot be used.

    :param record: a command that may run again: a broken commit may have been done, so it has to notice.
    :raises django.db.Error: when the database stays away. The lease then ends, and the order is unknown.
    """
    pause = FIRST_PAUSE_SECONDS
    for remaining in reversed(range(TRIES_MAX)):
        try:
            record()
        except Error as fault:
            if not db.is_away(fault):
                raise
            db.hang_up(fault)
            connection.close()
            if not remaining:
                raise
        else:
            return
        time.sleep(pause)
        pause = min(pause * 2, PAUSE_SECONDS_MAX)
