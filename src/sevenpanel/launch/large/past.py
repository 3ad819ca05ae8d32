"""The past of the large demo: orders placed, sent, reported and settled by the desk's own commands, batch by batch.

A batch is one transaction, in which it is placed, lives and ends, so that no worker ever sees an order of it that
could be sent. It is paid for by a deposit of its own, whose key is booked once: whatever batch is there already is
refused by the ledger, and a fill that was interrupted goes on where it stopped.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sevenpanel.catalog.domain import ServiceRow, ServiceType, charge_micros
from sevenpanel.fulfilment.domain import REFUSAL_WORDS, decided_by
from sevenpanel.fulfilment.providers.interface import RefusalReason
from sevenpanel.kernel import db
from sevenpanel.launch.large.fates import WAVES, End, Fate, fate_of
from sevenpanel.launch.large.targets import target
from sevenpanel.launch.refusals import UnableToLaunch
from sevenpanel.ledger import commands as ledger
from sevenpanel.ledger.domain import AccountKind, Reason, Transfer, customer, house
from sevenpanel.orders import commands as orders
from sevenpanel.orders.commands import DispatchResult
from sevenpanel.orders.domain import Dispatch, OrderLine, Placed, Report, Source, Status
from sevenpanel.orders.timeline import EventKind
from sevenpanel.terms import LinkFinding

TOGETHER = 100
KEY = "operator/credit/demo-large/{}"
OPEN = -1
"""The number of the lot whose orders are open."""

NOTE = "Play money of the large demo"
SOURCES = (Source.FORM, Source.MASS, Source.API)
TEXTS = ("Our shop is open on Sunday.", "The new tea arrives on Friday.", "Made by hand, sent within two days.")

WITHDRAWN, SENDING, ANSWERED = timedelta(seconds=20), timedelta(minutes=1), timedelta(minutes=1, seconds=2)
STARTED, GIVEN_UP = timedelta(minutes=25), timedelta(hours=24)
LIFE = GIVEN_UP + timedelta(hours=1)
"""After this an order of a batch has ended in whatever way."""

_ENDS = {
    End.DELIVERED: Status.COMPLETED,
    End.PARTIAL: Status.PARTIAL,
    End.CANCELED: Status.CANCELED,
    End.LINK: Status.CANCELED,
}
# An order of one piece cannot end part-way.
_OF_ONE = {End.PARTIAL: End.DELIVERED}


class UnableToFill(UnableToLaunch):
    """An order of the large demo that the desk refuses, for example since a service of it was taken off the list."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Buyer:
    """Whose orders they are, and what can be bought."""

    customer_id: int
    currency: str
    services: Sequence[ServiceRow]


@dataclass(frozen=True, slots=True, kw_only=True)
class Lot:
    """Orders that are placed at one instant.

    :param first: the number of the first among all of the demo.
    """

    number: int
    first: int
    size: int
    placed_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class _Lived:
    """One order of a lot: its id, how many pieces it is about, and what becomes of it."""

    id: int
    quantity: int
    fate: Fate
    end: End


def lots(*, size: int, began: datetime, ended: datetime) -> Iterator[Lot]:
    """So many orders in lots, evenly between two instants.

    :param ended: when the last order of all has ended.
    """
    span = ended - LIFE - began
    numbers = range(0, size, TOGETHER)
    for number, first in enumerate(numbers):
        at = began + span * number / max(1, len(numbers) - 1)
        yield Lot(number=number, first=first, size=min(TOGETHER, size - first), placed_at=at)


@db.command
def live(lot: Lot, buyer: Buyer) -> None:
    """Let a lot be placed, live and end.

    :raises django.db.IntegrityError: when it was made before (`ledger_transfer_once`).
    """
    ids = place(lot, buyer)
    lived = [_lived(id_, lot.first + n, line) for n, (id_, line) in enumerate(ids)]
    withdrawn = [each.id for each in lived if each.end is End.WITHDRAWN]
    if withdrawn:
        orders.request_cancel_in_step(customer_id=buyer.customer_id, order_ids=withdrawn, now=lot.placed_at + WITHDRAWN)
    _send([each for each in lived if each.end is not End.WITHDRAWN], lot.placed_at)
    _work([each for each in lived if each.end in _ENDS], lot.placed_at)


