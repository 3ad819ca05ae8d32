"""multipart/form-data as name and value; a file that is sent where a text is expected counts as its text."""

from typing import TYPE_CHECKING

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header

from sevenpanel.api.refusals import INCORRECT, IncorrectRequest

if TYPE_CHECKING:
    from python_multipart.multipart import MultipartCallbacks

PARTS_MAX = 1_000


class _Parts:
    """Collects what the parser reports."""

    def __init__(self) -> None:
        self.found: list[tuple[bytes, bytes]] = []
        self.is_complete = False
        self._header = bytearray()
        self._value = bytearray()
        self._headers: dict[bytes, bytes] = {}
        self._data = bytearray()

    def on_part_begin(self) -> None:
        if len(self.found) >= PARTS_MAX:
            raise IncorrectRequest(f"{INCORRECT}: more than {PARTS_MAX} fields")
        self._headers, self._data = {}, bytearray()

    def on_header_field(self, data: bytes, start: int, end: int) -> None:
        self._header += data[start:end]

    def on_header_value(self, data: bytes, start: int, end: int) -> None:
        self._value += data[start:end]

    def on_header_end(self) -> None:
        self._headers[bytes(self._header).lower()] = bytes(self._value)
        self._header, self._value = bytearray(), bytearray()

    def on_part_data(self, data: bytes, start: int, end: int) -> None:
        self._data += data[start:end]

    def on_part_end(self) -> None:
        _, options = parse_options_header(self._headers.get(b"content-disposition"))
        if b"name" in options:
            self.found.append((options[b"name"], bytes(self._data)))

    def on_end(self) -> None:
        self.is_complete = True


def read_multipart(body: bytes, content_type: str) -> list[tuple[bytes, bytes]]:
    """Return the named parts of a body, in order.

    :raises IncorrectRequest: when it is broken or was cut off.
    """
    parts = _Parts()
    try:
        _, options = parse_options_header(content_type)
        parser = MultipartParser(options.get(b"boundary", b""), _callbacks(parts))
        parser.write(body)
        parser.finalize()
    except (FormParserError, UnicodeError):
        raise IncorrectRequest(f"{INCORRECT}: the multipart form is broken") from None
    if not parts.is_complete:
        raise IncorrectRequest(f"{INCORRECT}: the multipart form is not complete")
    return parts.found


def _callbacks(parts: _Parts) -> "MultipartCallbacks":
    return {
        "on_part_begin": parts.on_part_begin,
        "on_header_field": parts.on_header_field,
        "on_header_value": parts.on_header_value,
        "on_header_end": parts.on_header_end,
        "on_part_data": parts.on_part_data,
        "on_part_end": parts.on_part_end,
        "on_end": parts.on_end,
    }
