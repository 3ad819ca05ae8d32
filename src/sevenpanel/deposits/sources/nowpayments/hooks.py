"""Webhooks of NOWPayments: whether one is genuine, and which payment it is about.

The header x-nowpayments-sig holds the HMAC of the body with its names in order and without spaces, as JavaScript writes
it. A number has to stay as it was written: read and written anew, 0.0000001 would be another text.
"""

import hmac
import json
from collections.abc import Callable
from hashlib import sha512
from typing import Any

from sevenpanel.deposits.sources.asking import name

HEADER = "x-nowpayments-sig"
REFERENCE_LENGTH_MAX = 30
_DEPTH_MAX = 20


class _Written(str):
    """A number as it stands in the body."""


def is_genuine(body: bytes, shown: str, secret: str) -> bool:
    """This function tells whether this body was signed with the secret, in constant time."""
    said = _read(body)
    if not secret or not isinstance(said, dict):
        return False
    found = [_is_signed(said, shown, secret, as_object=as_object) for as_object in (True, False)]
    return any(found)


def subject(body: bytes) -> str:
    """This function reads which payment a webhook is about; empty when it names none."""
    said = _read(body)
    return name(said.get("payment_id"), longest=REFERENCE_LENGTH_MAX) if isinstance(said, dict) else ""


def _is_signed(said: dict[str, Any], shown: str, secret: str, *, as_object: bool) -> bool:
    try:
        text = _sorted(said, as_object=as_object).encode()
    except (UnicodeEncodeError, RecursionError):
        return False
    wanted = hmac.new(secret.encode(), text, sha512).hexdigest()
    return hmac.compare_digest(shown.encode(), wanted.encode())


def _sorted(value: Any, *, as_object: bool, depth: int = 0) -> str:
    """JSON with sorted names.

    :param as_object: whether lists become objects of their positions, as they do in the example that NOWPayments gives
        for JavaScript; its others leave them as they are.
    """
    if depth > _DEPTH_MAX:
        raise RecursionError
    inner: Callable[[Any], str] = lambda each: _sorted(each, as_object=as_object, depth=depth + 1)  # noqa: E731
    if isinstance(value, list) and as_object:
        return "{" + ",".join(f'"{at}":{inner(each)}' for at, each in enumerate(value)) + "}"
    if isinstance(value, list):
        return "[" + ",".join(inner(each) for each in value) + "]"
    if isinstance(value, dict):
        return "{" + ",".join(f"{_text(name)}:{inner(value[name])}" for name in sorted(value)) + "}"
    return str(value) if isinstance(value, _Written) else _text(value)


def _text(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def _read(body: bytes) -> Any:
    try:
        return json.loads(body, parse_float=_Written, parse_int=_Written, parse_constant=_refused)
    except (ValueError, RecursionError):
        return None


def _refused(text: str) -> Any:
    raise ValueError(text)
