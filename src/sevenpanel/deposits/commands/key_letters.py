"""Letters to staff whenever a public key is set, proposed, agreed to or withdrawn: it decides where everybody pays to.

A letter is put down in the same transaction as what it tells of.
"""

from collections.abc import Mapping
from datetime import datetime

from sevenpanel.accounts.domain import Role
from sevenpanel.deposits import models
from sevenpanel.deposits.domain.ways import KeyNews
from sevenpanel.deposits.keys.addresses import Family
from sevenpanel.kernel import db
from sevenpanel.kernel.staff_mail import StaffMail
from sevenpanel.settings.environment import environment

_READERS = [Role.FINANCE.value, Role.ADMIN.value]

_ADDRESS = """
INSERT INTO deposits_keyletter (wallet_id, news, address, tries, due_at)
SELECT %(wallet)s, %(news)s, email, 0, %(now)s FROM accounts_user WHERE is_active AND role = ANY(%(roles)s::text[])
ON CONFLICT DO NOTHING
"""

_SENTENCES: Mapping[KeyNews, str] = {
    KeyNews.SET: "The first public key of this family was set up. Customers are given addresses of it from now on.",
    KeyNews.PROPOSED: "Another public key was proposed. It does not count before a second person agrees and a day has "
    "passed since.",
    KeyNews.AGREED: "A second person agreed that another public key takes over.",
    KeyNews.WITHDRAWN: "A public key that did not count yet was withdrawn.",
}
assert _SENTENCES.keys() == set(KeyNews)


@db.step
def put_down(wallet: models.Wallet, news: KeyNews, *, now: datetime) -> None:
    """Put down a letter to everybody who may decide about keys, whoever did it among them.

    The simulated chain's key is nobody's, and nobody need be told of it.
    """
    if wallet.family == Family.SIM:
        return
    db.rows(_ADDRESS, {"wallet": wallet.id, "news": news.value, "now": now, "roles": _READERS})


def _written(wallet_id: int, news: str) -> tuple[str, str]:
    wallet = models.Wallet.objects.get(id=wallet_id)
    starts = f"\nIt takes over on {wallet.starts_at:%Y-%m-%d at %H:%M} UTC." if wallet.starts_at else ""
    text = (
        f"{_SENTENCES[KeyNews(news)]}{starts}\n\nFamily: {wallet.family}\nKey {wallet.id}: {wallet.account}\n\n"
        "If nobody of you did this, stop it now, on the machine of the desk:\n"
        f"sevenpanel operate withdraw-wallet {wallet.id} --by YOUR ADDRESS\n"
        "A key that counts already cannot be withdrawn: then close the ways that use it, and set up another one.\n\n"
        f"{environment().url}/desk/deposits/sources/\n"
    )
    return "The key of deposit addresses", text


send_next_key_letter = StaffMail(table="deposits_keyletter", about=("wallet_id", "news"), written=_written).send_next
