"""How a broken invariant is named, and how a table of checks is run."""

from collections.abc import Mapping
from dataclasses import dataclass

from sevenpanel.kernel import db


@dataclass(frozen=True, slots=True, kw_only=True)
class Breach:
    """One invariant that does not hold: its id in design: trust, section 3, and the rows that break it."""

    invariant: str
    sentence: str
    ids: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """A statement that returns the ids of offending rows, and none when the invariant holds."""

    invariant: str
    sentence: str
    statement: str


IDS_SHOWN_MAX = 20


def run(checks: tuple[Check, ...], parameters: Mapping[str, object] | None = None) -> list[Breach]:
    """Run the checks and return the breaches, each with up to `IDS_SHOWN_MAX` offending ids."""
    breaches = []
    for check in checks:
        offenders = db.rows(f"{check.statement} LIMIT {IDS_SHOWN_MAX}", dict(parameters or {}))
        if offenders:
            ids = tuple(str(row[0]) for row in offenders)
            breaches.append(Breach(invariant=check.invariant, sentence=check.sentence, ids=ids))
    return breaches
