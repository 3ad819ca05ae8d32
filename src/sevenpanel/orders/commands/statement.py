"""The placing statement: what it takes for each line, and what its answer means.

It is the same for the form, the mass order and the API's lean door; only the driver that carries it differs.
"""

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

import psycopg
from django.db import IntegrityError

from sevenpanel import links
from sevenpanel.accounts.queries import shelf
from sevenpanel.catalog.domain import COMMENTS_LENGTH_MAX, COMMENTS_MAX, QUANTITY_MAX
from sevenpanel.kernel import db
from sevenpanel.kernel.money import Sum
from sevenpanel.kernel.said import Count, Phrase, passage, say
from sevenpanel.orders.domain import OrderLine, Placed, RefusalCode, Refused
from sevenpanel.orders.queries.facts import judged_by
from sevenpanel.terms.documents import DocumentName, policy_of, versions

REQUEST_ID_LENGTH_MAX = 128

_TYPES = (
    "bigint[]", "bigint[]", "text[]", "text[]", "text[]", "text[]", "boolean[]", "bigint[]", "text[]", "bigint[]",
    "text[]", "text[]", "bytea[]", "bigint[]", "boolean[]", "text[]", "bigint[]", "text[]", "text[]", "text",
    "timestamptz",
)  # fmt: skip
_COLUMNS = "ord, code, order_id, charge_micros, fact"
_CALL = "SELECT {columns} FROM orders_place({arguments})"

# With numbered parameters, as asyncpg takes them.
PLACE = _CALL.format(columns=_COLUMNS, arguments=", ".join(f"${n}::{t}" for n, t in enumerate(_TYPES, start=1)))
# The same as Django takes them.
PLACE_BY_DJANGO = _CALL.format(columns=_COLUMNS, arguments=", ".join(f"%s::{t}" for t in _TYPES))

Outcome = Placed | Refused
T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """A line with its link understood, ready for the placing statement.

    :param link: None for one that cannot be read, which only a wrong one may be.
    :param is_wrong: the service does not take the link, and the Terms take the order all the same (clause 2).
    :param short_link: the token of the desk's own short link that was typed, if it was one.
    """

    line: OrderLine
    link: links.Link | None
    is_wrong: bool = False
    short_link: str | None = None


WALLS = {
    "orders_one_active_per_target": RefusalCode.ACTIVE_ORDER,
    "orders_request_once": RefusalCode.REQUEST_CONFLICT,
    "ledger_balance_not_overdrawn": RefusalCode.NOT_ENOUGH_FUNDS,
}
"""The constraints behind the rules of placing, and what they refuse. Any other one shows a fault of ours."""


def unusable(line: OrderLine) -> Refused | None:
    """What of a line beside its link cannot even be asked for: no number, too many texts, an id that nobody may use."""
    if line.quantity is not None and line.quantity < 0:
        return refused(RefusalCode.BAD_NUMBER)
    if len(line.comments) > COMMENTS_MAX or sum(map(len, line.comments)) > COMMENTS_LENGTH_MAX:
        return refused(RefusalCode.ABOVE_MAX, COMMENTS_MAX)
    if any("\0" in comment for comment in line.comments):
        return refused(RefusalCode.UNREADABLE_LINK)
    if line.request_id is not None and not _is_storable(line.request_id):
        return refused(RefusalCode.REQUEST_CONFLICT)
    return None


def _is_storable(request_id: str) -> bool:
    return 0 < len(request_id) <= REQUEST_ID_LENGTH_MAX and request_id.isprintable()


def place_arguments(judged: Sequence[Judged], now: datetime) -> list[Any]:
    """The arguments of `PLACE` for these lines: an array for each column, the figures of the Terms, and the instant."""
    rare = [
        _if_any([one.is_wrong for one in judged]),
        _if_any([one.short_link for one in judged]),
        _if_any([one.line.key_id for one in judged]),
    ]
    return [*db.columns((_columns_of(one) for one in judged), 14), *rare, *_reaches(now), now]


def _if_any(column: list[T]) -> list[T]:
    """A column that has something to say in few calls only; the statement takes an empty one for nothing."""
    return column if any(column) else []


def _reaches(now: datetime) -> tuple[list[str], list[str], str]:
    """How far other orders reach that make one untracked (clause 1): by version of the Terms, and without any."""
    known = versions(shelf(), DocumentName.TERMS)
    reaches = [policy_of(shelf(), each.version).untracked_reach.value for each in known]
    return [each.version for each in known], reaches, judged_by(now).untracked_reach.value


