"""Which adapter speaks to which kind of source."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sevenpanel.deposits.sources.interface import Source
from sevenpanel.kernel.refusals import Refusal


class UnableToReadSource(Refusal):
    """A source whose settings make no sense, or that no adapter speaks to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceSettings:
    """A source as the operator set it up.

    :param secret: what its adapter needs to be let in; never shown.
    """

    name: str
    settings: Mapping[str, Any]
    secret: str = field(repr=False, default="")


Adapter = Callable[[SourceSettings], Source]
ADAPTERS: dict[str, Adapter] = {}


def source_of(kind: str, settings: SourceSettings) -> Source:
    """The adapter that speaks to this source.

    :raises UnableToReadSource: when there is none for its kind, or it cannot use the settings.
    """
    adapter = ADAPTERS.get(kind)
    if adapter is None:
        raise UnableToReadSource(f"No adapter speaks to sources of the kind {kind}.")
    return adapter(settings)
