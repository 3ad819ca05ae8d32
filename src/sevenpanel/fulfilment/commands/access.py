"""From a provider's row to the adapter that speaks to it."""

from collections.abc import Callable

from sevenpanel.fulfilment import models
from sevenpanel.fulfilment.commands.sealing import unseal
from sevenpanel.fulfilment.providers import registry
from sevenpanel.fulfilment.providers.interface import (
    LINK_MEANINGS,
    Body,
    Method,
    Provider,
    ProviderAccess,
    ProviderStatus,
)

AdapterFor = Callable[[str, ProviderAccess], Provider]
"""Returns the adapter for a kind and an access. The registry's, or a test's own in memory."""

registered: AdapterFor = registry.provider


def access_of(row: models.Provider) -> ProviderAccess:
    """How a provider is reached, with its key unsealed.

    :raises UnableToUnsealKey: when the desk's secret has changed.
    """
    return ProviderAccess(
        provider_id=row.id,
        url=row.url,
        key=unseal(row.key_sealed),
        currency=row.currency,
        method=Method(row.method),
        body=Body(row.body),
        idempotency_field=row.idempotency_field,
        refuses_duplicate_links=row.refuses_duplicate_links,
        refusal_words=tuple(row.refusal_words),
        status_words=tuple((w, ProviderStatus(m)) for w, m in row.status_words.items() if m not in LINK_MEANINGS),
        link_words=tuple((w, LINK_MEANINGS[m]) for w, m in row.status_words.items() if m in LINK_MEANINGS),
        allow_private=row.allow_private,
    )


def adapter_of(provider_id: int, adapter_for: AdapterFor) -> Provider:
    """The adapter of one provider, with the access it has now.

    :raises django.core.exceptions.ObjectDoesNotExist: when there is no such provider.
    """
    row = models.Provider.objects.get(id=provider_id)
    return adapter_for(row.kind, access_of(row))
