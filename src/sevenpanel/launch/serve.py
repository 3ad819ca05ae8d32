"""`sevenpanel serve`: the web server, in a few processes.

Together by default: the lean API door (ASGI) in front, which hands everything else to Django in the same
process. `--only api` and `--only site` run the halves apart, for a reverse proxy that splits the paths; the
site alone is plain WSGI, which spares it the bridge (design: stack, "server").
"""

import argparse
import os
import signal
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings
from granian.log import LogLevels
from granian.server.mp import MPServer

from sevenpanel.launch import ports
from sevenpanel.launch.capacity import web_processes
from sevenpanel.launch.processes import die_with_parent
from sevenpanel.launch.refusals import UnableToLaunch
from sevenpanel.launch.targets import resolve
from sevenpanel.settings.environment import Environment, environment
from sevenpanel.terms.documents import NotADocument, published

BACKLOG = 2048
# Connections one process holds at a time, idle ones included; more wait in the backlog.
CONNECTIONS_MAX = 1024
STOP_SECONDS = 10

WHOLE = (Interfaces.ASGI, "sevenpanel.api.asgi:application")
PARTS = {
    "api": (Interfaces.ASGI, "sevenpanel.api.asgi:api_only"),
    "site": (Interfaces.WSGI, "sevenpanel.web.wsgi:application"),
}


def main(arguments: Sequence[str]) -> int:
    """Serve until SIGTERM or SIGINT; requests in progress are answered first.

    :raises UnableToLaunch: when the port is taken, or a version of the Terms that the operator wrote cannot be read.
    """
    parser = argparse.ArgumentParser(prog="sevenpanel serve", description=main.__doc__)
    parser.add_argument("--only", choices=sorted(PARTS), help="serve one half, for a proxy that splits the paths")
    only = parser.parse_args(arguments).only
    here = environment()
    ports.refuse_taken(here)
    _refuse_unreadable_documents(here)
    interface, target = PARTS[only] if only else WHOLE
    _server(here, interface, target).serve(target_loader=partial(_load_bound, os.getpid()))
    return 0


def _refuse_unreadable_documents(here: Environment) -> None:
    try:
        published(here.terms_folder)
    except NotADocument as error:
        raise UnableToLaunch(f"A document cannot be published: {error}") from error


def _server(here: Environment, interface: Interfaces, target: str) -> MPServer:
    return MPServer(
        target,
        address=here.bind,
        port=here.port,
        interface=interface,
        workers=web_processes(here),
        blocking_threads=1,
        http=HTTPModes.http1,
        http1_settings=HTTP1Settings(keep_alive=True),
        websockets=False,
        backlog=BACKLOG,
        backpressure=CONNECTIONS_MAX,
        respawn_failed_workers=True,
        workers_kill_timeout=STOP_SECONDS,
        log_level=LogLevels(here.log_level.lower()),
    )


def _load_bound(parent: int, target: str) -> Callable[..., Any]:
    # Runs first in each process that serves: they must not outlive the one that watches them.
    die_with_parent(parent, signal.SIGKILL)
    loaded: Callable[..., Any] = resolve(target)
    return loaded
