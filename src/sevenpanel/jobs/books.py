"""Are the books right? Looked at all the time in a form that costs little, and in whole now and then.

What is found about money stops new orders (trust, section 1, rule 3; O-7; docs/adr, 17).
"""

from collections.abc import Callable
from datetime import datetime, timedelta

import structlog

from sevenpanel.accounts import queries as accounts
from sevenpanel.catalog import queries as catalog
from sevenpanel.deposits import queries as deposits
from sevenpanel.erasure import queries as erasure
from sevenpanel.fulfilment import commands as fulfilment
from sevenpanel.fulfilment import queries as fulfilment_rows
from sevenpanel.insight import queries as insight
from sevenpanel.kernel.db import snapshot
from sevenpanel.kernel.invariants import Breach
from sevenpanel.ledger import queries as ledger
from sevenpanel.orders import commands as orders
from sevenpanel.orders import queries as order_rows

# Twice as often as has to be, so that one look that fails is made up for within the minute.
EVERY = timedelta(seconds=25)
ROOMS = (ledger, order_rows, catalog, fulfilment_rows, accounts, deposits, insight, erasure)
WATCHED = (ledger, order_rows, fulfilment_rows, deposits)

_log = structlog.get_logger("sevenpanel.books")


def watch(clock: Callable[[], datetime], *, every: timedelta = EVERY) -> None:
    """Look whether the books are right, unless somebody has just looked; stop new orders if they are not.

    Everything is checked when something was found, so that it is told in whole, and when rows of the ledger were
    changed or deleted, so that old ones may be wrong, too.
    """
    now = clock()
    checked_at = orders.begin_look(every=every, now=now)
    if checked_at is None:
        return
    with snapshot():
        breaches = [breach for room in WATCHED for breach in room.watch()]
    rewritten = ledger.rewritten()
    stopped = orders.stop_orders(breaches=breaches, now=now)
    if stopped or rewritten != checked_at:
        check_everything(now=now)
        orders.note_rewritten(rewritten=rewritten)


def check_everything(*, now: datetime) -> list[Breach]:
    """Check every invariant over all rows while the desk works; tell the operator, and stop new orders if need be."""
    with snapshot():
        breaches = [breach for room in ROOMS for breach in room.broken_invariants()]
    breaches += deposits.strayed_addresses()
    orders.stop_orders(breaches=breaches, now=now)
    fulfilment.report_breaches(breaches=breaches, now=now)
    for breach in breaches:
        _log.error("invariant broken", invariant=breach.invariant, sentence=breach.sentence, ids=breach.ids)
    return breaches
