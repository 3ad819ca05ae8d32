"""Asking for the deletion of one's account, changing one's mind, and what is carried out when the wait is over."""

from datetime import datetime

import structlog

from sevenpanel.accounts import commands as accounts
from sevenpanel.erasure import models
from sevenpanel.erasure.commands.carrying_out import UnableToErase, erase, refuse_unready
from sevenpanel.erasure.commands.letters import write_letters
from sevenpanel.erasure.domain import WAIT, AskedBy, News
from sevenpanel.erasure.queries.standing import due
from sevenpanel.kernel import db

_log = structlog.get_logger("sevenpanel.erasure")


@db.command
def ask_to_erase(*, customer_id: int, user_id: int, now: datetime) -> datetime:
    """Ask for an account to be deleted when `WAIT` is over; asked again, the first time counts.

    :returns: when it will be deleted.
    :raises UnableToErase: when something has to end first.
    """
    accounts.lock_customer(customer_id=customer_id)
    refuse_unready(customer_id, is_by_letter=False)
    request, is_new = models.Request.objects.get_or_create(
        customer_id=customer_id, defaults={"user_id": user_id, "asked_at": now, "due_at": now + WAIT}
    )
    if is_new:
        write_letters(customer_id=customer_id, news=News.ASKED, now=now)
    return request.due_at


@db.command
def keep_account(*, customer_id: int, now: datetime) -> bool:
    """Change one's mind before the account is deleted.

    :returns: whether a deletion was asked for.
    """
    accounts.lock_customer(customer_id=customer_id)
    kept, _ = models.Request.objects.filter(customer_id=customer_id).delete()
    if kept:
        write_letters(customer_id=customer_id, news=News.KEPT, now=now)
    return bool(kept)


def erase_due(*, now: datetime) -> int:
    """Delete the accounts whose wait is over. One that something new holds up waits until that has ended.

    :returns: how many were deleted.
    """
    return sum(_tried(customer_id, now) for customer_id in due(now=now))


def _tried(customer_id: int, now: datetime) -> bool:
    try:
        erase(customer_id=customer_id, asked_by=AskedBy.CUSTOMER, now=now)
    except UnableToErase as refusal:
        _log.info("deletion waits", customer=customer_id, why=[each.value for each in refusal.hindrances])
        return False
    return True
