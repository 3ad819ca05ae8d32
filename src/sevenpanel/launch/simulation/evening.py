"""The evening of a run: everybody behaves, time passes, and what was begun has to come to an end."""

from datetime import timedelta

from sevenpanel.fulfilment import commands as fulfilment
from sevenpanel.kernel import db
from sevenpanel.launch.simulation import staff
from sevenpanel.launch.simulation.panel import Mood
from sevenpanel.launch.simulation.shop import RATES
from sevenpanel.launch.simulation.workers import Workers
from sevenpanel.launch.simulation.world import World

ROUNDS = 30
GAP_FIRST = timedelta(minutes=2)
GAP_MAX = timedelta(hours=12)

# A provider that says "Partial" without any count leaves an order to people (docs/adr/0009), and may do so for ever.
_LEFT = """
SELECT o.id, o.status, o.dispatch, coalesce(t.action, 'not taken in'), coalesce(t.last_word, '')
  FROM orders_order o LEFT JOIN fulfilment_task t ON t.order_id = o.id
 WHERE o.is_open AND coalesce(t.last_word, '') <> 'Partial' ORDER BY o.id LIMIT 20
"""
_OPEN = "SELECT count(*) FROM orders_order WHERE is_open"


def fall(world: World, workers: Workers) -> list[str]:
    """Let a run come to rest.

    :returns: the orders that nobody brings to an end.
    """
    world.is_calm = True
    workers.sendings = 10_000
    _put_right(world)
    for number in range(ROUNDS):
        if not db.rows(_OPEN)[0][0]:
            break
        world.pass_time(min(GAP_FIRST * (1 << number), GAP_MAX))
        workers.round()
        staff.decide_unknown(world, everything=True)
    return [f"Order {row[0]} never ends: {', '.join(map(str, row[1:]))}." for row in db.rows(_LEFT)]


def _put_right(world: World) -> None:
    """Panels answer, have money and cost what they did; staff have said what every word means."""
    for id_, panel in world.panels.items():
        panel.is_honest, panel.mood, panel.balance_micros = True, Mood.WELL, 10**13
        panel.rates = dict(RATES)
        panel.hurry()
        fulfilment.pause_provider(provider_id=id_, is_paused=False, now=world.now)
        fulfilment.refresh_catalogue(provider_id=id_, now=world.now, adapter_for=world.adapter_for)
    staff.learn_words(world)
