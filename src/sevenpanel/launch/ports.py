"""Ports on this machine: whether one can be had, and one that nobody uses."""

import errno
import socket

from sevenpanel.launch.refusals import UnableToLaunch
from sevenpanel.settings.environment import Environment

MAX = 65535


def is_free(host: str, port: int) -> bool:
    """True when a server could listen there.

    Asked without SO_REUSEPORT: the web server sets it, so that a second one would quietly share the port.
    """
    family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    with socket.socket(family, kind, protocol) as attempt:
        attempt.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            attempt.bind(address)
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                return False
            raise
    return True


def any_free(host: str) -> int:
    """A port that the system finds free now."""
    with socket.create_server((host, 0)) as attempt:
        port: int = attempt.getsockname()[1]
        return port


def refuse_taken(here: Environment) -> None:
    """
    :raises UnableToLaunch: when the address of this environment cannot be listened on.
    """
    try:
        free = is_free(here.bind, here.port)
    except OSError as error:
        raise UnableToLaunch(f"{here.bind}:{here.port} cannot be listened on: {error.strerror}.") from error
    if not free:
        raise UnableToLaunch(
            f"Port {here.port} on {here.bind} is taken by another program. Stop it, or set PORT to another."
        )
