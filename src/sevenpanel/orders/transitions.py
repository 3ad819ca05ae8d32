"""The transition tables of `domain` as a database function, so that no code path can go around them."""

from collections.abc import Mapping
from enum import StrEnum
from typing import TypeVar

from sevenpanel.orders.domain import DISPATCH_AFTER, STATUS_AFTER

State = TypeVar("State", bound=StrEnum)


def _pairs(table: Mapping[State, frozenset[State]]) -> str:
    pairs = sorted(f"('{before}', '{after}')" for before, afters in table.items() for after in afters)
    return ", ".join(pairs)


def guard_sql() -> str:
    """The trigger that refuses a status or dispatch which may not follow the one before, and a second settlement."""
    return f"""
CREATE OR REPLACE FUNCTION orders_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.status <> OLD.status AND (OLD.status, NEW.status) NOT IN ({_pairs(STATUS_AFTER)}) THEN
        RAISE EXCEPTION 'order % is %, it cannot become %', OLD.id, OLD.status, NEW.status
            USING ERRCODE = 'check_violation', CONSTRAINT = 'orders_status_may_follow';
    END IF;
    IF NEW.dispatch <> OLD.dispatch AND (OLD.dispatch, NEW.dispatch) NOT IN ({_pairs(DISPATCH_AFTER)}) THEN
        RAISE EXCEPTION 'dispatch of order % is %, it cannot become %', OLD.id, OLD.dispatch, NEW.dispatch
            USING ERRCODE = 'check_violation', CONSTRAINT = 'orders_dispatch_may_follow';
    END IF;
    IF NOT OLD.is_open
       AND (NEW.is_open OR NEW.settled_at <> OLD.settled_at OR NEW.earned_micros <> OLD.earned_micros) THEN
        RAISE EXCEPTION 'order % is settled and stays settled', OLD.id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'orders_settled_once';
    END IF;
    IF NEW.charge_micros <> OLD.charge_micros OR NEW.quantity <> OLD.quantity THEN
        RAISE EXCEPTION 'charge and quantity of order % never change', OLD.id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'orders_charge_never_changes';
    END IF;
    RETURN NEW;
END $$;
"""
