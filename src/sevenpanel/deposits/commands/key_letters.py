"""Letters to staff whenever a public key is set, proposed, agreed to or withdrawn: it decides where everybody pays to.

A letter is put down in the same transaction as what it tells of, claimed, sent outside any transaction, and noted as
sent. A worker that dies in between sends its letter again, which is better than never.
"""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

import structlog
from django.core.mail import send_mail

from sevenpanel.accounts.domain import Role
from sevenpanel.deposits import models
from sevenpanel.deposits.domain.ways import KeyNews
from sevenpanel.deposits.keys.addresses import Family
from sevenpanel.kernel import db
from sevenpanel.settings.environment import environment

CLAIM = timedelta(minutes=2)
TRIES_MAX = 8
_READERS = [Role.FINANCE.value, Role.ADMIN.value]

_ADDRESS = """
INSERT INTO deposits_keyletter (wallet_id, news, address, tries, due_at)
SELECT %(wallet)s, %(news)s, email, 0, %(now)s FROM accounts_user WHERE is_active AND role = ANY(%(roles)s::text[])
ON CONFLICT DO NOTHING
"""
_CLAIM = """
UPDATE deposits_keyletter SET due_at = %(until)s, tries = tries + 1
 WHERE id = (SELECT id FROM deposits_keyletter WHERE sent_at IS NULL AND tries < %(tries)s AND due_at <= %(now)s
              ORDER BY due_at LIMIT 1 FOR UPDATE SKIP LOCKED)
RETURNING id, wallet_id, news, address, tries
"""
_SENT = "UPDATE deposits_keyletter SET sent_at = %s WHERE id = %s"
_LATER = "UPDATE deposits_keyletter SET due_at = %s WHERE id = %s"

_SENTENCES: Mapping[KeyNews, str] = {
    KeyNews.SET: "The first public key of this family was set up. Customers are given addresses of it from now on.",
    KeyNews.PROPOSED: "Another public key was proposed. It does not count before a second person agrees and a day has "
    "passed since.",
    KeyNews.AGREED: "A second person agreed that another public key takes over.",
    KeyNews.WITHDRAWN: "A public key that did not count yet was withdrawn.",
}
assert _SENTENCES.keys() == set(KeyNews)

_log = structlog.get_logger("sevenpanel.mail")


@db.step
def put_down(wallet: models.Wallet, news: KeyNews, *, now: datetime) -> None:
    """Put down a letter to everybody who may decide about keys, whoever did it among them.

    The simulated chain's key is nobody's, and nobody need be told of it.
    """
    if wallet.family == Family.SIM:
        return
    db.rows(_ADDRESS, {"wallet": wallet.id, "news": news.value, "now": now, "roles": _READERS})


def send_next_key_letter(*, clock: Callable[[], datetime]) -> bool:
    """Send one letter that is due.

    :returns: whether there was one.
    """
    now = clock()
    claimed = _claim(now)
    if claimed is None:
        return False
    letter_id, wallet_id, news, address, tries = claimed
    try:
        send_mail("[7Panel] The key of deposit addresses", _text(wallet_id, KeyNews(news)), None, [address])
    except OSError as fault:  # what every mail backend raises when the other side does not answer, or says no
        _log.warning("mail not sent", key_letter=letter_id, tries=tries, fault=str(fault))
        db.rows(_LATER, (now + CLAIM * (1 << tries), letter_id))
        return True
    db.rows(_SENT, (clock(), letter_id))
    return True


@db.command
def _claim(now: datetime) -> tuple[int, int, str, str, int] | None:
    found = db.rows(_CLAIM, {"until": now + CLAIM, "now": now, "tries": TRIES_MAX})
    return (found[0][0], found[0][1], found[0][2], found[0][3], found[0][4]) if found else None


def _text(wallet_id: int, news: KeyNews) -> str:
    wallet = models.Wallet.objects.get(id=wallet_id)
    starts = f"\nIt takes over on {wallet.starts_at:%Y-%m-%d at %H:%M} UTC." if wallet.starts_at else ""
    return (
        f"{_SENTENCES[news]}{starts}\n\nFamily: {wallet.family}\nKey {wallet.id}: {wallet.account}\n\n"
        "If nobody of you did this, stop it now, on the machine of the desk:\n"
        f"sevenpanel operate withdraw-wallet {wallet.id} --by YOUR ADDRESS\n"
        "A key that counts already cannot be withdrawn: then close the ways that use it, and set up another one.\n\n"
        f"{environment().url}/desk/deposits/sources/\n"
    )
