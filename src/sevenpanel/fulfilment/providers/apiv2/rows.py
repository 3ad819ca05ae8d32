"""What the rows of an answer mean, each by itself. Pure: documents in, values out.

Providers answer a question about several orders as a map, as a list, or, when it was one order, as the bare
row. A row that cannot be read touches no other, and a row that is missing means nothing.
"""

from collections.abc import Mapping, Sequence

from sevenpanel.fulfilment.providers.apiv2 import vocabulary
from sevenpanel.fulfilment.providers.apiv2.parse import CallFailed, Row, error_in, message_in, raise_for_error
from sevenpanel.fulfilment.providers.apiv2.wire import UNREADABLE, amount, says_something, whole, words
from sevenpanel.fulfilment.providers.interface import (
    Balance,
    CancelAnswer,
    NotNowReason,
    ProviderStatus,
    RowError,
    StatusReport,
)
from sevenpanel.terms import LinkFinding

OwnWords = tuple[tuple[str, ProviderStatus], ...]
LinkWords = tuple[tuple[str, LinkFinding], ...]

# Where providers say why an order stands as it does; the stock contract has no place for it.
REASONS = ("reason", "cancel_reason", "error_message", "note")
LINK_WORDS_MAX = 200
NEITHER = "The row says neither yes nor no."


def read_statuses(
    document: object, ids: Sequence[str], own_words: OwnWords = (), link_words: LinkWords = ()
) -> dict[str, StatusReport | RowError]:
    """This function reads an answer to `status`.

    :param ids: the orders that were asked for; others are dropped.
    :param own_words: the operator's reading of status words.
    :param link_words: the operator's reading of words about links.
    :raises CallFailed: when the answer as a whole is an error or no map, list or row.
    """
    rows = _rows(document, ids, ("status", "charge", "remains"))
    return {name: _status_row(row, own_words, link_words) for name, row in rows.items()}


def _status_row(row: object, own_words: OwnWords, link_words: LinkWords) -> StatusReport | RowError:
    if not isinstance(row, dict):
        return RowError(words=words(row) if says_something(row) else "The row is empty.")
    said = error_in(row)
    if said is not None:
        found = vocabulary.link_finding(said, link_words)
        if found is None:
            return RowError(words=said)
        return StatusReport(word=said[:64], status=None, link=found, link_words=said[:LINK_WORDS_MAX])
    stated = row.get("status")
    word = words(stated, 64) if isinstance(stated, str) else ""
    link, its_words = _link_of(row, word, link_words)
    return StatusReport(
        link=link,
        link_words=its_words,
        word=word,
        status=vocabulary.status(word, own_words),
        remains=whole(row.get("remains")),
        start_count=whole(row.get("start_count")),
        charge=amount(row.get("charge")),
        currency=_currency(row),
    )


def _link_of(row: Mapping[str, object], word: str, link_words: LinkWords) -> tuple[LinkFinding | None, str]:
    """What a row says about the link, in the place of the status or beside it, and in which words."""
    texts = [word, *(words(row[name]) for name in REASONS if isinstance(row.get(name), str))]
    findings = ((vocabulary.link_finding(text, link_words), text[:LINK_WORDS_MAX]) for text in texts)
    return next(((found, text) for found, text in findings if found is not None), (None, ""))


def read_cancels(document: object, ids: Sequence[str]) -> dict[str, CancelAnswer]:
    """This function reads an answer to `cancel`.

    :param ids: the orders that were asked for; others are dropped.
    :raises CallFailed: when the answer as a whole is an error or no map, list or row.
    """
    if len(ids) == 1 and isinstance(document, dict):
        said = error_in(document)
        if said is not None and _is_about_the_order(said):
            return {ids[0]: CancelAnswer(accepted=False, words=said)}
    rows = _rows(document, ids, ("cancel", "success", "status"))
    return {name: _cancel_row(row) for name, row in rows.items()}


def _is_about_the_order(said: str) -> bool:
    on_the_account = isinstance(vocabulary.verdict(said, ()), NotNowReason)
    return not on_the_account and not vocabulary.is_misread(said)


def _cancel_row(row: object) -> CancelAnswer:
    if not isinstance(row, dict):
        return _cancel_value(row)
    said = error_in(row)
    if said is not None:
        return CancelAnswer(accepted=False, words=said)
    named = next((row[name] for name in ("cancel", "success", "status") if name in row), None)
    if isinstance(named, dict):
        refusal = error_in(named)
        return CancelAnswer(accepted=None if refusal is None else False, words=refusal or NEITHER)
    return _cancel_value(named)


def _cancel_value(value: object) -> CancelAnswer:
    if isinstance(value, bool):
        return CancelAnswer(accepted=value)
    count = whole(value)
    if count is not None:
        # 1 is the stock answer; other numbers are the id of the request, as `refill` answers them.
        return CancelAnswer(accepted=count > 0)
    if not isinstance(value, str) or not says_something(value):
        return CancelAnswer(accepted=None, words=NEITHER)
    return _cancel_words(words(value))


def _cancel_words(said: str) -> CancelAnswer:
    if vocabulary.is_row_error(said):
        return CancelAnswer(accepted=False, words=said)
    folded = said.casefold()
    agrees = folded in ("ok", "true") or "success" in folded or "will be cancel" in folded
    return CancelAnswer(accepted=True if agrees and "not " not in folded else None, words=said)


def read_balance(document: object) -> Balance:
    """This function reads an answer to `balance`.

    :raises CallFailed: when it is an error, or the figure is written in a form that might be misread.
    """
    raise_for_error(document)
    row = document if isinstance(document, dict) else {}
    figure = amount(row.get("balance"))
    if figure is None:
        raise CallFailed(f"The balance cannot be read: {words(row.get('balance'), 60)}")
    return Balance(amount=figure, currency=_currency(row))


def _currency(row: Row) -> str | None:
    said = row.get("currency")
    return (words(said, 8).upper() or None) if isinstance(said, str) else None


def _rows(document: object, ids: Sequence[str], marks: Sequence[str]) -> Mapping[str, object]:
    """The rows for the ids that were asked for, in any of the three shapes.

    :param marks: keys that tell a single row from a map of rows.
    """
    if isinstance(document, list):
        return _listed(document, frozenset(ids))
    if not isinstance(document, dict):
        raise CallFailed("The answer is not about orders.")
    known = {name: document[name] for name in ids if name in document}
    if known:
        return known
    if len(ids) == 1 and _is_single(document, marks):
        return {ids[0]: document}
    raise_for_error(document)
    return {}


def _listed(document: Sequence[object], asked: frozenset[str]) -> Mapping[str, object]:
    found: dict[str, object] = {}
    for row in document:
        name = row.get("order", row.get("id")) if isinstance(row, dict) else None
        if isinstance(name, str) and name in asked:
            found[str(name)] = UNREADABLE if name in found else row
    return found


def _is_single(document: Row, marks: Sequence[str]) -> bool:
    said = error_in(document)
    if said is not None:
        return vocabulary.is_row_error(said)
    return message_in(document) is None and any(mark in document for mark in marks)
