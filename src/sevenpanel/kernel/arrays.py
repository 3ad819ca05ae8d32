"""Lists written as PostgreSQL writes arrays.

A set-based statement takes a column of a thousand values as one array. The driver asks each value for its type and
writes it by itself, which takes longer than the statement; a column is of one type, and is written at once here.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from types import MappingProxyType
from typing import Any


def written(value: Any) -> Any:
    """A list as the text of an array; anything else as it is, also a list of what is not known here.

    The statement says of which type the array is, as `%s::bigint[]`.
    """
    if type(value) is not list:
        return value
    write = _writer(set(map(type, value)) - {type(None)})
    return value if write is None else _array(value, write)


def _writer(kinds: set[type]) -> Callable[[Any], str] | None:
    if len(kinds) == 1 and (kind := next(iter(kinds))) in _WRITERS:
        return _WRITERS[kind]
    # Words of enums are texts; and a column of nothing is written like any other.
    return _text if all(issubclass(kind, str) for kind in kinds) else None


def _array(values: Sequence[Any], write: Callable[[Any], str]) -> str:
    return "{" + ",".join(["NULL" if value is None else write(value) for value in values]) + "}"


def _text(value: str) -> str:
    return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _truth(value: bool) -> str:
    return "t" if value else "f"


def _instant(value: datetime) -> str:
    return f'"{value.isoformat(" ")}"'


def _bytes(value: bytes) -> str:
    return f'"\\\\x{value.hex()}"'


_WRITERS: Mapping[type, Callable[[Any], str]] = MappingProxyType(
    {int: str, str: _text, bool: _truth, datetime: _instant, Decimal: str, bytes: _bytes}
)
