"""A database on several machines: whoever asks finds the one that takes writes, past one that never answers."""

import asyncio
import os
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import psycopg
import pytest
from django.db import connection
from psycopg import sql
from tests.served import NOT_INHERITED, dsn
from tests.waiting import DEADLINE_SECONDS

from sevenpanel.api.line import Line, NotSent, RefusedByDatabase
from sevenpanel.launch.cluster import cluster_of
from sevenpanel.launch.database import prepare, running
from sevenpanel.launch.engine import choose_engine
from sevenpanel.settings.environment import Environment, socket_folder

pytestmark = pytest.mark.django_db(transaction=True)

IS_OTHER = "SELECT to_regclass('orders_order') IS NULL"
"""Only the tests' own server has tables."""


@dataclass(frozen=True, slots=True)
class Machines:
    """The tests' server, another one with an empty database of the same name, and one that is cut off."""

    hosts: str
    ports: str

    @property
    def database(self) -> dict[str, Any]:
        """Django's settings for the three of them."""
        return {
            **connection.settings_dict,
            "HOST": self.hosts,
            "PORT": self.ports,
            "OPTIONS": {"target_session_attrs": "read-write"},
        }

    @property
    def url(self) -> str:
        """What an operator writes."""
        parts = {"host": self.hosts, "port": self.ports, "user": "desk", "dbname": connection.settings_dict["NAME"]}
        return f"postgresql:///?{urlencode(parts)}"


@pytest.fixture(scope="module")
def other() -> Iterator[Path]:
    """The folder of the socket of another server."""
    home = prepare(Path(tempfile.mkdtemp(prefix="sevenpanel-other-")))
    with ExitStack() as stack:
        stack.callback(shutil.rmtree, home)
        stack.callback(shutil.rmtree, socket_folder(home), ignore_errors=True)
        cluster = cluster_of(home, durable=False)
        stack.callback(shutil.rmtree, cluster.data, ignore_errors=True)
        stack.enter_context(running(cluster))
        yield cluster.sockets


@pytest.fixture
def machines(other: Path) -> Iterator[Machines]:
    name, here = connection.settings_dict["NAME"], connection.settings_dict["HOST"]
    with (
        socket.create_server(("127.0.0.1", 0)) as silent,
        psycopg.connect(host=str(other), user="desk", dbname="postgres", autocommit=True) as asked,
    ):
        asked.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        port = silent.getsockname()[1]
        yield Machines(hosts=f"127.0.0.1,{here},{other}", ports=f"{port},5432,5432")
        asked.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


@contextmanager
def only_read() -> Iterator[None]:
    """Let the tests' own database take no writes from whoever connects now, as a standby does."""
    name = sql.Identifier(connection.settings_dict["NAME"])
    with psycopg.connect(dsn(), autocommit=True) as asked:
        asked.execute(sql.SQL("ALTER DATABASE {} SET default_transaction_read_only = on").format(name))
        try:
            yield
        finally:
            asked.execute(sql.SQL("ALTER DATABASE {} RESET default_transaction_read_only").format(name))


async def answer(line: Line, statement: str) -> Any:
    """One value, also where connecting takes longer than the door waits."""
    async with asyncio.timeout(DEADLINE_SECONDS):
        while True:
            try:
                return (await line.fetch(statement))[0][0]
            except NotSent:
                await asyncio.sleep(0.1)


def test_the_door_finds_the_machine_that_takes_writes_past_a_silent_one(machines: Machines) -> None:
    async def story() -> tuple[bool, bool]:
        line = Line(machines.database, name="test")
        first = await answer(line, IS_OTHER)
        await line.close()
        with only_read():
            second = await answer(line, IS_OTHER)
        await line.close()
        return first, second

    assert asyncio.run(story()) == (False, True)


def test_the_door_leaves_a_machine_that_takes_no_writes_any_more(machines: Machines) -> None:
    async def story() -> tuple[bool, bool]:
        line = Line(machines.database, name="test")
        first = await answer(line, IS_OTHER)
        await answer(line, "SELECT set_config('default_transaction_read_only', 'on', false)")
        with only_read():
            with pytest.raises(RefusedByDatabase) as refused:
                await line.fetch("CREATE TABLE written ()")
            assert refused.value.concerns_all
            second = await answer(line, IS_OTHER)
        await line.close()
        return first, second

    assert asyncio.run(story()) == (False, True)


def test_where_no_machine_takes_writes_nothing_is_sent(machines: Machines) -> None:
    async def story() -> None:
        database = machines.database | {"HOST": connection.settings_dict["HOST"], "PORT": ""}
        with pytest.raises(NotSent, match="TargetServerAttributeNotMatched"):
            await Line(database, name="test").fetch("SELECT 1")

    with only_read():
        asyncio.run(story())


def test_commands_and_the_shell_of_the_database_come_to_the_machine_that_takes_writes(machines: Machines) -> None:
    """Django tells `psql` of all machines, so `manage` says which of them it wants."""
    hosts = machines.hosts.split(",")[1:]
    near = replace(machines, hosts=",".join(hosts), ports="5432")
    with only_read():
        with psycopg.connect(Environment.model_validate({"DATABASE_URL": near.url}).dsn) as command:
            assert command.execute(IS_OTHER).fetchone() == (True,)
        assert managed(near, "dbshell", "--", "-Atc", IS_OTHER) == "t"


def managed(machines: Machines, *arguments: str) -> str:
    """What `sevenpanel manage` says."""
    inherited = {name: value for name, value in os.environ.items() if name not in NOT_INHERITED}
    programs = choose_engine(None).programs
    ended = subprocess.run(
        [sys.executable, "-m", "sevenpanel.cli", "manage", *arguments],
        env=inherited | {"DATABASE_URL": machines.url, "PATH": f"{programs}:{os.environ['PATH']}"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    return ended.stdout.strip()
