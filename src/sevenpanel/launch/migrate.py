"""`sevenpanel migrate`: bring the database's tables up to this code, one process at a time."""

from collections.abc import Sequence

from django.core.management import call_command
from django.db import connection

from sevenpanel.launch import schema
from sevenpanel.settings.environment import environment

# Two machines that start at once must not both migrate; the number only has to be ours.
LOCK = 7_070_001


def main(arguments: Sequence[str]) -> int:
    """Apply what is not applied yet.

    :param arguments: handed on to Django's own `migrate` (an app, a migration, `--plan`).
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [LOCK])
    try:
        call_command("migrate", *arguments, interactive=False)
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK])
    if not arguments:
        schema.remember(environment().dsn)
    return 0