@db.step
def place(lot: Lot, buyer: Buyer) -> list[tuple[int, OrderLine]]:
    """Pay for a lot and place it.

    :returns: the orders with what was asked for, in the order of their numbers.
    :raises UnableToFill: when the desk refuses one of them.
    """
    lines = [_line(n, buyer) for n in range(lot.first, lot.first + lot.size)]
    rows = {row.id: row for row in buyer.services}
    _pay(lot, buyer, sum(_charge(rows[line.service_id], line) for line in lines))
    taken = orders.place_in_step(lines=lines, now=lot.placed_at)
    refused = [outcome for outcome in taken if not isinstance(outcome, Placed)]
    if refused:
        raise UnableToFill(f"An order of the demo was refused: {refused[0].sentence}")
    return [(each.order_id, line) for each, line in zip(taken, lines, strict=True) if isinstance(each, Placed)]


def _line(number: int, buyer: Buyer) -> OrderLine:
    # Stepping on by a number without a divisor in common, every service has its turn.
    row = buyer.services[number * 7919 % len(buyer.services)]
    size = fate_of(number).size
    is_texts, is_package = row.type is ServiceType.CUSTOM_COMMENTS, row.type is ServiceType.PACKAGE
    return OrderLine(
        customer_id=buyer.customer_id,
        service_id=row.id,
        link=target(row.accepts, number),
        quantity=None if is_texts or is_package else row.quantity_min * size,
        comments=tuple(TEXTS[n % len(TEXTS)] for n in range(size)) if is_texts else (),
        source=SOURCES[number % len(SOURCES)],
    )


def _charge(row: ServiceRow, line: OrderLine) -> int:
    return charge_micros(type=row.type, rate_micros=row.rate_micros, quantity=_pieces(line))


def _pieces(line: OrderLine) -> int:
    return line.quantity or len(line.comments) or 1


def _pay(lot: Lot, buyer: Buyer, amount_micros: int) -> None:
    deposit = Transfer(
        key=KEY.format(lot.number),
        debit=house(AccountKind.CUSTODY, buyer.currency),
        credit=customer(buyer.customer_id, buyer.currency),
        amount_micros=amount_micros,
        reason=Reason.DEPOSIT,
        customer_id=buyer.customer_id,
        note=NOTE,
    )
    ledger.post(transfers=[deposit], now=lot.placed_at)


def _lived(id_: int, number: int, line: OrderLine) -> _Lived:
    fate, quantity = fate_of(number), _pieces(line)
    end = _OF_ONE.get(fate.end, fate.end) if quantity == 1 else fate.end
    return _Lived(id=id_, quantity=quantity, fate=fate, end=end)


def _send(lived: Sequence[_Lived], placed_at: datetime) -> None:
    orders.begin_sending(order_ids=[each.id for each in lived], now=placed_at + SENDING)
    answered = placed_at + ANSWERED
    orders.record_dispatch(results=[_answer(each, placed_at) for each in lived], now=answered)
    lost = [DispatchResult(order_id=x.id, dispatch=Dispatch.WRITTEN_OFF) for x in lived if x.end is End.LOST]
    orders.record_dispatch(results=lost, now=answered + GIVEN_UP)


def _answer(each: _Lived, placed_at: datetime) -> DispatchResult:
    if each.end is End.REFUSED:
        words = REFUSAL_WORDS[RefusalReason.OTHER_KNOWN]
        return _result(each, Dispatch.REFUSED, EventKind.REFUSED, words=words)
    if each.end is End.LOST:
        by = decided_by(placed_at + ANSWERED + GIVEN_UP)
        return _result(each, Dispatch.UNKNOWN, EventKind.UNKNOWN, decided_by=by)
    return _result(each, Dispatch.SENT, EventKind.SENT)


def _result(each: _Lived, dispatch: Dispatch, event: EventKind, **facts: str) -> DispatchResult:
    return DispatchResult(order_id=each.id, dispatch=dispatch, event=event, facts=facts)


def _work(lived: Sequence[_Lived], placed_at: datetime) -> None:
    orders.apply_reports(
        reports=[_report(each, Status.IN_PROGRESS, each.quantity) for each in lived], now=placed_at + STARTED
    )
    for number, wave in enumerate(WAVES):
        ended = [_ended(each) for each in lived if each.fate.wave == number]
        orders.apply_reports(reports=ended, now=placed_at + wave)


def _ended(each: _Lived) -> Report:
    missing = each.quantity - each.quantity * (100 if each.end is End.DELIVERED else each.fate.arrived_percent) // 100
    if each.end is End.PARTIAL:
        missing = min(max(missing, 1), each.quantity - 1)
    return _report(each, _ENDS[each.end], missing, LinkFinding.CHANGED if each.end is End.LINK else None)


def _report(each: _Lived, status: Status, remains: int, link: LinkFinding | None = None) -> Report:
    return Report(
        order_id=each.id,
        status=status,
        remains=remains,
        start_count=each.fate.start_count,
        words=status.value,
        link=link,
        link_words="The channel was renamed." if link else "",
    )
