"""What must hold after every step of a run, and at its end."""

from collections import Counter
from functools import cache

from django.db import connection

from sevenpanel.catalog import queries as catalog
from sevenpanel.deposits import queries as deposits
from sevenpanel.fulfilment import queries as fulfilment
from sevenpanel.kernel import db, invariants
from sevenpanel.kernel.invariants import Breach, Check
from sevenpanel.launch.simulation.world import World
from sevenpanel.ledger import queries as ledger
from sevenpanel.orders import queries as orders

CHECKS = (*ledger.CHECKS, *orders.CHECKS, *catalog.CHECKS, *fulfilment.CHECKS, *deposits.CHECKS)

# What would stop new orders must find nothing while everything holds.
WATCHED = (ledger, orders, fulfilment, deposits)

# What asks how tables are made, and not what is in them, is looked at once in the evening: no act changes it.
EACH_STEP = tuple(check for check in CHECKS if "information_schema" not in check.statement)

# Planned once for each connection: planning so many checks costs far more than running them on a small shop.
_PREPARE = "PREPARE simulated_checks (timestamptz, bigint[], bigint[]) AS "
_RUN = "EXECUTE simulated_checks (%s, %s, %s)"
_planned_on: list[object] = []

# What a customer can spend follows from what was paid in and from the orders alone, without any look at the ledger.
_PURSES = """
SELECT p.id FROM unnest(%(customers)s::bigint[], %(paid_in)s::bigint[]) AS p(id, paid_in)
  JOIN ledger_balance b ON b.customer_id = p.id
  LEFT JOIN (SELECT customer_id, sum(charge_micros) AS charged,
                    sum(coalesce(returned_micros, 0) + granted_micros) AS came_back
               FROM orders_order GROUP BY customer_id) o ON o.customer_id = p.id
 WHERE b.balance_micros <> p.paid_in - coalesce(o.charged, 0) + coalesce(o.came_back, 0)
"""
PURSES = Check(invariant="purse", sentence="A customer has not what deposits and orders leave.", statement=_PURSES)
_PROMISED = """
SELECT p.id FROM unnest(%s::bigint[], %s::bigint[], %s::bigint[]) AS p(id, customer_id, charge)
  LEFT JOIN orders_order o ON o.id = p.id AND o.customer_id = p.customer_id AND o.charge_micros = p.charge
 WHERE o.id IS NULL
"""


def after_a_step(world: World) -> list[str]:
    """What is wrong now: the invariants of the rooms, the purses, and what panels have twice."""
    _see_to_the_plan()
    found = db.rows(_RUN, (world.house_kept_at, *_paid_in(world)))
    broken = map(_sentence, invariants.read((*EACH_STEP, PURSES), found))
    return [*broken, *bought_twice(world), *_unheard(world)]


def in_the_evening(world: World) -> list[str]:
    """What is wrong at the end: every invariant, what the money stop looks at (O-7), and every promise."""
    watched = [breach for room in WATCHED for breach in room.watch()]
    broken = map(_sentence, [*invariants.run(CHECKS, now=world.now), *watched])
    return [*broken, *_lost(world), *_disagreements(world)]


def _see_to_the_plan() -> None:
    connection.ensure_connection()
    if _planned_on[-1:] != [connection.connection]:
        db.rows(_PREPARE + _statement())
        _planned_on[:] = [connection.connection]


@cache
def _statement() -> str:
    named = invariants.union([check.statement for check in (*EACH_STEP, PURSES)])
    # What remains of % signs is text; the driver takes a pair of them for one.
    return (named % {"now": "$1", "customers": "$2", "paid_in": "$3"}).replace("%", "%%")


def _paid_in(world: World) -> list[list[int]]:
    return db.columns([(one.id, one.deposited_micros) for one in world.customers], 2)


def bought_twice(world: World) -> list[str]:
    """Orders that panels took more than once between them."""
    taken = Counter(ours for panel in world.panels.values() for ours in panel.bought())
    twice = [id_ for id_, times in taken.items() if times > 1 and len(world.kept_for(id_)) > 1]
    return [f"Order {id_} was bought more than once: {world.kept_for(id_)}." for id_ in sorted(twice)]


def _unheard(world: World) -> list[str]:
    """Answers that a living worker heard and did not write down (K-6)."""
    heard = world.heard
    if not heard:
        return []
    missing = db.rows(_UNHEARD, db.columns(heard, 2))
    heard.clear()
    return [
        f"That order {order_id} is {number} at its provider was heard and forgotten." for order_id, number in missing
    ]


def _disagreements(world: World) -> list[str]:
    """Orders that ended by a provider's word, with another figure than that provider's own (P-13)."""
    return [
        f"Order {id_} ended with {delivered} delivered, and its provider says {said}."
        for id_, delivered in db.rows(_ENDED)
        if (said := world.truly_delivered(id_)) not in (None, delivered)
    ]


def _lost(world: World) -> list[str]:
    """Orders that were promised and are not there as promised."""
    rows = [(id_, one.id, charge) for one in world.customers for id_, (_, charge) in one.promised.items()]
    return [f"Order {id_} was promised and is lost." for (id_,) in db.rows(_PROMISED, db.columns(rows, 3))]


_UNHEARD = """
SELECT h.order_id, h.number FROM unnest(%s::bigint[], %s::text[]) AS h(order_id, number)
 WHERE NOT EXISTS (SELECT FROM fulfilment_attempt a LEFT JOIN fulfilment_finding f ON f.attempt_id = a.id
                    WHERE a.order_id = h.order_id
                      AND (h.number IN (a.provider_order_id, f.provider_order_id) OR strpos(a.answer, h.number) > 0))
"""
_ENDED = """
SELECT id, delivered FROM orders_order
 WHERE dispatch = 'sent' AND outcome IN ('delivered', 'stopped by the provider', 'cancelled by the customer')
 ORDER BY id
"""
_SUMS = """
SELECT count(*), coalesce(sum(charge_micros), 0)::bigint, coalesce(sum(returned_micros + granted_micros), 0)::bigint,
       md5(coalesce(string_agg(concat_ws(' ', id, status, dispatch, outcome, charge_micros, returned_micros,
                                         granted_micros, delivered), ',' ORDER BY id), ''))
  FROM orders_order
"""
_BOOKS = "SELECT md5(coalesce(string_agg(key || amount_micros, ',' ORDER BY id), '')) FROM ledger_transfer"


def sums() -> str:
    """What became of everything, in a line: orders, charges, what came back, and hashes over orders and transfers."""
    return " ".join(map(str, (*db.rows(_SUMS)[0], *db.rows(_BOOKS)[0])))


def _sentence(breach: Breach) -> str:
    return f"{breach.invariant}: {breach.sentence} Ids: {', '.join(breach.ids)}"
