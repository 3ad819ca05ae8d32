"""Letters about keys: whoever may decide about them hears of every change, once, also when the mail was away."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core import mail
from tests import wallet
from tests.database.support import mail_down
from tests.shop import NOON, staff

from sevenpanel.accounts.domain import Role
from sevenpanel.deposits import commands, models
from sevenpanel.deposits.commands.wallets import UnableToSetWallet
from sevenpanel.deposits.keys.addresses import Family, address_of

pytestmark = pytest.mark.django_db(transaction=True)

ADDRESSES = {"ann@desk.example", "carl@desk.example"}


@pytest.fixture
def people() -> tuple[int, int]:
    ann = staff("Ann", Role.FINANCE, email="ann@desk.example")
    carl = staff("Carl", Role.ADMIN, email="carl@desk.example")
    staff("Sue", Role.SUPPORT, email="sue@desk.example")
    return ann.user_id, carl.user_id


def propose(number: int, by: int, family: Family = Family.EVM) -> int:
    xpub = wallet.account(number=number).xpub()
    first = address_of(family=family, account=xpub, index=0)
    return commands.propose_wallet(family=family, account=xpub, first_address=first, by=by, now=NOON)


def sent(now: datetime = NOON) -> list[tuple[str, str]]:
    """Send everything that is due; whom it went to, and its first sentence."""
    mail.outbox.clear()
    while commands.send_next_key_letter(clock=lambda: now):
        continue
    return [(each.to[0], str(each.body).partition(".")[0]) for each in mail.outbox]


def test_every_change_is_told_to_all_who_may_decide(people: tuple[int, int]) -> None:
    ann, carl = people
    propose(0, ann)
    assert set(sent()) == {(each, "The first public key of this family was set up") for each in ADDRESSES}

    second = propose(1, ann)
    assert set(sent()) == {(each, "Another public key was proposed") for each in ADDRESSES}
    commands.agree_to_wallet(wallet_id=second, by=carl, now=NOON)
    assert set(sent()) == {(each, "A second person agreed that another public key takes over") for each in ADDRESSES}
    assert "It takes over on 2026-05-05 at 12:00 UTC." in str(mail.outbox[0].body)
    assert f"withdraw-wallet {second} --by" in str(mail.outbox[0].body)
    commands.withdraw_wallet(wallet_id=second, by=carl, now=NOON)
    assert set(sent()) == {(each, "A public key that did not count yet was withdrawn") for each in ADDRESSES}
    assert sent() == []


def test_what_was_refused_is_told_to_nobody(people: tuple[int, int]) -> None:
    with pytest.raises(UnableToSetWallet):
        commands.propose_wallet(
            family=Family.EVM,
            account=wallet.account().xpub(),
            first_address=address_of(family=Family.EVM, account=wallet.account().xpub(), index=1),
            by=people[0],
            now=NOON,
        )

    assert sent() == []


def test_the_rehearsals_key_is_nobodys_news(people: tuple[int, int]) -> None:
    propose(0, people[0], family=Family.SIM)

    assert sent() == []


def test_a_letter_that_could_not_be_sent_is_sent_later(people: tuple[int, int], settings: Any) -> None:
    propose(0, people[0])
    settings.EMAIL_BACKEND = "tests.database.support.mail_down.EmailBackend"
    mail_down.fails(len(ADDRESSES))

    sent()
    assert mail_down.SENT == []
    sent(NOON + timedelta(hours=1))

    assert set(mail_down.SENT) == ADDRESSES
    assert not models.KeyLetter.objects.filter(sent_at__isnull=True).exists()
