"""Reading on through a table that only grows: each row once, none overlooked.

Ids are given out before their transaction is committed, so a lower one may appear after a higher one. Whoever reads on
looks at the *tide* first: how far rows reach, and who is writing some at that moment. Once all of these have ended,
everything up to there is certain, and nobody had to be kept waiting for it.
"""

from dataclasses import dataclass

from sevenpanel.kernel import db

_LAST = "SELECT coalesce(max(id), 0) FROM {table}"
# Whoever inserts takes this lock before the id, and holds it until the end of the transaction. What whoever asks has
# written in the same transaction is there to be read.
_WRITING = """
SELECT DISTINCT virtualtransaction FROM pg_locks
 WHERE locktype = 'relation' AND relation = %s::regclass AND mode = 'RowExclusiveLock'
   AND database = (SELECT oid FROM pg_database WHERE datname = current_database()) AND pid <> pg_backend_pid()
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class TideRow:
    """How far rows reach, and which transactions may still add one below that.

    :param last: the highest id that is committed.
    :param writing: transactions, by the names that the database gives them.
    """

    last: int
    writing: frozenset[str]


def tide(*, table: str) -> TideRow:
    """Look how far rows reach, and only then who is writing: whoever is not among them has committed by then.

    :param table: its name, a constant of the caller's.
    """
    last = int(db.rows(_LAST.format(table=table))[0][0])
    return TideRow(last=last, writing=frozenset(name for (name,) in db.rows(_WRITING, [table])))
