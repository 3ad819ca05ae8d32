"""clamd, the scanner of ClamAV: one file handed over in pieces, and exactly what is known after it.

The protocol is that of its manual page clamd(8): `zINSTREAM`, then pieces of a length in four bytes and so many bytes,
an empty piece, and one answer that ends in a zero byte.
"""

import re
import socket
import struct
from collections.abc import Iterator
from dataclasses import dataclass

SECONDS = 30.0
PIECE = 64 * 1024
ANSWER_MAX = 1024
_FOUND = re.compile(r"stream: (.+) FOUND")


@dataclass(frozen=True, slots=True)
class Clean:
    """Nothing was found."""


@dataclass(frozen=True, slots=True)
class Infected:
    """Something was found, and this is what the scanner calls it."""

    name: str


@dataclass(frozen=True, slots=True)
class NotScanned:
    """The scanner did not look: it is away, or says that it cannot."""

    words: str


Answer = Clean | Infected | NotScanned


def scan(address: str, data: bytes) -> Answer:
    """Have a file looked at. Nothing is raised: whatever happens is one of three answers.

    :param address: the path of a socket, or `host:port`.
    """
    try:
        with _connected(address) as connection:
            connection.sendall(b"zINSTREAM\0")
            for piece in _pieces(data):
                connection.sendall(struct.pack("!I", len(piece)) + piece)
            return _read(_answer(connection))
    except OSError as fault:
        return NotScanned(words=f"No answer ({type(fault).__name__}).")


def _connected(address: str) -> socket.socket:
    if not address.startswith("/"):
        host, _colon, port = address.rpartition(":")
        return socket.create_connection((host.strip("[]"), int(port)), timeout=SECONDS)
    connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        connection.settimeout(SECONDS)
        connection.connect(address)
    except OSError:
        connection.close()
        raise
    return connection


def _pieces(data: bytes) -> Iterator[bytes]:
    yield from (data[begin : begin + PIECE] for begin in range(0, len(data), PIECE))
    yield b""


def _answer(connection: socket.socket) -> str:
    said = b""
    while not said.endswith(b"\0") and len(said) <= ANSWER_MAX:
        more = connection.recv(ANSWER_MAX)
        if not more:
            break
        said += more
    return said.rstrip(b"\0\n").decode("utf-8", "replace")


def _read(said: str) -> Answer:
    if said == "stream: OK":
        return Clean()
    found = _FOUND.fullmatch(said)
    return Infected(name=found[1]) if found else NotScanned(words=said or "The answer is empty.")
