"""Ports on this machine: whether one can be had, and one that nobody uses."""

import errno
import socket

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
