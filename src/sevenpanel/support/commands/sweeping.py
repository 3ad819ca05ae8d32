"""Files that belong to no message: what a process left that was killed between the disk and the commit."""

import re
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path

from sevenpanel.kernel import db
from sevenpanel.support.commands.filing import media_folder

# Long enough that a database which was set back for a while does not cost its files.
KEPT = timedelta(days=30)
BATCH = 1_000
_STORED = re.compile(r"[0-9a-f]{40}")
_KNOWN = "SELECT stored_as FROM support_attachment WHERE stored_as = ANY(%s::text[])"


def sweep_files(*, now: datetime) -> int:
    """Remove files of ours that are older than thirty days and that no message has; return how many."""
    old = (path for path in _stored_files() if path.stat().st_mtime < (now - KEPT).timestamp())
    return sum(_sweep(batch) for batch in iter(lambda: list(islice(old, BATCH)), []))


def _stored_files() -> Iterator[Path]:
    """Whatever the desk has written; anything else in the folder is somebody else's."""
    return (path for path in media_folder().glob("??/*") if _STORED.fullmatch(path.name) and path.is_file())


def _sweep(paths: Sequence[Path]) -> int:
    known = {name for (name,) in db.rows(_KNOWN, [[path.name for path in paths]])}
    orphans = [path for path in paths if path.name not in known]
    for path in orphans:
        path.unlink(missing_ok=True)
    return len(orphans)
