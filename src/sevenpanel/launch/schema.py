"""Whether the database's tables are those of this code, answered without loading Django.

The answer is kept beside the truth: as a comment on Django's own table of applied migrations. It goes where
that table goes (a dump, a restore), and it names how many rows the table had, so that a migration undone by
hand makes it wrong and the next start runs all of `migrate` again.
"""

import hashlib
import sysconfig
from pathlib import Path

import psycopg
from psycopg import sql

import sevenpanel

TABLE = "django_migrations"


def fingerprint() -> str:
    """This function reads what decides whether `migrate` has anything to do.

    :returns: a hash over the names of our migrations, the settings (which list the parts of the desk), and
        the names with versions of all installed packages, some of which bring migrations of their own.
    """
    package = Path(sevenpanel.__file__).parent
    ours = sorted(str(path.relative_to(package)) for path in package.glob("*/migrations/*.py"))
    settings = (package / "settings" / "base.py").read_text()
    installed = sorted(path.name for path in Path(sysconfig.get_path("purelib")).glob("*.dist-info"))
    return hashlib.sha256("\n".join([*ours, settings, *installed]).encode()).hexdigest()[:32]


def is_current(dsn: str) -> bool:
    """True when this very code has migrated this database and nothing was undone since."""
    with psycopg.connect(dsn, autocommit=True) as connection:
        found = connection.execute("SELECT obj_description(to_regclass(%s), 'pg_class')", [TABLE]).fetchone()
        return bool(found and found[0]) and found == (_note(connection),)


def remember(dsn: str) -> None:
    """Note on the database that this code has migrated it."""
    with psycopg.connect(dsn, autocommit=True) as connection:
        statement = sql.SQL("COMMENT ON TABLE {} IS {}")
        connection.execute(statement.format(sql.Identifier(TABLE), sql.Literal(_note(connection))))


def _note(connection: psycopg.Connection[tuple[object, ...]]) -> str:
    statement = sql.SQL("SELECT count(*), coalesce(max(id), 0) FROM {}").format(sql.Identifier(TABLE))
    row = connection.execute(statement).fetchone()
    assert row is not None
    return f"sevenpanel {fingerprint()} after {row[0]} migrations, the last {row[1]}"
