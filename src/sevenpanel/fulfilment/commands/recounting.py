"""Asking providers once more about orders that have ended: how much of them is there by their own count.

Nothing is recorded here and no money moves; whoever asks keeps what was said (clause 5).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sevenpanel.fulfilment import models
from sevenpanel.fulfilment.commands.access import AdapterFor, access_of, registered
from sevenpanel.fulfilment.commands.sealing import UnableToUnsealKey
from sevenpanel.fulfilment.providers.interface import ProviderStatus, ProviderUnavailable, RowError, StatusReport
from sevenpanel.kernel.refusals import Refusal

_DONE = frozenset({ProviderStatus.COMPLETED, ProviderStatus.PARTIAL})


class UnableToRecount(Refusal):
    """No provider that was asked has answered.

    :param retry_after_seconds: how long it asks to be left alone, when it named that.
    """

    def __init__(self, words: str, *, retry_after_seconds: int | None = None) -> None:
        super().__init__(words)
        self.retry_after_seconds = retry_after_seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Recount:
    """What a provider says of an order that has ended.

    :param remains: as it was said; None when it says no number, or something else than that the order is done.
    :param words: why there is no number.
    """

    remains: int | None
    words: str = ""


def recount(*, order_ids: Sequence[int], now: datetime, adapter_for: AdapterFor = registered) -> dict[int, Recount]:
    """Ask about up to a hundred orders, provider by provider.

    :returns: by order id; orders whose provider was not asked or did not answer are missing.
    :raises UnableToRecount: when nobody answered.
    """
    by_provider = _by_provider(order_ids)
    never_sent = set(order_ids) - {order_id for names in by_provider.values() for order_id in names.values()}
    heard = {order_id: Recount(remains=None, words="No provider has this order.") for order_id in never_sent}
    faults: list[UnableToRecount] = []
    for provider_id, names in by_provider.items():
        try:
            heard |= _ask(models.Provider.objects.get(id=provider_id), names, now, adapter_for)
        except UnableToRecount as fault:
            faults.append(fault)
    if faults and not heard:
        raise faults[0]
    return heard


def _by_provider(order_ids: Sequence[int]) -> dict[int, dict[str, int]]:
    """By provider and by the provider's own number, which order of ours it is."""
    found: dict[int, dict[str, int]] = {}
    for task in models.Task.objects.filter(order_id__in=order_ids):
        if task.provider_id is not None and task.provider_order_id is not None:
            found.setdefault(task.provider_id, {})[task.provider_order_id] = task.order_id
    return found


def _ask(row: models.Provider, names: Mapping[str, int], now: datetime, adapter_for: AdapterFor) -> dict[int, Recount]:
    if row.sync_after is not None and row.sync_after > now:
        raise UnableToRecount(f"{row.name} is left alone until {row.sync_after:%H:%M}.")
    try:
        said = adapter_for(row.kind, access_of(row)).statuses(list(names))
    except ProviderUnavailable as fault:
        raise UnableToRecount(f"{row.name}: {fault.words}", retry_after_seconds=fault.retry_after_seconds) from fault
    except UnableToUnsealKey as refused:
        raise UnableToRecount(refused.sentence) from refused
    return {names[name]: _read(answer) for name, answer in said.items() if name in names}


def _read(said: StatusReport | RowError) -> Recount:
    if isinstance(said, RowError):
        return Recount(remains=None, words=f"The provider answers “{said.words}”.")
    if said.status not in _DONE:
        return Recount(remains=None, words=f"The provider now says “{said.word}”.")
    if said.remains is None:
        return Recount(remains=None, words="The provider names no number.")
    return Recount(remains=said.remains)
