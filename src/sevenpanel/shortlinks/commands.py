"""Writes of short links: made by customers, counted by visits, switched off by anybody, on again by staff."""

import secrets
from datetime import datetime, timedelta

from django.conf import settings

from sevenpanel import links
from sevenpanel.kernel import db
from sevenpanel.kernel.refusals import Refusal
from sevenpanel.kernel.said import Count, say
from sevenpanel.links.kinds import Network
from sevenpanel.shortlinks import models
from sevenpanel.shortlinks.domain import LINKS_A_DAY_MAX, TOKEN_BYTES, WORDS_LENGTH_MAX, SwitchedBy, token_in

_LOCK = "SELECT pg_advisory_xact_lock(hashtextextended('shortlinks', %s))"
_COUNT = """
INSERT INTO shortlinks_visits AS v (link_id, day, count) VALUES (%s, %s, 1)
    ON CONFLICT (link_id, day) DO UPDATE SET count = v.count + 1"""


class UnableToMakeShortLink(Refusal):
    """What was typed is no page that a short link may lead to, or there are too many already."""

    status = 422


class UnableToSwitchShortLink(Refusal):
    """There is no such short link, or no reason was given."""

    status = 422


@db.command
def make_short_link(*, customer_id: int, page: str, now: datetime) -> str:
    """This function makes a short link to a page of a website (a command).

    :param page: the address as the customer typed it.
    :returns: its token, of 128 random bits.
    :raises UnableToMakeShortLink: when it is no page of a website, a short link itself, or one too many today.
    """
    link = _page(page)
    # Two tabs at once may not both be the last one of the day.
    db.rows(_LOCK, [customer_id])
    made = models.ShortLink.objects.filter(customer_id=customer_id, created_at__gt=now - timedelta(days=1)).count()
    if made >= LINKS_A_DAY_MAX:
        raise UnableToMakeShortLink(
            say("%(n)s short links can be made within a day. Make the next tomorrow.", n=Count(LINKS_A_DAY_MAX, False))
        )
    token = secrets.token_urlsafe(TOKEN_BYTES)
    models.ShortLink.objects.create(
        token=token, customer_id=customer_id, address=link.address, target=link.target, created_at=now
    )
    return token


def _page(text: str) -> links.Link:
    link = links.read_link(text)
    if isinstance(link, links.Unreadable):
        raise UnableToMakeShortLink(link.sentence)
    if link.network is not Network.WEBSITE:
        raise UnableToMakeShortLink(
            say(
                "A short link leads to a page of a website. For a network, use a link of its own that nobody else has, "
                "such as an invite link of Telegram."
            )
        )
    if _is_ours(link.address):
        raise UnableToMakeShortLink(say("A short link cannot lead back to this desk. Paste the address of your page."))
    return link


def _is_ours(address: str) -> bool:
    host = address.partition("://")[2].partition("/")[0].lower()
    own = settings.PUBLIC_URL.partition("://")[2].partition("/")[0].lower()
    return host == own or token_in(address, settings.PUBLIC_URL) is not None


@db.command
def count_visit(*, token: str, now: datetime) -> None:
    """This function counts one visitor who is led on (a command). Nothing else about the visitor is kept."""
    db.rows(_COUNT, [token, now.date()])


@db.command
def complain(*, token: str, words: str, now: datetime) -> None:
    """This function switches a short link off because somebody complains (a command). Repeating it changes nothing.

    It is off before anybody has looked: a link that is off by mistake costs less than one that does harm.

    :param words: what is wrong with it, if the person says so.
    :raises UnableToSwitchShortLink: when there is no such link.
    """
    if _locked(token).is_on:
        _switch(token, is_on=False, by=SwitchedBy.COMPLAINT, staff_id=None, words=words, now=now)


@db.command
def switch(*, token: str, is_on: bool, staff_id: int, reason: str, now: datetime) -> None:
    """This function switches a short link on or off as staff decide (a command). Repeating it changes nothing.

    :raises UnableToSwitchShortLink: without a reason, or when there is no such link.
    """
    if not reason.strip():
        raise UnableToSwitchShortLink(say("Say why; the customer reads it."))
    if _locked(token).is_on != is_on:
        _switch(token, is_on=is_on, by=SwitchedBy.STAFF, staff_id=staff_id, words=reason, now=now)


def _locked(token: str) -> models.ShortLink:
    found = models.ShortLink.objects.select_for_update().filter(token=token).first()
    if found is None:
        raise UnableToSwitchShortLink(say("There is no such short link."))
    return found


def _switch(token: str, *, is_on: bool, by: SwitchedBy, staff_id: int | None, words: str, now: datetime) -> None:
    models.ShortLink.objects.filter(token=token).update(is_on=is_on)
    said = words.strip()[:WORDS_LENGTH_MAX]
    models.Switch.objects.create(link_id=token, is_on=is_on, by=by.value, staff_id=staff_id, words=said, at=now)


_ERASE = """
UPDATE shortlinks_shortlink SET address = 'https://erased.invalid/', target = '', is_on = false WHERE customer_id = %s
"""


@db.step
def unlink_short_links(*, customer_id: int) -> None:
    """This function forgets where a customer's short links lead, and switches them off (clause 7.5)."""
    db.rows(_ERASE, [customer_id])
