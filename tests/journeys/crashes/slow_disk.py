"""A disk that takes its time: every commit waits for it, and nothing else does.

PostgreSQL can be told that a commit counts when a second place has it, too. Here that place is `pg_receivewal`, which
writes the log down and nothing more, and which can be stopped and woken like any process. While it is stopped a commit
waits in the server just as it waits for a disk: done or not, holding its locks, out of reach of any statement's time.
Other databases of the server wait for nothing. On a server that the tests have not started, their role has to be its
superuser.
"""

import random
import signal
import subprocess
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
from psycopg.conninfo import make_conninfo
from tests.journeys.crashes.shortages import hang_up
from tests.served import dsn
from tests.waiting import until

from sevenpanel.kernel import db
from sevenpanel.launch.cluster import SUPERUSER
from sevenpanel.launch.engine import choose_engine
from sevenpanel.settings.environment import environment, socket_folder

NAME = "slow_disk"
SLOWEST_SECONDS, QUICKEST_SECONDS = 1.0, 0.1
_WAITS = """
SELECT 1 FROM pg_stat_activity
 WHERE datname = current_database() AND wait_event = 'SyncRep' AND application_name LIKE %s
"""
_FOLLOWS = f"SELECT 1 FROM pg_stat_replication WHERE application_name = '{NAME}' AND sync_state = 'sync'"
_HAS = f"SELECT 1 FROM pg_stat_replication WHERE application_name = '{NAME}' AND flush_lsn >= %s"
_WRITTEN = "SELECT pg_current_wal_insert_lsn()::text"
# Without its place being kept, what it has not read yet may be gone when it wakes.
_KEEP = f"SELECT pg_create_physical_replication_slot('{NAME}', true)"
_LET_GO = f"SELECT pg_drop_replication_slot('{NAME}')"


@dataclass(slots=True)
class Disk:
    """The second place, and whether it answers."""

    process: subprocess.Popen[bytes]

    @contextmanager
    def still(self) -> Iterator[None]:
        """Let every commit wait for the duration of a block."""
        self.process.send_signal(signal.SIGSTOP)
        try:
            yield
        finally:
            self.process.send_signal(signal.SIGCONT)

    def is_waited_for(self, who: str) -> bool:
        """Whether a commit of this part of the desk waits now."""
        return bool(db.rows(_WAITS, [who]))

    @contextmanager
    def slow(self, seed: int) -> Iterator[None]:
        """Let every commit wait for up to a second, now so long and now so long, for the duration of a block."""
        over, chance = threading.Event(), random.Random(seed)
        resting = threading.Thread(target=self._rest_now_and_then, args=(over, chance))
        resting.start()
        try:
            yield
        finally:
            over.set()
            resting.join()

    def _rest_now_and_then(self, over: threading.Event, chance: random.Random) -> None:
        while not over.is_set():
            with self.still():
                over.wait(chance.uniform(QUICKEST_SECONDS, SLOWEST_SECONDS))
            # On a busy machine it takes a while to wake up: whatever waits now is let through in any case.
            written = _superuser(_WRITTEN)[0][0]
            until(lambda written=written: bool(_superuser(_HAS, written)))


@contextmanager
def disk(folder: Path) -> Iterator[Disk]:
    """Let this test's database wait for a second place, for the duration of a block."""
    name = db.rows("SELECT current_database()")[0][0]
    with ExitStack() as stack:
        stack.enter_context(_one_at_a_time())
        stack.enter_context(_kept_for())
        process = stack.enter_context(_receiving(folder))
        stack.enter_context(_asked_of_the_server())
        until(lambda: bool(_superuser(_FOLLOWS)))
        db.rows(f"ALTER DATABASE {name} SET synchronous_commit = on")
        stack.callback(db.rows, f"ALTER DATABASE {name} RESET synchronous_commit")
        hang_up()  # whoever is connected goes on without waiting
        yield Disk(process)


@contextmanager
def _one_at_a_time() -> Iterator[None]:
    """Wait for another test of this run that has the server's one second place."""
    with psycopg.connect(_address(), autocommit=True) as session:
        session.execute("SELECT pg_advisory_lock(hashtext(%s))", [NAME])
        yield


@contextmanager
def _kept_for() -> Iterator[None]:
    """Let the server keep what the second place has not read yet."""
    _superuser(_KEEP)
    try:
        yield
    finally:
        until(_is_let_go)


def _is_let_go() -> bool:
    with suppress(psycopg.errors.ObjectInUse):  # the server has not noticed yet that its reader has gone
        _superuser(_LET_GO)
        return True
    return False


@contextmanager
def _receiving(folder: Path) -> Iterator[subprocess.Popen[bytes]]:
    """Write the server's log down, at once, until the block is over."""
    program = choose_engine(None).programs / "pg_receivewal"
    # It may be still for longer than a server waits for a word.
    address = make_conninfo(_address(), dbname="", application_name=NAME, options="-c wal_sender_timeout=0")
    command = [program, "--synchronous", "--no-password", "--slot", NAME, "-D", folder, "-d", address]
    with (folder / "receiving.log").open("wb") as log:
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
    try:
        yield process
    finally:
        process.kill()
        process.wait()


@contextmanager
def _asked_of_the_server() -> Iterator[None]:
    """Let commits wait for this second place. It is let go before it ends, or they would wait for ever."""
    _superuser(f"ALTER SYSTEM SET synchronous_standby_names = '{NAME}'")
    _superuser("SELECT pg_reload_conf()")
    try:
        yield
    finally:
        _superuser("ALTER SYSTEM RESET synchronous_standby_names")
        _superuser("SELECT pg_reload_conf()")


def _superuser(statement: str, *arguments: Any) -> list[tuple[Any, ...]]:
    with psycopg.connect(_address(), autocommit=True) as session:
        cursor = session.execute(statement, arguments or None)
        return cursor.fetchall() if cursor.description else []


def _address() -> str:
    """Where the server is, for somebody who may do everything."""
    cluster = environment().home / "postgres"
    if not cluster.exists():
        return make_conninfo(dsn(), dbname="postgres")
    return make_conninfo(host=str(socket_folder(environment().home)), user=SUPERUSER, dbname="postgres")
