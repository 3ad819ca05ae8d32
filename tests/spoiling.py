"""Damage behind the desk's back: what somebody with a superuser's rights, or a fault below us, may do to the books."""

from collections.abc import Iterator
from contextlib import contextmanager

from sevenpanel.kernel import db


@contextmanager
def walls_off(*tables: str) -> Iterator[None]:
    """Let rows of these tables be changed for the duration of a block, then put the walls up again."""
    closed = [table for table in tables if not db.rows("SELECT has_table_privilege(%s, 'DELETE')", [table])[0][0]]
    for table in closed:
        db.rows(f"GRANT UPDATE, DELETE ON {table} TO CURRENT_USER")
    for table in tables:
        db.rows(f"ALTER TABLE {table} DISABLE TRIGGER USER")
    try:
        yield
    finally:
        for table in tables:
            db.rows(f"ALTER TABLE {table} ENABLE TRIGGER USER")
        for table in closed:
            db.rows(f"REVOKE UPDATE, DELETE ON {table} FROM CURRENT_USER")


def add_to_transfers(condition: str, micros: int) -> None:
    """Change the sums of booked transfers, all walls standing before and after."""
    with walls_off("ledger_transfer"):
        db.rows(f"UPDATE ledger_transfer SET amount_micros = amount_micros + %s WHERE {condition}", [micros])


def add_to_balance(customer_id: int, micros: int) -> None:
    """Change what a customer has without any transfer."""
    db.rows(
        "UPDATE ledger_balance SET balance_micros = balance_micros + %s WHERE customer_id = %s", [micros, customer_id]
    )


def let_statistics_tell() -> None:
    """Hand in what this session has done, as every session does soon after."""
    db.rows("SELECT pg_stat_force_next_flush()")
