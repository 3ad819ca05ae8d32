"""What the database of a running desk may be short of, each for the duration of a block."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, closing, contextmanager
from functools import partial
from pathlib import Path

import psycopg
from tests.served import dsn

from sevenpanel.kernel import db
from sevenpanel.settings.environment import environment

# Until they are gone, and not only told to go: who asks before that would hear that the fate of the order is not known.
_HANG_UP = """
SELECT pg_terminate_backend(pid, 60000) FROM pg_stat_activity
 WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'
"""
_FULL = """
CREATE FUNCTION short_of_disk() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE 'could not extend file: No space left on device' USING ERRCODE = 'disk_full'; END $$;
CREATE TRIGGER short_of_disk BEFORE INSERT ON orders_order EXECUTE FUNCTION short_of_disk()
"""
# The kernel's own full disk: it can be read, and every write to it ends with ENOSPC.
FULL_DISK = Path("/dev/full")


@contextmanager
def configured(begin: str, end: str) -> Iterator[None]:
    """Change a setting of the database for whoever connects from now on, and end the connections there are.

    Those that are opened meanwhile keep what they met: a connection that takes no writes is the desk's own to leave.
    """
    name = db.rows("SELECT current_database()")[0][0]
    db.rows(begin.format(name=name))
    hang_up()
    try:
        yield
    finally:
        db.rows(end.format(name=name))


def hang_up() -> None:
    """End everybody else's connection."""
    db.rows(_HANG_UP)


@contextmanager
def full_disk() -> Iterator[None]:
    """Let the table of orders find no room to grow.

    Where the server's files are ours, the table lies on a full disk meanwhile: no order was placed yet, so its file is
    empty, and the server meets what it would meet on any full disk. On somebody else's server a trigger says the same
    words with the same code.
    """
    cluster = environment().home / "postgres"
    file = cluster.resolve() / db.rows("SELECT pg_relation_filepath('orders_order')")[0][0]
    with ExitStack() as stack:
        if FULL_DISK.exists() and file.exists():
            stack.enter_context(_moved_to_a_full_disk(file))
        else:
            db.rows(_FULL)
            stack.callback(db.rows, "DROP FUNCTION short_of_disk() CASCADE")
        yield


@contextmanager
def _moved_to_a_full_disk(file: Path) -> Iterator[None]:
    assert not file.stat().st_size, "an order was placed before"
    aside = file.with_name(f"{file.name}_aside")
    file.rename(aside)
    file.symlink_to(FULL_DISK)
    hang_up()  # whoever has the file open goes on with it
    try:
        yield
    finally:
        file.unlink()
        shutil.move(aside, file)
        hang_up()


@contextmanager
def out_of_time() -> Iterator[None]:
    """Let every statement about orders wait behind somebody else's lock until its time is up."""
    begin, end = "ALTER DATABASE {name} SET statement_timeout = '2s'", "ALTER DATABASE {name} RESET statement_timeout"
    with configured(begin, end), closing(psycopg.connect(dsn())) as lock:
        lock.execute("SET statement_timeout = 0")
        lock.execute("LOCK TABLE orders_order IN ACCESS EXCLUSIVE MODE")
        yield
    hang_up()  # whoever connected meanwhile goes on with so little time


SHORTAGES: dict[str, Callable[[], AbstractContextManager[None]]] = {
    "full disk": full_disk,
    "read-only": partial(
        configured,
        "ALTER DATABASE {name} SET default_transaction_read_only = on",
        "ALTER DATABASE {name} RESET default_transaction_read_only",
    ),
    "no connection left": partial(
        configured, "ALTER DATABASE {name} CONNECTION LIMIT 0", "ALTER DATABASE {name} CONNECTION LIMIT -1"
    ),
    "out of time": out_of_time,
}
