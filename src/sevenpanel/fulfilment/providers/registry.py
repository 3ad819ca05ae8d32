"""Which adapter speaks to which kind of provider. A new kind is a folder beside this file and a line here."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from types import MappingProxyType

from sevenpanel.fulfilment.providers.apiv2.adapter import ApiV2
from sevenpanel.fulfilment.providers.interface import Provider, ProviderAccess


def _sandbox(access: ProviderAccess) -> ApiV2:
    # The sandbox speaks the same API from this machine, so it alone may have a loopback address.
    return ApiV2(replace(access, allow_private=True))


def _apiv2(access: ProviderAccess) -> ApiV2:
    return ApiV2(access)


ADAPTERS: Mapping[str, Callable[[ProviderAccess], Provider]] = MappingProxyType({"apiv2": _apiv2, "sandbox": _sandbox})


def provider(kind: str, access: ProviderAccess) -> Provider:
    """The adapter for a provider of this kind.

    :param kind: a key of `ADAPTERS`.
    :raises KeyError: for a kind that nobody wrote.
    """
    return ADAPTERS[kind](access)
