"""Deleting an account: every kind of data as the privacy policy's table says, in one transaction (clause 7.5).

Locks are taken in the order in which everything takes them: tickets, orders, the balance, the customer. Whoever was
about to write something is waited for, or finds the account deleted.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

import structlog

from sevenpanel.accounts import commands as accounts
from sevenpanel.catalog import commands as catalog
from sevenpanel.deposits import commands as deposits
from sevenpanel.erasure import models
from sevenpanel.erasure.commands.letters import write_letters
from sevenpanel.erasure.domain import SENTENCES, AskedBy, Hindrance, News
from sevenpanel.erasure.queries.standing import standing
from sevenpanel.exports import commands as exports
from sevenpanel.fulfilment import commands as fulfilment
from sevenpanel.insight import commands as insight
from sevenpanel.kernel import db
from sevenpanel.kernel.media import path_of
from sevenpanel.kernel.refusals import Refusal
from sevenpanel.kernel.said import passage, say
from sevenpanel.ledger import commands as ledger
from sevenpanel.letters import commands as letters
from sevenpanel.orders import commands as orders
from sevenpanel.rehearsal import commands as rehearsal
from sevenpanel.shortlinks import commands as shortlinks
from sevenpanel.support import commands as support
from sevenpanel.terms import DataKind
from sevenpanel.webhooks import commands as webhooks

_log = structlog.get_logger("sevenpanel.erasure")
_DIGEST = "SELECT erasure_digest(%s, %s)"


class UnableToErase(Refusal):
    """An account that cannot be deleted yet, or is deleted already. Nothing was changed.

    :ivar hindrances: what has to end first.
    """

    def __init__(self, sentence: str, *, hindrances: Sequence[Hindrance] = ()) -> None:
        super().__init__(sentence)
        self.hindrances = tuple(hindrances)


def erase(
    *,
    customer_id: int,
    asked_by: AskedBy,
    now: datetime,
    staff_id: int | None = None,
    reason: str = "",
    is_again: bool = False,
) -> None:
    """Delete an account for good (a command), and its files once that is committed.

    :param reason: where the wish is kept; needed where it came in a letter.
    :param is_again: it was deleted before, and came back with a backup: all of its people are, and know it.
    :raises UnableToErase: when something has to end first, or there is no such account any more.
    """
    files = _erase(customer_id, asked_by, staff_id, reason.strip(), now, is_again)
    _log.info("account deleted", customer=customer_id, asked_by=asked_by.value)
    # What a process leaves that is killed here, no row names: it is swept away later.
    for name in files:
        path_of(name).unlink(missing_ok=True)


@db.command
def _erase(
    customer_id: int, asked_by: AskedBy, staff_id: int | None, reason: str, now: datetime, is_again: bool
) -> list[str]:
    _lock(customer_id)
    refuse_unready(customer_id, is_by_letter=is_again or asked_by is AskedBy.LETTER)
    if not is_again:
        write_letters(customer_id=customer_id, news=News.DONE, now=now)
    last_event = orders.last_event()
    models.Act.objects.create(
        customer_id=customer_id,
        erased_at=now,
        asked_by=asked_by.value,
        staff_id=staff_id,
        reason=reason,
        last_event_id=last_event,
        digest=db.rows(_DIGEST, [customer_id, last_event])[0][0],
    )
    models.Request.objects.filter(customer_id=customer_id).delete()
    return [name for step in CARRIED_OUT.values() for name in step(customer_id)]


def _lock(customer_id: int) -> None:
    support.lock_tickets(customer_id=customer_id)
    orders.lock_orders(customer_id=customer_id)
    ledger.lock_balance(customer_id=customer_id)
    accounts.lock_customer(customer_id=customer_id)


def refuse_unready(customer_id: int, *, is_by_letter: bool) -> None:
    """Refuse what cannot be deleted now.

    :raises UnableToErase: with what has to end first.
    """
    if models.Act.objects.filter(customer_id=customer_id).exists():
        raise UnableToErase(say("This account was deleted before."))
    try:
        found = standing(customer_id=customer_id)
    except LookupError as nobody:
        raise UnableToErase(say("There is no such account.")) from nobody
    hindrances = found.hindrances(is_by_letter=is_by_letter)
    if hindrances:
        raise UnableToErase(passage(SENTENCES[each] for each in hindrances), hindrances=hindrances)


def _account(customer_id: int) -> list[str]:
    people = accounts.erase_people(customer_id=customer_id)
    catalog.forget_favourites(user_ids=people)
    letters.forget_people(user_ids=people)
    return []


def _sessions(customer_id: int) -> list[str]:
    accounts.end_sessions(customer_id=customer_id)
    return []


def _keys(customer_id: int) -> list[str]:
    accounts.erase_keys(customer_id=customer_id)
    webhooks.erase_webhooks(customer_id=customer_id)
    return []


def _acceptances(customer_id: int) -> list[str]:
    accounts.unlink_acceptances(customer_id=customer_id)
    return []


def _orders(customer_id: int) -> list[str]:
    # What knows orders by their links goes first.
    fulfilment.unlink_tasks(customer_id=customer_id)
    insight.unlink_readings(customer_id=customer_id)
    shortlinks.unlink_short_links(customer_id=customer_id)
    exports.forget_of_customer(customer_id=customer_id)
    orders.unlink_orders(customer_id=customer_id)
    rehearsal.erase_orders(customer_id=customer_id)
    return []


def _tickets(customer_id: int) -> list[str]:
    return support.erase_tickets(customer_id=customer_id)


def _decisions(customer_id: int) -> list[str]:
    orders.unlink_decisions(customer_id=customer_id)
    return []


def _deposits(customer_id: int) -> list[str]:
    return deposits.unlink_deposits(customer_id=customer_id)


def _names_nobody(customer_id: int) -> list[str]:
    """What stays as it is, because it names accounts and people by number only."""
    return []


CARRIED_OUT: Mapping[DataKind, Callable[[int], list[str]]] = {
    DataKind.SESSIONS: _sessions,
    DataKind.API_KEYS: _keys,
    DataKind.ACCEPTANCES: _acceptances,
    DataKind.ORDERS: _orders,
    DataKind.TICKETS: _tickets,
    DataKind.DECISIONS: _decisions,
    DataKind.LEDGER: _names_nobody,
    DataKind.DEPOSITS: _deposits,
    DataKind.AUDIT: _names_nobody,
    DataKind.ACCOUNT: _account,
}
"""What is done about each kind of data; each step returns the files on the disk that go with it."""
assert CARRIED_OUT.keys() == set(DataKind)
