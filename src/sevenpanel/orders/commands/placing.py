"""Placing orders: one statement for any number of lines, an outcome for each.

The statement is the same for the form, the mass order and the API's lean door; only the driver that carries it
differs. What can be judged without the database is judged before it (design: orders, Placing).
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import psycopg
from django.db import IntegrityError

from sevenpanel import links
from sevenpanel.catalog import queries as catalog
from sevenpanel.catalog.domain import COMMENTS_LENGTH_MAX, COMMENTS_MAX, QUANTITY_MAX
from sevenpanel.kernel import chaos, db
from sevenpanel.kernel.money import format_amount
from sevenpanel.orders.domain import OrderLine, Placed, RefusalCode, Refused

LINES_MAX = 10_000
REQUEST_ID_LENGTH_MAX = 128

_TYPES = (
    "bigint[]", "bigint[]", "text[]", "text[]", "text[]", "text[]", "boolean[]", "bigint[]", "text[]", "bigint[]",
    "text[]", "text[]", "bytea[]", "bigint[]", "timestamptz",
)  # fmt: skip
_COLUMNS = "ord, code, order_id, charge_micros, fact"
_CALL = "SELECT {columns} FROM orders_place({arguments})"

# With numbered parameters, as asyncpg takes them.
PLACE = _CALL.format(columns=_COLUMNS, arguments=", ".join(f"${n}::{t}" for n, t in enumerate(_TYPES, start=1)))
_PLACE = _CALL.format(columns=_COLUMNS, arguments=", ".join(f"%s::{t}" for t in _TYPES))

WALLS = {
    "orders_one_active_per_target": RefusalCode.ACTIVE_ORDER,
    "orders_request_once": RefusalCode.REQUEST_CONFLICT,
    "ledger_balance_not_overdrawn": RefusalCode.NOT_ENOUGH_FUNDS,
}
"""The constraints behind the rules of placing, and what they refuse. Any other one shows a fault of ours."""

Outcome = Placed | Refused


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """A line with its link understood, ready for the placing statement."""

    line: OrderLine
    link: links.Link


def refuse_at_the_door(line: OrderLine) -> Refused | Judged:
    """Judge what needs no database: the link can be read, the numbers are numbers, the texts have a size."""
    link = links.read_link(line.link)
    if isinstance(link, links.Unreadable):
        return Refused(code=RefusalCode.UNREADABLE_LINK, sentence=f"{link.sentence} Nothing was charged.")
    if line.quantity is not None and line.quantity < 0:
        return _refused(RefusalCode.BAD_NUMBER)
    if len(line.comments) > COMMENTS_MAX or sum(map(len, line.comments)) > COMMENTS_LENGTH_MAX:
        return _refused(RefusalCode.ABOVE_MAX, COMMENTS_MAX)
    if "\0" in line.link or any("\0" in comment for comment in line.comments):
        return _refused(RefusalCode.UNREADABLE_LINK)
    if line.request_id is not None and not _is_storable(line.request_id):
        return _refused(RefusalCode.REQUEST_CONFLICT)
    return Judged(line=line, link=link)


def _is_storable(request_id: str) -> bool:
    return 0 < len(request_id) <= REQUEST_ID_LENGTH_MAX and request_id.isprintable()


def place(*, lines: Sequence[OrderLine], now: datetime) -> list[Outcome]:
    """Place orders, each by itself, in the order given, in one transaction (a command).

    :param lines: 1 to `LINES_MAX` lines, of one customer or of many.
    :returns: one outcome per line, in the same order. A refused line was not charged.
    :raises ValueError: when there are more than `LINES_MAX` lines.
    """
    if len(lines) > LINES_MAX:
        raise ValueError(f"At most {LINES_MAX} orders at once.")
    doors = [refuse_at_the_door(line) for line in lines]
    judged = [door for door in doors if isinstance(door, Judged)]
    decided = iter(_explain(judged, _place_all(judged, now)))
    return [next(decided) if isinstance(door, Judged) else door for door in doors]


def _explain(judged: Sequence[Judged], outcomes: Sequence[Outcome]) -> list[Outcome]:
    """Say with each wrong link what the service takes instead."""
    wrong = {o.line.service_id for o, out in zip(judged, outcomes, strict=True) if _is_wrong_link(out)}
    takes = catalog.accepted_links(service_ids=wrong)
    return [
        replace(out, sentence=f"{out.sentence} {links.expected_sentence(takes[one.line.service_id])}")
        if isinstance(out, Refused) and _is_wrong_link(out)
        else out
        for one, out in zip(judged, outcomes, strict=True)
    ]


def _is_wrong_link(outcome: Outcome) -> bool:
    return isinstance(outcome, Refused) and outcome.code is RefusalCode.WRONG_LINK


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
    return db.rows(_PLACE, place_arguments(judged, now))


def _place_alone(one: Judged, now: datetime) -> tuple[Any, ...]:
    try:
        return _run([one], now)[0][1:]
    except IntegrityError as fault:
        return (refused_by(fault), None, None, None)


def refused_by(fault: IntegrityError) -> RefusalCode:
    """Which rule of placing stands behind the constraint that refused.

    :raises django.db.IntegrityError: the fault itself when none does: nothing was placed, and it is a fault of ours.
    """
    cause = fault.__cause__
    name = cause.diag.constraint_name if isinstance(cause, psycopg.Error) else None
    code = WALLS.get(name or "")
    if code is None:
        raise fault
    return code


def place_arguments(judged: Sequence[Judged], now: datetime) -> list[Any]:
    """The arguments of `PLACE` for these lines: an array for each column, and the instant."""
    return [*db.columns((_columns_of(one) for one in judged), 14), now]


def _columns_of(one: Judged) -> tuple[Any, ...]:
    line, link = one.line, one.link
    # However large a number, it is above every maximum, and is told which; the column holds no larger one.
    quantity = min(line.quantity, QUANTITY_MAX + 1) if line.quantity is not None else None
    return (
        line.customer_id, line.service_id, line.link, link.address, link.target, link.tag, link.is_private,
        quantity, "\n".join(line.comments) or None, len(line.comments), line.source.value, line.request_id,
        fingerprint(line) if line.request_id else None, line.max_charge_micros,
    )  # fmt: skip


def fingerprint(line: OrderLine) -> bytes:
    """What two requests with the same id must share to be the same request."""
    parts = (str(line.service_id), line.link, str(line.quantity), "\n".join(line.comments))
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).digest()


def read_outcomes(found: Iterable[Sequence[Any]]) -> list[Outcome]:
    """Turn the rows of the placing statement into outcomes, in input order."""
    return [_outcome(*row[1:]) for row in found]


def _outcome(code: str, order_id: int | None, charge: int | None, fact: int | None) -> Outcome:
    if code in ("placed", "replayed"):
        assert order_id is not None
        assert charge is not None
        return Placed(order_id=order_id, charge_micros=charge, is_replay=code == "replayed")
    return _refused(RefusalCode(code), fact)


_NOTHING = "Nothing was charged."
_SENTENCES = {
    RefusalCode.UNKNOWN_CUSTOMER: "This account cannot order.",
    RefusalCode.SUSPENDED: "This account is suspended; please ask the support.",
    RefusalCode.REQUEST_CONFLICT: (
        "This request id was used for another order, or is not 1 to 128 printable characters."
    ),
    RefusalCode.UNKNOWN_SERVICE: "There is no such service on sale.",
    RefusalCode.UNREADABLE_LINK: "The link holds characters that no link has.",
    RefusalCode.WRONG_LINK: "This service does not take that kind of link.",
    RefusalCode.BAD_NUMBER: "The quantity is not a number that can be ordered.",
    RefusalCode.QUANTITY_MISSING: "Say how many you want.",
    RefusalCode.COMMENTS_MISSING: "Write at least one line of comments.",
    RefusalCode.BELOW_MIN: "The quantity is below the smallest one of this service: {fact}.",
    RefusalCode.ABOVE_MAX: "The quantity is above the largest one of this service: {fact}.",
    RefusalCode.ACTIVE_ORDER: "Your order {fact} of this service for this link is still active. Let it end first.",
    RefusalCode.PRICE_CHANGED: "The price has changed to {amount} since you saw it. Look again and confirm.",
    RefusalCode.NOT_ENOUGH_FUNDS: "The balance is {amount} short.",
}
assert _SENTENCES.keys() == set(RefusalCode)

# A wall of the database tells no figures.
_WITHOUT_FACT = {
    RefusalCode.ACTIVE_ORDER: "Another order of this service for this link is still active. Let it end first.",
    RefusalCode.NOT_ENOUGH_FUNDS: "The balance is too small.",
}


def _refused(code: RefusalCode, fact: int | None = None) -> Refused:
    told = _SENTENCES[code] if fact is not None else _WITHOUT_FACT.get(code, _SENTENCES[code])
    sentence = f"{told.format(fact=fact, amount=format_amount(fact or 0))} {_NOTHING}"
    return Refused(code=code, sentence=sentence, fact=fact)
