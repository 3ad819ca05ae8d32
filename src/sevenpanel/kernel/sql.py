"""SQL that lives in files beside the migrations, so that it can be read, diffed and highlighted as SQL."""

from pathlib import Path

from django.db.migrations import RunSQL


def script(migration_file: str, name: str, *, reverse: str) -> RunSQL:
    """A migration step that runs the SQL file `name` beside a migration.

    :param migration_file: the migration's `__file__`.
    :param reverse: the SQL that takes it back.
    """
    return RunSQL((Path(migration_file).parent / name).read_text(), reverse)
