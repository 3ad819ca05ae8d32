"""Reads of sources: their adapters, and how they are."""

from typing import Any

from sevenpanel.deposits import models
from sevenpanel.deposits.domain import Asset
from sevenpanel.deposits.sources.interface import Source
from sevenpanel.deposits.sources.registry import SourceSettings, UnableToReadSource, source_of
from sevenpanel.kernel import sealing

PURPOSE = b"sevenpanel/deposits/source-secret"


def adapter(*, name: str, kind: str, settings: dict[str, Any], sealed: str) -> Source:
    """The adapter of a source as it is set up.

    :raises UnableToReadSource: when there is none for its kind, it cannot use the settings, or its secret is shut.
    """
    try:
        secret = sealing.unseal(sealed, purpose=PURPOSE) if sealed else ""
    except sealing.NotOpened as fault:
        words = "The secret of this source was stored under another key. Enter it again, or restore the key."
        raise UnableToReadSource(words) from fault
    return source_of(kind, SourceSettings(name=name, settings=settings, secret=secret))


def adapter_named(name: str) -> Source | None:
    """The adapter of the source with this name, when it is switched on and can be used."""
    row = models.Source.objects.filter(name=name, is_on=True).first()
    if row is None:
        return None
    try:
        return adapter(name=row.name, kind=row.kind, settings=dict(row.settings), sealed=row.sealed)
    except UnableToReadSource:
        return None


def assets_of(*, source: str) -> tuple[Asset, ...]:
    """What can be deposited through a source; nothing where there is none that is switched on and can be used."""
    found = adapter_named(source)
    return found.assets if found is not None else ()
