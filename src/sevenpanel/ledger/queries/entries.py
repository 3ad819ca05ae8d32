"""Reads of entries: the story of a receipt as it was booked, and how much of each asset stands where."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sevenpanel.kernel import db
from sevenpanel.ledger.domain import AccountKind, EntryKind

_ENTRIES = """
SELECT e.id, e.key, e.subject, e.kind, e.customer_id, e.actor_id, e.reverses_id, e.facts::text, e.posted_at,
       r.id AS reversed_by
  FROM ledger_entry e LEFT JOIN ledger_entry r ON r.reverses_id = e.id
"""

_OF_SUBJECT = f"{_ENTRIES} WHERE e.subject = %s ORDER BY e.id"
_BY_KEY = f"{_ENTRIES} WHERE e.key = %s"

_ASSETS = """
SELECT asset, kind, sum(raw) FROM (
    SELECT asset, debit_kind AS kind, raw FROM ledger_assetmove
    UNION ALL SELECT asset, credit_kind, -raw FROM ledger_assetmove) AS sides
 GROUP BY asset, kind ORDER BY asset, kind
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryRow:
    """An entry as it was booked.

    :ivar reversed_by: the reversal's id, if it was taken back.
    """

    id: int
    key: str
    subject: str
    kind: EntryKind
    customer_id: int | None
    actor_id: int | None
    reverses_id: int | None
    facts: Mapping[str, Any]
    posted_at: datetime
    reversed_by: int | None

    @property
    def is_live(self) -> bool:
        """Whether it stands: neither taken back nor a taking back."""
        return self.reversed_by is None and self.kind is not EntryKind.REVERSAL


@dataclass(frozen=True, slots=True, kw_only=True)
class AssetLine:
    """How much of an asset stands on one of its accounts; above zero on the debit side."""

    asset: str
    kind: AccountKind
    raw: int


def entries(*, subject: str) -> list[EntryRow]:
    """Everything that was booked about a subject, oldest first."""
    return [_entry(row) for row in db.rows(_OF_SUBJECT, [subject])]


def entry(*, key: str) -> EntryRow | None:
    """The entry with this key."""
    found = db.rows(_BY_KEY, [key])
    return _entry(found[0]) if found else None


def _entry(row: tuple[Any, ...]) -> EntryRow:
    id_, key, subject, kind, customer, actor, reverses, facts, at, reversed_by = row
    return EntryRow(
        id=id_,
        key=key,
        subject=subject,
        kind=EntryKind(kind),
        customer_id=customer,
        actor_id=actor,
        reverses_id=reverses,
        facts=json.loads(facts),
        posted_at=at,
        reversed_by=reversed_by,
    )


def generation(found: list[EntryRow]) -> int:
    """How often something about this subject was taken back: part of the next entry's key.

    It is counted in the ledger, so that it is right also when everything else about the receipt was lost.
    """
    return sum(each.kind is EntryKind.REVERSAL for each in found)


def asset_balances() -> list[AssetLine]:
    """How much of each asset stands on each of its accounts; per asset they sum to nothing."""
    return [AssetLine(asset=a, kind=AccountKind(k), raw=int(raw)) for a, k, raw in db.rows(_ASSETS)]
