"""The one guarded way out over HTTP, for everything that the desk asks of others.

One call is one fresh connection: a kept one may have been closed at the other end, and what was sent into it
would be unknown for no reason of theirs. No redirects (they turn POST into GET and lead elsewhere), no proxies
and no cookies. The whole call has a deadline that a slow drip cannot stretch, and the body a cap that counts
decoded bytes, so that a small compressed answer cannot grow large.

What matters most is known exactly: whether any byte of the request left this machine. The socket is wrapped,
and the wrapper remembers the first write of ours; a TLS handshake is not one.
"""

import ssl
import time
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from http import HTTPStatus

import httpcore
import httpx

from sevenpanel.kernel.addresses import AddressRefused, Unresolved, addresses, checked_url

CONNECT_SECONDS = 5.0
TOTAL_SECONDS = 30.0
BODY_BYTES_MAX = 1_000_000


class NotSentBecause(StrEnum):
    """Why nothing left."""

    NOT_CONNECTED = "not connected"
    ADDRESS_REFUSED = "address refused"


class LostBecause(StrEnum):
    """What went wrong after the first byte had left."""

    TIMED_OUT = "timed out"
    BROKEN_OFF = "broken off"
    TOO_LARGE = "too large"
    NOT_READABLE = "not readable"


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One call as it is to be made.

    :param url: used verbatim, path and query and all; not shown, since some carry a key.
    :param headers: beside those that every call has; a name that stands there replaces it. Not shown.
    :param content: the body of a POST, as it goes over the wire; not shown.
    :param allow_private: whether the address may be loopback or otherwise not public.
    """

    method: str
    url: str = field(repr=False)
    headers: Mapping[str, str] = field(repr=False, default_factory=dict)
    content: bytes = field(repr=False, default=b"")
    allow_private: bool = False
    seconds: float = TOTAL_SECONDS
    body_bytes_max: int = BODY_BYTES_MAX


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """A whole answer. Header names are lower case, the body is decoded."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    elapsed_ms: int


class NotSent(Exception):  # noqa: N818 - an outcome, not a fault
    """No byte of the request left, so the call may be made again without risk."""

    def __init__(self, because: NotSentBecause, words: str) -> None:
        super().__init__(words)
        self.because = because
        self.words = words
        self.elapsed_ms = 0


class Lost(Exception):  # noqa: N818 - an outcome, not a fault
    """Bytes left and no whole answer came back.

    :param status: None when not even the answer's head arrived.
    :param body: what arrived until then, decoded.
    """

    def __init__(self, because: LostBecause, words: str, *, status: int | None, body: bytes) -> None:
        super().__init__(words)
        self.because = because
        self.words = words
        self.status = status
        self.body = body
        self.elapsed_ms = 0


class _TooLargeError(Exception):
    pass


class _Watch:
    """The deadline of one call and whether anything left. Shared by the connection and its TLS layer."""

    def __init__(self, seconds: float) -> None:
        self.started = time.monotonic()
        self.seconds = seconds
        self.bytes_left = False

    def elapsed_ms(self) -> int:
        return int((time.monotonic() - self.started) * 1000)

    def remaining(self) -> float:
        return self.seconds - (time.monotonic() - self.started)

    def limit(self, timeout: float | None) -> float:
        """The time that the next step may take."""
        remaining = self.remaining()
        if remaining <= 0:
            raise httpcore.ReadTimeout("The call took longer than it may in all.")
        return remaining if timeout is None else min(timeout, remaining)


