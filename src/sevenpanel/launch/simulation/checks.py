"""What must hold after every step of a run, and at its end."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from django.db import connection

from sevenpanel.catalog import queries as catalog
from sevenpanel.deposits import queries as deposits
from sevenpanel.fulfilment import queries as fulfilment
from sevenpanel.kernel import db, invariants
from sevenpanel.kernel.invariants import Breach, Check
from sevenpanel.launch.simulation import touched
from sevenpanel.launch.simulation.world import World
from sevenpanel.ledger import queries as ledger
from sevenpanel.orders import queries as orders

CHECKS = (*ledger.CHECKS, *orders.CHECKS, *catalog.CHECKS, *fulfilment.CHECKS, *deposits.CHECKS)

# What would stop new orders must find nothing while everything holds.
WATCHED = (ledger, orders, fulfilment, deposits)

# What asks how tables are made, and not what is in them, is looked at once in the evening: no act changes it.
EACH_STEP = tuple(check for check in CHECKS if "information_schema" not in check.statement)

# What each order keeps or breaks by itself: it is looked at after an act for those orders that the act has touched, and
# for all of them now and then and in the evening. Everything else, whatever rooms may add, is looked at whole each act.
_OF_ONE_ORDER = frozenset(
    {
        "A transfer does not join two known accounts of one currency.",
        "The same business event was booked twice.",
        "Money came to a balance as a deposit, and neither an entry nor a payment of the operator's is named.",
        "An order's transfers are not its charge, what was earned of it, what came back and what was granted.",
        "What was granted on a settled order is not what its decisions say.",
        "A transfer names an order that does not exist, or another customer's.",
        "A terminal order still holds money, or an open one was settled.",
        "What was earned is not the charge for what was delivered, rounded up to a micro-unit.",
        "An order that a decision ended did not return what the decision says.",
        "An order names a service or a customer that does not exist.",
        "An order was sent more than once.",
        "An order counts as sent, and its attempts do not say so, or the other way round.",
        "A task or an attempt names an order or a provider that does not exist.",
    }
)
NARROW = tuple(check for check in EACH_STEP if check.sentence in _OF_ONE_ORDER)
WHOLE = tuple(check for check in EACH_STEP if check.sentence not in _OF_ONE_ORDER)
assert {check.sentence for check in NARROW} == _OF_ONE_ORDER
# So many looks apart everything is looked at whole.
ROUNDS = 16

_PARAMETERS = {"now": "$1", "customers": "$2", "paid_in": "$3", "since": "$4"}
_ARGUMENTS = "(timestamptz, bigint[], bigint[], text)"

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


@dataclass(slots=True)
class Looks:
    """The looks of one run, each of which goes on from the one before.

    :param since: the transaction that came next when the last look was over.
    :param counted: how many rows there were then of what is never taken away.
    """

    world: World
    made: int = 0
    since: str = "0"
    counted: dict[str, int] = field(default_factory=dict)

    def after_a_step(self) -> list[str]:
        """What is wrong now: the invariants of the rooms, the purses, what panels have twice, what is gone."""
        is_whole = self.made % ROUNDS == 0
        self.made += 1
        checks = (*WHOLE, PURSES, *NARROW)
        arguments = (self.world.house_kept_at, *_paid_in(self.world), self.since)
        found = _run("all" if is_whole else "touched", arguments)
        broken = map(_sentence, invariants.read(checks, found))
        gone = self._gone()
        self.since = touched.now()
        return [*broken, *gone, *bought_twice(self.world), *_unheard(self.world)]

    def _gone(self) -> list[str]:
        before, self.counted = self.counted, touched.counts()
        gone = {table: rows - self.counted[table] for table, rows in before.items() if self.counted[table] < rows}
        return [f"{rows} rows of {table} are gone, which nobody may take away." for table, rows in gone.items()]


def in_the_evening(world: World) -> list[str]:
    """What is wrong at the end: every invariant, what the money stop looks at (O-7), and every promise."""
    watched = [breach for room in WATCHED for breach in room.watch()]
    broken = map(_sentence, [*invariants.run(CHECKS, now=world.now), *watched])
    return [*broken, *_lost(world), *_disagreements(world)]


def _run(name: str, arguments: Sequence[object]) -> list[tuple[Any, ...]]:
    """Run checks as they were planned once for this connection: planning so many costs far more than running them."""
    connection.ensure_connection()
    if _planned_on[-1:] != [connection.connection]:
        for each, statement in _statements().items():
            db.rows(f"PREPARE simulated_{each} {_ARGUMENTS} AS {statement}")
        _planned_on[:] = [connection.connection]
    return db.rows(f"EXECUTE simulated_{name} (%s, %s, %s, %s)", arguments)


_planned_on: list[object] = []


@cache
def _statements() -> dict[str, str]:
    always = invariants.union([check.statement for check in (*WHOLE, PURSES)])
    every = invariants.union([check.statement for check in (*WHOLE, PURSES, *NARROW)])
    narrow = f"SELECT at + {len(WHOLE) + 1}, id FROM ({touched.within(NARROW)}) AS narrow(at, id)"
    # What remains of % signs is text; the driver takes a pair of them for one.
    return {
        name: (statement % _PARAMETERS).replace("%", "%%")
        for name, statement in {"all": every, "touched": f"{always} UNION ALL {narrow}"}.items()
    }


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
