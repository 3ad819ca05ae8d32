"""Reading JSON that may be anything: numbers kept as written, junk marked, nothing guessed.

A JSON number stays the text that it was (`Number`), so that no float exists and an id of thirty digits is no
id. A key that stands twice has no value that could be trusted, so it gets `UNREADABLE` and not the last one.
"""

import json
import re
from collections.abc import Mapping
from decimal import Decimal
from urllib.parse import quote, quote_plus

WORDS_MAX = 500
ANSWER_BYTES_MAX = 4096
MASKED_KEY_LENGTH_MIN = 12

_PLAIN = re.compile(r"-?[0-9]{1,15}(?:\.[0-9]{1,30})?")
# PHP writes small JSON numbers as 1.0e-5. Inside a JSON number that form is exact; in a string it is refused.
_JSON_NUMBER = re.compile(r"-?[0-9]{1,15}(?:\.[0-9]{1,30})?(?:[eE][+-]?[0-9]{1,2})?")
_WHOLE = re.compile(r"(-?[0-9]{1,15})(?:\.0{1,30})?")
_ORDER_NUMBER = re.compile(r"[1-9][0-9]{0,17}")
_ORDER_NAME = re.compile(r"(?=.*[0-9])[A-Za-z0-9][A-Za-z0-9_.:-]{0,63}")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]+")
_UNSTORABLE = re.compile(r"[\x00\ud800-\udfff]")
_NOTHING = frozenset({"", "0", "false", "null", "none", "[]", "{}"})
_CARRIERS = ("message", "msg", "error", "code")
_YES = frozenset({"1", "true", "yes", "on"})

AMOUNT_MAX = Decimal(10) ** 15


class Number(str):
    """A JSON number, as its text."""

    __slots__ = ()


class Unreadable:
    """The value of a key that stood more than once."""

    def __repr__(self) -> str:
        return "<stands twice>"


UNREADABLE = Unreadable()


class NotJsonError(ValueError):
    """The body is not one JSON document."""


def read_json(body: bytes) -> object:
    """This function reads a body as JSON, whatever its headers said.

    :returns: dicts, lists, str, bool, None and `Number`; `UNREADABLE` where a key stood twice.
    :raises NotJsonError: for everything else, NaN and nesting without end among it.
    """
    try:
        return json.loads(
            body.decode("utf-8-sig", "replace"),
            parse_int=Number,
            parse_float=Number,
            parse_constant=_refuse,
            object_pairs_hook=_pairs,
        )
    except (ValueError, RecursionError) as fault:
        raise NotJsonError("The answer is not JSON.") from fault


def _refuse(constant: str) -> object:
    raise NotJsonError(f"{constant} is not JSON.")


def _pairs(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found: dict[str, object] = {}
    for name, value in pairs:
        found[name] = UNREADABLE if name in found else value
    return found


def amount(value: object) -> Decimal | None:
    """The exact figure that a value states, or None. "1,234.5" and "0.9e1" state none."""
    if not isinstance(value, str):
        return None
    text = value.strip(" ")
    pattern = _JSON_NUMBER if isinstance(value, Number) else _PLAIN
    if pattern.fullmatch(text) is None:
        return None
    figure = Decimal(text)
    return figure if abs(figure) < AMOUNT_MAX else None


def whole(value: object) -> int | None:
    """The whole number that a value states, or None. "157.00" is whole, "157.5" and "1e3" are not."""
    match = _WHOLE.fullmatch(value.strip(" ")) if isinstance(value, str) else None
    return None if match is None else int(match.group(1))


def order_id(value: object) -> str | None:
    """The id that a value is, or None: a whole number above zero, or a name of ASCII with a digit."""
    if not isinstance(value, str):
        return None
    if isinstance(value, Number) or value.isdigit():
        return str(value) if _ORDER_NUMBER.fullmatch(value) else None
    # "NaN", "null" and "undefined" have no digit, "0.5" and "-1" begin like figures.
    if _PLAIN.fullmatch(value) or _JSON_NUMBER.fullmatch(value):
        return None
    return value if _ORDER_NAME.fullmatch(value) else None


def flag(value: object) -> bool:
    """A yes in any of the spellings that occur; everything else is a no."""
    return value is True or (isinstance(value, str) and value.strip().lower() in _YES)


def says_something(value: object) -> bool:
    """Tell whether a value is more than an empty placeholder."""
    if isinstance(value, str):
        return value.strip().lower() not in _NOTHING
    return value is UNREADABLE or bool(value)


def words(value: object, limit: int = WORDS_MAX) -> str:
    """A value as one line that can be stored and shown. Of an object, the text that it carries."""
    if isinstance(value, Mapping):
        value = next((value[name] for name in _CARRIERS if says_something(value.get(name))), None)
    if not isinstance(value, str):
        # Never the whole of it: what is nested without end cannot even be written out.
        return str(value)[:limit] if value is None or isinstance(value, bool) else f"<{type(value).__name__}>"
    return _CONTROL.sub(" ", value).strip()[:limit]


def evidence_text(body: bytes, key: str) -> str:
    """The body as text that may be kept: the key masked, storable, at most 4,096 bytes of UTF-8."""
    text = _UNSTORABLE.sub("\ufffd", masked(body.decode("utf-8", "replace"), key))
    return text.encode()[:ANSWER_BYTES_MAX].decode("utf-8", "ignore")


def without_key(body: bytes, key: str) -> bytes:
    """The body before it is read, so that no text taken from it carries the key.

    Keys too short to be secrets are left, since they may be part of the JSON itself.
    """
    if len(key) < MASKED_KEY_LENGTH_MIN:
        return body
    for form in _forms(key):
        body = body.replace(form.encode("utf-8", "replace"), b"[key]")
    return body


def masked(text: str, key: str) -> str:
    """The text without the key, in any of the forms in which a server may echo it."""
    for form in _forms(key):
        text = text.replace(form, "[key]")
    return text


def _forms(key: str) -> tuple[str, ...]:
    if not key:
        return ()
    quoted = (quote(key, safe="", errors="replace"), quote(key, errors="replace"))
    return tuple(dict.fromkeys((key, *quoted, quote_plus(key, errors="replace"), json.dumps(key)[1:-1])))
