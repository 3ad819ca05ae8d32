"""An account that was deleted after a backup comes back with it, and is deleted again (clause 7.5)."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from urllib.parse import urlencode

import psycopg
import pytest
from django.db import connection
from psycopg import sql
from tests.leavers import MARK, leaver
from tests.served import NOT_INHERITED, dsn
from tests.shop import staff

from sevenpanel.accounts.domain import Role
from sevenpanel.launch.engine import choose_engine

pytestmark = pytest.mark.django_db(transaction=True)

ADMIN = "olga@desk.example"
LETTER = ("--letter", "3 May 2027", "--by", ADMIN, "--yes")
# As docs/backup.md has it.
_MARKS = """
SELECT (SELECT count(*) FROM accounts_user WHERE email LIKE %(mark)s)
       + (SELECT count(*) FROM accounts_customer WHERE name LIKE %(mark)s)
       + (SELECT count(*) FROM orders_order WHERE link LIKE %(mark)s)
"""
RESTORE = ("manage", "dbshell", "--", "--quiet", "--output=/dev/null", "--single-transaction", "-v", "ON_ERROR_STOP=1")


class Desk:
    """The commands of a desk on one database, as an operator types them."""

    def __init__(self, home: Path, address: str) -> None:
        home.mkdir(mode=0o711, exist_ok=True)
        self.home, self.address = home, address
        inherited = {name: value for name, value in os.environ.items() if name not in NOT_INHERITED}
        programs = str(choose_engine(None).programs)
        self._environment = inherited | {
            "DATABASE_URL": address,
            "SEVENPANEL_HOME": str(home),
            "PATH": f"{programs}:{os.environ['PATH']}",
        }

    def says(self, *arguments: str, given: bytes = b"", status: int = 0) -> str:
        """Run a command that ends with this status, and return what it said."""
        command = [sys.executable, "-m", "sevenpanel.cli", *arguments]
        ended = subprocess.run(command, input=given, capture_output=True, env=self._environment, check=False)
        assert ended.returncode == status, ended.stderr.decode()
        return ended.stdout.decode()

    def dump(self) -> bytes:
        """A backup of its database."""
        command = ["pg_dump", "--no-owner", self.address]
        return subprocess.run(command, capture_output=True, env=self._environment, check=True).stdout


@pytest.fixture
def empty() -> Iterator[str]:
    """The address of an empty database."""
    name = f"{connection.settings_dict['NAME']}_restored"
    made, gone = (sql.SQL(words).format(sql.Identifier(name)) for words in ("CREATE DATABASE {}", "DROP DATABASE {}"))
    with closing(psycopg.connect(dsn(), autocommit=True)) as session:
        session.execute(made)
        try:
            yield dsn().replace(urlencode({"dbname": connection.settings_dict["NAME"]}), urlencode({"dbname": name}))
        finally:
            session.execute(gone)


def marks(address: str) -> int:
    """In how many rows of a database the marked person is still to be read."""
    with closing(psycopg.connect(address)) as session:
        found = session.execute(_MARKS, {"mark": f"%{MARK}%"}).fetchone()
    assert found is not None
    return int(found[0])


def test_7_5_what_was_deleted_after_a_backup_is_deleted_again_after_its_restore(tmp_path: Path, empty: str) -> None:
    staff("Olga", Role.ADMIN, email=ADMIN)
    leaver()
    here = Desk(tmp_path / "here", dsn())
    backup = here.dump()
    assert "is deleted. A letter" in here.says("operate", "erase", f"{MARK}@example.org", *LETTER)
    assert marks(dsn()) == 0

    (tmp_path / "there").mkdir(mode=0o711)
    shutil.copy(tmp_path / "here" / "erasures.jsonl", tmp_path / "there")
    there = Desk(tmp_path / "there", empty)
    there.says(*RESTORE, given=backup)
    there.says("migrate")
    assert marks(empty) > 0
    assert "7.5: An account that was deleted is here again" in there.says("verify", status=1)

    assert "is deleted again." in there.says("operate", "erase-again")
    assert marks(empty) == 0
    assert "Every invariant holds." in there.says("verify")
    assert "None of them has come back." in there.says("operate", "erase-again")
