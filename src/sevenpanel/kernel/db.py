"""Transactions by their two names: a command owns one, a step needs one.

Django's `atomic` means both things. Here a *command* begins and commits its own transaction and cannot be
nested; a *step* refuses to run outside one (design: house, A command is a sandwich).
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from django.db import InterfaceError, InternalError, OperationalError, connection, transaction

from sevenpanel.kernel import arrays

P = ParamSpec("P")
T = TypeVar("T")

READ_ONLY = "25006"
"""The SQLSTATE of a write to a database that may only be read, such as one that another has taken over from."""

IDLE = "25P03"
"""The SQLSTATE of a connection that was ended because its transaction did nothing for too long."""

OVERDUE = ("57014", "55P03")
"""The SQLSTATEs of a statement whose time was up, and of one that waited too long for what somebody else holds."""


def command(function: Callable[P, T]) -> Callable[P, T]:
    """Run the function in a transaction of its own that is committed when it returns.

    :raises RuntimeError: when it is called inside another transaction.
    """

    @wraps(function)
    def run(*args: P.args, **kwargs: P.kwargs) -> T:
        with transaction.atomic(durable=True):
            return function(*args, **kwargs)

    return run


def step(function: Callable[P, T]) -> Callable[P, T]:
    """Mark a write that is part of a caller's transaction.

    :raises RuntimeError: when there is none, so that a half-done change cannot be committed by accident.
    """

    @wraps(function)
    def run(*args: P.args, **kwargs: P.kwargs) -> T:
        if not connection.in_atomic_block:
            raise RuntimeError(f"{function.__qualname__} needs a transaction of its caller's.")
        return function(*args, **kwargs)

    return run


@step
def let_go_in_a_crash() -> None:
    """Let this transaction commit without waiting for the disk: a crash of the server may undo it as a whole.

    Only for what is simply done again then. What is committed afterwards and waits for the disk is never on it alone.
    """
    rows("SET LOCAL synchronous_commit TO off")


def is_away(fault: BaseException) -> bool:
    """Whether a fault says that the database cannot be used now: unreachable, full, out of time, or only to be read."""
    if isinstance(fault, InternalError):
        return getattr(fault.__cause__, "sqlstate", None) in (READ_ONLY, IDLE)
    return isinstance(fault, OperationalError | InterfaceError)


def is_overdue(fault: BaseException) -> bool:
    """Whether the database itself ended a statement that took too long: it answers, and has done nothing of it."""
    return isinstance(fault, OperationalError) and getattr(fault.__cause__, "sqlstate", None) in OVERDUE


def hang_up(fault: BaseException) -> None:
    """Break this thread's connection off when its server takes no writes, and leave any other one alone.

    Such a connection looks healthy, so that a pool would hand it out again and again, while another server has taken
    over or this one takes writes again. Whoever asks next is connected anew.
    """
    if getattr(fault.__cause__, "sqlstate", None) == READ_ONLY and connection.connection is not None:
        connection.connection.close()


def rows(statement: str, parameters: Sequence[Any] | dict[str, Any] = ()) -> list[tuple[Any, ...]]:
    """Run one statement and return all its rows as tuples. A list among the parameters is an array."""
    with connection.cursor() as cursor:
        cursor.execute(statement, _written(parameters))
        return cursor.fetchall() if cursor.description else []


def named_rows(statement: str, parameters: Sequence[Any] | dict[str, Any] = ()) -> list[dict[str, Any]]:
    """Run one statement and return its rows as dictionaries by column name."""
    with connection.cursor() as cursor:
        cursor.execute(statement, _written(parameters))
        names = [column.name for column in cursor.description or ()]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def _written(parameters: Sequence[Any] | dict[str, Any]) -> Sequence[Any] | dict[str, Any]:
    if isinstance(parameters, dict):
        return {name: arrays.written(value) for name, value in parameters.items()}
    return [arrays.written(value) for value in parameters]


def columns(items: Iterable[Sequence[Any]], width: int) -> list[list[Any]]:
    """Turn rows into `width` columns, the shape in which a set-based statement takes them.

    :raises ValueError: when a row is of another width.
    """
    turned = [list(column) for column in zip(*items, strict=True)] or [[] for _ in range(width)]
    if len(turned) != width:
        raise ValueError(f"rows of {len(turned)} values do not make {width} columns")
    return turned


@contextmanager
def snapshot() -> Iterator[None]:
    """Read everything inside as it stood at one instant, whatever is written meanwhile."""
    with transaction.atomic(durable=True):
        rows("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        yield
