"""Deletions are kept in a list outside the database, and carried out again after an older backup was restored."""

import os
from dataclasses import dataclass
from datetime import datetime

import msgspec

from sevenpanel.erasure.commands.carrying_out import UnableToErase, erase
from sevenpanel.erasure.domain import AskedBy, Hindrance
from sevenpanel.erasure.queries.listed import Kept, come_back, kept, kept_file
from sevenpanel.kernel import db

_ACTS = """
SELECT a.customer_id, c.created_at, a.erased_at, a.asked_by, a.staff_id, a.reason
  FROM erasure_act a JOIN accounts_customer c ON c.id = a.customer_id ORDER BY a.erased_at, a.customer_id
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Again:
    """What became of accounts that came back.

    :param erased: those that are deleted again.
    :param waiting: those that something holds up, with what has to end first.
    """

    erased: tuple[int, ...]
    waiting: dict[int, tuple[Hindrance, ...]]


def keep_apart() -> int:
    """Add to the list what the database knows and the list does not; safe on the disk when this returns.

    :returns: how many lines were added.
    :raises OSError: when the list cannot be written.
    """
    listed = {(each.customer_id, each.opened_at) for each in kept()}
    acts = [_kept(*row) for row in db.rows(_ACTS)]
    missing = [each for each in acts if (each.customer_id, each.opened_at) not in listed]
    if missing:
        _append(b"".join(msgspec.json.encode(each) + b"\n" for each in missing))
    return len(missing)


def _kept(
    customer_id: int, opened_at: datetime, erased_at: datetime, asked_by: str, staff_id: int | None, reason: str
) -> Kept:
    return Kept(
        customer_id=customer_id,
        opened_at=opened_at,
        erased_at=erased_at,
        asked_by=AskedBy(asked_by),
        staff_id=staff_id,
        reason=reason,
    )


def _append(lines: bytes) -> None:
    path = kept_file()
    # After a line that a crash has torn a new one begins, or both would be lost.
    torn = path.exists() and path.stat().st_size > 0 and not path.read_bytes().endswith(b"\n")
    descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        os.write(descriptor, b"\n" + lines if torn else lines)
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def erase_again(*, now: datetime) -> Again:
    """Delete the accounts of the list that are here again. No letter is sent: their people had their last one.

    What is open in an account since the restore has to end first, as for any deletion.
    """
    erased, waiting = list[int](), dict[int, tuple[Hindrance, ...]]()
    for each in come_back():
        try:
            erase(
                customer_id=each.customer_id,
                asked_by=each.asked_by,
                staff_id=each.staff_id,
                reason=_reason(each),
                now=now,
                is_again=True,
            )
        except UnableToErase as refusal:
            waiting[each.customer_id] = refusal.hindrances
        else:
            erased.append(each.customer_id)
    return Again(erased=tuple(erased), waiting=waiting)


def _reason(each: Kept) -> str:
    return f"{each.reason} First deleted on {each.erased_at:%Y-%m-%d}; again after a restore.".strip()
