"""`sevenpanel manage`: Django's own management commands, on the desk's settings."""

import os
from collections.abc import Sequence

from django.core.management import execute_from_command_line
from psycopg.conninfo import conninfo_to_dict

from sevenpanel.settings.environment import environment


def main(arguments: Sequence[str]) -> int:
    """Hand the arguments to Django (`shell`, `dbshell`, `check`, ...)."""
    wanted = conninfo_to_dict(environment().dsn).get("target_session_attrs")
    if wanted:  # Django tells psql of all machines, but not which of them to take
        os.environ["PGTARGETSESSIONATTRS"] = str(wanted)
    execute_from_command_line(["sevenpanel manage", *arguments])
    return 0
