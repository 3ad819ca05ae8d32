"""Which payments a processor is asked about in one look, and what a look makes of the answers.

A webhook may be lost, so that every payment is asked about again and again without any: new ones and those that move in
every look, older ones a few at a time, in turn, for as long as they are watched. A webhook only brings its payment
forward. The mark is where the turns stand, and nothing is lost with it.
"""

import json
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Protocol

from sevenpanel.deposits.domain import Asset, ReceiptState
from sevenpanel.deposits.sources.asking import Api, NotHeard, Unusable
from sevenpanel.deposits.sources.interface import Alien, Known, Look, NodeHealth, Observation, SourceUnavailable

NEW_FOR = timedelta(hours=3)
WATCHED_FOR = timedelta(days=90)
"""Later payments are asked about when a webhook names them."""
FIRST_AT_ONCE = 60
REST_AT_ONCE = 20
STRANGERS_AT_ONCE = 20
SILENCES_MAX = 3
FINAL_AFTER = timedelta(days=3)
"""After this a payment that stands is taken for final: it is booked as such, and still asked about in turn."""
ORDER_PREFIX = "7panel-"

_MOVING = frozenset({ReceiptState.SEEN, ReceiptState.DISPUTED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """A payment that a customer opened at this desk, as a processor is told of it.

    :param id: the intent's id; code: its code, which is unique and random, so that no other desk's is like it.
    :param reference: the processor's own id of it, empty until it was told; address: what the customer was shown.
    :param wanted_micros: by how much the balance is to grow, in micro-units of `currency`, when that was said.
    """

    id: int
    code: str
    owner: int
    asset: Asset
    reference: str
    address: str
    opened_at: datetime
    wanted_micros: int | None = None
    currency: str = "USD"

    @property
    def name(self) -> str:
        """What the processor calls our order."""
        return f"{ORDER_PREFIX}{self.code}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """What a processor needs of the desk. Handed in, so that sources import no commands and no tables.

    :param orders: the placed orders of a source that were opened since an instant, and those with such references,
        by rising id.
    :param order: the order of an intent.
    :param hints: what genuine webhooks of a source named lately.
    :param hook: the address to which a source's webhooks go.
    """

    orders: Callable[[str, datetime, Collection[str]], Sequence[Order]]
    order: Callable[[int], Order]
    hints: Callable[[str, datetime], Collection[str]]
    hook: Callable[[str], str]


@dataclass(slots=True)
class Told:
    """What the answers about some payments say.

    :ivar silences: the questions to which there was no answer at all.
    """

    observations: list[Observation] = field(default_factory=list)
    aliens: list[Alien] = field(default_factory=list)
    troubles: list[str] = field(default_factory=list)
    silences: list[NotHeard] = field(default_factory=list)

    def hear(self, ask: Callable[[], None]) -> None:
        """Ask one thing: whose answer makes no sense, or who is silent, keeps nobody else from being asked about."""
        try:
            ask()
        except Unusable as strange:
            self.troubles.append(strange.words)
        except NotHeard as silence:
            self.troubles.append(silence.words)
            self.silences.append(silence)


class Teller(Protocol):
    """What asks a processor about one payment, or about one that a webhook named and no order of ours has."""

    def prepare(self, orders: Sequence[Order]) -> None:
        """Ask what can be asked for many at once.

        :raises NotHeard, Unusable: when it cannot be asked.
        """

    def tell(self, order: Order, known: Mapping[str, Known], told: Told) -> None:
        """Ask about one order.

        :param known: its receipts that are not at rest, by their keys.
        :raises NotHeard, Unusable: when it cannot be asked, or makes no sense.
        """

    def tell_stranger(self, reference: str, orders: Sequence[Order], told: Told) -> None:
        """Ask about what a webhook named.

        :raises NotHeard, Unusable: when it cannot be asked, or makes no sense.
        """


@dataclass(frozen=True, slots=True, kw_only=True)
class Turns:
    """Where the turns stand: the last order that was asked about, of those that come first and of the rest."""

    first: int = 0
    rest: int = 0

    def text(self) -> str:
        """As a mark."""
        return json.dumps({"first": self.first, "rest": self.rest})


def turns_of(mark: str) -> Turns:
    """This function reads a mark; anything else begins anew."""
    try:
        found: Any = json.loads(mark or "{}")
        return Turns(first=int(found.get("first", 0)), rest=int(found.get("rest", 0)))
    except (ValueError, AttributeError, TypeError):
        return Turns()


def look_round(
    api: Api, teller: Teller, desk: Desk, *, name: str, known: Sequence[Known], mark: str, now: datetime
) -> Look:
    """This function looks once: whoever is due, in turn, until the time of a look is over.

    :raises SourceUnavailable: when the processor cannot be asked.
    """
    hinted = set(desk.hints(name, now))
    orders = desk.orders(name, now - WATCHED_FOR, hinted)
    turns, told = turns_of(mark), Told()
    first, rest = _due(orders, hinted, known, turns, now)
    try:
        teller.prepare([*first, *rest])
    except (NotHeard, Unusable) as away:
        raise _unavailable(api, away) from away
    asked = _ask(teller, api, [*first, *rest], known, told)
    for reference in sorted(hinted - {order.reference for order in orders})[:STRANGERS_AT_ONCE]:
        told.hear(partial(teller.tell_stranger, reference, orders, told))
    if asked and len(told.silences) >= asked:
        raise _unavailable(api, told.silences[-1])
    after = Turns(first=_last(first[:asked], turns.first), rest=_last(rest[: max(0, asked - len(first))], turns.rest))
    health = NodeHealth(name=api.host, is_well=not told.troubles, words=" ".join(told.troubles[:3])[:400])
    return Look(observations=tuple(told.observations), aliens=tuple(told.aliens), health=(health,), mark=after.text())


def _ask(teller: Teller, api: Api, orders: Sequence[Order], known: Sequence[Known], told: Told) -> int:
    """Ask about each, and say how many had their turn."""
    for at, order in enumerate(orders):
        if not api.has_time or len(told.silences) >= SILENCES_MAX:
            return at
        mine = {each.key: each for each in known if each.address == order.address}
        told.hear(partial(teller.tell, order, mine, told))
    return len(orders)


def _due(
    orders: Sequence[Order], hinted: Collection[str], known: Sequence[Known], turns: Turns, now: datetime
) -> tuple[list[Order], list[Order]]:
    moving = {each.address for each in known if each.state in _MOVING}
    first: list[Order] = []
    rest: list[Order] = []
    for order in orders:
        comes_first = order.reference in hinted or order.address in moving or now - order.opened_at < NEW_FOR
        (first if comes_first else rest).append(order)
    return _in_turn(first, turns.first)[:FIRST_AT_ONCE], _in_turn(rest, turns.rest)[:REST_AT_ONCE]


def _in_turn(orders: list[Order], after: int) -> list[Order]:
    return [order for order in orders if order.id > after] + [order for order in orders if order.id <= after]


def _last(asked: Sequence[Order], before: int) -> int:
    return asked[-1].id if asked else before


def _unavailable(api: Api, away: NotHeard | Unusable) -> SourceUnavailable:
    health = (NodeHealth(name=api.host, is_well=False, words=away.words),)
    return SourceUnavailable(away.words, health=health, retry_after_seconds=getattr(away, "retry_after_seconds", None))
