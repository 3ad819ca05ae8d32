"""Closing a door at which people still arrive: who got through is let in, who comes later goes to the next one.

A listening socket that is closed hangs up on everybody who has connected to it and was not taken in yet. So the system
is told first to overlook whoever begins to connect from now on, then those who wait are taken in, then it is closed.
Who was overlooked tries again by itself a second later and is refused, which sends a proxy on to the next server.
"""

import ctypes
import select
import socket
import struct
import sys
from contextlib import suppress

_SO_ATTACH_FILTER = 26
_FLAGS_AT = 13
_SYN = 0x02
# A program for the system's packet filter: load the byte with the flags of TCP, drop what opens a connection, take all
# else, such as the last packet of a connection that is just being opened.
_OVERLOOK_NEW = ((0x30, 0, 0, _FLAGS_AT), (0x45, 0, 1, _SYN), (0x06, 0, 0, 0), (0x06, 0, 0, 0xFFFFFFFF))


def overlook_new(listener: socket.socket) -> None:
    """Take no notice of connections that begin from now on; those that have begun go on.

    Where the system has no such filter, the instant between the last look and the close stays unguarded.
    """
    if sys.platform != "linux":
        return
    steps = ctypes.create_string_buffer(b"".join(struct.pack("HBBI", *step) for step in _OVERLOOK_NEW))
    program = struct.pack("HP", len(_OVERLOOK_NEW), ctypes.addressof(steps))
    with suppress(OSError):
        listener.setsockopt(socket.SOL_SOCKET, _SO_ATTACH_FILTER, program)


def has_news(descriptor: int) -> bool:
    """Whether something waits at a socket: bytes to be read, or where it listens, a connection to be taken in."""
    look = select.poll()
    look.register(descriptor, select.POLLIN)
    return bool(look.poll(0))
