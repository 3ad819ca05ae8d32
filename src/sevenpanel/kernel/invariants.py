"""How a broken invariant is named, and how tables of checks are run: all rows, or what is new since the last time."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sevenpanel.kernel import db

_OF_MONEY = re.compile("[ID][0-9]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Breach:
    """One invariant that does not hold: its id in design: trust, section 3, and the rows that break it."""

    invariant: str
    sentence: str
    ids: tuple[str, ...]

    @property
    def is_of_money(self) -> bool:
        """Whether it is about money, which stops new orders (O-7): one of the rules I1 to I14 or D1 to D5."""
        return _OF_MONEY.fullmatch(self.invariant) is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """A statement that returns the ids of offending rows, and none when the invariant holds.

    :param statement: looks at all rows. It may name `%(now)s`: the instant that counts as now, the database's own
        when nobody says another.
    """

    invariant: str
    sentence: str
    statement: str


IDS_SHOWN_MAX = 20


def run(
    checks: Sequence[Check], parameters: Mapping[str, object] | None = None, *, now: datetime | None = None
) -> list[Breach]:
    """Run checks in one statement, so at one instant, and return the breaches.

    :param parameters: what the statements name besides `now`.
    :returns: one for each broken check, in their order, with up to `IDS_SHOWN_MAX` offending ids.
    """
    return read(checks, db.rows(union([check.statement for check in checks]), {"now": now, **(parameters or {})}))


def only(check: Check, condition: str) -> Check:
    """The same check of some rows only.

    :param condition: SQL about `found.id`, the id that the check's statement returns.
    """
    return replace(check, statement=f"SELECT found.id FROM ({check.statement}) AS found(id) WHERE {condition}")


def union(statements: Sequence[str]) -> str:
    """One statement for all of these: rows of the statement's position and an offending id."""
    parts = [
        f"SELECT {at} AS at, found.id::text FROM ({statement} LIMIT {IDS_SHOWN_MAX}) AS found(id)"
        for at, statement in enumerate(statements)
    ]
    return " UNION ALL ".join(parts)


def read(checks: Sequence[Check], rows: Sequence[tuple[int, str]]) -> list[Breach]:
    """What the rows of `union` say about the checks whose statements it was made of."""
    ids: dict[int, list[str]] = {}
    for at, id_ in rows:
        ids.setdefault(at, []).append(id_)
    return [
        Breach(invariant=checks[at].invariant, sentence=checks[at].sentence, ids=tuple(ids[at])) for at in sorted(ids)
    ]
