"""Reading a provider's catalogue. An entry that could be misread is left out with the reason."""

from collections.abc import Mapping

from sevenpanel.fulfilment.providers.apiv2.parse import CallFailed, raise_for_error
from sevenpanel.fulfilment.providers.apiv2.wire import amount, flag, order_id, whole, words
from sevenpanel.fulfilment.providers.interface import Catalogue, Offer, SkippedOffer

NAME_MAX = 500
DESCRIPTION_MAX = 5_000


class _UnreadableError(ValueError):
    pass


def read_catalogue(document: object) -> Catalogue:
    """This function reads an answer to `services`: a list, or a map whose values are the entries.

    :raises CallFailed: when it is an error or holds no entries in either form.
    """
    offers: dict[str, Offer] = {}
    skipped: list[SkippedOffer] = []
    for entry in _entries(document):
        service = words(entry.get("service"), 64) if isinstance(entry, Mapping) else ""
        try:
            offer = _offer(entry)
            if offer.service in offers:
                raise _UnreadableError("the id stands twice")
            offers[offer.service] = offer
        except _UnreadableError as fault:
            skipped.append(SkippedOffer(service=service, reason=str(fault)))
    return Catalogue(offers=tuple(offers.values()), skipped=tuple(skipped))


def _entries(document: object) -> list[object]:
    if isinstance(document, list):
        return document
    if not isinstance(document, dict):
        raise CallFailed("The catalogue is neither a list nor a map.")
    raise_for_error(document)
    if document.get("data") == "Empty Data":
        return []
    if not document or not all(isinstance(value, Mapping) for value in document.values()):
        raise CallFailed("The catalogue is neither a list nor a map.")
    return list(document.values())


def _offer(entry: object) -> Offer:
    if not isinstance(entry, Mapping):
        raise _UnreadableError("the entry is no object")
    service = order_id(entry.get("service"))
    rate, least, most = amount(entry.get("rate")), whole(entry.get("min")), whole(entry.get("max"))
    if service is None:
        raise _UnreadableError("the service id cannot be read")
    if rate is None or rate < 0:
        raise _UnreadableError(f"the rate cannot be read: {words(entry.get('rate'), 60)}")
    if least is None or most is None or not 0 <= least <= most:
        raise _UnreadableError("minimum and maximum cannot be read")
    return Offer(
        service=service,
        name=_text(entry, "name", NAME_MAX),
        type=_text(entry, "type", 64) or "Default",
        category=_text(entry, "category", NAME_MAX),
        rate=rate,
        min=least,
        max=most,
        refill=flag(entry.get("refill")),
        cancel=flag(entry.get("cancel")),
        dripfeed=flag(entry.get("dripfeed")),
        description=_text(entry, "description", DESCRIPTION_MAX) or _text(entry, "desc", DESCRIPTION_MAX),
    )


def _text(entry: Mapping[str, object], name: str, limit: int) -> str:
    value = entry.get(name)
    return words(value, limit) if isinstance(value, str) else ""
