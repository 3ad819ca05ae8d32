"""A PostgreSQL of its own for a simulation, in a folder of its own: never the one that a desk works on."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import django
from django.core.management import call_command

from sevenpanel.kernel import db
from sevenpanel.launch.cluster import cluster_of
from sevenpanel.launch.database import prepare, running
from sevenpanel.settings.environment import environment, socket_folder

SETTINGS = "sevenpanel.settings.simulation"


@contextmanager
def scratch() -> Iterator[None]:
    """Start an empty database with the desk's tables and set Django up on it; remove all of it afterwards.

    Whatever home or database the caller's environment names is left alone. A process can do this once, before
    anything else has set Django up.
    """
    home = Path(f"/tmp/sevenpanel-simulation-{os.getuid()}-{os.getpid()}")  # noqa: S108 - prepare() checks its owner
    os.environ |= {"SEVENPANEL_HOME": str(home), "DJANGO_SETTINGS_MODULE": SETTINGS}
    os.environ.pop("DATABASE_URL", None)
    environment.cache_clear()
    prepare(home)
    try:
        with running(cluster_of(home, durable=False)):
            django.setup()
            call_command("migrate", verbosity=0, interactive=False)
            # On a desk this right is taken even from its own role; here every seed begins with empty tables.
            db.rows("GRANT TRUNCATE ON ALL TABLES IN SCHEMA public TO CURRENT_USER")
            yield
    finally:
        shutil.rmtree(home, ignore_errors=True)
        shutil.rmtree(socket_folder(home), ignore_errors=True)
