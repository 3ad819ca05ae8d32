"""Every "no" of API v3: a code, an HTTP status, and a problem document (RFC 9457) that says what to do."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeVar

from django.conf import settings
from django.http import HttpResponse

from sevenpanel.api.admission import Obstacle
from sevenpanel.kernel.said import plain
from sevenpanel.orders.commands import CancelVerdict
from sevenpanel.orders.domain import RefusalCode, Refused

MEDIA_TYPE = "application/problem+json"
PLACE = "/api/v3/"


class Trouble(StrEnum):
    """What is wrong with a request as such, or with the desk."""

    INCORRECT = "incorrect_request"
    INVALID = "invalid_fields"
    NOT_FOUND = "not_found"
    METHOD = "method_not_allowed"
    TOO_LARGE = "too_large"
    NOT_JSON = "not_json"
    CONFLICT = "conflict"
    FAULT = "fault"
    NOT_KNOWN = "not_known"


class NoCancel(StrEnum):
    """Why an order is not cancelled."""

    NOT_OFFERED = "cancel_not_offered"
    PROVIDER_REFUSED = "cancel_refused"
    ENDED = "order_ended"


F = TypeVar("F", bound=Callable[..., Any])
Code = Trouble | Obstacle | RefusalCode | NoCancel


@dataclass(frozen=True, slots=True)
class Kind:
    """What all problems of a code have in common.

    :param advice: what to do about it.
    """

    status: int
    title: str
    advice: str


KINDS: Mapping[Code, Kind] = {
    Trouble.INCORRECT: Kind(400, "The request cannot be read", "Send one JSON object, in UTF-8."),
    Trouble.INVALID: Kind(422, "Fields are missing or wrong", "Correct what stands in errors."),
    Trouble.NOT_FOUND: Kind(404, "There is nothing here", "Check the address and the number in it."),
    Trouble.METHOD: Kind(405, "This address has no such method", "Use one of the methods in the header Allow."),
    Trouble.TOO_LARGE: Kind(413, "The request is too large", "Send at most 8 MB."),
    Trouble.NOT_JSON: Kind(415, "The body is not JSON", "Send it as Content-Type: application/json."),
    Trouble.CONFLICT: Kind(409, "This cannot be done now", "Read the detail, and ask the support if need be."),
    Trouble.FAULT: Kind(500, "The desk made a mistake", "Tell the support the header X-Request-Id."),
    Trouble.NOT_KNOWN: Kind(
        503,
        "The desk cannot answer now",
        "It is not known whether this was done. Send the same again, an order with the same Idempotency-Key, which "
        "never charges twice.",
    ),
    Obstacle.NO_KEY: Kind(401, "No valid API key", "Send Authorization: Bearer and a key from the page API keys."),
    Obstacle.TOO_FAST: Kind(429, "Too many requests", "Wait as many seconds as Retry-After says, and send it again."),
    Obstacle.TERMS: Kind(403, "The Terms are not accepted", "Accept them on the site; the next request works."),
    Obstacle.ELSEWHERE: Kind(
        403, "The key is not allowed from this address", "Add the address to the key on the page API keys."
    ),
    Obstacle.NOT_PERMITTED: Kind(403, "The key is not allowed to do this", "Allow it on the page API keys."),
    RefusalCode.STOPPED: Kind(409, "New orders are stopped", "Try again later; orders under way go on."),
    RefusalCode.UNKNOWN_CUSTOMER: Kind(403, "The account cannot order", "Ask the support."),
    RefusalCode.SUSPENDED: Kind(403, "The account is suspended", "Ask the support. You can still read and cancel."),
    RefusalCode.REQUEST_CONFLICT: Kind(
        409, "The Idempotency-Key was used for another order", "Use a new key for each order."
    ),
    RefusalCode.UNKNOWN_SERVICE: Kind(422, "No such service is on sale", "Take the id of one from GET services."),
    RefusalCode.UNREADABLE_LINK: Kind(422, "The link cannot be read", "Send the whole address of the page."),
    RefusalCode.WRONG_LINK: Kind(422, "The service does not take this link", "Send a link that it takes."),
    RefusalCode.BAD_NUMBER: Kind(422, "The quantity is no number to order", "Send a whole number."),
    RefusalCode.QUANTITY_MISSING: Kind(422, "The quantity is missing", "Send how many you want."),
    RefusalCode.COMMENTS_MISSING: Kind(422, "The comments are missing", "Send at least one."),
    RefusalCode.BELOW_MIN: Kind(422, "The quantity is too small", "Send at least the service's quantity_min."),
    RefusalCode.ABOVE_MAX: Kind(422, "The quantity is too large", "Send at most the service's quantity_max."),
    RefusalCode.ACTIVE_ORDER: Kind(409, "An order of this service for this link is active", "Wait until it has ended."),
    RefusalCode.PRICE_CHANGED: Kind(409, "The price is above max_charge", "Look at the rate, and confirm the price."),
    RefusalCode.NOT_ENOUGH_FUNDS: Kind(402, "The balance is too small", "Add funds, or order less."),
    RefusalCode.OVER_CAP: Kind(403, "The daily limit of the key is reached", "Wait for midnight UTC, or raise it."),
    NoCancel.NOT_OFFERED: Kind(409, "The service has no cancel button", "The order goes on; nothing is to be done."),
    NoCancel.PROVIDER_REFUSED: Kind(409, "The provider did not cancel", "The order goes on; nothing is to be done."),
    NoCancel.ENDED: Kind(409, "The order has ended", "Read the order to see how."),
}
assert KINDS.keys() == {*Trouble, *Obstacle, *RefusalCode, *NoCancel}

# The field that a refusal is about.
FIELDS: Mapping[RefusalCode, str] = {
    RefusalCode.UNKNOWN_SERVICE: "service",
    RefusalCode.UNREADABLE_LINK: "link",
    RefusalCode.WRONG_LINK: "link",
    RefusalCode.BAD_NUMBER: "quantity",
    RefusalCode.QUANTITY_MISSING: "quantity",
    RefusalCode.BELOW_MIN: "quantity",
    RefusalCode.ABOVE_MAX: "quantity",
    RefusalCode.COMMENTS_MISSING: "comments",
    RefusalCode.PRICE_CHANGED: "max_charge",
}
NO_CANCEL: Mapping[CancelVerdict, Code] = {
    CancelVerdict.NOT_FOUND: Trouble.NOT_FOUND,
    CancelVerdict.NOT_OFFERED: NoCancel.NOT_OFFERED,
    CancelVerdict.PROVIDER_REFUSED: NoCancel.PROVIDER_REFUSED,
    CancelVerdict.ENDED: NoCancel.ENDED,
}
# What an answer is told to be that was refused before it came as far as the operations.
OF_STATUS: Mapping[int, Code] = {
    KINDS[code].status: code for code in (*Trouble, Obstacle.NO_KEY, Obstacle.NOT_PERMITTED, Obstacle.TOO_FAST)
}


@dataclass(frozen=True, slots=True)
class FieldError:
    """What is wrong with one field; the empty name is the whole body."""

    field: str
    detail: str


class Problem(Exception):  # noqa: N818 - the word of RFC 9457
    """A request that is not carried out.

    :param detail: a sentence about this very case; the advice of its kind follows.
    :param headers: what the answer carries besides.
    """

    def __init__(
        self,
        code: Code,
        detail: str = "",
        errors: Sequence[FieldError] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(code.value)
        self.code, self.detail, self.errors, self.headers = code, detail, errors, dict(headers or {})


def meets(*codes: Code) -> Callable[[F], F]:
    """Note with an operation which problems it can have, beside those that every one can."""

    def note(operation: F) -> F:
        operation.__dict__["meets"] = codes
        return operation

    return note


def refused(refusal: Refused) -> Problem:
    """The problem with an order that was not taken."""
    field = FIELDS.get(refusal.code)
    sentence = plain(refusal.sentence)
    return Problem(refusal.code, sentence, [FieldError(field, sentence)] if field else [])


def document(problem: Problem) -> dict[str, Any]:
    """A problem as RFC 9457 writes it, with the desk's own code."""
    kind = KINDS[problem.code]
    told = {
        "type": f"{settings.PUBLIC_URL}{PLACE}#{problem.code.value}",
        "title": kind.title,
        "status": kind.status,
        "detail": f"{problem.detail} {kind.advice}".strip(),
        "code": problem.code.value,
    }
    if problem.errors:
        told["errors"] = [{"field": each.field, "detail": each.detail} for each in problem.errors]
    return told


def write(problem: Problem, response: HttpResponse | None = None) -> HttpResponse:
    """The answer that tells of a problem.

    :param response: an answer whose other headers are kept.
    """
    answer = response if response is not None else HttpResponse()
    answer.status_code = KINDS[problem.code].status
    answer.content = json.dumps(document(problem), ensure_ascii=False).encode("utf-8", "replace")
    answer["Content-Type"] = MEDIA_TYPE
    answer["Content-Length"] = str(len(answer.content))
    for name, value in problem.headers.items():
        answer[name] = value
    if problem.code is Obstacle.NO_KEY:
        answer["WWW-Authenticate"] = 'Bearer realm="7Panel API"'
    return answer
