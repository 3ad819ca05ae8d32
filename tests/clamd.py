"""A local server that speaks clamd's INSTREAM, with the faults that the real one has."""

import struct
import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from socket import AF_INET, AF_UNIX, SOCK_STREAM, socket

# Made up: the real test file would set off scanners wherever this repository is kept.
VIRUS = b"this-is-our-test-virus"
SIZE_LIMIT = 1024 * 1024


@dataclass
class Clamd:
    """What it was shown, and the faults still to come: "error", "silent" (no answer), "garbage"."""

    address: str = ""
    seen: list[bytes] = field(default_factory=list)
    pieces: list[int] = field(default_factory=list)
    faults: deque[str] = field(default_factory=deque)

    def serve(self, listening: socket) -> None:
        """Answer one caller after the other until the socket is closed."""
        while True:
            try:
                caller, _address = listening.accept()
            except OSError:
                return
            with caller:
                self._answer(caller)

    def _answer(self, caller: socket) -> None:
        assert _exactly(caller, 10) == b"zINSTREAM\0"
        data = b""
        while size := struct.unpack("!I", _exactly(caller, 4))[0]:
            self.pieces.append(size)
            data += _exactly(caller, size)
            if len(data) > SIZE_LIMIT:
                caller.sendall(b"INSTREAM size limit exceeded. ERROR\0")
                return
        self.seen.append(data)
        fault = self.faults.popleft() if self.faults else ""
        said = {"error": b"Can't allocate memory ERROR\0", "silent": b"", "garbage": b"x" * 5_000}
        verdict = b"stream: Test.Virus FOUND\0" if VIRUS in data else b"stream: OK\0"
        caller.sendall(said.get(fault, verdict))


def _exactly(caller: socket, size: int) -> bytes:
    data = b""
    while len(data) < size:
        more = caller.recv(size - len(data))
        assert more, "the caller went away"
        data += more
    return data


@contextmanager
def clamd(path: Path | None = None) -> Iterator[Clamd]:
    """Run it for the duration of a block.

    :param path: where its socket is; None for a port of this machine.
    """
    scanner = Clamd()
    with socket(AF_UNIX if path else AF_INET, SOCK_STREAM) as listening:
        listening.bind(str(path) if path else ("127.0.0.1", 0))
        listening.listen()
        scanner.address = str(path) if path else "127.0.0.1:{1}".format(*listening.getsockname())
        thread = threading.Thread(target=scanner.serve, args=(listening,), daemon=True)
        thread.start()
        try:
            yield scanner
        finally:
            listening.shutdown(2)
            listening.close()
            thread.join()
