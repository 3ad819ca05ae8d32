"""Clause 6.2: information can change without notice and figures are no promise; each change is kept with its time."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sevenpanel.terms.effective import effective, is_about, turns
from sevenpanel.terms.notice import OVERRIDABLE, Description, Notice
from sevenpanel.terms.sentences import instant

FIGURES_ARE_NO_PROMISE = "Figures show what was seen in the past. They can change without notice and promise nothing."


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One field of an effective description that changed, and the notice that it now rests on.

    :param notice_id: None when a notice ended and the description counts again.
    """

    at: datetime
    field: str
    old: object
    new: object
    notice_id: int | None


def changes(base: Description, notices: Iterable[Notice], *, until: datetime) -> tuple[Change, ...]:
    """Tell how the effective description of a service changed by its notices, oldest first, up to an instant."""
    own = [notice for notice in notices if is_about(notice, base)]
    instants = sorted({at for notice in own for at in turns(notice) if at <= until})
    before, told = base, []
    for at in instants:
        now = effective(base, own, at)
        told += [
            Change(
                at=at,
                field=name,
                old=getattr(before, name),
                new=getattr(now.description, name),
                notice_id=now.sources[name].notice_id if name in now.sources else None,
            )
            for name in OVERRIDABLE
            if getattr(before, name) != getattr(now.description, name)
        ]
        before = now.description
    return tuple(told)


def figure_note(*, as_of: datetime) -> str:
    """Say beside a figure what it is worth."""
    return f"As of {instant(as_of)}. {FIGURES_ARE_NO_PROMISE}"
