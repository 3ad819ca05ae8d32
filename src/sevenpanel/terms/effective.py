"""The effective description: what a service promises at an instant, with the notices that stand then (clause 3).

Notices are sorted once by what they are about, so that a whole catalogue is described in one pass. Where two notices
speak of the same field, the one published later wins; of two published together, the narrower one.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from operator import attrgetter
from typing import Any

from sevenpanel.terms.notice import OVERRIDABLE, Description, Notice, Scope

_WIDTH = {scope: place for place, scope in enumerate(Scope)}
# dataclasses.replace does the same, and four times as slowly.
_FIELDS = tuple(each.name for each in fields(Description))
_values = attrgetter(*_FIELDS)
_Key = tuple[Scope, int | str | None]
_Winners = Mapping[str, Notice]


@dataclass(frozen=True, slots=True)
class Effective:
    """A description with the notices laid over it.

    :param description: what counts.
    :param base: what the catalogue says.
    :param sources: for each field that a notice changed, that notice.
    :param shared: the notices that stand about this and other services.
    :param own: those that stand about this service alone.
    """

    description: Description
    base: Description
    sources: Mapping[str, Notice]
    shared: tuple[Notice, ...] = ()
    own: tuple[Notice, ...] = ()

    @property
    def notices(self) -> tuple[Notice, ...]:
        """Everything that stands about this service, first published first, with or without figures."""
        return tuple(sorted((*self.shared, *self.own), key=rank))


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


def is_about(notice: Notice, description: Description) -> bool:
    """Tell whether a notice is about this service."""
    return (notice.scope, notice.subject) in _keys(description)


def _keys(base: Description) -> tuple[_Key, _Key, _Key, _Key]:
    return (
        (Scope.ALL, None),
        (Scope.NETWORK, base.network),
        (Scope.CATEGORY, base.category_id),
        (Scope.SERVICE, base.service_id),
    )


class Board:
    """The notices that stand at one instant, sorted by what they are about: build once, describe many services."""

    __slots__ = ("_by_key", "_shared")

    def __init__(self, notices: Iterable[Notice], at: datetime) -> None:
        self._by_key: dict[_Key, list[Notice]] = {}
        for notice in sorted((n for n in notices if stands(n, at)), key=rank):
            self._by_key.setdefault((notice.scope, notice.subject), []).append(notice)
        self._shared: dict[tuple[_Key, ...], tuple[tuple[Notice, ...], _Winners]] = {}

    def effective(self, base: Description) -> Effective:
        """Lay over a description what stands about its service."""
        *wide, service = _keys(base)
        shared, winners = self._of_many(tuple(wide))
        own = self._by_key.get(service, ())
        if own:
            winners = _merged(winners, _last_word(own))
        return Effective(_overlaid(base, winners), base, winners, shared, tuple(own))

    def _of_many(self, keys: tuple[_Key, ...]) -> tuple[tuple[Notice, ...], _Winners]:
        """What services of one network and category have in common, found once."""
        if keys not in self._shared:
            notices = sorted((n for key in keys for n in self._by_key.get(key, ())), key=rank)
            self._shared[keys] = (tuple(notices), _last_word(notices))
        return self._shared[keys]


def effective(base: Description, notices: Iterable[Notice], at: datetime) -> Effective:
    """Describe one service at an instant."""
    return Board((n for n in notices if is_about(n, base)), at).effective(base)


def _last_word(ranked: Sequence[Notice]) -> _Winners:
    return {name: notice for notice in ranked for name in OVERRIDABLE if getattr(notice.overrides, name) is not None}


def _merged(shared: _Winners, own: _Winners) -> _Winners:
    return dict(sorted([*shared.items(), *own.items()], key=lambda pair: rank(pair[1])))


def _overlaid(base: Description, winners: _Winners) -> Description:
    if not winners:
        return base
    values: dict[str, Any] = dict(zip(_FIELDS, _values(base), strict=True))
    for name, notice in winners.items():
        values[name] = getattr(notice.overrides, name)
    return Description(**values)
