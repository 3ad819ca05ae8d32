"""A notice as a line of the desk: what it says, about what, by whom."""

from dataclasses import dataclass

from sevenpanel.notices.domain import KIND_WORDS, Change
from sevenpanel.notices.queries import NoticeRow, UpdateRow


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeLine:
    """One version, as staff see it. Figures are as they are stored: durations in seconds, money in micro-units."""

    id: int
    version: int
    kind: str
    scope: str
    about: str
    text: str
    published: str
    period: str
    written_by: str
    origin: str
    why: str
    ended: str
    changes: tuple[Change, ...]


def line_of(update: UpdateRow, row: NoticeRow | None = None) -> NoticeLine:
    """One version of a notice; the last one unless another is given."""
    row = row or update.row
    notice = row.notice
    return NoticeLine(
        id=row.root_id,
        version=row.id,
        kind=KIND_WORDS[notice.kind],
        scope=notice.scope.value,
        about=" ".join(part for part in (str(notice.subject or ""), update.about) if part),
        text=notice.text,
        published=f"{notice.published_at:%Y-%m-%d %H:%M} UTC",
        period=_period(row),
        written_by=row.written_by,
        origin=row.origin.value,
        why=row.why,
        ended=_ended(row),
        changes=row.changes,
    )


def _period(row: NoticeRow) -> str:
    begins, ends = row.notice.in_force_from, row.notice.in_force_until
    return f"{begins:%Y-%m-%d %H:%M} UTC – {f'{ends:%Y-%m-%d %H:%M} UTC' if ends else ''}".strip()


def _ended(row: NoticeRow) -> str:
    at = row.notice.withdrawn_at
    return f"{at:%Y-%m-%d %H:%M} UTC, {row.withdrawn_by}: {row.withdrawn_why}" if at else ""
