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
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.db import connection

import sevenpanel
from sevenpanel.kernel import db

PACKAGE = Path(sevenpanel.__file__).parent
PLACE = "orders/migrations/place_unless_stopped.sql"


class Switch(StrEnum):
    """The faults that can be planted."""

    SKIP_BALANCE_LOCK = "skip-balance-lock"
    IGNORE_REQUEST_ID = "ignore-request-id"
    ALLOW_SECOND_ACTIVE = "allow-second-active"
    IGNORE_NOTICES = "ignore-notices"
    ACCEPT_AGAIN = "accept-again"
    SELL_ON_CREDIT = "sell-on-credit"
    FORGET_THE_HOLD = "forget-the-hold"
    FORGET_THE_MESSAGE = "forget-the-message"
    REFUND_TWICE = "refund-twice"
    DROP_A_SETTLEMENT = "drop-a-settlement"
    RESEND_BLINDLY = "resend-blindly"
    IGNORE_LATE_ANSWERS = "ignore-late-answers"
    TEST_FOR_DUPLICATES_LATE = "test-for-duplicates-late"
    BELIEVE_CANCELS = "believe-cancels"
    FORGET_LEASES = "forget-leases"
    IGNORE_THE_STOP = "ignore-the-stop"
    SEE_NO_BREACH = "see-no-breach"
    RETURN_EVERYTHING = "return-everything"
    RETURN_MORE_FOR_MORE = "return-more-for-more"
    LET_NOTICES_REACH_BACK = "let-notices-reach-back"
    FORGET_NOTICES_OF_DECISIONS = "forget-notices-of-decisions"


Change = tuple[str, str]
"""What stands in a text exactly once, and what is put in its place."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """What a switch does.

    :param file: the SQL file of the guarded function, below the package.
    :param functions: guarded functions of the product, as "module:name", with the changes to their sources.
    :param walls: the constraints and unique indexes behind the guard, with their tables.
    """

    file: str = ""
    changes: tuple[Change, ...] = ()
    functions: tuple[tuple[str, tuple[Change, ...]], ...] = ()
    walls: tuple[tuple[str, str], ...] = ()


_SECOND_ACTIVE = (
    "WHEN line.active_order IS NOT NULL OR v_taken[line.lane] IS NOT NULL THEN 'active_order'",
    "WHEN false THEN 'active_order'",
)
_ACTIVE_WALL = ("orders_order", "orders_one_active_per_target")
_FULFILMENT = "sevenpanel.fulfilment.commands"
_SETTLING = "sevenpanel.orders.commands.settling"
_POST = "ledger.post(transfers=transfers, now=now)"
_RETURNED_AGAIN = "[replace(t, key=t.key + '/again') for t in transfers if t.key.endswith('returned')]"
_ALL_PLACED = "unnest(v_ids, v_ords, v_charges)"
_BUT_THE_FIRST = "unnest(v_ids[2:], v_ords[2:], v_charges[2:])"
_CHARGED = f"array_agg(''::text ORDER BY a.id), p_now)\n      FROM {_ALL_PLACED}"
_HANDED_ON = "'order.placed', l.customer_id, a.id, p_now\n      FROM unnest(v_ids, v_ords)"
_REFUNDS = "sevenpanel.terms.refunds"
_WITHOUT_NOTICES = (
    "to_data(replace(made.record, facts=replace(made.record.facts, order=replace(made.order, notices=()))))"
)

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
    ),
    Switch.ACCEPT_AGAIN: Fault(file=PLACE, walls=(("accounts_acceptance", "accounts_acceptance_once"),)),
    Switch.SELL_ON_CREDIT: Fault(
        file=PLACE,
        changes=(("coalesce(v_left[line.wallet], line.spendable) THEN 'not_enough_funds'", "NULL THEN ''"),),
        walls=(("ledger_balance", "ledger_balance_not_overdrawn"),),
    ),
    Switch.FORGET_THE_HOLD: Fault(file=PLACE, changes=((_CHARGED, _CHARGED.replace(_ALL_PLACED, _BUT_THE_FIRST)),)),
    Switch.FORGET_THE_MESSAGE: Fault(
        file=PLACE, changes=((_HANDED_ON, _HANDED_ON.replace("v_ids, v_ords", "v_ids[2:], v_ords[2:]")),)
    ),
    Switch.REFUND_TWICE: Fault(
        functions=((f"{_SETTLING}:settle", ((_POST, f"{_POST}; ledger.post(transfers={_RETURNED_AGAIN}, now=now)"),)),),
    ),
    Switch.DROP_A_SETTLEMENT: Fault(
        functions=((f"{_SETTLING}:settle", ((_POST, "ledger.post(transfers=transfers[1:], now=now)"),)),),
    ),
    Switch.RESEND_BLINDLY: Fault(
        functions=(
            (
                f"{_FULFILMENT}.outcomes:mark_unknown",
                (
                    (
                        "end_attempt(attempt, AttemptState.UNKNOWN, now=now, words=words, evidence=evidence)",
                        "return mark_not_sent(task, attempt, None, words, evidence, now)",
                    ),
                ),
            ),
        ),
    ),
    Switch.IGNORE_LATE_ANSWERS: Fault(
        functions=((f"{_FULFILMENT}.dispatching:note_late", (("if isinstance(answer, Sent) and", "return\n    if"),)),),
    ),
    Switch.TEST_FOR_DUPLICATES_LATE: Fault(
        functions=(
            (
                "sevenpanel.fulfilment.domain.evidence:_may_be_tested",
                ((" and timedelta(0) <= facts.age <= TEST_WITHIN", ""),),
            ),
        ),
    ),
    Switch.BELIEVE_CANCELS: Fault(
        functions=(("sevenpanel.terms.clauses.cancelling:cancel", (("if order.dispatch in NOT_SENT:", "if True:"),)),),
    ),
    Switch.FORGET_LEASES: Fault(
        functions=((f"{_FULFILMENT}.leases:_take_over", (("attempt = sending.first()", "return"),)),),
    ),
    Switch.IGNORE_THE_STOP: Fault(
        file=PLACE,
        changes=(("EXISTS (SELECT FROM orders_stop WHERE lifted_at IS NULL); -- sabotage:ignore-the-stop", "false;"),),
    ),
    Switch.SEE_NO_BREACH: Fault(
        functions=(("sevenpanel.jobs.books:watch", (("breaches=breaches, now=now", "breaches=[], now=now"),)),),
    ),
    Switch.RETURN_EVERYTHING: Fault(
        functions=((f"{_REFUNDS}:undelivered_micros", ((" - kept_micros(order) - ", " - "),)),),
    ),
    Switch.RETURN_MORE_FOR_MORE: Fault(
        functions=((f"{_REFUNDS}:kept_micros", (("* order.delivered,", "* (order.quantity - order.delivered),"),)),),
    ),
    Switch.LET_NOTICES_REACH_BACK: Fault(
        functions=(("sevenpanel.terms.promise:promise", (("(delays, until))", "(delays, max(until, known_at)))"),)),),
    ),
    Switch.FORGET_NOTICES_OF_DECISIONS: Fault(
        functions=(("sevenpanel.orders.commands.recording:_row", (("to_data(made.record)", _WITHOUT_NOTICES),)),),
    ),
}
assert FAULTS.keys() == set(Switch)


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
    without_decorators = source[re.search(r"^def ", source, re.MULTILINE).start() :]  # type: ignore[union-attr]
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
    found = inspect.unwrap(getattr(importlib.import_module(module), function))
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
