"""A provider of bytes: listens on loopback and does to each connection whatever a test scripted."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

TLS_HANDSHAKE = b"\x16"

Script = Callable[[socket.socket], None]


@dataclass
class Stub:
    """The listening end.

    :param requests: what arrived, one entry for each connection, up to the end of the request.
    """

    port: int
    requests: list[bytes] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/api/v2"


@contextmanager
def stub(*scripts: Script) -> Iterator[Stub]:
    """A provider that treats its first connection with the first script, and so on; the last one stays."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listening = Stub(listener.getsockname()[1])
        thread = threading.Thread(target=_serve, args=(listener, listening, scripts), daemon=True)
        thread.start()
        yield listening
        listener.shutdown(socket.SHUT_RDWR)
    thread.join(5)


def _serve(listener: socket.socket, listening: Stub, scripts: tuple[Script, ...]) -> None:
    while True:
        try:
            connection, _ = listener.accept()
        except OSError:
            return
        with connection:
            script = scripts[min(len(listening.requests), len(scripts) - 1)]
            listening.requests.append(_request(connection))
            try:
                script(connection)
            except OSError:
                continue  # the caller hung up, as it should


def _request(connection: socket.socket) -> bytes:
    received = b""
    while b"\r\n\r\n" not in received:
        piece = connection.recv(65_536)
        if not piece:
            return received
        received += piece
        if received.startswith(TLS_HANDSHAKE):
            return b""
    head, _, body = received.partition(b"\r\n\r\n")
    length = next(
        (int(line.split(b":")[1]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:")),
        0,
    )
    while len(body) < length:
        body += connection.recv(65_536)
    return head + b"\r\n\r\n" + body


def says(body: bytes, *, status: int = 200, headers: str = "", length: int | None = None) -> Script:
    """A whole answer, or one whose announced length is another."""
    announced = len(body) if length is None else length
    head = f"HTTP/1.1 {status} Whatever\r\nContent-Length: {announced}\r\n{headers}\r\n".encode()
    return lambda connection: connection.sendall(head + body)
