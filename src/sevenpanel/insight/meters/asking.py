"""One call to a network's API, read as a JSON object, with every way in which it can fail told in words."""

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

import msgspec

from sevenpanel.insight.meters.interface import MeterUnavailable
from sevenpanel.kernel.calling import Call, Lost, NotSent, exchange

SECONDS = 15.0
BYTES_MAX = 262_144


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What the API answered: its status and the object in its body."""

    status: int
    body: Mapping[str, Any]


def ask(call: Call) -> Said:
    """Make a call.

    :raises MeterUnavailable: when it brought no JSON object, for whatever reason.
    """
    try:
        heard = exchange(call)
    except (NotSent, Lost) as fault:
        raise MeterUnavailable(f"No answer: {fault.because}.") from None
    if HTTPStatus.MULTIPLE_CHOICES <= heard.status < HTTPStatus.BAD_REQUEST:
        raise MeterUnavailable(f"The answer with status {heard.status} leads elsewhere, and is not followed.")
    try:
        body = msgspec.json.decode(heard.body)
    except (msgspec.DecodeError, RecursionError):
        raise MeterUnavailable(f"The answer with status {heard.status} is no JSON.") from None
    if not isinstance(body, dict):
        raise MeterUnavailable(f"The answer with status {heard.status} is no object.")
    return Said(status=heard.status, body=body)
