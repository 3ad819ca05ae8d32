"""`sevenpanel manage`: Django's own management commands, on the desk's settings."""

from collections.abc import Sequence

from django.core.management import execute_from_command_line


def main(arguments: Sequence[str]) -> int:
    """Hand the arguments to Django (`shell`, `dbshell`, `check`, ...)."""
    execute_from_command_line(["sevenpanel manage", *arguments])
    return 0
