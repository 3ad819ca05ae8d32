"""One version of a notice put down, with what was said before; whoever calls has decided that it may be."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime

from sevenpanel.kernel import db
from sevenpanel.notices import models
from sevenpanel.notices.channel.bot import configured
from sevenpanel.notices.domain import Change, Draft, Origin, is_paused_by


@db.step
def write(
    *,
    draft: Draft,
    origin: Origin,
    written_by: str,
    changes: Sequence[Change],
    now: datetime,
    corrects: models.Notice | None = None,
    why: str = "",
) -> models.Notice:
    """Add a version; it counts from `now` on, never from before (design: terms, settled 1)."""
    says = draft.overrides
    row = models.Notice.objects.create(
        root_id=(corrects.root_id or corrects.id) if corrects else None,
        corrects=corrects,
        kind=draft.kind,
        scope=draft.scope,
        subject="" if draft.subject is None else str(draft.subject),
        origin=origin,
        written_by=written_by,
        why=why,
        text=draft.text.strip(),
        published_at=now,
        in_force_from=draft.in_force_from or now,
        in_force_until=draft.in_force_until,
        start_within=says.start_within,
        complete_within=says.complete_within,
        quantity_min=says.quantity_min,
        quantity_max=says.quantity_max,
        drop_band=says.drop_band,
        can_cancel=says.can_cancel,
        can_refill=says.can_refill,
        description=says.text,
        is_paused=is_paused_by(draft.kind, origin),
        changes=[asdict(change) for change in changes],
    )
    want_in_channel(root_id=row.root_id or row.id, version_id=row.id, origin=origin)
    return row


@db.step
def end(row: models.Notice, *, by: str, why: str, now: datetime) -> None:
    """Let a version stand no longer from `now` on."""
    row.withdrawn_at, row.withdrawn_by, row.withdrawn_why = now, by, why
    row.save(update_fields=["withdrawn_at", "withdrawn_by", "withdrawn_why"])
    models.ChannelPost.objects.filter(root_id=row.root_id or row.id).update(wanted_id=None)


@db.step
def want_in_channel(*, root_id: int, version_id: int, origin: Origin) -> None:
    """Have a version shown in the channel, in the place of the one before; not while the channel is off.

    What was written in the channel stands there already.
    """
    if origin is Origin.CHANNEL or configured() is None:
        return
    models.ChannelPost.objects.update_or_create(root_id=root_id, defaults={"wanted_id": version_id})