class _WatchedStream(httpcore.NetworkStream):
    def __init__(self, inner: httpcore.NetworkStream, watch: _Watch) -> None:
        self._inner = inner
        self._watch = watch

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._inner.read(max_bytes, self._watch.limit(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        limit = self._watch.limit(timeout)
        # Before the write, since a write that fails may have sent a part.
        self._watch.bytes_left = self._watch.bytes_left or bool(buffer)
        self._inner.write(buffer, limit)

    def close(self) -> None:
        self._inner.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        inner = self._inner.start_tls(ssl_context, server_hostname, self._watch.limit(timeout))
        return _WatchedStream(inner, self._watch)

    def get_extra_info(self, info: str) -> object:
        return self._inner.get_extra_info(info)


class _GuardedBackend(httpcore.NetworkBackend):
    """Connects to checked addresses only, whatever the name says the next time."""

    def __init__(self, watch: _Watch, *, allow_private: bool) -> None:
        self._watch = watch
        self._allow_private = allow_private
        self._plain = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        limit = self._watch.limit(timeout)
        targets = addresses(host, port, allow_private=self._allow_private, seconds=limit)
        for target in targets[:-1]:
            try:
                return self._connected(target, port, timeout)
            except (httpcore.ConnectError, httpcore.ConnectTimeout):
                continue  # the name has further addresses
        return self._connected(targets[-1], port, timeout)

    def _connected(self, target: str, port: int, timeout: float | None) -> httpcore.NetworkStream:
        inner = self._plain.connect_tcp(target, port, self._watch.limit(timeout))
        return _WatchedStream(inner, self._watch)


@cache
def _tls() -> ssl.SSLContext:
    # Reading the certificate store takes longer than most calls; the context is safe to share.
    return httpx.create_ssl_context(trust_env=False)


def exchange(call: Call) -> Heard:
    """This function makes one call and reads its whole answer.

    :raises NotSent: when no byte of the request left this machine.
    :raises Lost: when bytes left and no whole, readable answer came back.
    """
    watch = _Watch(call.seconds)
    try:
        return _exchanged(call, watch)
    except Exception as fault:
        outcome = _outcome(fault, watch)
        outcome.elapsed_ms = watch.elapsed_ms()
        raise outcome from fault


def _outcome(fault: Exception, watch: _Watch) -> NotSent | Lost:
    """Whatever went wrong, one fact decides about the money: did anything leave?"""
    if isinstance(fault, Lost):
        return fault
    if watch.bytes_left:
        return _loss(fault, status=None, body=b"")
    if isinstance(fault, AddressRefused):
        return NotSent(NotSentBecause.ADDRESS_REFUSED, str(fault))
    words = str(fault) if isinstance(fault, Unresolved) else f"No connection ({_said(fault)})."
    return NotSent(NotSentBecause.NOT_CONNECTED, words)


def _exchanged(call: Call, watch: _Watch) -> Heard:
    request = _request(call)
    backend = _GuardedBackend(watch, allow_private=call.allow_private)
    timeout = {"connect": CONNECT_SECONDS, "read": None, "write": None, "pool": CONNECT_SECONDS}
    with (
        httpcore.ConnectionPool(ssl_context=_tls(), network_backend=backend, max_connections=1) as pool,
        pool.stream(
            request.method,
            _wire_url(request.url),
            headers=request.headers.raw,
            content=request.content,
            extensions={"timeout": timeout},
        ) as answer,
    ):
        headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in answer.headers}
        body = _body(answer, headers.get("content-encoding", ""), call.body_bytes_max)
        return Heard(status=answer.status, headers=headers, body=body, elapsed_ms=watch.elapsed_ms())


def _request(call: Call) -> httpx.Request:
    url = checked_url(call.url, allow_private=call.allow_private)
    headers = {
        "Accept": "application/json, text/plain, */*",
        "Accept-Encoding": "gzip, deflate",
        "Connection": "close",
    }
    return httpx.Request(call.method, url, headers=headers | dict(call.headers), content=call.content or None)


def _wire_url(url: httpx.URL) -> httpcore.URL:
    return httpcore.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path)


def _body(answer: httpcore.Response, encoding: str, most: int) -> bytes:
    """The decoded body, at most `most` bytes of it. Raises Lost with what there was when it breaks off."""
    body = bytearray()
    try:
        for piece in _decoded(answer.iter_stream(), encoding.strip().lower(), most + 1):
            body += piece
            if len(body) > most:
                raise _TooLargeError
    except Exception as fault:
        raise _loss(fault, status=answer.status, body=bytes(body[:most])) from fault
    return bytes(body)


def _decoded(pieces: Iterable[bytes], encoding: str, most: int) -> Iterable[bytes]:
    if encoding in ("", "identity"):
        yield from pieces
        return
    if encoding not in ("gzip", "x-gzip", "deflate"):
        raise zlib.error(f"unknown encoding {encoding[:20]}")
    # 32 + 15: either container, told apart by its head. The length bound is what defuses a bomb.
    inflate = zlib.decompressobj(32 + zlib.MAX_WBITS)
    for piece in pieces:
        yield inflate.decompress(piece, most)
    if not inflate.eof:
        raise zlib.error("the compressed answer breaks off")


def _loss(fault: Exception, *, status: int | None, body: bytes) -> Lost:
    because = LostBecause.BROKEN_OFF
    words = f"The connection broke off before the answer was complete ({_said(fault)})."
    if isinstance(fault, httpcore.TimeoutException):
        because, words = LostBecause.TIMED_OUT, "No complete answer came in time."
    elif isinstance(fault, _TooLargeError):
        because, words = LostBecause.TOO_LARGE, "The answer is larger than an answer may be."
    elif isinstance(fault, zlib.error):
        because, words = LostBecause.NOT_READABLE, f"The answer cannot be decompressed ({fault})."
    return Lost(because, words, status=status, body=body)


def _said(fault: Exception) -> str:
    return f"{type(fault).__name__}: {fault}"[:200] if str(fault) else type(fault).__name__


def is_success(status: int) -> bool:
    """Tell whether a status code is one of the 2xx."""
    return HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES
