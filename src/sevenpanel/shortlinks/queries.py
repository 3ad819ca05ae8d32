"""Reads of short links, as frozen rows."""

from collections.abc import Collection
from typing import Any

from sevenpanel import links
from sevenpanel.kernel import db
from sevenpanel.links.kinds import LinkKind, Network
from sevenpanel.shortlinks.domain import ShortLink, Switch, SwitchedBy

_ROWS = """
SELECT l.token, l.customer_id, l.address, l.target, l.is_on, l.created_at,
       (SELECT coalesce(sum(v.count), 0)::bigint FROM shortlinks_visits v WHERE v.link_id = l.token) AS visits,
       s.is_on AS switched_on, s.by, s.staff_id, s.words, s.at
  FROM shortlinks_shortlink l
  LEFT JOIN LATERAL (SELECT * FROM shortlinks_switch w WHERE w.link_id = l.token ORDER BY w.id DESC LIMIT 1) s ON true
"""
_OF_CUSTOMER = f"{_ROWS} WHERE l.customer_id = %s ORDER BY l.created_at DESC, l.token LIMIT %s"
_ONE = f"{_ROWS} WHERE l.token = %s"
_TOUCHED = f"{_ROWS} WHERE s.is_on IS NOT NULL ORDER BY l.is_on, s.at DESC LIMIT %s"
_BEHIND = "SELECT token, target FROM shortlinks_shortlink WHERE customer_id = %s AND token = ANY (%s) AND is_on"


def short_links(*, customer_id: int, limit: int = 200) -> list[ShortLink]:
    """A customer's short links, newest first."""
    return [_row(row) for row in db.named_rows(_OF_CUSTOMER, [customer_id, limit])]


def short_link(*, token: str) -> ShortLink | None:
    """One short link, whoever's it is."""
    found = db.named_rows(_ONE, [token])
    return _row(found[0]) if found else None


def touched(*, limit: int = 200) -> list[ShortLink]:
    """Short links that somebody switched off or on, those that are off first."""
    return [_row(row) for row in db.named_rows(_TOUCHED, [limit])]


def pages_behind(*, customer_id: int, addresses: Collection[tuple[str, str]]) -> dict[str, links.Link]:
    """This function reads short links as what they lead to: the page behind as target, the short link as address.

    A short link of somebody else, or one that is switched off, leads nowhere and is left out.

    :param addresses: pairs of a token and the whole short link.
    :returns: by token, a private link (settled 8).
    """
    found = dict(db.rows(_BEHIND, [customer_id, [token for token, _ in addresses]]))
    return {token: _private(found[token], address) for token, address in addresses if token in found}


def _private(target: str, address: str) -> links.Link:
    return links.Link(
        network=Network.WEBSITE, kind=LinkKind.PAGE, target=target, is_private=True, address=address
    )  # fmt: skip


def _row(row: dict[str, Any]) -> ShortLink:
    return ShortLink(
        token=row["token"],
        customer_id=row["customer_id"],
        address=row["address"],
        target=row["target"],
        is_on=row["is_on"],
        created_at=row["created_at"],
        visits=row["visits"],
        last_switch=_switch(row) if row["at"] else None,
    )


def _switch(row: dict[str, Any]) -> Switch:
    return Switch(
        is_on=row["switched_on"],
        by=SwitchedBy(row["by"]),
        staff_id=row["staff_id"],
        words=row["words"],
        at=row["at"],
    )
