"""What an answer of a reseller API v2 means as a whole. Pure: bytes in, values out.

An order was taken when an order id is there and nothing contradicts it; it was refused when a well-formed
error is there whose words are known. Whatever lies between is unknown, however much it looks like a failure.
"""

from collections.abc import Mapping
from email.utils import parsedate_to_datetime

from sevenpanel.fulfilment.providers.apiv2 import vocabulary
from sevenpanel.fulfilment.providers.apiv2.wire import (
    NotJsonError,
    Number,
    order_id,
    read_json,
    says_something,
    words,
)
from sevenpanel.fulfilment.providers.http import Heard, is_success
from sevenpanel.fulfilment.providers.interface import (
    Answer,
    Evidence,
    NotNow,
    NotNowReason,
    ProviderAccess,
    RefusalReason,
    Refused,
    Sent,
    Unknown,
    UnknownReason,
)

TOO_MANY_REQUESTS = 429
RETRY_AFTER_SECONDS_MAX = 86_400

Row = Mapping[str, object]


class CallFailed(Exception):  # noqa: N818 - an outcome, not a fault
    """A read-only call brought no usable answer.

    :param incorrect_request: the provider did not understand the parameters, so another spelling may help.
    """

    def __init__(self, said: str, *, incorrect_request: bool = False) -> None:
        super().__init__(said)
        self.words = said
        self.incorrect_request = incorrect_request


def read_add(heard: Heard, access: ProviderAccess, evidence: Evidence) -> Answer:
    """This function decides what became of an order that was sent.

    :param heard: the whole answer.
    :returns: `Sent` for an order id in a 2xx answer without an error beside it; `Refused` or `NotNow` for an
        error whose words are known, below 500, and for 429; `Unknown` for everything else.
    """
    if not (is_success(heard.status) or 400 <= heard.status < 500):
        return _unknown(UnknownReason.HTTP_STATUS, f"The provider answered with HTTP {heard.status}.", evidence)
    try:
        document = read_json(heard.body)
    except NotJsonError as fault:
        return _without_order(heard, UnknownReason.NOT_JSON, str(fault), evidence)
    if not isinstance(document, dict):
        return _without_order(heard, UnknownReason.NO_ORDER_ID, "The answer holds no order id.", evidence)
    return _read_add_document(document, heard, access, evidence)


def _read_add_document(document: Row, heard: Heard, access: ProviderAccess, evidence: Evidence) -> Answer:
    said = error_in(document)
    if said is None and states_failure(document):
        said = message_in(document) or "a failure without words"
    has_order = says_something(document.get("order"))
    if said is not None and has_order:
        return _unknown(UnknownReason.CONTRADICTION, f"An order id and an error: {said}", evidence)
    if said is not None:
        return _read_refusal(said, heard, access, evidence)
    taken = order_id(document.get("order"))
    if taken is not None and is_success(heard.status):
        return Sent(provider_order_id=taken, evidence=evidence)
    if has_order:
        return _unknown(UnknownReason.CONTRADICTION, "What stands as order id cannot be one.", evidence)
    return _without_order(heard, UnknownReason.NO_ORDER_ID, "The answer holds no order id.", evidence)


def _read_refusal(said: str, heard: Heard, access: ProviderAccess, evidence: Evidence) -> Answer:
    match vocabulary.verdict(said, access.refusal_words):
        case RefusalReason() as reason:
            return Refused(reason=reason, words=said, evidence=evidence)
        case NotNowReason() as reason:
            wait = retry_after(heard.headers)
            return NotNow(reason=reason, words=said, evidence=evidence, retry_after_seconds=wait)
        case None:
            return _without_order(heard, UnknownReason.UNKNOWN_WORDS, said, evidence)


def _without_order(heard: Heard, reason: UnknownReason, said: str, evidence: Evidence) -> Answer:
    # 429 says by itself that the request was turned away, whatever page comes with it.
    if heard.status == TOO_MANY_REQUESTS:
        return NotNow(
            reason=NotNowReason.RATE_LIMITED,
            words="The provider asks for fewer calls (HTTP 429).",
            evidence=evidence,
            retry_after_seconds=retry_after(heard.headers),
        )
    return _unknown(reason if is_success(heard.status) else UnknownReason.HTTP_STATUS, said, evidence)


def _unknown(reason: UnknownReason, said: str, evidence: Evidence) -> Unknown:
    return Unknown(reason=reason, words=said, evidence=evidence)


def error_in(document: Row) -> str | None:
    """The text under `error`, when there is one; an empty placeholder is none."""
    value = document.get("error")
    if not says_something(value):
        return None
    if value is True or (isinstance(value, Number)):
        return message_in(document) or f"error {value}"
    return words(value) or "an error without words"


def states_failure(document: Row) -> bool:
    """Tell whether the document says that it failed, in one of the ways that do without `error`."""
    state = document.get("status")
    if isinstance(state, str):
        return state.strip().lower() in ("error", "fail", "failed", "failure", "false")
    return state is False or document.get("success") is False


def failure_in(document: Row) -> str | None:
    """The words of a failure without an `error` key. Without words it may be the status of an order."""
    return message_in(document) if states_failure(document) else None


def message_in(document: Row) -> str | None:
    """The text under `message` or `msg`."""
    for name in ("message", "msg", "error_message"):
        if isinstance(document.get(name), str) and says_something(document[name]):
            return words(document[name])
    return None


def retry_after(headers: Mapping[str, str]) -> int | None:
    """The seconds that a Retry-After header asks for, at most a day; a date counts from the answer's Date."""
    said = headers.get("retry-after", "").strip()
    if said.isascii() and said.isdigit() and len(said) < 10:
        return min(int(said), RETRY_AFTER_SECONDS_MAX)
    try:
        wait = parsedate_to_datetime(said) - parsedate_to_datetime(headers.get("date", ""))
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return min(max(int(wait.total_seconds()), 0), RETRY_AFTER_SECONDS_MAX)


def read_document(heard: Heard) -> object:
    """The JSON of a call that may be repeated.

    :raises CallFailed: for statuses other than 2xx and for what is not JSON.
    """
    try:
        document = read_json(heard.body)
    except NotJsonError as fault:
        raise CallFailed(f"HTTP {heard.status}: {fault}") from fault
    if not is_success(heard.status):
        said = error_in(document) if isinstance(document, dict) else None
        raise CallFailed(f"HTTP {heard.status}: {said or 'no usable answer.'}", incorrect_request=_misread(said))
    return document


def raise_for_error(document: object) -> None:
    """This function looks for an error about the whole call.

    :raises CallFailed: when there is one.
    """
    if isinstance(document, dict):
        said = error_in(document) or failure_in(document)
        if said is not None:
            raise CallFailed(said, incorrect_request=_misread(said))


def _misread(said: str | None) -> bool:
    return said is not None and vocabulary.is_misread(said)
