"""Who may do what in a run, and how often."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

from sevenpanel.launch.simulation import customers, staff, support_desk
from sevenpanel.launch.simulation.panel import Mood
from sevenpanel.launch.simulation.shop import RATES
from sevenpanel.launch.simulation.workers import Workers
from sevenpanel.launch.simulation.world import Customer, World

# Each run has two kinds of trouble of its own, so that some run sees each kind often enough to meet its consequences.
SELDOM, OFTEN = 1, 16
STEP_BACK_MAX = 300


@dataclass(frozen=True, slots=True)
class Cast:
    """Everybody who acts.

    :param mass: lines of the largest mass order.
    :param rush: orders of the largest rush; 0 for a shop without any.
    """

    world: World
    workers: Workers
    mass: int
    rush: int


@dataclass(frozen=True, slots=True)
class Act:
    """Something that is done so often, and by others while somebody waits so often."""

    do: Callable[[], None]
    weight: int
    meanwhile: int = 0


def acts_of(cast: Cast) -> Mapping[str, Act]:
    """Every act by its name."""
    rushes = {"rush": Act(partial(customers.rush, cast.world, at_most=cast.rush), 60)} if cast.rush else {}
    return {**_of_customers(cast), **_of_staff(cast), **_of_workers(cast), **_of_the_world(cast), **rushes}


def _of_customers(cast: Cast) -> dict[str, Act]:
    def by_one(act: Callable[[World, Customer], None]) -> Callable[[], None]:
        return lambda: act(cast.world, cast.world.chance.one_of(cast.world.customers))

    return {
        "order": Act(by_one(customers.order), 18, 4),
        "mass order": Act(by_one(partial(customers.order_many, at_most=cast.mass)), 6),
        "ask again": Act(by_one(customers.ask_again), 6),
        "repeat": Act(by_one(customers.repeat), 5, 2),
        "cancel": Act(by_one(customers.cancel), 8, 6),
        "regret": Act(by_one(partial(customers.cancel_lately_placed, at_most=cast.mass)), 2),
        "look": Act(by_one(customers.look), 4),
        "pay in": Act(by_one(customers.pay_in), 4, 1),
        "open ticket": Act(by_one(support_desk.open_ticket), 3),
        "write": Act(by_one(support_desk.write), 2),
        "claim": Act(by_one(support_desk.claim), 3, 2),
        "appeal": Act(by_one(support_desk.appeal), 1),
    }


def _of_staff(cast: Cast) -> dict[str, Act]:
    def on(act: Callable[[World], None]) -> Callable[[], None]:
        return partial(act, cast.world)

    return {
        "decide": Act(on(staff.decide_unknown), 4, 2),
        "answer": Act(on(support_desk.answer), 2),
        "judge": Act(on(support_desk.judge), 4, 2),
        "close": Act(on(support_desk.close), 1),
        "price": Act(on(staff.change_price), 2, 1),
        "notice": Act(on(staff.publish), 2, 1),
        "pause": Act(on(staff.pause_provider), 2, 1),
        "words": Act(on(staff.learn_words), 1),
        "alerts": Act(on(staff.see_to_alerts), 1),
    }


def _of_workers(cast: Cast) -> dict[str, Act]:
    workers = cast.workers
    return {
        "round": Act(workers.round, 24, 4),
        "take in": Act(workers.take_in, 4, 3),
        "send": Act(workers.send, 5, 6),
        "follow": Act(workers.follow, 6, 6),
        "resolve": Act(workers.resolve, 4, 5),
        "ask to cancel": Act(workers.ask_cancels, 3, 3),
        "keep house": Act(workers.keep_house, 4, 20),
        "timetable": Act(workers.timetable, 2),
        "mail": Act(workers.send_mail, 1),
    }


def _of_the_world(cast: Cast) -> dict[str, Act]:
    return {
        "mood": Act(partial(_change_mood, cast.world), 8, 1),
        "rates": Act(partial(_change_rates, cast.world), 1),
        "clock": Act(partial(_step_back, cast.world), 1),
    }


def _change_mood(world: World) -> None:
    id_ = world.chance.one_of(list(world.panels))
    often = {Mood.WELL, *world.troubles}
    mood = world.chance.weighted({mood: OFTEN if mood in often else SELDOM for mood in Mood})
    world.panels[id_].mood = mood
    world.note(f"provider {id_} is {mood}")


def _change_rates(world: World) -> None:
    """A provider becomes dearer or cheaper, or takes an offer back."""
    id_ = world.chance.one_of(list(world.panels))
    panel, service = world.panels[id_], world.chance.one_of(list(RATES))
    if world.chance.happens(200):
        panel.rates.pop(service, None)
    else:
        panel.rates[service] = RATES[service] * world.chance.randint(50, 200) // 100
    world.note(f"provider {id_} now asks {panel.rates}")


def _step_back(world: World) -> None:
    """Somebody sets the machine's clock (O-5)."""
    world.pass_time(-timedelta(seconds=world.chance.randint(1, STEP_BACK_MAX)))
    world.note("the clock was set back")
