"""Writes of exports: asking for a file, writing it step by step, handing it out once, forgetting it.

A step is one transaction: it takes a file that nobody else has in hand, adds a piece, and notes how far it came. A
worker that dies in the middle leaves the file as the last step left it, and the next one goes on from there.
"""

import zlib
from collections.abc import Callable
from datetime import datetime

from sevenpanel.exports import models
from sevenpanel.exports.domain import KEPT, STEP_ROWS, TAKING, WAITING_MAX
from sevenpanel.kernel import db, spreadsheets
from sevenpanel.kernel.refusals import Refusal
from sevenpanel.kernel.said import Count, say
from sevenpanel.orders import queries as orders
from sevenpanel.orders.domain import Status
from sevenpanel.orders.queries import Wanted

# The one that was asked for first and is in no other worker's hands.
_NEXT = """
SELECT id, customer_id, status, text, has_mark, before_id, rows FROM exports_export
 WHERE ready_at IS NULL ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED
"""
_FORGET = """
SELECT id FROM exports_export
 WHERE coalesce(taken_at + %(taking)s, ready_at + %(kept)s) <= %(now)s FOR UPDATE SKIP LOCKED
"""


class UnableToExport(Refusal):
    """A file that is not made, or cannot be had."""


class UnableToFindExport(UnableToExport):
    """A file that is not there, or is another's."""

    status = 404


@db.command
def ask(*, user_id: int, wanted: Wanted, has_mark: bool, now: datetime) -> int:
    """Ask for a table of orders; one that is on its way already is not made twice.

    :returns: the export's id.
    :raises UnableToExport: when this person waits for as many as anybody may.
    """
    # One at a time for each person, so that two requests at once do not both find the last place free.
    db.rows("SELECT pg_advisory_xact_lock(hashtext('exports_export'), %s::int)", [user_id % 2**31])
    mine = models.Export.objects.filter(user_id=user_id, taken_at__isnull=True)
    same = {"customer_id": wanted.customer_id, "status": wanted.status, "text": wanted.text, "has_mark": has_mark}
    there = mine.filter(**same, ready_at__isnull=True).first()
    if there is not None:
        return there.id
    if mine.count() >= WAITING_MAX:
        raise UnableToExport(
            say("You have asked for %(most)s files already. Download one of them first.", most=Count(WAITING_MAX))
        )
    return models.Export.objects.create(user_id=user_id, asked_at=now, **same).id


@db.command
def write_next(*, clock: Callable[[], datetime], rows: int = STEP_ROWS) -> bool:
    """Write the next piece of a file.

    :returns: False when there was nothing to write.
    """
    found = db.named_rows(_NEXT)
    if not found:
        return False
    row = found[0]
    wanted = Wanted(
        customer_id=row["customer_id"],
        status=Status(row["status"]) if row["status"] else None,
        text=row["text"],
        before_id=row["before_id"],
    )
    part = orders.stretch(wanted, limit=rows)
    is_first = row["before_id"] is None
    lines = spreadsheets.lines(
        orders.TABLE_HEAD if is_first else None, map(orders.cells, part.orders), has_mark=is_first and row["has_mark"]
    )
    _keep_piece(row["id"], "".join(lines).encode())
    models.Export.objects.filter(id=row["id"]).update(
        rows=row["rows"] + len(part.orders),
        before_id=part.looked_to if part.looked_to is not None else row["before_id"],
        ready_at=clock() if part.looked_to is None else None,
    )
    return True


def _keep_piece(export_id: int, content: bytes) -> None:
    if content:
        number = models.Piece.objects.filter(export_id=export_id).count()
        models.Piece.objects.create(export_id=export_id, number=number, content=zlib.compress(content))


@db.command
def take(*, export_id: int, user_id: int, now: datetime) -> None:
    """Begin the one download of a file.

    :raises UnableToFindExport: when it is not there for this person.
    :raises UnableToExport: when it is not whole yet, or was downloaded before.
    """
    mine = models.Export.objects.select_for_update().filter(id=export_id, user_id=user_id).first()
    if mine is None or (mine.ready_at is not None and mine.ready_at + KEPT <= now):
        raise UnableToFindExport(say("This file is not there any more. Ask for it again."))
    if mine.ready_at is None:
        raise UnableToExport(say("This file is not whole yet. Wait a moment, then look again."))
    if mine.taken_at is not None:
        raise UnableToExport(say("This file was downloaded before, which works once. Ask for it again."))
    mine.taken_at = now
    mine.save(update_fields=["taken_at"])


@db.command
def finish(*, export_id: int) -> None:
    """Forget a file whose download has come to its end."""
    _forget([export_id])


@db.command
def forget_old(*, now: datetime) -> int:
    """Forget files that nobody fetched in time, and what is left of downloads that broke off.

    :returns: how many.
    """
    ids = [id_ for (id_,) in db.rows(_FORGET, {"kept": KEPT, "taking": TAKING, "now": now})]
    _forget(ids)
    return len(ids)


@db.step
def forget_of_customer(*, customer_id: int) -> None:
    """Forget all files of a customer's that is deleted (clause 7.5). A step that writes one of them is waited for."""
    mine = models.Export.objects.select_for_update().filter(customer_id=customer_id).order_by("id")
    _forget(list(mine.values_list("id", flat=True)))


def _forget(ids: list[int]) -> None:
    if ids:
        models.Piece.objects.filter(export_id__in=ids).delete()
        models.Export.objects.filter(id__in=ids).delete()
