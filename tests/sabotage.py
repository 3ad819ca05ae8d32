"""Planted faults: no safety test counts until the fault it guards against turns it red (design: trust, rule 1).

A switch re-creates a function of the database with one of its guards taken out, and drops the constraints that
stand behind that guard, so that the check itself has to see the damage. Guards in Python are taken out by the tests
themselves (`without_walls`). Only the tests' database is ever touched.
"""

import re
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from django.core.management import call_command
from django.db import connection

import sevenpanel
from sevenpanel.kernel import db

PACKAGE = Path(sevenpanel.__file__).parent
PLACE = "orders/migrations/place_beside_others.sql"


class Switch(StrEnum):
    """The faults that can be planted."""

    SKIP_BALANCE_LOCK = "skip-balance-lock"
    IGNORE_REQUEST_ID = "ignore-request-id"
    ALLOW_SECOND_ACTIVE = "allow-second-active"
    IGNORE_NOTICES = "ignore-notices"
    ACCEPT_AGAIN = "accept-again"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """What a switch does.

    :param file: the SQL file of the guarded function, below the package.
    :param changes: pairs of what stands there exactly once, and what is put in its place.
    :param walls: the constraints and unique indexes behind the guard, with their tables.
    """

    file: str
    changes: tuple[tuple[str, str], ...]
    walls: tuple[tuple[str, str], ...]


_SECOND_ACTIVE = (
    "WHEN line.active_order IS NOT NULL OR v_taken[line.lane] IS NOT NULL THEN 'active_order'",
    "WHEN false THEN 'active_order'",
)
_ACTIVE_WALL = ("orders_order", "orders_one_active_per_target")

FAULTS = {
    Switch.SKIP_BALANCE_LOCK: Fault(
        file=PLACE,
        changes=(("FOR UPDATE; -- sabotage:skip-balance-lock", ";"),),
        walls=(("ledger_balance", "ledger_balance_not_overdrawn"),),
    ),
    Switch.IGNORE_REQUEST_ID: Fault(
        file=PLACE,
        changes=(
            ("IF line.earlier_order IS NOT NULL THEN -- sabotage:ignore-request-id", "IF false THEN"),
            _SECOND_ACTIVE,
        ),
        walls=(("orders_request", "orders_request_once"), _ACTIVE_WALL),
    ),
    Switch.ALLOW_SECOND_ACTIVE: Fault(file=PLACE, changes=(_SECOND_ACTIVE,), walls=(_ACTIVE_WALL,)),
    Switch.IGNORE_NOTICES: Fault(
        file=PLACE,
        changes=(("FROM notices_in_force(p_service, p_now)", "FROM notices_in_force('{}', p_now)"),),
        walls=(),
    ),
    Switch.ACCEPT_AGAIN: Fault(file=PLACE, changes=(), walls=(("accounts_acceptance", "accounts_acceptance_once"),)),
}
assert FAULTS.keys() == set(Switch)


@contextmanager
def planted(switch: Switch) -> Iterator[None]:
    """Live with this fault for the duration of a block; afterwards the database is whole, and empty."""
    fault = FAULTS[switch]
    original = (PACKAGE / fault.file).read_text()
    with ExitStack() as repairs:
        repairs.callback(_define, original)
        _define(_sabotaged(original, fault))
        rebuild = [_demolish(table, wall) for table, wall in fault.walls]
        repairs.callback(_run, *rebuild)
        repairs.callback(call_command, "flush", verbosity=0, interactive=False)
        yield


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


def _sabotaged(text: str, fault: Fault) -> str:
    for guard, hole in fault.changes:
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
