"""Orders whose worker has gone: what was being sent becomes unknown, and is never simply sent again."""

from datetime import datetime

from sevenpanel.fulfilment import models
from sevenpanel.fulfilment.commands.outcomes import end_attempt, mark_unknown
from sevenpanel.fulfilment.domain import Action, AttemptState
from sevenpanel.kernel import db

WORDS = "The worker that was sending it was interrupted; whether the provider took it is not known."
BATCH = 100


@db.command
def expire_leases(*, now: datetime) -> int:
    """Take over from workers whose lease has ended.

    :returns: how many orders were taken over, up to `BATCH`.
    """
    lapsed = models.Task.objects.filter(lease_until__lt=now).order_by("order_id")
    tasks = list(lapsed.select_for_update(skip_locked=True)[:BATCH])
    for task in tasks:
        _take_over(task, now)
    return len(tasks)


def _take_over(task: models.Task, now: datetime) -> None:
    sending = models.Attempt.objects.select_for_update().filter(
        order_id=task.order_id, number=task.attempts, state=AttemptState.SENDING
    )
    attempt = sending.first()
    if attempt is not None and task.action == Action.SEND:
        mark_unknown(task, attempt, WORDS, None, now)
        return
    if attempt is not None:
        end_attempt(attempt, AttemptState.UNKNOWN, now=now, words=WORDS)
    task.lease_until, task.due_at, task.fence = None, now, task.fence + 1
    task.save(update_fields=["lease_until", "due_at", "fence"])
