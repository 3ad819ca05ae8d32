"""Notices that people write: published at the desk or in the channel, corrected and withdrawn by staff."""

from collections.abc import Sequence
from datetime import datetime

from sevenpanel.catalog import queries as catalog
from sevenpanel.catalog.domain import QUANTITY_MAX
from sevenpanel.kernel import db
from sevenpanel.kernel.refusals import Refusal
from sevenpanel.links import Network
from sevenpanel.notices import models, queries
from sevenpanel.notices.commands.writing import end, write
from sevenpanel.notices.domain import Change, Draft, Origin, fault_of, plain, said
from sevenpanel.terms import NoticeKind, Scope


class UnableToPublish(Refusal):
    """A notice that makes no sense, or that was changed by somebody else meanwhile."""


@db.command
def publish(*, draft: Draft, written_by: str, now: datetime) -> int:
    """Publish a notice from the desk. It counts from this instant, or from its own period's beginning.

    :returns: the notice's id.
    :raises UnableToPublish: when it is about nothing that there is, or its figures or period make no sense.
    """
    return publish_step(draft=draft, origin=Origin.DESK, written_by=written_by, now=now)


@db.step
def publish_step(*, draft: Draft, origin: Origin, written_by: str, now: datetime) -> int:
    """Publish within the caller's transaction. See `publish`."""
    _check(draft, now)
    row = write(draft=draft, origin=origin, written_by=written_by, changes=_side_by_side(draft, now), now=now)
    return row.id


@db.command
def correct(*, notice_id: int, draft: Draft, written_by: str, why: str, now: datetime) -> int:
    """Put another version in the place of a notice from now on; what it said until now stays on record.

    :param notice_id: the version that was read. It must be the last one.
    :returns: the new version's id.
    :raises UnableToPublish: when somebody corrected or withdrew it meanwhile, the reason is missing, or the new
        version makes no sense.
    """
    return correct_step(notice_id=notice_id, draft=draft, written_by=written_by, why=why, now=now)


@db.step
def correct_step(*, notice_id: int, draft: Draft, written_by: str, why: str, now: datetime) -> int:
    """Correct within the caller's transaction. See `correct`."""
    before = _standing(notice_id, why, now)
    if before.origin == Origin.CATALOGUE and not _changes_words_only(before, draft):
        raise UnableToPublish("This notice tells of a change of the catalogue: only its words can be corrected.")
    _check(draft, now)
    end(before, by=written_by, why=why, now=now)
    is_told = before.origin == Origin.CATALOGUE
    changes = [Change(**each) for each in before.changes] if is_told else _side_by_side(draft, now)
    row = write(
        draft=draft,
        origin=Origin(before.origin),
        written_by=written_by,
        changes=changes,
        now=now,
        corrects=before,
        why=why,
    )
    return row.id


@db.command
def withdraw(*, notice_id: int, withdrawn_by: str, why: str, now: datetime) -> None:
    """Let a notice stand no longer from now on. Rights that rested on it until now stay as they were.

    :raises UnableToPublish: when it was corrected or withdrawn already, or the reason is missing.
    """
    withdraw_step(notice_id=notice_id, withdrawn_by=withdrawn_by, why=why, now=now)


@db.step
def withdraw_step(*, notice_id: int, withdrawn_by: str, why: str, now: datetime) -> None:
    """Withdraw within the caller's transaction. See `withdraw`."""
    end(_standing(notice_id, why, now), by=withdrawn_by, why=why, now=now)


def _standing(notice_id: int, why: str, now: datetime) -> models.Notice:
    row = models.Notice.objects.select_for_update().filter(id=notice_id).first()
    if row is None:
        raise UnableToPublish("There is no such notice.")
    if row.withdrawn_at is not None:
        raise UnableToPublish("This version does not stand any more: it was corrected or withdrawn. Look again.")
    if not why.strip():
        raise UnableToPublish("Say why: the reason is kept with the notice.")
    if now < row.published_at:
        raise UnableToPublish("A notice is not changed before it is published.")
    return row


def _changes_words_only(before: models.Notice, draft: Draft) -> bool:
    is_about_the_same = (draft.kind, draft.scope, str(draft.subject)) == (before.kind, before.scope, before.subject)
    return is_about_the_same and not said(draft.overrides) and draft.in_force_until is None


def _check(draft: Draft, now: datetime) -> None:
    fault = fault_of(draft, published_at=now, quantity_max=QUANTITY_MAX) or _unknown_subject(draft)
    if fault:
        raise UnableToPublish(fault)


def _unknown_subject(draft: Draft) -> str:
    known: dict[Scope, bool] = {
        Scope.ALL: draft.subject is None,
        Scope.NETWORK: draft.subject in set(Network),
        Scope.CATEGORY: isinstance(draft.subject, int) and catalog.category_exists(category_id=draft.subject),
        Scope.SERVICE: isinstance(draft.subject, int) and bool(catalog.accepted_links(service_ids=[draft.subject])),
    }
    return "" if known[draft.scope] else f"There is no such {draft.scope.value} to write about."


def _side_by_side(draft: Draft, now: datetime) -> Sequence[Change]:
    """What a notice changes, beside what counted before. What was before differs where it is about many services."""
    before = None
    if draft.scope is Scope.SERVICE:
        assert isinstance(draft.subject, int)
        before = queries.effective_service(service_id=draft.subject, customer_id=None, at=now)
    description = before.effective.description if before else None
    changes = [
        Change(field=name, old=plain(getattr(description, name, None)), new=plain(value))
        for name, value in said(draft.overrides).items()
    ]
    if draft.kind in (NoticeKind.PAUSED, NoticeKind.BACK) and before is not None:
        is_paused = before.service.state != "listed"
        changes.append(Change(field="is_paused", old=is_paused, new=draft.kind is NoticeKind.PAUSED))
    return changes
