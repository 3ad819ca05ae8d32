"""The effective description: what a service promises at an instant, with the notices that stand then (clause 3).

Notices are sorted once by what they are about, so that a whole catalogue is described in one pass. Where two notices
speak of the same field, the one published later wins; of two published together, the narrower one.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import reduce
from types import MappingProxyType

from sevenpanel.kernel.rows import changed
from sevenpanel.terms.notice import OVERRIDABLE, Description, Notice, Scope

_WIDTH = {scope: place for place, scope in enumerate(Scope)}
_Key = tuple[Scope, int | str | None]
_Words = Mapping[str, Notice]
_NOTHING: _Words = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Said:
    """What notices say about a service at one instant, whatever its description.

    :param sources: for each field that a notice changes, the one that has the last word.
    :param shared: the notices that stand about this and other services, in no order.
    :param own: those that stand about this service alone.
    """

    sources: Mapping[str, Notice]
    shared: tuple[Notice, ...] = ()
    own: tuple[Notice, ...] = ()

    @property
    def notices(self) -> tuple[Notice, ...]:
        """Everything that stands about this service, first published first, with or without figures."""
        return tuple(sorted((*self.shared, *self.own), key=rank))

    @property
    def changes(self) -> dict[str, object]:
        """For each field that a notice changes, what it puts there."""
        return {name: getattr(notice.overrides, name) for name, notice in self.sources.items()}


@dataclass(frozen=True, slots=True)
class Effective:
    """A description with the notices laid over it.

    :param description: what counts.
    :param base: what the catalogue says.
    :param said: what notices say about the service.
    """

    description: Description
    base: Description
    said: Said

    @property
    def sources(self) -> Mapping[str, Notice]:
        """For each field that a notice changed, that notice."""
        return self.said.sources

    @property
    def notices(self) -> tuple[Notice, ...]:
        """Everything that stands about this service, first published first, with or without figures."""
        return self.said.notices


def rank(notice: Notice) -> tuple[datetime, int, int]:
    """Say which of two notices speaks last: publication, then how narrow its scope is, then its number."""
    return (notice.published_at, _WIDTH[notice.scope], notice.notice_id)


def stands(notice: Notice, at: datetime) -> bool:
    """Tell whether a notice is out and in force at an instant: periods hold their beginning, not their end."""
    return (
        notice.published_at <= at
        and notice.in_force_from <= at
        and (notice.in_force_until is None or at < notice.in_force_until)
        and (notice.withdrawn_at is None or at < notice.withdrawn_at)
    )


def turns(notice: Notice) -> list[datetime]:
    """Give the instants at which it can change something: out and in force, the end of its period, its withdrawal."""
    ends = [at for at in (notice.in_force_until, notice.withdrawn_at) if at is not None]
    return [max(notice.published_at, notice.in_force_from), *ends]


def keys_of(network: str, category_id: int, service_id: int) -> tuple[_Key, _Key, _Key, _Key]:
    """What a notice can be about to be about this service, from wide to narrow."""
    return (
        (Scope.ALL, None),
        (Scope.NETWORK, network),
        (Scope.CATEGORY, category_id),
        (Scope.SERVICE, service_id),
    )


def is_about(notice: Notice, description: Description) -> bool:
    """Tell whether a notice is about this service."""
    keys = keys_of(description.network, description.category_id, description.service_id)
    return (notice.scope, notice.subject) in keys


class Board:
    """The notices that stand at one instant, sorted by what they are about: build once, describe many services."""

    __slots__ = ("_by_key", "_shared")

    def __init__(self, notices: Iterable[Notice], at: datetime) -> None:
        by_key: defaultdict[_Key, list[Notice]] = defaultdict(list)
        for notice in notices:
            if stands(notice, at):
                by_key[notice.scope, notice.subject].append(notice)
        self._by_key = {key: (_last_words(found), tuple(found)) for key, found in by_key.items()}
        self._shared: dict[tuple[str, int], Said] = {}

    def said(self, network: str, category_id: int, service_id: int) -> Said:
        """What stands about a service; services of one network and category without notices of their own share it."""
        shared = self._shared.get((network, category_id))
        if shared is None:
            shared = self._shared[network, category_id] = self._of_many(network, category_id, service_id)
        if (Scope.SERVICE, service_id) not in self._by_key:
            return shared
        words, own = self._by_key[Scope.SERVICE, service_id]
        return Said(_later(shared.sources, words), shared.shared, own)

    def effective(self, base: Description) -> Effective:
        """Lay over a description what stands about its service."""
        said = self.said(base.network, base.category_id, base.service_id)
        return Effective(changed(base, said.changes) if said.sources else base, base, said)

    def _of_many(self, network: str, category_id: int, service_id: int) -> Said:
        *wide, _one = keys_of(network, category_id, service_id)
        found = [self._by_key[key] for key in wide if key in self._by_key]
        words = reduce(_later, (words for words, _ in found), _NOTHING)
        return Said(words, tuple(notice for _, notices in found for notice in notices))


def effective(base: Description, notices: Iterable[Notice], at: datetime) -> Effective:
    """Describe one service at an instant."""
    return Board((n for n in notices if is_about(n, base)), at).effective(base)


def _last_words(notices: Iterable[Notice]) -> _Words:
    """For each field that one of these speaks of, the notice that has the last word."""
    ranked = sorted(notices, key=rank)
    return {name: notice for notice in ranked for name in OVERRIDABLE if getattr(notice.overrides, name) is not None}


def _later(some: _Words, others: _Words) -> _Words:
    both = some.keys() & others.keys()
    return {**some, **others, **{name: max(some[name], others[name], key=rank) for name in both}}
