"""An empty database to begin with, the same for every seed: no rows, and all numbers from one again."""

from functools import cache

from django.apps import apps
from django.conf import settings

from sevenpanel.kernel import db

_FROM_ONE = """
SELECT setval(quote_ident(sequencename)::regclass, 1, false) FROM pg_sequences
 WHERE schemaname = current_schema() AND last_value IS NOT NULL
"""


def empty() -> None:
    """Empty every table of the desk.

    :raises RuntimeError: on any database but one that was made to be thrown away.
    """
    if not settings.IS_THROWAWAY:
        raise RuntimeError("A simulation empties its database, and this one is not there to be thrown away.")
    filled = [name for (name,) in db.rows(_filled())]
    if filled:
        db.rows(f"TRUNCATE {', '.join(filled)} CASCADE")
    db.rows(_FROM_ONE)


def count(table: str) -> int:
    """How many rows a table has."""
    return int(db.rows(f"SELECT count(*) FROM {table}")[0][0])


@cache
def _filled() -> str:
    """Asks which tables hold anything: emptying one costs as much as hundreds of rows."""
    tables = sorted(
        model._meta.db_table
        for model in apps.get_models(include_auto_created=True)
        if model.__module__.startswith("sevenpanel.") and model._meta.managed
    )
    return " UNION ALL ".join(f"SELECT '{name}' WHERE EXISTS (SELECT FROM {name})" for name in tables)
