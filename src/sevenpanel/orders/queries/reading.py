"""Links as customers type them; a short link of the desk is read as the page behind it (settled 8)."""

from collections.abc import Collection, Iterable
from dataclasses import replace

from django.conf import settings

from sevenpanel import links
from sevenpanel.kernel import db
from sevenpanel.kernel.said import say
from sevenpanel.shortlinks import queries as shortlinks
from sevenpanel.shortlinks.domain import token_in

Read = links.Link | links.Unreadable

_IN_USE = """
SELECT DISTINCT u.token FROM orders_shortlinkuse u JOIN orders_order o ON o.id = u.order_id
 WHERE u.token = ANY (%s) AND o.is_open
"""
_PAID = """
SELECT EXISTS (
    SELECT FROM orders_shortlinkuse u JOIN orders_order o ON o.id = u.order_id
     WHERE u.token = %s AND o.charge_micros > coalesce(o.returned_micros, 0) + o.granted_micros)
"""
_NOT_YOURS = links.Unreadable(
    links.UnreadableReason.NOT_ORDERABLE,
    say("This short link is not one of yours, or it is switched off. Make a new one on the page Short links."),
)


def short_link_in(text: str) -> str | None:
    """The token, when a text is a short link of this desk, whoever's it is."""
    return token_in(text, settings.PUBLIC_URL)


def read_links(*, customer_id: int, texts: Iterable[str]) -> dict[str, Read]:
    """This function reads links as this customer means them; the database is asked only about short links.

    A short link is a private one unless another open order works on it already (settled 8: nobody else uses it).
    """
    asked = set(texts)
    tokens = {text: token for text in asked if (token := short_link_in(text))}
    found = {text: links.read_link(text) for text in asked - tokens.keys()}
    return {**found, **_read_short(customer_id, tokens)} if tokens else found


def _read_short(customer_id: int, tokens: dict[str, str]) -> dict[str, Read]:
    addresses = [(token, f"{settings.PUBLIC_URL}/l/{token}") for token in set(tokens.values())]
    pages = shortlinks.pages_behind(customer_id=customer_id, addresses=addresses)
    used = _in_use(pages.keys())
    private = {token: replace(page, is_private=token not in used) for token, page in pages.items()}
    return {text: private.get(token, _NOT_YOURS) for text, token in tokens.items()}


def _in_use(tokens: Collection[str]) -> set[str]:
    return {token for (token,) in db.rows(_IN_USE, [list(tokens)])}


def is_paid_with(*, token: str) -> bool:
    """Whether an order with this short link is paid: something of its charge has not come back."""
    return bool(db.rows(_PAID, [token])[0][0])
