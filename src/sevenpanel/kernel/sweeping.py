"""Files that no row names: what a process left that was killed between the disk and the commit."""

import re
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path

from sevenpanel.kernel import db
from sevenpanel.kernel.media import media_folder

# Long enough that a database which was set back for a while does not cost its files.
KEPT = timedelta(days=30)
BATCH = 1_000
_STORED = re.compile(r"[0-9a-f]{40}")

# Whichever room keeps files, names them in a column of this name. The catalogue of the database forgets no room.
_KEEPERS = """
SELECT quote_ident(c.relname) FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
 WHERE a.attname = 'stored_as' AND NOT a.attisdropped AND c.relkind IN ('r', 'p')
   AND c.relnamespace = current_schema()::regnamespace
 ORDER BY 1
"""


def sweep_files(*, now: datetime) -> int:
    """Remove files of ours that are older than thirty days and that no row names; return how many."""
    keepers = [str(table) for (table,) in db.rows(_KEEPERS)]
    old = (path for path in _stored_files() if path.stat().st_mtime < (now - KEPT).timestamp())
    return sum(_sweep(batch, keepers) for batch in iter(lambda: list(islice(old, BATCH)), []))


def _stored_files() -> Iterator[Path]:
    """Whatever the desk has written; anything else in the folder is somebody else's."""
    return (path for path in media_folder().glob("??/*") if _STORED.fullmatch(path.name) and path.is_file())


def _sweep(paths: Sequence[Path], keepers: Sequence[str]) -> int:
    named = [f"SELECT stored_as FROM {table} WHERE stored_as = ANY(%(names)s::text[])" for table in keepers]
    known = {name for (name,) in db.rows(" UNION ALL ".join(named), {"names": [path.name for path in paths]})}
    orphans = [path for path in paths if path.name not in known]
    for path in orphans:
        path.unlink(missing_ok=True)
    return len(orphans)
