"""The state of a run outside the database: its clock, its chance, its panels, and what people were told."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial

from sevenpanel.fulfilment.providers.apiv2.adapter import ApiV2
from sevenpanel.fulfilment.providers.interface import Answer, Provider, ProviderAccess, Sent, Shipment
from sevenpanel.launch.simulation.chance import Chance, chance_of
from sevenpanel.launch.simulation.history import History
from sevenpanel.launch.simulation.panel import Mood, Panel
from sevenpanel.orders.domain import OrderLine


class BrokenPromise(Exception):  # noqa: N818 - says what was broken
    """Somebody was told one thing, and another came true."""


LONG = timedelta(seconds=10)
BEGINNING = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)


@dataclass(slots=True, kw_only=True)
class Customer:
    """A customer, and everything that was said to and by this customer.

    :param promised: the lines that the desk took, by the order that it named, with the charge that it named.
    :param unanswered: requests whose answer was lost; they are asked again, to the letter.
    :param seen_rates: what a service cost when this customer last looked.
    """

    id: int
    person_id: int
    deposited_micros: int = 0
    deposits: int = 0
    lines: int = 0
    promised: dict[int, tuple[OrderLine, int]] = field(default_factory=dict)
    unanswered: list[OrderLine] = field(default_factory=list)
    seen_rates: dict[int, int] = field(default_factory=dict)
    tickets: list[int] = field(default_factory=list)


@dataclass(slots=True, kw_only=True)
class World:
    """One run.

    :param house_kept_at: when a worker last looked for leases and deadlines that are over; before that nobody can be
        late.
    :param dying: how many times in a thousand a process dies at a point of chaos.
    :param troubles: the moods that panels of this run are often in.
    :param heard: orders with the numbers that a worker was told for them, and has to write down, late or not.
    :param meanwhile: lets others act while somebody waits, for long or not; None while that happens already.
    """

    seed: int
    history: History
    chance: Chance
    now: datetime = BEGINNING
    house_kept_at: datetime = BEGINNING
    dying: int = 0
    troubles: tuple[Mood, ...] = ()
    panels: dict[int, Panel] = field(default_factory=dict)
    customers: list[Customer] = field(default_factory=list)
    staff: list[int] = field(default_factory=list)
    services: list[int] = field(default_factory=list)
    heard: list[tuple[int, str]] = field(default_factory=list)
    meanwhile: Callable[[bool], None] | None = None
    is_calm: bool = False

    def clock(self) -> datetime:
        """What time it is in the simulation."""
        return self.now

    def note(self, words: str) -> None:
        """Write down what happened now."""
        self.history.note(self.now, words)

    def pass_time(self, span: timedelta) -> None:
        """Let time pass while nobody does anything."""
        self.now += span

    def wait(self, span: timedelta) -> None:
        """Let time pass for somebody who waits; others may act in between, and in a long time they do."""
        self.now += span
        self.interrupt(1000 if span > LONG else 20, is_long=span > LONG)

    def interrupt(self, permille: int, *, is_long: bool = False) -> None:
        """Let others act now, so many times in a thousand, unless they do already."""
        others = self.meanwhile
        if others is None or self.is_calm or not self.chance.happens(permille):
            return
        self.meanwhile = None
        try:
            others(is_long)
        finally:
            self.meanwhile = others

    def adapter_for(self, kind: str, access: ProviderAccess) -> Provider:
        """The desk's own adapter, on the panel of that provider."""
        panel = self.panels[access.provider_id]
        return _Overheard(access, panel.exchange, panel, self.heard)

    def kept_for(self, order_id: int) -> list[tuple[int, str]]:
        """Where an order truly is: providers with their numbers of it. More than one is what must never happen."""
        return [(id_, number) for id_, panel in self.panels.items() for number in panel.kept_for(order_id)]

    def truly_delivered(self, order_id: int) -> int | None:
        """What a provider delivered of an order; None where it lies about that, works on, or several are involved."""
        found = [panel.truly_delivered(n) for panel in self.panels.values() for n in panel.taken_for(order_id)]
        return found[0] if len(found) == 1 else None


@dataclass(frozen=True, slots=True)
class _Overheard(ApiV2):
    """The adapter as it is. The panel learns besides for which order it is called, and the world what was answered."""

    panel: Panel | None = None
    heard: list[tuple[int, str]] = field(default_factory=list)

    def add(self, shipment: Shipment) -> Answer:
        assert self.panel is not None
        answer = ApiV2(self.access, partial(self.panel.exchange, ours=shipment.order_id)).add(shipment)
        if isinstance(answer, Sent):
            self.heard.append((shipment.order_id, answer.provider_order_id))
        return answer


def new_world(seed: int, history: History) -> World:
    """An empty world for a seed."""
    return World(seed=seed, history=history, chance=chance_of(seed, "world"))
