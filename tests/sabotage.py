"""Planted faults: no safety test counts until the fault it guards against turns it red (design: trust, rule 1).

A switch takes one guard out, wherever it stands: a function of the database is made again without it, a function of
the product gets another body. The constraints that stand behind the guard are dropped, so that the check itself has to
see the damage. Only the tests' database is ever touched, and only the process that plants.
"""

import importlib
import inspect
import re
import textwrap
import types
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from operator import attrgetter
from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.db import connection
from tests.guards import FAULTS, Change, Fault
from tests.guards import Switch as Switch

import sevenpanel
from sevenpanel.kernel import db

PACKAGE = Path(sevenpanel.__file__).parent


@contextmanager
def planted(switch: Switch) -> Iterator[None]:
    """Live with this fault for the duration of a block; afterwards the product is whole, and the database empty."""
    fault = FAULTS[switch]
    with ExitStack() as repairs:
        for name, changes in fault.functions:
            repairs.enter_context(_rewritten(name, changes))
        if fault.file:
            repairs.enter_context(_redefined(fault))
        yield


@contextmanager
def _redefined(fault: Fault) -> Iterator[None]:
    original = (PACKAGE / fault.file).read_text()
    with ExitStack() as repairs:
        repairs.callback(_define, original)
        _define(_changed(original, fault.changes))
        rebuild = [_demolish(table, wall) for table, wall in fault.walls]
        repairs.callback(_run, *rebuild)
        repairs.callback(call_command, "flush", verbosity=0, interactive=False)
        yield


@contextmanager
def _rewritten(name: str, changes: tuple[Change, ...]) -> Iterator[None]:
    """Give a function another body: whoever holds the function runs the new one, under whatever name."""
    function = _function(name)
    original = function.__code__
    source = textwrap.dedent(inspect.getsource(function))
    without_decorators = source[re.search(r"^(async )?def ", source, re.MULTILINE).start() :]  # type: ignore[union-attr]
    made: dict[str, Any] = {}
    exec(_changed(without_decorators, changes), function.__globals__, made)  # noqa: S102 - our own source, a guard less
    before = dict(function.__globals__)
    function.__code__ = made[function.__name__].__code__
    function.__globals__.setdefault("replace", replace)
    try:
        yield
    finally:
        function.__code__ = original
        if "replace" not in before:
            del function.__globals__["replace"]


def _function(name: str) -> types.FunctionType:
    module, _, function = name.partition(":")
    found = inspect.unwrap(attrgetter(function)(importlib.import_module(module)))
    assert isinstance(found, types.FunctionType)
    return found


@contextmanager
def without_walls(*walls: tuple[str, str]) -> Iterator[None]:
    """Live without these constraints, so that a guard in Python stands alone; afterwards the database is empty."""
    with ExitStack() as repairs:
        repairs.callback(_run, *(_demolish(table, wall) for table, wall in walls))
        repairs.callback(call_command, "flush", verbosity=0, interactive=False)
        yield


@contextmanager
def slowed(table: str, seconds: float = 0.03) -> Iterator[None]:
    """Let every statement that inserts into this table wait first, so that a race has room to happen."""
    _run(
        "CREATE OR REPLACE FUNCTION sabotage_wait() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN PERFORM pg_sleep({seconds}); RETURN NULL; END $$",
        f"CREATE TRIGGER sabotage_wait BEFORE INSERT ON {table} FOR EACH STATEMENT EXECUTE FUNCTION sabotage_wait()",
    )
    try:
        yield
    finally:
        _run("DROP FUNCTION sabotage_wait() CASCADE")


def fingerprint() -> list[object]:
    """What faults may change: the database's functions, constraints and indexes, and the guarded functions' bodies."""
    walls = db.rows(
        "SELECT proname, md5(prosrc) FROM pg_proc WHERE pronamespace = 'public'::regnamespace "
        "UNION ALL SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint "
        "UNION ALL SELECT indexname, indexdef FROM pg_indexes ORDER BY 1, 2"
    )
    bodies = [_function(name).__code__ for fault in FAULTS.values() for name, _ in fault.functions]
    return [*walls, *bodies]


def _changed(text: str, changes: tuple[Change, ...]) -> str:
    for guard, hole in changes:
        assert text.count(guard) == 1, f"the guard stands no longer where it stood: {guard}"
        text = text.replace(guard, hole)
    return text


def _define(functions: str) -> None:
    _run(re.sub(r"^CREATE FUNCTION", "CREATE OR REPLACE FUNCTION", functions, flags=re.MULTILINE))


def _demolish(table: str, wall: str) -> str:
    """Drop a constraint or a unique index, and return the statement that builds it again."""
    constraint = db.rows("SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = %s", [wall])
    if constraint:
        _run(f"ALTER TABLE {table} DROP CONSTRAINT {wall}")
        return f"ALTER TABLE {table} ADD CONSTRAINT {wall} {constraint[0][0]}"
    ((rebuild,),) = db.rows("SELECT pg_get_indexdef(%s::regclass)", [wall])
    _run(f"DROP INDEX {wall}")
    return str(rebuild)


def _run(*statements: str) -> None:
    assert str(connection.settings_dict["NAME"]).startswith("test_")
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
