"""The database under a command: DATABASE_URL's, the running desk's, or one started for its duration."""

import os
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TextIO

import psycopg

from sevenpanel.launch.capacity import web_processes
from sevenpanel.launch.cluster import Cluster, cluster_of
from sevenpanel.launch.engine import MAJOR_MIN
from sevenpanel.launch.ownership import exclusive, owner, patience_for, sign
from sevenpanel.launch.refusals import UnableToLaunch
from sevenpanel.settings.environment import Environment

POLL_SECONDS = 0.05
CONNECT_SECONDS = 10


@contextmanager
def database(environment: Environment, *, command: str, lasting: bool = False) -> Iterator[None]:
    """This function sees to it that `environment.dsn` answers while a command runs.

    :param command: its name, told to others who wait for it.
    :param lasting: whether others may use a server that this command started, because it stays.
    :raises UnableToLaunch: when the database cannot be reached or started.
    """
    if not environment.embedded:
        reach(environment.dsn)
        yield
        return
    lock = prepare(environment.home) / "postgres.lock"
    while True:
        with exclusive(lock) as file:
            if file is not None:
                with _own(environment, file, command=command, lasting=lasting):
                    yield
                return
        if _joined(environment.dsn, lock):
            yield
            return


def prepare(home: Path) -> Path:
    """Make home and its folder for logs, unless they are there.

    Others may pass through home, because as root PostgreSQL is one of them, but not look around or read logs.

    :raises UnableToLaunch: when that is not possible.
    """
    try:
        if not home.is_dir():
            _make_passable(home)
            home.chmod(0o711)
        (home / "log").mkdir(mode=0o700, exist_ok=True)
    except OSError as error:
        raise UnableToLaunch(f"SEVENPANEL_HOME {home} cannot be used: {error.strerror}.") from error
    return home


def _make_passable(home: Path) -> None:
    # The folders above it are anybody's to pass, whatever is private below.
    before = os.umask(0o022)
    try:
        home.mkdir(parents=True)
    finally:
        os.umask(before)


@contextmanager
def _own(here: Environment, file: TextIO, *, command: str, lasting: bool) -> Iterator[None]:
    sign(file, command=command, lasting=lasting)
    try:
        with running(cluster_of(here.home, web=web_processes(here))):
            yield
    finally:
        file.truncate(0)


@contextmanager
def running(cluster: Cluster) -> Iterator[None]:
    """Run a cluster for the duration of a block."""
    child = cluster.start()
    try:
        yield
    finally:
        child.stop()


def _joined(dsn: str, lock: Path) -> bool:
    """Wait beside the lock's holder: until its server answers, or until the holder is gone.

    :returns: True when the server answers and may be used.
    """
    told = False
    while True:
        holder = owner(lock)
        if holder and holder.lasting and answers(dsn):
            return True
        if holder and not holder.lasting and not told:
            print(patience_for(holder), file=sys.stderr)
            told = True
        time.sleep(POLL_SECONDS)
        with exclusive(lock) as free:
            if free is not None:
                return False


def answers(dsn: str) -> bool:
    """True when a connection can be opened now."""
    try:
        psycopg.connect(dsn, connect_timeout=CONNECT_SECONDS).close()
    except psycopg.OperationalError:
        return False
    return True


def reach(dsn: str) -> None:
    """See to it that the database of DATABASE_URL can be used.

    :raises UnableToLaunch: when it cannot be reached, or is older than the desk needs.
    """
    try:
        with closing(psycopg.connect(dsn, connect_timeout=CONNECT_SECONDS)) as connection:
            version = connection.info.server_version // 10_000
    except psycopg.Error as error:
        raise UnableToLaunch(f"The database of DATABASE_URL cannot be reached: {error}".strip()) from error
    if version < MAJOR_MIN:
        raise UnableToLaunch(f"DATABASE_URL leads to PostgreSQL {version}; the desk needs {MAJOR_MIN} or newer.")
