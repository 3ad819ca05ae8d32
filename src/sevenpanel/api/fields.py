"""What a caller sent, whatever the notation: a form, multipart, JSON or a query, with PHP's way of writing arrays.

Pure. Whatever the bytes, the answer is `Fields` or a refusal with a sentence (test Z-2).
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

import msgspec

from sevenpanel.api.multipart import read_multipart
from sevenpanel.api.refusals import INCORRECT, IncorrectRequest

# Room for a list of 10,000 comments sent as an array.
FIELDS_MAX = 10_100

# What clients send for an optional field that they do not mean to send.
_NOTHING = frozenset({"", "undefined", "null"})

_ARRAY = re.compile(r"(?P<name>[^\[\]]+)\[(?P<index>[^\[\]]*)\]")
_LINE_END = re.compile(r"\r\n|\n|\r")
_INTEGER_IN_FLOAT_MAX = 2**53

Pair = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Fields:
    """The fields of one request. The last of repeated ones wins; `name[...]` are the elements of an array."""

    texts: Mapping[str, str]
    arrays: Mapping[str, Mapping[str, str]]

    def text(self, name: str) -> str | None:
        """The field without surrounding space; None when it is absent, empty, `undefined` or `null`."""
        text = self.texts.get(name, "").strip()
        return None if text in _NOTHING else text

    def items(self, *names: str) -> list[str]:
        """The elements of the first of these fields that has any: an array, or a list with commas."""
        for name in names:
            array = self.arrays.get(name)
            parts = array.values() if array else [self.text(name) or ""]
            found = [item.strip() for part in parts for item in part.split(",") if item.strip()]
            if found:
                return found
        return []

    def is_plural(self, *, one: str, many: str) -> bool:
        """Whether the caller means a list: by the plural's name, an array, or a comma."""
        return self.text(many) is not None or many in self.arrays or one in self.arrays or "," in (self.text(one) or "")

    def lines(self, name: str) -> tuple[str, ...]:
        """The lines of a list that stands one item on a line (or in an array), without the empty ones."""
        array = self.arrays.get(name)
        parts = array.values() if array else [self.text(name) or ""]
        return tuple(line.strip() for part in parts for line in _LINE_END.split(part) if line.strip())


def read_fields(*, query: bytes = b"", body: bytes = b"", content_type: str = "") -> Fields:
    """Read a request's query and body; where both name a field, the body wins.

    The body's text decides how it is read, its declared type only for multipart: clients declare anything.

    :raises IncorrectRequest: when there is no reading them.
    """
    return _fields([*_urlencoded(_decode(query)), *_body_pairs(body, content_type)])


def whole_number(text: str | None) -> int | None:
    """Read a number as people write whole ones: digits, perhaps a minus. None for everything else."""
    if text is None or not re.fullmatch(r"-?[0-9]{1,18}", text):
        return None
    return int(text)


def _body_pairs(body: bytes, content_type: str) -> Iterable[Pair]:
    if content_type.strip().lower().startswith("multipart/"):
        return _decoded(read_multipart(body, content_type))
    text = _decode(body).lstrip("\ufeff").strip()
    return _json(text) if text.startswith(("{", "[")) else _urlencoded(text)


def _decode(raw: bytes) -> str:
    try:
        return raw.decode()
    except UnicodeDecodeError:
        raise IncorrectRequest(f"{INCORRECT}: the text is not valid UTF-8") from None


def _decoded(pairs: Iterable[tuple[bytes, bytes]]) -> list[Pair]:
    return [(_decode(name), _decode(value)) for name, value in pairs]


def _urlencoded(text: str) -> list[Pair]:
    if text.count("&") >= FIELDS_MAX:
        raise IncorrectRequest(f"{INCORRECT}: more than {FIELDS_MAX} fields")
    try:
        return parse_qsl(text, keep_blank_values=True, errors="strict")
    except UnicodeDecodeError:
        raise IncorrectRequest(f"{INCORRECT}: the text is not valid UTF-8") from None


def _json(text: str) -> list[Pair]:
    try:
        found = msgspec.json.decode(text)
    except (msgspec.MsgspecError, RecursionError, UnicodeError):
        raise IncorrectRequest(f"{INCORRECT}: the JSON is broken") from None
    if not isinstance(found, dict):
        raise IncorrectRequest(f"{INCORRECT}: send one JSON object")
    return [pair for name, value in found.items() for pair in _json_pairs(name, value)]


def _json_pairs(name: str, value: Any) -> Iterable[Pair]:
    if isinstance(value, list):
        return [(f"{name}[{index}]", _scalar(item)) for index, item in enumerate(value)]
    if isinstance(value, dict):
        return [(f"{name}[{index}]", _scalar(item)) for index, item in value.items()]
    return [(name, _scalar(value))]


def _scalar(value: Any) -> str:
    if isinstance(value, str):
        return value
    if value is None or isinstance(value, (list, dict)):
        return ""
    # JSON of some languages knows no whole numbers.
    if isinstance(value, float) and value.is_integer() and abs(value) < _INTEGER_IN_FLOAT_MAX:
        return str(int(value))
    return _digits(value)


def _digits(value: Any) -> str:
    try:
        return str(value)
    except ValueError:  # Python refuses to write integers of thousands of digits
        return "too long a number"


def _fields(pairs: list[Pair]) -> Fields:
    if len(pairs) > FIELDS_MAX:
        raise IncorrectRequest(f"{INCORRECT}: more than {FIELDS_MAX} fields")
    texts: dict[str, str] = {}
    arrays: dict[str, dict[str, str]] = {}
    for position, (name, value) in enumerate(pairs):
        if "\0" in value or "\0" in name:
            raise IncorrectRequest(f"{INCORRECT}: the text holds a NUL byte")
        element = _ARRAY.fullmatch(name)
        if element is None:
            texts[name] = value
        else:
            # `orders[]` has no index: each is an element of its own.
            index = element["index"] or f"next {position}"
            arrays.setdefault(element["name"], {})[index] = value
    return Fields(texts=texts, arrays=arrays)
