"""A stored notice as a frozen row, and as the Terms read it."""

import json
from dataclasses import dataclass
from typing import Any

from sevenpanel.notices.domain import Change, Draft, Origin
from sevenpanel.terms import DropBand, Notice, NoticeKind, Overrides, Scope

COLUMNS = """
n.id, coalesce(n.root_id, n.id) AS root_id, n.corrects_id, n.kind, n.scope, n.subject, n.origin, n.written_by, n.why,
n.text, n.published_at, n.in_force_from, n.in_force_until, n.start_within, n.complete_within, n.quantity_min,
n.quantity_max, n.drop_band, n.can_cancel, n.can_refill, n.description, n.is_paused, n.changes::text AS changes,
n.withdrawn_at, n.withdrawn_by, n.withdrawn_why
"""

_OVERRIDES = ("start_within", "complete_within", "quantity_min", "quantity_max", "can_cancel", "can_refill")


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeRow:
    """One version of a notice.

    :param notice: what the Terms read of it.
    :param root_id: the id of its first version, the same for all of them.
    :param is_paused: True when it pauses ordering while it is in force, False when it lifts a pause, None for neither.
    :param why: why it takes the place of the version before; empty on the first one.
    """

    notice: Notice
    root_id: int
    corrects_id: int | None
    origin: Origin
    written_by: str
    why: str
    is_paused: bool | None
    changes: tuple[Change, ...]
    withdrawn_by: str
    withdrawn_why: str

    @property
    def id(self) -> int:
        """The id of this version."""
        return self.notice.notice_id


def notice_row(row: dict[str, Any]) -> NoticeRow:
    """Read a row of `COLUMNS`."""
    return NoticeRow(
        notice=_notice(row),
        root_id=row["root_id"],
        corrects_id=row["corrects_id"],
        origin=Origin(row["origin"]),
        written_by=row["written_by"],
        why=row["why"],
        is_paused=row["is_paused"],
        changes=tuple(Change(**change) for change in json.loads(row["changes"])),
        withdrawn_by=row["withdrawn_by"],
        withdrawn_why=row["withdrawn_why"],
    )


def _notice(row: dict[str, Any]) -> Notice:
    scope = Scope(row["scope"])
    return Notice(
        notice_id=row["id"],
        kind=NoticeKind(row["kind"]),
        scope=scope,
        subject=_subject(scope, row["subject"]),
        published_at=row["published_at"],
        in_force_from=row["in_force_from"],
        in_force_until=row["in_force_until"],
        withdrawn_at=row["withdrawn_at"],
        overrides=_overrides(row),
        text=row["text"],
    )


def _overrides(row: dict[str, Any]) -> Overrides:
    band = DropBand(row["drop_band"]) if row["drop_band"] else None
    return Overrides(**{name: row[name] for name in _OVERRIDES}, drop_band=band, text=row["description"])


def _subject(scope: Scope, stored: str) -> int | str | None:
    if scope is Scope.ALL:
        return None
    return stored if scope is Scope.NETWORK else int(stored)


def draft_of(notice: Notice) -> Draft:
    """A notice as a draft, from which a correction of it begins."""
    return Draft(
        kind=notice.kind,
        scope=notice.scope,
        subject=notice.subject,
        text=notice.text,
        in_force_from=notice.in_force_from,
        in_force_until=notice.in_force_until,
        overrides=notice.overrides,
    )