def _columns_of(one: Judged) -> tuple[Any, ...]:
    line, link = one.line, one.link
    place = (link.address, link.target, link.tag, link.is_private) if link else ("", "", "", False)
    # However large a number, it is above every maximum, and is told which; the column holds no larger one.
    quantity = min(line.quantity, QUANTITY_MAX + 1) if line.quantity is not None else None
    return (
        line.customer_id, line.service_id, line.link, *place,
        quantity, "\n".join(line.comments) or None, len(line.comments), line.source.value, line.request_id,
        fingerprint(line) if line.request_id else None, line.max_charge_micros,
    )  # fmt: skip


def fingerprint(line: OrderLine) -> bytes:
    """What two requests with the same id must share to be the same request."""
    parts = (str(line.service_id), line.link, str(line.quantity), "\n".join(line.comments))
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).digest()


def is_wrong_link(outcome: Outcome) -> bool:
    """Whether a line was refused because the service does not take its kind of link."""
    return isinstance(outcome, Refused) and outcome.code is RefusalCode.WRONG_LINK


def read_outcomes(found: Iterable[Sequence[Any]]) -> list[Outcome]:
    """Turn the rows of the placing statement into outcomes, in input order."""
    return [_outcome(*row[1:]) for row in found]


def _outcome(code: str, order_id: int | None, charge: int | None, fact: int | None) -> Outcome:
    if code in ("placed", "replayed"):
        assert order_id is not None
        assert charge is not None
        return Placed(order_id=order_id, charge_micros=charge, is_replay=code == "replayed")
    return refused(RefusalCode(code), fact)


NOTHING_CHARGED = say("Nothing was charged.")
_SENTENCES = {
    RefusalCode.STOPPED: say(
        "New orders are stopped while our books are checked; orders under way go on. Try again later."
    ),
    RefusalCode.UNKNOWN_CUSTOMER: say("This account cannot order."),
    RefusalCode.SUSPENDED: say("This account is suspended; please ask the support."),
    RefusalCode.REQUEST_CONFLICT: say(
        "This request id was used for another order, or is not 1 to 128 printable characters."
    ),
    RefusalCode.UNKNOWN_SERVICE: say("There is no such service on sale."),
    RefusalCode.UNREADABLE_LINK: say("The link holds characters that no link has."),
    RefusalCode.WRONG_LINK: say("This service does not take that kind of link."),
    RefusalCode.BAD_NUMBER: say("The quantity is not a number that can be ordered."),
    RefusalCode.QUANTITY_MISSING: say("Say how many you want."),
    RefusalCode.COMMENTS_MISSING: say("Write at least one line of comments."),
    # A wall of the database tells no figures.
    RefusalCode.ACTIVE_ORDER: say("Another order of this service for this link is still active. Let it end first."),
    RefusalCode.NOT_ENOUGH_FUNDS: say("The balance is too small."),
}
_WITH_A_FIGURE: dict[RefusalCode, Callable[[int], Phrase]] = {
    RefusalCode.BELOW_MIN: lambda fact: say(
        "The quantity is below the smallest one of this service: %(min)s.", min=Count(fact, False)
    ),
    RefusalCode.ABOVE_MAX: lambda fact: say(
        "The quantity is above the largest one of this service: %(max)s.", max=Count(fact, False)
    ),
    RefusalCode.ACTIVE_ORDER: lambda fact: say(
        "Your order %(order)s of this service for this link is still active. Let it end first.", order=fact
    ),
    RefusalCode.PRICE_CHANGED: lambda fact: say(
        "The price has changed to %(amount)s since you saw it. Look again and confirm.", amount=Sum(fact)
    ),
    RefusalCode.NOT_ENOUGH_FUNDS: lambda fact: say("The balance is %(amount)s short.", amount=Sum(fact)),
    RefusalCode.OVER_CAP: lambda fact: say(
        "This key may spend %(amount)s more today; the day ends at midnight UTC.", amount=Sum(fact)
    ),
}
assert _SENTENCES.keys() | _WITH_A_FIGURE.keys() == set(RefusalCode)


def refused(code: RefusalCode, fact: int | None = None) -> Refused:
    """A refusal with the sentence for the customer, and its figure if it has one."""
    if code in _WITH_A_FIGURE and (fact is not None or code not in _SENTENCES):
        told = _WITH_A_FIGURE[code](fact or 0)
    else:
        told = _SENTENCES[code]
    return Refused(code=code, sentence=passage([told, NOTHING_CHARGED]), fact=fact)


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
