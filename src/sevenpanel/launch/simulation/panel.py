"""A provider's panel in the same process: it speaks the reseller API v2 in bytes, and behaves as its mood is.

What becomes of an order is the sandbox's fate, on the simulated clock. What the panel answers, and whether it answers
at all, is drawn from a chance of its own. What it truly took is written down, whatever it said.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sevenpanel.fulfilment.providers import http
from sevenpanel.fulfilment.providers.interface import NotNowReason, UnknownReason
from sevenpanel.fulfilment.providers.sandbox import fate
from sevenpanel.fulfilment.providers.sandbox.panel import money
from sevenpanel.fulfilment.providers.sandbox.personality import Personality
from sevenpanel.kernel.money import divide_up
from sevenpanel.launch.simulation import oddities
from sevenpanel.launch.simulation.chance import Chance

FIRST_NUMBER = 23501
HURRY = 6_000


class Mood(StrEnum):
    """How a panel is at the moment."""

    WELL = "well"
    UNREACHABLE = "unreachable"
    LOSES_REQUESTS = "loses requests"
    LOSES_ANSWERS = "loses answers"
    SLEEPS = "sleeps"
    SHOWS_PAGES = "shows pages"
    STUMBLES = "stumbles"
    ODD = "odd"
    NAMES_ANOTHER = "names another order"
    STRANGE_WORDS = "strange words"
    NO_FUNDS = "no funds"
    TOO_MANY = "too many calls"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Promises:
    """What a panel promises, and keeps: the aids by which a lost answer is found again."""

    request_ids: bool = False
    refuses_duplicates: bool = False
    balance: bool = False


@dataclass(slots=True, kw_only=True)
class Taken:
    """An order that the panel took: for which order of the desk, and what it will become."""

    ours: int
    charge_micros: int
    placed: fate.Placed


@dataclass(slots=True, kw_only=True)
class Panel:
    """One account at one provider.

    :param wait: lets simulated time pass while the desk waits for an answer.
    :param rates: micro-units for 1000, by service; a package's price for one.
    """

    seed: int
    promises: Promises
    chance: Chance
    clock: Callable[[], datetime]
    wait: Callable[[timedelta], None]
    rates: dict[str, int]
    packages: frozenset[str] = frozenset()
    currency: str = "USD"
    mood: Mood = Mood.WELL
    pace: int = 100
    personalities: tuple[Personality, ...] = (Personality.NORMAL,)
    balance_micros: int = 10**12
    is_honest: bool = False
    orders: dict[str, Taken] = field(default_factory=dict)
    _by_request: dict[str, str] = field(default_factory=dict)
    _by_link: dict[str, list[str]] = field(default_factory=dict)
    _by_ours: dict[int, list[str]] = field(default_factory=dict)
    # The numbers of the last question, which are certainly known to the desk as its own (P-4).
    _asked_about: list[str] = field(default_factory=list)
    _running: set[str] = field(default_factory=set)

    def exchange(self, outgoing: http.Outgoing, ours: int = 0) -> http.Heard:
        """Answer one call of the desk's adapter, or fail to, as the network would show it.

        :param ours: the desk's own number of an order that is sent; only the panel's book of truth knows it.
        """
        fields = outgoing.fields
        self.wait(timedelta(milliseconds=self.chance.randint(40, 900)))
        if self.mood is Mood.UNREACHABLE:
            raise http.NotSent(NotNowReason.NOT_CONNECTED, "No connection could be made.")
        if fields["action"] == "add":
            return self._add(ours, fields)
        repeatable = {
            "status": self._status,
            "cancel": self._cancel,
            "balance": self._balance,
            "services": self._services,
        }
        return repeatable[fields["action"]](fields)

    def taken_for(self, order_id: int) -> list[str]:
        """The numbers under which this panel has an order of the desk."""
        return self._by_ours.get(order_id, [])

    def hurry(self) -> None:
        """Work so that everything is done within an hour; what was asked to stop stops as it stood."""
        self.pace = min(self.pace, HURRY)
        for number in self._running:
            taken = self.orders[number]
            if taken.placed.cancel_at is None and not self.standing(number).final:
                taken.placed = replace(taken.placed, pace=min(taken.placed.pace, HURRY))

    def kept_for(self, order_id: int) -> list[str]:
        """The same, without those that it has given back whole: these were never bought."""
        return [number for number in self.taken_for(order_id) if not self._is_given_back(number)]

    def bought(self) -> list[int]:
        """Every order of the desk that this panel ever had, once for each time."""
        return [ours for ours, numbers in self._by_ours.items() for _ in numbers]

    def _is_given_back(self, number: str) -> bool:
        state, taken = self.standing(number), self.orders[number]
        return state.final and fate.given_back(taken.charge_micros, taken.placed, state) == taken.charge_micros

    def truly_delivered(self, number: str) -> int | None:
        """What was delivered of an order that is over; None for one that is not, and for a liar's."""
        state, placed = self.standing(number), self.orders[number].placed
        is_told = placed.personality not in (Personality.LIES, Personality.BACKWARDS)
        return placed.quantity - state.undelivered if state.final and is_told else None

    def standing(self, number: str) -> fate.Standing:
        """How one of its orders truly stands now."""
        return fate.standing(self.orders[number].placed, self.clock())

    def _add(self, ours: int, fields: Mapping[str, str]) -> http.Heard:
        mood = self._mood_of_this_call()
        if mood in _TURNED_AWAY:
            return _heard(_TURNED_AWAY[mood], status=429 if mood is Mood.TOO_MANY else 200)
        if mood is Mood.LOSES_REQUESTS:
            raise self._lost(UnknownReason.TIMED_OUT, 30)
        answer = self._honest_add(ours, fields) if mood in _CERTAINLY_TAKES or self.chance.happens(500) else None
        return self._told(mood, answer)

    def _mood_of_this_call(self) -> Mood:
        if self.is_honest or not self.chance.happens(30):
            return self.mood
        return self.chance.one_of(_PASSING)

    def _told(self, mood: Mood, answer: dict[str, Any] | None) -> http.Heard:
        """What the desk gets to hear of what the panel did."""
        if mood is Mood.LOSES_ANSWERS:
            raise self._lost(UnknownReason.BROKEN_OFF, 2)
        if mood is Mood.SLEEPS:
            # Either the provider does, or the worker that waits: then the answer is there when it wakes (K-6).
            lost = self._lost(UnknownReason.TIMED_OUT, self.chance.randint(31, 5000))
            if answer is None or self.chance.happens(500):
                raise lost
        if mood is Mood.SHOWS_PAGES:
            return _heard(oddities.page(self.chance))
        if mood is Mood.STUMBLES:
            return _heard(oddities.page(self.chance), status=self.chance.one_of((500, 502, 503, 504)))
        if mood is Mood.ODD:
            return _heard(oddities.document(self.chance))
        if mood is Mood.STRANGE_WORDS:
            return _heard({"error": self.chance.one_of(oddities.STRANGE_WORDS)})
        assert answer is not None
        if mood is Mood.NAMES_ANOTHER and self._asked_about:
            return _heard({"order": int(self.chance.one_of(self._asked_about))})
        return _heard(answer)

    def _honest_add(self, ours: int, fields: Mapping[str, str]) -> dict[str, Any]:
        repeated = self._by_request.get(fields.get("request_id", "")) if self.promises.request_ids else None
        if repeated is not None:
            return {"order": int(repeated)}
        service, link = fields["service"], fields["link"]
        if service not in self.rates:
            return {"error": "Incorrect service ID"}
        if self.promises.refuses_duplicates and self._open_on(link):
            return {"error": "You have active order with this link. Please wait until order being completed."}
        charge = self._charge(service, fields)
        if charge > self.balance_micros:
            return {"error": "Not enough funds on balance"}
        return {"order": int(self._take(ours, fields, charge))}

    def _charge(self, service: str, fields: Mapping[str, str]) -> int:
        rate = self.rates[service]
        return rate if service in self.packages else divide_up(rate * _pieces(fields), 1000)

    def _take(self, ours: int, fields: Mapping[str, str], charge: int) -> str:
        number = str(FIRST_NUMBER + len(self.orders))
        self.orders[number] = Taken(
            ours=ours,
            charge_micros=charge,
            placed=fate.Placed(
                seed=self.seed,
                order=int(number),
                quantity=_pieces(fields),
                personality=self.chance.one_of(self.personalities),
                placed_at=self.clock(),
                pace=self.pace,
            ),
        )
        self.balance_micros -= charge
        self._running.add(number)
        self._by_link.setdefault(fields["link"], []).append(number)
        self._by_ours.setdefault(ours, []).append(number)
        if "request_id" in fields:
            self._by_request[fields["request_id"]] = number
        return number

    def _open_on(self, link: str) -> bool:
        return any(not self.standing(number).final for number in self._by_link.get(link, []))

    def _status(self, fields: Mapping[str, str]) -> http.Heard:
        self._fail_at_times()
        numbers = fields["orders"].split(",")
        self._asked_about = [number for number in numbers if number in self.orders]
        rows = {number: self._row(number) for number in numbers if self.is_honest or not self.chance.happens(10)}
        if not self.is_honest and self.chance.happens(20):
            rows |= {str(FIRST_NUMBER + 10**6): {"status": "Completed", "remains": "0", "charge": "1"}}
        return _heard(rows)

    def _fail_at_times(self) -> None:
        """Let a call that may be repeated fail as a whole, more often in a bad mood."""
        if self.is_honest or not self.chance.happens(20 if self.mood is Mood.WELL else 300):
            return
        raise self._lost(self.chance.one_of((UnknownReason.TIMED_OUT, UnknownReason.BROKEN_OFF)), 20)

    def _row(self, number: str) -> object:
        if number not in self.orders:
            return {"error": "Incorrect order ID"}
        state, taken = self.standing(number), self.orders[number]
        kept = taken.charge_micros - (fate.given_back(taken.charge_micros, taken.placed, state) if state.final else 0)
        row: dict[str, Any] = {
            "charge": money(kept),
            "start_count": None if state.start_count is None else str(state.start_count),
            "status": state.status,
            "remains": str(state.remains),
            "currency": self.currency,
        }
        return row if self.is_honest or not self.chance.happens(40) else oddities.row(self.chance, row)

    def _cancel(self, fields: Mapping[str, str]) -> http.Heard:
        self._fail_at_times()
        return _heard([self._cancelled(number) for number in fields["orders"].split(",")])

    def _cancelled(self, number: str) -> dict[str, Any]:
        taken = self.orders.get(number)
        says_yes = taken is not None and not self.standing(number).final and not self.chance.happens(200)
        # Saying yes is not doing it, and saying no is not going on (P-13).
        does = taken is not None and says_yes != self.chance.happens(100)
        if does and taken is not None and taken.placed.cancel_at is None:
            taken.placed = replace(taken.placed, cancel_at=self.clock())
        return {"order": int(number), "cancel": 1 if says_yes else {"error": "Order cannot be canceled"}}

    def _balance(self, fields: Mapping[str, str]) -> http.Heard:
        self._fail_at_times()
        for number in sorted(self._running):
            state, taken = self.standing(number), self.orders[number]
            if state.final:
                self.balance_micros += fate.given_back(taken.charge_micros, taken.placed, state)
                self._running.remove(number)
        return _heard({"balance": money(self.balance_micros), "currency": self.currency})

    def _services(self, fields: Mapping[str, str]) -> http.Heard:
        self._fail_at_times()
        return _heard([self._offer(service, rate) for service, rate in self.rates.items()])

    def _offer(self, service: str, rate: int) -> dict[str, Any]:
        kind = "Package" if service in self.packages else "Default"
        named = {"service": int(service), "name": f"Service {service}", "type": kind, "category": "Promotion"}
        return named | {"rate": money(rate), "min": "1", "max": "1000000", "cancel": True}

    def _lost(self, reason: UnknownReason, seconds: int) -> http.Lost:
        self.wait(timedelta(seconds=seconds))
        return http.Lost(reason, "No complete answer came.", status=None, body=b"")


_TURNED_AWAY: Mapping[Mood, object] = {
    Mood.NO_FUNDS: {"error": "Not enough funds on balance"},
    Mood.TOO_MANY: {"error": "Too many requests"},
    Mood.CLOSED: {"error": "user_inactive"},
}
_CERTAINLY_TAKES = frozenset({Mood.WELL, Mood.NAMES_ANOTHER, Mood.LOSES_ANSWERS})
# What may befall one call of a panel that is well otherwise.
_PASSING = (
    Mood.LOSES_REQUESTS, Mood.LOSES_ANSWERS, Mood.SLEEPS, Mood.SHOWS_PAGES, Mood.STUMBLES, Mood.ODD,
    Mood.NAMES_ANOTHER, Mood.STRANGE_WORDS,
)  # fmt: skip


def _pieces(fields: Mapping[str, str]) -> int:
    return len(fields["comments"].split("\n")) if "comments" in fields else int(fields.get("quantity", 1))


def _heard(body: object, *, status: int = 200) -> http.Heard:
    document = body if isinstance(body, bytes) else json.dumps(body).encode()
    headers = {"retry-after": "60"} if status == 429 else {}
    return http.Heard(status=status, headers=headers, body=document, elapsed_ms=1)
