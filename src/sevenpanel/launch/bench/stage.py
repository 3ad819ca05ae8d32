"""Where the bench happens: a cluster of its own, or databases of its own on DATABASE_URL's server.

Everything it makes it takes away again, and it ends only processes that it has started.
"""

import os
import secrets
import shutil
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from sevenpanel.launch.capacity import web_processes
from sevenpanel.launch.cluster import ROLE, SUPERUSER, cluster_of
from sevenpanel.launch.database import prepare, reach
from sevenpanel.launch.ownership import exclusive
from sevenpanel.launch.refusals import UnableToLaunch
from sevenpanel.settings.environment import Environment, socket_folder

# Of what a person has set for a desk, only this says something about the machine.
KEPT = "SEVENPANEL_WEB_PROCESSES"
_FOREIGN = ("SEVENPANEL_", "DJANGO_", "DATABASE_URL", "PORT")
# As many web processes as connections are allowed for, so that a few databases can be served in turn.
WEB_MAX = 12


class UnableToMeasure(UnableToLaunch):
    """Why there are no figures."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """A server of databases and a folder.

    :param home: everything that is written lies below it.
    :param admin: how somebody who may make databases connects.
    :param owner: how the desk connects; the name of the database is still to be said.
    :param postgres: the pid of PostgreSQL's first process, None when it is not ours to look at.
    :param prefix: what the names of our databases begin with.
    """

    home: Path
    admin: Mapping[str, str]
    owner: Mapping[str, str]
    postgres: int | None
    prefix: str
    secret: str
    web: int

    def dsn(self, name: str) -> str:
        """The address of one of our databases."""
        return "postgresql://?" + urlencode({**self.owner, "dbname": self.prefix + name})

    def environment(self, name: str, **more: str) -> dict[str, str]:
        """What a command needs to know to work on one of our databases."""
        return {
            "DJANGO_SETTINGS_MODULE": "sevenpanel.settings.production",
            "SEVENPANEL_HOME": str(self.home),
            "SEVENPANEL_SECRET_KEY": self.secret,
            "SEVENPANEL_LOG_LEVEL": "WARNING",
            "DATABASE_URL": self.dsn(name),
            **more,
        }

    def whole_environment(self, name: str) -> dict[str, str]:
        """The same together with what this process has inherited."""
        return {**os.environ, **self.environment(name)}

    def create(self, name: str, *, like: str | None = None) -> None:
        """Make an empty database, or a copy of another one that nobody uses."""
        new, role = sql.Identifier(self.prefix + name), sql.Identifier(self.owner["user"])
        statement = sql.SQL("CREATE DATABASE {} OWNER {}").format(new, role)
        if like is not None:
            statement += sql.SQL(" TEMPLATE {}").format(sql.Identifier(self.prefix + like))
        self._run(statement)

    def drop(self, name: str) -> None:
        """Take a database away, whoever uses it."""
        self._run(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(self.prefix + name)))

    def settle(self) -> None:
        """Write everything out, so that no sample pays for what was filled in before it."""
        with suppress(UnableToMeasure):  # on another's server it may not be ours to ask for
            self._run(sql.SQL("CHECKPOINT"))

    def connect(self, name: str) -> psycopg.Connection[tuple[object, ...]]:
        """A connection to one of our databases that commits every statement."""
        return psycopg.connect(self.dsn(name), autocommit=True)

    def server_version(self) -> str:
        """Which PostgreSQL it is."""
        with psycopg.connect(make_conninfo(**self.admin), autocommit=True) as connection:
            return str(connection.info.parameter_status("server_version"))

    def _run(self, statement: sql.SQL | sql.Composed) -> None:
        try:
            with psycopg.connect(make_conninfo(**self.admin), autocommit=True) as connection:
                connection.execute(statement)
        except psycopg.errors.InsufficientPrivilege as error:
            raise UnableToMeasure(f"The role of DATABASE_URL may not do this: {error.diag.message_primary}.") from error


@contextmanager
def stage(here: Environment) -> Iterator[Stage]:
    """Have a stage for the duration of a block.

    :raises UnableToMeasure: when another bench runs in this home.
    """
    home = prepare(here.home) / "bench"
    with exclusive(here.home / "bench.lock") as lock, ExitStack() as stack:
        if lock is None:
            raise UnableToMeasure(f"Another `sevenpanel bench` runs in {here.home}; let it end first.")
        _remove(home)  # what a bench left that was killed
        prepare(home)
        stack.callback(_remove, home)
        forget_the_desk()
        made = _embedded(here, home, stack) if here.embedded else _foreign(here, home, stack)
        yield made


def _embedded(here: Environment, home: Path, stack: ExitStack) -> Stage:
    cluster = cluster_of(home, web=WEB_MAX)
    child = cluster.start()
    stack.callback(child.stop)
    assert child.process is not None
    host = str(cluster.sockets)
    return Stage(
        home=home,
        admin={"host": host, "user": SUPERUSER, "dbname": "postgres"},
        owner={"host": host, "user": ROLE},
        postgres=child.process.pid,
        prefix="bench_",
        secret=secrets.token_urlsafe(48),
        web=web_processes(here),
    )


def _foreign(here: Environment, home: Path, stack: ExitStack) -> Stage:
    reach(here.dsn)
    parts = {name: str(value) for name, value in conninfo_to_dict(here.dsn).items()}
    owner = {name: value for name, value in parts.items() if name != "dbname"}
    with psycopg.connect(here.dsn) as connection:
        owner["user"] = connection.info.user
    made = Stage(
        home=home,
        admin=parts,
        owner=owner,
        postgres=None,
        prefix=f"sevenpanel_bench_{os.getpid()}_",
        secret=secrets.token_urlsafe(48),
        web=web_processes(here),
    )
    stack.callback(_drop_all, made)
    return made


def forget_the_desk() -> None:
    """Take what is set for the person's own desk out of this process, whose children inherit what is left."""
    for name in [name for name in os.environ if name.startswith(_FOREIGN) and name != KEPT]:
        del os.environ[name]


def _drop_all(made: Stage) -> None:
    with psycopg.connect(make_conninfo(**made.admin), autocommit=True) as connection:
        statement = "SELECT datname FROM pg_database WHERE starts_with(datname, %s)"
        names = [str(name) for (name,) in connection.execute(statement, [made.prefix])]
    for name in names:
        made.drop(name.removeprefix(made.prefix))


def _remove(home: Path) -> None:
    data = (home / "postgres").resolve()
    if data.parent != home and data.exists():
        shutil.rmtree(data.parent)  # on open ground, where root's PostgreSQL keeps what its user cannot reach here
    if home.exists():
        shutil.rmtree(home)
    if socket_folder(home).exists():
        shutil.rmtree(socket_folder(home))
