"""Files shown to a virus scanner, where the operator has one (S-9, S-10).

While there is one, a file is held until it was looked at: nobody can fetch what was not scanned. A scanner that is away
holds files and nothing else; tickets go on. Nothing is asked inside a transaction: a file is claimed, shown, noted.
"""

from collections.abc import Callable
from datetime import datetime, timedelta

import structlog
from django.conf import settings

from sevenpanel.kernel import db
from sevenpanel.kernel.clamd import Answer, Infected, NotScanned, scan
from sevenpanel.support.commands.filing import path_of
from sevenpanel.support.domain.files import Scan

LEASE = timedelta(minutes=2)
AGAIN = timedelta(minutes=1)

# What came last is waited for; what came before there was a scanner has time.
_CLAIM = """
UPDATE support_attachment SET scan_due_at = %(until)s
 WHERE id = (SELECT id FROM support_attachment WHERE scan IS NULL AND (scan_due_at IS NULL OR scan_due_at <= %(now)s)
              ORDER BY id DESC LIMIT 1 FOR UPDATE SKIP LOCKED)
RETURNING id, stored_as
"""
_SCANNED = "UPDATE support_attachment SET scan = %s, scan_due_at = NULL WHERE id = %s AND scan IS NULL"
_LATER = "UPDATE support_attachment SET scan_due_at = %s WHERE id = %s AND scan IS NULL"

_log = structlog.get_logger("sevenpanel.scan")


def scan_next(*, clock: Callable[[], datetime]) -> bool:
    """Show the scanner one file that it has not seen, if there is a scanner.

    :returns: whether one was looked at, so that there may be more.
    """
    if not settings.CLAMD:
        return False
    claimed = _claim(clock())
    if claimed is None:
        return False
    file_id, stored_as = claimed
    answer = _looked_at(stored_as)
    if isinstance(answer, NotScanned):
        _log.warning("file not scanned", file=file_id, words=answer.words)
        db.rows(_LATER, (clock() + AGAIN, file_id))
        return False
    is_infected = isinstance(answer, Infected)
    db.rows(_SCANNED, ((Scan.INFECTED if is_infected else Scan.CLEAN).value, file_id))
    if isinstance(answer, Infected):
        _log.warning("file removed", file=file_id, found=answer.name)
        path_of(stored_as).unlink(missing_ok=True)
    return True


@db.command
def _claim(now: datetime) -> tuple[int, str] | None:
    found = db.rows(_CLAIM, {"until": now + LEASE, "now": now})
    return (found[0][0], found[0][1]) if found else None


def _looked_at(stored_as: str) -> Answer:
    try:
        data = path_of(stored_as).read_bytes()
    except OSError as fault:
        return NotScanned(words=f"The file cannot be read ({type(fault).__name__}).")
    return scan(settings.CLAMD, data)
