"""Folding a table that only grows into sums, a bounded number of its rows in each transaction, each row once."""

from sevenpanel.kernel import db

ROWS_A_STEP = 50_000


def fold(*, mark_table: str, statement: str, settled: int, rows_a_step: int = ROWS_A_STEP) -> int:
    """Fold on from where the last one stopped. Several at once take turns.

    :param mark_table: a table of one row that has the `id` 1 and the number `upto_id`; a constant of the caller's.
    :param statement: adds the rows after `after` up to `upto` to the sums.
    :param settled: every row up to here is certainly committed, or will never be.
    :returns: the row up to which it is folded.
    """
    while (upto := _fold_some(mark_table, statement, settled, rows_a_step)) < settled:
        pass
    return upto


@db.command
def _fold_some(mark_table: str, statement: str, settled: int, rows_a_step: int) -> int:
    db.rows(f"INSERT INTO {mark_table} (id, upto_id) VALUES (1, 0) ON CONFLICT DO NOTHING")
    after = int(db.rows(f"SELECT upto_id FROM {mark_table} WHERE id = 1 FOR UPDATE")[0][0])
    upto = max(after, min(after + rows_a_step, settled))
    db.rows(statement, {"after": after, "upto": upto})
    db.rows(f"UPDATE {mark_table} SET upto_id = %s WHERE id = 1", [upto])
    return upto
