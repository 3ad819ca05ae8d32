"""The actions of API v2 and the shape of each answer, as the field's clients know them (docs/api.md)."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import msgspec

from sevenpanel import links
from sevenpanel.accounts.domain import KeyKind, Permission
from sevenpanel.api import wording
from sevenpanel.api.fields import Fields, whole_number
from sevenpanel.api.house import House
from sevenpanel.api.refusals import (
    BAD_ORDER,
    BAD_QUANTITY,
    BAD_SERVICE,
    NO_REFILL,
    NO_REFILL_FOUND,
    IncorrectRequest,
)
from sevenpanel.catalog.domain import ServiceRow
from sevenpanel.kernel.money import format_amount
from sevenpanel.orders import commands as orders
from sevenpanel.orders.commands import REQUEST_ID_LENGTH_MAX
from sevenpanel.orders.domain import OrderLine, RefusalCode, Refused
from sevenpanel.orders.queries import StatusRow, short_link_in

IDS_MAX = 100
ECHO_MAX = 50
# More are cut off: what is left is still above every maximum, and Python reads it at once.
QUANTITY_DIGITS = 18


class Action(StrEnum):
    """What a caller can ask for."""

    SERVICES = "services"
    ADD = "add"
    STATUS = "status"
    BALANCE = "balance"
    CANCEL = "cancel"
    REFILL = "refill"
    REFILL_STATUS = "refill_status"


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """Who asks.

    :param capped_key_id: the key with which they ask, when it has a daily limit.
    :param kind: what is behind that key.
    """

    customer_id: int
    capped_key_id: int | None
    kind: KeyKind = KeyKind.LIVE


Answering = Callable[[Caller, Fields, House], Awaitable[Any]]


async def _services(caller: Caller, fields: Fields, house: House) -> msgspec.Raw:
    return await house.services(caller.customer_id, _catalogue)


def _catalogue(rows: Sequence[ServiceRow]) -> msgspec.Raw:
    return msgspec.Raw(msgspec.json.encode([_service(row) for row in rows]))


def _service(row: ServiceRow) -> dict[str, Any]:
    return {
        "service": row.id,
        "name": row.name,
        "type": row.type.value,
        "category": row.category,
        "rate": format_amount(row.rate_micros),
        "min": str(row.quantity_min),
        "max": str(row.quantity_max),
        "dripfeed": False,
        "refill": row.can_refill,
        "cancel": row.can_cancel,
        "desc": row.description,
    }


async def _add(caller: Caller, fields: Fields, house: House) -> dict[str, int]:
    line = _order_line(caller, fields)
    short = await house.short_link(line) if short_link_in(line.link) else None
    door = orders.refuse_at_the_door(line, short)
    outcome = door if isinstance(door, Refused) else await house.place(door)
    if isinstance(outcome, Refused) and outcome.code in orders.ABOUT_THE_LINK:
        outcome = await house.by_the_letter(line, outcome)
    if not isinstance(outcome, Refused):
        return {"order": outcome.order_id}
    sentence = wording.refused(outcome)
    if outcome.code is RefusalCode.WRONG_LINK:
        sentence = f"{sentence} {links.expected_sentence(await house.accepted_links(line.service_id))}"
    raise IncorrectRequest(sentence)


def _order_line(caller: Caller, fields: Fields) -> OrderLine:
    service_id = whole_number(fields.text("service"))
    if service_id is None:
        raise IncorrectRequest(BAD_SERVICE)
    if (fields.text("runs") or "1") not in ("0", "1"):
        raise IncorrectRequest("Drip-feed is not available for this service. Nothing was charged.")
    return OrderLine(
        customer_id=caller.customer_id,
        service_id=service_id,
        link=fields.text("link") or "",
        quantity=_quantity(fields.text("quantity")),
        comments=fields.lines("comments"),
        request_id=_request_id(fields.text("request_id")),
        key_id=caller.capped_key_id,
    )


def _quantity(text: str | None) -> int | None:
    if text is None:
        return None
    if text.isascii() and text.isdecimal():
        # However many digits, it is a number, and above every maximum.
        return int(text.lstrip("0")[:QUANTITY_DIGITS] or "0")
    quantity = whole_number(text)
    if quantity is None:
        raise IncorrectRequest(BAD_QUANTITY)
    return max(quantity, 0)  # below zero is below every minimum, and is told so


def _request_id(text: str | None) -> str | None:
    if text is not None and (len(text) > REQUEST_ID_LENGTH_MAX or not text.isprintable()):
        raise IncorrectRequest(f"Incorrect request_id: at most {REQUEST_ID_LENGTH_MAX} printable characters")
    return text


async def _status(caller: Caller, fields: Fields, house: House) -> dict[str, Any]:
    asked = _ids(fields, "orders", "order")
    rows = await house.statuses(caller.customer_id, _known(asked))
    answers = {text: _status_row(rows.get(id_)) if id_ else _row_error(BAD_ORDER) for text, id_ in asked}
    if fields.is_plural(one="order", many="orders"):
        return answers
    (answer,) = answers.values()
    if "error" in answer:
        raise IncorrectRequest(BAD_ORDER)
    return answer


def _status_row(row: StatusRow | None) -> dict[str, Any]:
    if row is None:
        return _row_error(BAD_ORDER)
    return {
        "charge": format_amount(row.charge_micros),
        "start_count": None if row.start_count is None else str(row.start_count),
        "status": row.status,
        "remains": str(row.remains),
        "currency": row.currency,
    }


async def _balance(caller: Caller, fields: Fields, house: House) -> dict[str, str]:
    row = await house.balance(caller.customer_id)
    return {"balance": format_amount(row.available_micros), "currency": row.currency}


async def _cancel(caller: Caller, fields: Fields, house: House) -> list[dict[str, Any]]:
    asked = _ids(fields, "orders", "order")
    answers = await house.cancel(caller.customer_id, _known(asked))
    sentences = {answer.order_id: wording.CANCEL[answer.verdict] for answer in answers}
    return [{"order": id_ or text, "cancel": _accepted(sentences.get(id_, BAD_ORDER))} for text, id_ in asked]


def _accepted(sentence: str | None) -> int | dict[str, str]:
    return 1 if sentence is None else _row_error(sentence)


async def _refill(caller: Caller, fields: Fields, house: House) -> list[dict[str, Any]]:
    asked = _ids(fields, "orders", "order")
    rows = await house.statuses(caller.customer_id, _known(asked))
    sentences = [(text, id_, NO_REFILL if id_ in rows else BAD_ORDER) for text, id_ in asked]
    if not fields.is_plural(one="order", many="orders"):
        raise IncorrectRequest(sentences[0][2])
    return [{"order": id_ or text, "refill": _row_error(sentence)} for text, id_, sentence in sentences]


async def _refill_status(caller: Caller, fields: Fields, house: House) -> list[dict[str, Any]]:
    asked = _ids(fields, "refills", "refill", missing=NO_REFILL_FOUND)
    if not fields.is_plural(one="refill", many="refills"):
        raise IncorrectRequest(NO_REFILL_FOUND)
    return [{"refill": id_ or text, "status": _row_error(NO_REFILL_FOUND)} for text, id_ in asked]


def _ids(fields: Fields, many: str, one: str, *, missing: str = BAD_ORDER) -> list[tuple[str, int]]:
    """The ids asked for, as they were written and as numbers; 0 for what no id looks like."""
    texts = fields.items(many, one)
    if not texts:
        raise IncorrectRequest(missing)
    if len(texts) > IDS_MAX:
        raise IncorrectRequest(f"Incorrect request: at most {IDS_MAX} ids at once")
    return [(text[:ECHO_MAX], max(whole_number(text) or 0, 0)) for text in texts]


def _known(asked: Sequence[tuple[str, int]]) -> list[int]:
    return list({id_: None for _, id_ in asked if id_})


def _row_error(sentence: str) -> dict[str, str]:
    return {"error": sentence}


ANSWERS: dict[Action, Answering] = {
    Action.SERVICES: _services,
    Action.ADD: _add,
    Action.STATUS: _status,
    Action.BALANCE: _balance,
    Action.CANCEL: _cancel,
    Action.REFILL: _refill,
    Action.REFILL_STATUS: _refill_status,
}
assert ANSWERS.keys() == set(Action)

# What a key has to be allowed for each of them (S-33).
NEEDS: dict[Action, Permission] = {
    Action.SERVICES: Permission.READ,
    Action.ADD: Permission.ORDER,
    Action.STATUS: Permission.READ,
    Action.BALANCE: Permission.READ,
    Action.CANCEL: Permission.CANCEL,
    Action.REFILL: Permission.ORDER,
    Action.REFILL_STATUS: Permission.READ,
}
assert NEEDS.keys() == set(Action)

# After a failure before anything was done, these may say so; of a read that failed nothing is known.
WRITES = frozenset({Action.ADD, Action.CANCEL, Action.REFILL})
