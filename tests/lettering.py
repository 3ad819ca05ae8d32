"""The worker's rounds of letters, one by one, for tests; and things that happen to customers."""

from datetime import datetime, timedelta
from typing import Any

from django.core import mail
from django.core.mail import EmailMessage
from django.db import transaction
from tests.history import reported, sent
from tests.shop import NOON, Person

from sevenpanel.accounts import commands as accounts
from sevenpanel.accounts.domain import SecurityNews
from sevenpanel.letters import commands
from sevenpanel.letters.domain import LetterKind, Manner
from sevenpanel.orders import commands as orders
from sevenpanel.orders.domain import OrderLine, Placed, Status

SOON = timedelta(minutes=5)
ALL_AT_ONCE = dict.fromkeys(LetterKind, Manner.AT_ONCE)


def choose(person: Person, **chosen: Manner) -> None:
    """Let somebody choose, such as `FINISHED=Manner.NEVER`."""
    commands.choose(user_id=person.user_id, chosen={LetterKind[name]: manner for name, manner in chosen.items()})


def running(person: Person, service_id: int, count: int, *, at: datetime = NOON) -> list[int]:
    """So many orders that a provider works on."""
    links = [f"t.me/northwind_{person.user_id}x{n}" for n in range(count)]
    lines = [OrderLine(customer_id=person.customer_id, service_id=service_id, link=link, quantity=10) for link in links]
    ids = [each.order_id for each in orders.place(lines=lines, now=at) if isinstance(each, Placed)]
    assert len(ids) == count
    for order_id in ids:
        sent(order_id, at)
    return ids


def ends(order_id: int, *, delivered: int = 10, at: datetime = NOON) -> None:
    """The provider says that an order has ended, with so much of ten delivered."""
    status = Status.COMPLETED if delivered == 10 else Status.PARTIAL if delivered else Status.CANCELED
    reported(order_id, status, remains=10 - delivered, at=at)


def signs_in(person: Person, *, address: str = "192.0.2.7", at: datetime = NOON) -> None:
    """Somebody signs in on a new device."""
    with transaction.atomic():
        accounts.tell_person(
            user_id=person.user_id, news=SecurityNews.SIGN_IN, address=address, agent="a browser", now=at
        )


def note(now: datetime) -> int:
    """One round of noting what happened: the first look and the one that may read up to it."""
    return commands.note_happenings(now=now)


def sent_by(now: datetime, *, daily: bool = False) -> list[EmailMessage]:
    """Write and send all that is due at an instant and was noted a little before; the letters that went."""
    before = len(mail.outbox)
    note(now - SOON)
    commands.write_letters(now=now)
    if daily:
        commands.write_daily_letters(now=now)
    while commands.send_next_letter(clock=lambda: now):
        pass
    return mail.outbox[before:]


def subjects(letters: list[EmailMessage]) -> list[Any]:
    """What stands above them."""
    return [letter.subject for letter in letters]
