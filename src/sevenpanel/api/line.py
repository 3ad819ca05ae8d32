"""One connection to the database, held by the door and opened again after it was lost.

asyncpg, because the door is where a driver's own time shows (design: stack). What went wrong is told in three
ways that must never be mixed up: not sent, refused by the database, or unknown.
"""

import asyncio
import time
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

import asyncpg

# The database gives up first, so that "not done" is known; the client's own limit only ends a dead network.
STATEMENT_SECONDS = 15
CLIENT_SECONDS = 25
CONNECT_SECONDS = 3
PAUSE_FIRST_SECONDS = 0.05
PAUSE_MAX_SECONDS = 0.5

SESSION = {
    "statement_timeout": f"{STATEMENT_SECONDS}s",
    "jit": "off",  # a plan that is run a thousand times a second is never worth compiling
    "plan_cache_mode": "force_generic_plan",  # nor is planning again what is planned already: it takes longest of all
}
"""Asked for when connecting. A pooler between has to ask for it instead: `docs/scale.md` says how."""

# What asyncpg takes over from a libpq address; other libpq options have no meaning to it.
_KNOWN = frozenset(
    {"passfile", "sslmode", "sslcert", "sslkey", "sslrootcert", "sslcrl", "sslpassword", "target_session_attrs"}
    | {"ssl_min_protocol_version", "ssl_max_protocol_version", "options"}
)
# Connection exceptions, and a server that is being shut down: the statement may have been committed.
_NOT_KNOWN = ("08", "57P")


class NotSent(Exception):  # noqa: N818 - says what is known
    """The database could not be reached: the statement was never sent."""


class RefusedByDatabase(Exception):  # noqa: N818 - says what is known
    """The database answered with an error and has done nothing.

    :param words: what it said.
    :param sqlstate: five characters of the SQL standard.
    :param constraint: the name of the constraint that refused, if one did.
    """

    def __init__(self, words: str, *, sqlstate: str, constraint: str) -> None:
        super().__init__(f"{sqlstate}: {words[:200]}")
        self.constraint = constraint
        # The statement's time was up: another try, line by line, would only wait again.
        self.is_out_of_patience = sqlstate == asyncpg.QueryCanceledError.sqlstate


class Lost(Exception):  # noqa: N818 - says what is known
    """The connection broke after the statement was sent: nobody knows whether it was done."""


class Line:
    """A connection for one kind of statement, one statement at a time."""

    def __init__(self, database: Mapping[str, Any], *, name: str) -> None:
        """
        :param database: Django's settings of the database.
        :param name: shown in the database's list of connections.
        """
        self._dsn = dsn(database)
        self._name = name
        self._connection: asyncpg.Connection[asyncpg.Record] | None = None
        self._turn = asyncio.Lock()

    async def fetch(self, statement: str, *arguments: Any) -> list[asyncpg.Record]:
        """Run one statement and return its rows.

        :raises NotSent, RefusedByDatabase, Lost: see there.
        """
        async with self._turn:
            connection = await self._open()
            try:
                return await connection.fetch(statement, *arguments, timeout=CLIENT_SECONDS)
            except asyncpg.PostgresError as error:
                raise self._told(error) from error
            except (asyncpg.InterfaceError, asyncpg.InternalClientError, OSError, TimeoutError) as error:
                self._drop()
                raise Lost(type(error).__name__) from error

    async def close(self) -> None:
        """Hang up politely."""
        async with self._turn:
            if self._connection is not None and not self._connection.is_closed():
                await self._connection.close(timeout=CONNECT_SECONDS)
            self._connection = None

    def _told(self, error: asyncpg.PostgresError) -> Exception:
        sqlstate = error.sqlstate or ""
        if not sqlstate or sqlstate.startswith(_NOT_KNOWN):
            self._drop()
            return Lost(sqlstate)
        constraint = getattr(error, "constraint_name", None) or ""
        return RefusedByDatabase(str(error), sqlstate=sqlstate, constraint=constraint)

    def _drop(self) -> None:
        if self._connection is not None:
            self._connection.terminate()
        self._connection = None

    async def _open(self) -> "asyncpg.Connection[asyncpg.Record]":
        if self._connection is not None and not self._connection.is_closed():
            return self._connection
        deadline, pause = time.monotonic() + CONNECT_SECONDS, PAUSE_FIRST_SECONDS
        while True:
            try:
                self._connection = await self._connect(deadline - time.monotonic())
                return self._connection
            except (asyncpg.PostgresError, asyncpg.InterfaceError, OSError, TimeoutError) as error:
                if time.monotonic() + pause > deadline:
                    raise NotSent(type(error).__name__) from error
            await asyncio.sleep(pause)
            pause = min(2 * pause, PAUSE_MAX_SECONDS)

    async def _connect(self, seconds: float) -> "asyncpg.Connection[asyncpg.Record]":
        return await asyncpg.connect(
            self._dsn,
            timeout=max(seconds, PAUSE_FIRST_SECONDS),
            server_settings={"application_name": self._name, **SESSION},
        )


def dsn(database: Mapping[str, Any]) -> str:
    """The address of Django's database in the form that asyncpg reads; options it does not know are left out."""
    named = {"host": "HOST", "port": "PORT", "user": "USER", "password": "PASSWORD", "dbname": "NAME"}
    parts = {name: database[key] for name, key in named.items() if database.get(key)}
    options = {name: value for name, value in database.get("OPTIONS", {}).items() if name in _KNOWN}
    return f"postgresql://?{urlencode(parts | options)}"
