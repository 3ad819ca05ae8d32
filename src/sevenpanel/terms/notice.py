"""What a service promises, and notices about it: the description, and what is laid over it (clause 3)."""

from dataclasses import dataclass, field, fields
from datetime import datetime, timedelta
from enum import StrEnum

from sevenpanel.terms.instants import require_aware


class DropBand(StrEnum):
    """How much of a delivery is estimated to fall away again (clause 5)."""

    MINIMAL = "minimal"
    LOW = "low"
    MEDIUM = "medium"
    EXCESSIVE = "excessive"


class Scope(StrEnum):
    """Which services a notice is about; a later member is narrower."""

    ALL = "all"
    NETWORK = "network"
    CATEGORY = "category"
    SERVICE = "service"


class NoticeKind(StrEnum):
    """What a notice is about."""

    PRICE = "price"
    NEW = "new"
    PAUSED = "paused"
    BACK = "back"
    DELAY = "delay"
    DESCRIPTION = "description"
    GENERAL = "general"


@dataclass(frozen=True, slots=True, kw_only=True)
class Description:
    """What a service promises, without the notices or with them laid over it.

    :param start_within: from placing to the first delivery; None when nothing is promised.
    :param complete_within: from placing to Completed; None when nothing is promised.
    """

    service_id: int
    network: str
    category_id: int
    start_within: timedelta | None
    complete_within: timedelta | None
    quantity_min: int
    quantity_max: int
    drop_band: DropBand | None
    can_cancel: bool
    can_refill: bool
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Overrides:
    """What a notice puts in the place of the description; None leaves a field as it is."""

    start_within: timedelta | None = None
    complete_within: timedelta | None = None
    quantity_min: int | None = None
    quantity_max: int | None = None
    drop_band: DropBand | None = None
    can_cancel: bool | None = None
    can_refill: bool | None = None
    text: str | None = None


OVERRIDABLE = tuple(each.name for each in fields(Overrides))
assert set(OVERRIDABLE) < {each.name for each in fields(Description)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """A notice as it was published. It is never edited: a correction is a later notice, or it is withdrawn.

    :param subject: the network's name, or the id of the category or service; None for all.
    :param published_at: from here on customers could know it; nothing counts before (settled 1).
    :param in_force_from: the period that it speaks about, `[from, until)`; without an end when `until` is None.
    :param withdrawn_at: from here on it does not stand any more.
    :raises ValueError: when scope and subject do not fit, or an instant has no time zone.
    """

    notice_id: int
    kind: NoticeKind
    scope: Scope
    subject: int | str | None = None
    published_at: datetime
    in_force_from: datetime
    in_force_until: datetime | None = None
    withdrawn_at: datetime | None = None
    overrides: Overrides = field(default_factory=Overrides)
    text: str = ""

    def __post_init__(self) -> None:
        require_aware(self.published_at, self.in_force_from, self.in_force_until, self.withdrawn_at)
        if not isinstance(self.subject, _SUBJECT[self.scope]):
            raise ValueError(f"A notice about {self.scope} cannot be about {self.subject!r}.")


_SUBJECT: dict[Scope, type] = {Scope.ALL: type(None), Scope.NETWORK: str, Scope.CATEGORY: int, Scope.SERVICE: int}
assert _SUBJECT.keys() == set(Scope)
