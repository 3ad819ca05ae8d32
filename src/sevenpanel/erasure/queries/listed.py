"""The list of deletions outside the database, for backups that were made before them (docs/backup.md).

A file of lines in the home of the desk. Each names an account by its number and by when it was opened, so that another
account which got the same number after a restore is not taken for it; nothing in it says who anybody was.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import msgspec

from sevenpanel.erasure.domain import AskedBy
from sevenpanel.kernel import db
from sevenpanel.kernel.invariants import Breach
from sevenpanel.settings.environment import environment

_HERE = """
SELECT c.id, c.created_at FROM unnest(%s::bigint[], %s::timestamptz[]) AS k(id, opened_at)
  JOIN accounts_customer c ON c.id = k.id AND c.created_at = k.opened_at
 WHERE NOT EXISTS (SELECT FROM erasure_act a WHERE a.customer_id = c.id)
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A deletion as the list has it; the fields are those of an act."""

    customer_id: int
    opened_at: datetime
    erased_at: datetime
    asked_by: AskedBy
    staff_id: int | None
    reason: str


def kept_file() -> Path:
    """Where the list lies."""
    return environment().home / "erasures.jsonl"


def kept() -> list[Kept]:
    """Every deletion of the list, oldest first. A line that a crash has torn is left out: it is written again."""
    try:
        lines = kept_file().read_bytes().splitlines()
    except FileNotFoundError:
        return []
    return [each for line in lines if (each := _read(line)) is not None]


def _read(line: bytes) -> Kept | None:
    try:
        return msgspec.json.decode(line, type=Kept)
    except msgspec.DecodeError:
        return None


def come_back() -> list[Kept]:
    """The deletions of the list whose account is here again, because a backup was restored that is older."""
    listed = {(each.customer_id, each.opened_at): each for each in kept()}
    return [listed[id_, opened_at] for id_, opened_at in sorted(db.rows(_HERE, db.columns(listed, 2)))]


def come_back_breaches() -> Sequence[Breach]:
    """What `sevenpanel verify` says of accounts that came back with a backup (clause 7.5)."""
    found = tuple(str(each.customer_id) for each in come_back())
    sentence = "An account that was deleted is here again with an older backup; see `sevenpanel operate erase-again`."
    return [Breach(invariant="7.5", sentence=sentence, ids=found)] if found else []
