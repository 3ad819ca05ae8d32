"""What was done with sign-ins and keys, read on from one event to the next."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sevenpanel.accounts import models
from sevenpanel.accounts.domain import SecurityNews
from sevenpanel.kernel import db

TABLE = "accounts_securityevent"
_COLUMNS = """
SELECT e.id, e.user_id, e.news, e.address, e.agent, coalesce(k.name, '') AS key_name, coalesce(k.hint, '') AS key_hint,
       e.email, e.at
  FROM accounts_securityevent e LEFT JOIN accounts_apikey k ON k.id = e.key_id
"""
_BETWEEN = f"{_COLUMNS} WHERE e.id > %(after)s AND e.id <= %(upto)s ORDER BY e.id LIMIT %(limit)s"
_THESE = f"{_COLUMNS} WHERE e.id = ANY(%s::bigint[])"


@dataclass(frozen=True, slots=True, kw_only=True)
class SecurityRow:
    """Something that a person is told about the safety of the account."""

    id: int
    user_id: int
    news: SecurityNews
    address: str
    agent: str
    key_name: str
    key_hint: str
    email: str
    at: datetime


def security_between(*, after: int, upto: int, limit: int) -> tuple[int, list[SecurityRow]]:
    """Read on by at most so many events.

    :returns: the last one that is read now, and all that were read.
    """
    rows = [_row(**row) for row in db.named_rows(_BETWEEN, {"after": after, "upto": upto, "limit": limit})]
    return (rows[-1].id if len(rows) == limit else upto), rows


def security_events(*, ids: Collection[int]) -> dict[int, SecurityRow]:
    """These events, as far as they are kept."""
    return {row["id"]: _row(**row) for row in db.named_rows(_THESE, [list(ids)])}


def security_events_of(*, user_id: int) -> list[SecurityRow]:
    """All that is kept about one person, oldest first."""
    ids = models.SecurityEvent.objects.filter(user_id=user_id).order_by("id").values_list("id", flat=True)
    found = security_events(ids=list(ids))
    return [found[id_] for id_ in sorted(found)]


def _row(*, news: str, **row: object) -> SecurityRow:
    return SecurityRow(news=SecurityNews(news), **row)  # type: ignore[arg-type]
