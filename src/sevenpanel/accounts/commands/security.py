"""What the people of an account are told because it may not have been they who did it: written with what happened."""

from datetime import datetime, timedelta

from sevenpanel.accounts import models
from sevenpanel.accounts.domain import AGENT_LENGTH_MAX, SecurityNews
from sevenpanel.kernel import db

KEPT = timedelta(days=90)

_TELL_ACCOUNT = """
INSERT INTO accounts_securityevent (user_id, news, address, agent, key_id, email, at)
SELECT id, %(news)s, '', '', %(key)s, '', %(now)s FROM accounts_user WHERE customer_id = %(customer)s AND is_active
"""


@db.step
def tell_person(
    *, user_id: int, news: SecurityNews, now: datetime, address: str = "", agent: str = "", email: str = ""
) -> None:
    """Put down for one person what was done with their sign-in.

    :param email: an address that was the account's before, and is told as well.
    """
    models.SecurityEvent.objects.create(
        user_id=user_id,
        news=news.value,
        address=address,
        agent=agent.replace("\0", "")[:AGENT_LENGTH_MAX],
        email=email,
        at=now,
    )


@db.step
def tell_account(*, customer_id: int, news: SecurityNews, key_id: int, now: datetime) -> None:
    """Put down for everybody who acts for a customer what was done with a key."""
    db.rows(_TELL_ACCOUNT, {"customer": customer_id, "news": news.value, "key": key_id, "now": now})


@db.command
def forget_security_events(*, now: datetime) -> int:
    """Forget what was told long ago.

    :returns: how many rows.
    """
    return models.SecurityEvent.objects.filter(at__lt=now - KEPT).delete()[0]
