"""A connection that gives a silent server up.

No limit of PostgreSQL reaches a commit: it waits for its disk, or for a standby, as long as these take. Whoever asked
would wait with it, and so would the thread. So the side that asks hangs up, a little after the server's own limit for
statements: what that one ends is known not to be done, and what is hung up on may still come to its end.
"""

from typing import Any, ClassVar, TypeVar

import psycopg
from psycopg.abc import PQGen
from psycopg.pq import TransactionStatus

T = TypeVar("T")

# How much longer than the server ends a statement after: the time its word may take to arrive.
GRACE_SECONDS = 5
_LOOK_SECONDS = 0.1


class Impatient(psycopg.Connection[Any]):
    """Hangs up when an answer takes longer than `seconds`. Nothing is canceled: see `sevenpanel.api.line`."""

    seconds: ClassVar[float]

    def wait(self, gen: PQGen[T], interval: float = _LOOK_SECONDS, timeout: float | None = None) -> T:
        """Wait for one answer.

        :raises psycopg.OperationalError: when there was none in time; the connection is closed then.
        """
        try:
            return super().wait(gen, interval, self.seconds if timeout is None else timeout)
        except psycopg.OperationalError:
            if self.pgconn.transaction_status == TransactionStatus.ACTIVE:
                self.pgconn.finish()
            raise


def impatient(seconds: float) -> type[Impatient]:
    """The class of connections that wait so long and no longer."""
    return type("Impatient", (Impatient,), {"seconds": seconds})
