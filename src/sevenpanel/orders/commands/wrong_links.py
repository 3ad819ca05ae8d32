"""Orders whose link is wrong at the door, where the Terms complete them: taken, Completed at once, nothing back.

That is the letter of clause 2 (`wrong_link_at_door = complete`). The default is to refuse them before any charge.
"""

from dataclasses import replace
from datetime import datetime

from django.db import IntegrityError

from sevenpanel import links
from sevenpanel.accounts.queries import shelf
from sevenpanel.catalog import queries as catalog
from sevenpanel.kernel import db
from sevenpanel.kernel.said import passage, say
from sevenpanel.orders.commands.finding import find_link_trouble
from sevenpanel.orders.commands.statement import (
    PLACE_BY_DJANGO,
    Judged,
    Outcome,
    place_arguments,
    read_outcomes,
    refused,
    refused_by,
    unusable,
)
from sevenpanel.orders.domain import OrderLine, Placed, RefusalCode, Refused
from sevenpanel.orders.queries.beside import policy_for
from sevenpanel.terms import AtDoor, LinkFinding
from sevenpanel.terms.documents import DocumentName, versions

ABOUT_THE_LINK = frozenset({RefusalCode.UNREADABLE_LINK, RefusalCode.WRONG_LINK})
LINK_LENGTH_MAX = 2048


def by_the_letter(*, line: OrderLine, outcome: Outcome, now: datetime) -> Outcome:
    """Complete an order that was refused for its link, if its customer has accepted Terms that do so (a command).

    :param outcome: what became of the line by itself.
    :returns: the same outcome, unless the order was completed or is refused for another reason.
    """
    if not isinstance(outcome, Refused) or outcome.code not in ABOUT_THE_LINK or not _is_ever_completed():
        return outcome
    if policy_for(customer_id=line.customer_id, now=now).wrong_link_at_door is AtDoor.REFUSE:
        return outcome
    try:
        return unusable(line) or _complete(line, now)
    except IntegrityError as fault:
        return refused(refused_by(fault))


def _is_ever_completed() -> bool:
    """Whether any version of the Terms completes such orders; as long as none does, nobody has to be looked up."""
    figures = (each.policy for each in versions(shelf(), DocumentName.TERMS))
    return any(policy is not None and policy.wrong_link_at_door is AtDoor.COMPLETE for policy in figures)


@db.command
def _complete(line: OrderLine, now: datetime) -> Outcome:
    link = links.read_link(line.link)
    judged = Judged(
        line=replace(line, link=_storable(line.link)),
        link=None if isinstance(link, links.Unreadable) else link,
        is_wrong=True,
    )
    (outcome,) = read_outcomes(db.rows(PLACE_BY_DJANGO, place_arguments([judged], now)))
    if isinstance(outcome, Refused) or outcome.is_replay:
        return outcome
    found, evidence = _finding(link, line.service_id)
    find_link_trouble(order_id=outcome.order_id, found=found, evidence=evidence, staff_id=None, now=now)
    return Placed(order_id=outcome.order_id, charge_micros=outcome.charge_micros, is_completed=True)


def _storable(text: str) -> str:
    """What was typed, as far as a column can hold it."""
    readable = text[:LINK_LENGTH_MAX].encode("utf-8", "replace").decode("utf-8")
    return readable.replace("\0", "\N{REPLACEMENT CHARACTER}")


def _finding(link: links.Link | links.Unreadable, service_id: int) -> tuple[LinkFinding, str]:
    if isinstance(link, links.Unreadable):
        return LinkFinding.WRONG_FORMAT, link.sentence
    takes = catalog.accepted_links(service_ids=[service_id])[service_id]
    leads = say("It leads to %(kind)s.", kind=links.NAMES[link.tag])
    return LinkFinding.WRONG, passage([leads, links.expected_sentence(takes)])
