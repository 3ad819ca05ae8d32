"""Reads of exports: how far a person's files have come, and a file in pieces."""

import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sevenpanel.exports import models
from sevenpanel.exports.domain import KEPT
from sevenpanel.kernel import db

_PIECE = "SELECT content FROM exports_piece WHERE export_id = %s AND number = %s"


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportRow:
    """A file that somebody asked for.

    :param rows: how many are written.
    :param ends_at: until when it can be downloaded; None while it is being written.
    """

    id: int
    status: str | None
    text: str
    asked_at: datetime
    rows: int
    is_ready: bool
    is_taken: bool
    ends_at: datetime | None


def exports_of(*, user_id: int, now: datetime) -> list[ExportRow]:
    """What a person has asked for and can still have or wait for, the last first."""
    rows = models.Export.objects.filter(user_id=user_id, taken_at__isnull=True).order_by("-id")
    return [row for row in map(_row, rows) if row.ends_at is None or row.ends_at > now]


def export(*, export_id: int, user_id: int, now: datetime) -> ExportRow | None:
    """One of a person's files; None alike for none, for another's, and for one that has been forgotten."""
    found = models.Export.objects.filter(id=export_id, user_id=user_id).first()
    row = _row(found) if found is not None else None
    return row if row is not None and (row.ends_at is None or row.ends_at > now) else None


def content(*, export_id: int) -> Iterator[bytes]:
    """The file, a piece in memory at a time."""
    number = 0
    while found := db.rows(_PIECE, (export_id, number)):
        yield zlib.decompress(bytes(found[0][0]))
        number += 1


def _row(found: models.Export) -> ExportRow:
    return ExportRow(
        id=found.id,
        status=found.status,
        text=found.text,
        asked_at=found.asked_at,
        rows=found.rows,
        is_ready=found.ready_at is not None,
        is_taken=found.taken_at is not None,
        ends_at=found.ready_at + KEPT if found.ready_at is not None else None,
    )
