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
_OVERDUE = (asyncpg.QueryCanceledError.sqlstate, asyncpg.LockNotAvailableError.sqlstate)
# A server that became a standby, or that somebody made read-only, while we were connected to it.
_NO_WRITES = asyncpg.ReadOnlySQLTransactionError.sqlstate
_UNREACHED = (
    asyncpg.PostgresError,
    asyncpg.InterfaceError,
    asyncpg.TargetServerAttributeNotMatched,
    OSError,
    TimeoutError,
)


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
        # Its time was up, or the server takes no writes: another try, line by line, would only meet the same.
        self.concerns_all = sqlstate in (*_OVERDUE, _NO_WRITES)


class Lost(Exception):  # noqa: N818 - says what is known
    """The connection broke after the statement was sent: nobody knows whether it was done."""


class Line:
    """A connection for one kind of statement, one statement at a time.

    Where the database is on several machines it leads to the one that takes writes, and looks for it anew when a
    connection broke or turned out to take none.
    """

    def __init__(self, database: Mapping[str, Any], *, name: str) -> None:
        """
        :param database: Django's settings of the database.
        :param name: shown in the database's list of connections.
        """
        self._addresses = addresses(database)
        self._name = name
        self._connection: asyncpg.Connection[asyncpg.Record] | None = None
        self._turn = asyncio.Lock()

    async def fetch(self, statement: str, *arguments: Any) -> list[asyncpg.Record]:
        """Run one statement and return its rows.

        :raises NotSent, RefusedByDatabase, Lost: see there.
        """
        async with self._turn:
            connection = await self._open()
            # Hung up and not canceled: a commit that is canceled while it waits for a standby is done all the same,
            # and whoever asked again would be told of an order that nobody else keeps yet.
            timer = asyncio.get_running_loop().call_later(CLIENT_SECONDS, connection.terminate)
            try:
                return await connection.fetch(statement, *arguments)
            except asyncpg.PostgresError as error:
                raise self._told(error) from error
            except (asyncpg.InterfaceError, asyncpg.InternalClientError, OSError, TimeoutError) as error:
                self._drop()
                raise Lost(type(error).__name__) from error
            finally:
                timer.cancel()

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
        if sqlstate == _NO_WRITES:
            self._drop()  # the next statement finds the server that does
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
                self._connection = await self._reach(deadline)
                return self._connection
            except _UNREACHED as error:
                if time.monotonic() + pause > deadline:
                    raise NotSent(type(error).__name__) from error
            await asyncio.sleep(pause)
            pause = min(2 * pause, PAUSE_MAX_SECONDS)

    async def _reach(self, deadline: float) -> "asyncpg.Connection[asyncpg.Record]":
        """Ask one machine after the other, the one that answered last first; none may use up the others' time."""
        share = max((deadline - time.monotonic()) / len(self._addresses), PAUSE_FIRST_SECONDS)
        for address in self._addresses:
            try:
                found = await self._connect(address, share)
            except _UNREACHED as error:
                trouble = error
            else:
                self._addresses = [address, *(other for other in self._addresses if other != address)]
                return found
        raise trouble

    async def _connect(self, address: str, seconds: float) -> "asyncpg.Connection[asyncpg.Record]":
        return await asyncpg.connect(
            address, timeout=seconds, server_settings={"application_name": self._name, **SESSION}
        )


def addresses(database: Mapping[str, Any]) -> list[str]:
    """The address of each machine of Django's database, in the form that asyncpg reads.

    Options that it does not know are left out.
    """
    named = {"user": "USER", "password": "PASSWORD", "dbname": "NAME"}
    parts = {name: database[key] for name, key in named.items() if database.get(key)}
    options = {name: value for name, value in database.get("OPTIONS", {}).items() if name in _KNOWN}
    hosts, ports = (str(database.get(key) or "").split(",") for key in ("HOST", "PORT"))
    places = zip(hosts, ports if len(ports) > 1 else ports * len(hosts), strict=True)
    return [f"postgresql://?{urlencode(_place(host, port) | parts | options)}" for host, port in places]


def _place(host: str, port: str) -> dict[str, str]:
    # Without brackets the end of an IPv6 address would be taken for a port.
    is_ipv6 = ":" in host and not host.startswith("/")
    named = {"host": f"[{host}]" if is_ipv6 else host, "port": port}
    return {name: value for name, value in named.items() if value}
