"""The settings of a web process: those of production, with an end to what its database may take.

Workers, migrations, `verify` and every other command have none: their rounds may be long, and nobody waits for them at
a page (docs/adr/0035-time-limits-of-pages.md).
"""

from typing import Any, cast

from sevenpanel.settings.environment import Environment
from sevenpanel.settings.patience import GRACE_SECONDS, impatient
from sevenpanel.settings.production import *  # noqa: F403
from sevenpanel.settings.production import DATABASES, ENVIRONMENT


def time_limits(here: Environment) -> str:
    """The limits in the form in which libpq asks the server for settings; empty where none is wanted."""
    seconds = {
        "statement_timeout": here.statement_seconds,
        "lock_timeout": here.lock_seconds,
        "idle_in_transaction_session_timeout": here.idle_seconds,
    }
    return " ".join(f"-c {name}={limit}s" for name, limit in seconds.items() if limit)


def _limited(database: dict[str, Any], limits: str) -> dict[str, Any]:
    # What the operator asks for in DATABASE_URL comes last, and so it counts.
    options = database["OPTIONS"]
    asked = f"{limits} {options.get('options', '')}".strip()
    return {**database, "OPTIONS": {**options, "options": asked}} if asked else database


def giving_up(database: dict[str, Any], statement_seconds: int) -> dict[str, Any]:
    """The same database, with connections that give it up when it says nothing: no limit of its own ends a commit."""
    options = database["OPTIONS"]
    if not statement_seconds or "pool" not in options:
        return database
    pool = {**options["pool"], "connection_class": impatient(statement_seconds + GRACE_SECONDS)}
    return {**database, "OPTIONS": {**options, "pool": pool}}


_DATABASE = _limited(cast("dict[str, Any]", DATABASES["default"]), time_limits(ENVIRONMENT))
DATABASES = {**DATABASES, "default": giving_up(_DATABASE, ENVIRONMENT.statement_seconds)}
