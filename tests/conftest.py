"""What every test stands on: one PostgreSQL for the whole run, and no network beyond this machine."""

import os
import shutil
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
import pytest_socket
from hypothesis import settings

from sevenpanel.kernel import db
from sevenpanel.launch.cluster import cluster_of
from sevenpanel.launch.database import prepare, running
from sevenpanel.settings.environment import environment, socket_folder
from sevenpanel.web.catalogues import lay_out

# No timed assertions: machines are noisy. A failing example prints how to run it again.
settings.register_profile("desk", deadline=None, print_blob=True)
settings.load_profile("desk")

LOOPBACK = ["127.0.0.1", "::1"]

_run = ExitStack()


def pytest_configure(config: pytest.Config) -> None:
    """Start the PostgreSQL of this run before its workers begin; they inherit its address. The translations lie there.

    Settings have been read by now. They know the address already, because it follows from SEVENPANEL_HOME.
    """
    here = environment()
    if hasattr(config, "workerinput") or config.option.collectonly:
        return
    assert here.home.name.startswith("sevenpanel-tests-"), here.home
    home = prepare(here.home)
    _run.callback(shutil.rmtree, home)
    lay_out(home)
    if not here.embedded:
        return
    _run.callback(_remove_folder, socket_folder(home))
    _run.enter_context(running(cluster_of(home, durable=False)))
    os.environ["DATABASE_URL"] = here.dsn


def pytest_unconfigure() -> None:
    """Stop that PostgreSQL and leave nothing of it."""
    _run.close()


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> None:
    """Let tests that commit empty their tables afterwards: the role of the desk itself may not."""
    with django_db_blocker.unblock():
        db.rows("GRANT TRUNCATE ON ALL TABLES IN SCHEMA public TO CURRENT_USER")


def pytest_runtest_setup() -> None:
    """Close the network except to this machine itself."""
    pytest_socket.socket_allow_hosts(LOOPBACK, allow_unix_socket=True)


def _remove_folder(folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)
