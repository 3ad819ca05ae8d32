"""Placing orders: one statement for any number of lines, an outcome for each.

What can be judged without the database is judged before it (design: orders, Placing). A link that is wrong is refused,
unless the version of the Terms that the customer has accepted completes such an order at once (clause 2).
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from types import MappingProxyType
from typing import Any

from django.db import IntegrityError

from sevenpanel import links
from sevenpanel.catalog import queries as catalog
from sevenpanel.kernel import chaos, db
from sevenpanel.kernel.said import passage
from sevenpanel.orders.commands.statement import (
    NOTHING_CHARGED,
    PLACE_BY_DJANGO,
    Judged,
    Outcome,
    is_wrong_link,
    place_arguments,
    read_outcomes,
    refused_by,
    unusable,
)
from sevenpanel.orders.commands.wrong_links import by_the_letter
from sevenpanel.orders.domain import OrderLine, RefusalCode, Refused
from sevenpanel.orders.queries.reading import Read, read_links, short_link_in

LINES_MAX = 10_000


def refuse_at_the_door(line: OrderLine, read: Read | None = None) -> Refused | Judged:
    """Judge what needs no database: the link can be read, the numbers are numbers, the texts have a size.

    :param read: what `queries.read_links` has read it as, which a short link of the desk needs; None to read it here.
    """
    link = read or links.read_link(line.link)
    if isinstance(link, links.Unreadable):
        return Refused(code=RefusalCode.UNREADABLE_LINK, sentence=passage([link.sentence, NOTHING_CHARGED]))
    return unusable(line) or Judged(line=line, link=link, short_link=short_link_in(line.link) if read else None)


def place(
    *, lines: Sequence[OrderLine], now: datetime, read: Mapping[str, Read] = MappingProxyType({})
) -> list[Outcome]:
    """Place orders, each by itself, in the order given, in one transaction (a command).

    Where the Terms complete an order whose link is wrong, each of these follows in a transaction of its own.

    :param lines: 1 to `LINES_MAX` lines, of one customer or of many.
    :param read: links by their text that were read already; reading ten thousand takes half as long as all the rest.
    :returns: one outcome per line, in the same order. A refused line was not charged.
    :raises ValueError: when there are more than `LINES_MAX` lines.
    """
    if len(lines) > LINES_MAX:
        raise ValueError(f"At most {LINES_MAX} orders at once.")
    short = _short_links(lines)
    doors = [
        refuse_at_the_door(line, short.get((line.customer_id, line.link)) or read.get(line.link)) for line in lines
    ]
    judged = [door for door in doors if isinstance(door, Judged)]
    decided = iter(_explain(judged, _place_all(judged, now)))
    outcomes = [next(decided) if isinstance(door, Judged) else door for door in doors]
    return [by_the_letter(line=line, outcome=out, now=now) for line, out in zip(lines, outcomes, strict=True)]


@db.step
def place_in_step(*, lines: Sequence[OrderLine], now: datetime) -> list[Outcome]:
    """Place orders as a part of the caller's transaction, as a past needs it that is made as a whole or not at all.

    A wrong link is refused here, whatever the Terms say of it.

    :param lines: 1 to `LINES_MAX` lines.
    :returns: one outcome per line, in the same order.
    """
    doors = [refuse_at_the_door(line) for line in lines]
    judged = [door for door in doors if isinstance(door, Judged)]
    decided = iter(read_outcomes(db.rows(PLACE_BY_DJANGO, place_arguments(judged, now)))) if judged else iter(())
    return [next(decided) if isinstance(door, Judged) else door for door in doors]


def _short_links(lines: Sequence[OrderLine]) -> dict[tuple[int, str], Read]:
    """The short links among these lines, as each customer means them. Most calls have none, and ask nothing."""
    typed: dict[int, list[str]] = {}
    for line in lines:
        if short_link_in(line.link):
            typed.setdefault(line.customer_id, []).append(line.link)
    return {
        (customer_id, text): read
        for customer_id, texts in typed.items()
        for text, read in read_links(customer_id=customer_id, texts=texts).items()
    }


def _explain(judged: Sequence[Judged], outcomes: Sequence[Outcome]) -> list[Outcome]:
    """Say with each wrong link what the service takes instead."""
    wrong = {o.line.service_id for o, out in zip(judged, outcomes, strict=True) if is_wrong_link(out)}
    takes = catalog.accepted_links(service_ids=wrong)
    return [
        replace(out, sentence=passage([out.sentence, links.expected_sentence(takes[one.line.service_id])]))
        if isinstance(out, Refused) and is_wrong_link(out)
        else out
        for one, out in zip(judged, outcomes, strict=True)
    ]


def _place_all(judged: Sequence[Judged], now: datetime) -> list[Outcome]:
    if not judged:
        return []
    chaos.point("place.before_statement")
    try:
        found = _run(judged, now)
    except IntegrityError as fault:
        # A second wall stood where the first should have: one line must not take its neighbours with it.
        refused_by(fault)
        found = [(n, *_place_alone(one, now)) for n, one in enumerate(judged, start=1)]
    chaos.point("place.after_statement")
    return read_outcomes(found)


@db.command
def _run(judged: Sequence[Judged], now: datetime) -> list[tuple[Any, ...]]:
    return db.rows(PLACE_BY_DJANGO, place_arguments(judged, now))


def _place_alone(one: Judged, now: datetime) -> tuple[Any, ...]:
    try:
        return _run([one], now)[0][1:]
    except IntegrityError as fault:
        return (refused_by(fault), None, None, None)
