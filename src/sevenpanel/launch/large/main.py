"""`sevenpanel demo --large`: the demo filled as if the desk had been in business for months.

Thousands of lawful services, and orders of the demo's customer in every state with their events, decisions and
movements, made by the desk's own commands: `sevenpanel verify` finds nothing wrong with them. What is there already
is left as it is, so that a second call does nothing, and one that was interrupted is gone on with.
"""

import argparse
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.utils import timezone

from sevenpanel.accounts import queries as people
from sevenpanel.catalog import queries as services
from sevenpanel.fulfilment.providers.sandbox.catalogue import DEMO_KEY
from sevenpanel.fulfilment.providers.sandbox.panel import Panel
from sevenpanel.fulfilment.providers.sandbox.store import Store
from sevenpanel.insight import commands as insight
from sevenpanel.kernel import db
from sevenpanel.launch import demo
from sevenpanel.launch.large import catalogue, past, under_way
from sevenpanel.launch.large.fates import SEED
from sevenpanel.launch.refusals import UnableToLaunch
from sevenpanel.ledger import queries as ledger
from sevenpanel.settings.environment import environment

SERVICES, ORDERS = 5_000, 100_000
MONTHS = timedelta(days=150)
# Of so many orders one is open, up to as many as the sandbox lends money for.
OPEN_SHARE, OPEN_MAX = 200, 400
TELL_EVERY = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """How much there is to be."""

    services: int = SERVICES
    orders: int = ORDERS

    @property
    def open(self) -> int:
        """How many of the orders are open."""
        return min(OPEN_MAX, -(-self.orders // OPEN_SHARE))


def main(argv: Sequence[str]) -> int:
    """Fill the demo, and say what was done."""
    parser = argparse.ArgumentParser(prog="sevenpanel demo", description=__doc__)
    parser.add_argument("--large", action="store_true", required=True, help="the only size there is")
    parser.add_argument("--services", type=int, default=SERVICES, help=f"at most {catalogue.MOST:,}")
    parser.add_argument("--orders", type=int, default=ORDERS)
    asked = parser.parse_args(argv)
    if not (1 <= asked.services <= catalogue.MOST and asked.orders >= 0):
        parser.error(f"There can be 1 to {catalogue.MOST:,} services, and no fewer than no orders.")
    here = environment()
    if here.public_url is not None:
        raise UnableToLaunch(
            "This desk has a public address (SEVENPANEL_PUBLIC_URL), and play money is for one without."
        )
    fill(size=Size(services=asked.services, orders=asked.orders), home=here.home, clock=timezone.now)
    return 0


def fill(*, size: Size, home: Path, clock: under_way.Clock) -> None:
    """Make what is missing of the large demo.

    :param home: where the sandbox keeps its orders.
    :raises UnableToLaunch: when the demo was never made here, or somebody else's customers are.
    """
    buyer_id, now = _customer(), clock()
    began = now - MONTHS
    made = catalogue.make_services(count=size.services, provider_id=demo.provider_id(), now=began - timedelta(days=1))
    print(f"Services: {made:,} made, {size.services:,} in all.", flush=True)
    db.rows("ANALYZE")  # as the database would have done within a minute
    names = catalogue.names(size.services)
    sold = [row for row in services.listed_services(customer_id=buyer_id) if row.name in names]
    buyer = past.Buyer(customer_id=buyer_id, currency=settings.CURRENCY, services=sold)
    _live(size, buyer, began, now)
    _open(size, buyer, home, clock)
    while insight.take_in_endings(now=now):
        pass
    while insight.reckon_times(now=now):
        pass
    print("Done. `sevenpanel verify` checks the books.", flush=True)


def _customer() -> int:
    found = people.customer_of_email(email=demo.CUSTOMER_EMAIL)
    if found is None:
        raise UnableToLaunch("This desk has no demo to be filled: `sevenpanel run` makes it at its first start.")
    if people.has_customers_beside(emails=[demo.CUSTOMER_EMAIL]):
        raise UnableToLaunch("This desk has customers beside the demo's, so nothing is filled in.")
    return found


def _live(size: Size, buyer: past.Buyer, began: datetime, now: datetime) -> None:
    lots = list(past.lots(size=size.orders - size.open, began=began, ended=now))
    missing = _missing(lots)
    for lot in missing:
        past.live(lot, buyer)
        if (lot.first + lot.size) % TELL_EVERY == 0:
            under_way.hand_over()
            print(f"  {lot.first + lot.size:,} orders of the past", flush=True)
    under_way.hand_over()
    print(f"Orders that have ended: {sum(lot.size for lot in missing):,} made, {size.orders - size.open:,} in all.")


def _open(size: Size, buyer: past.Buyer, home: Path, clock: under_way.Clock) -> None:
    cheap = replace(buyer, services=list(filter(under_way.is_cheap, buyer.services)))
    lot = past.Lot(number=past.OPEN, first=size.orders - size.open, size=size.open, placed_at=clock())
    if not size.open or not _missing([lot]):
        return
    db.command(past.place)(lot, cheap)
    with closing(Store(home / "sandbox.db")) as store:
        slow = under_way.Slow(panel=Panel(store=store, key=DEMO_KEY, seed=SEED, pace=under_way.PACE), clock=clock)
        under_way.send(slow)
        under_way.follow(slow)
    print(f"Orders that are open: {size.open:,}.")


def _missing(lots: Sequence[past.Lot]) -> list[past.Lot]:
    there = ledger.booked(keys=[past.KEY.format(lot.number) for lot in lots])
    return [lot for lot in lots if past.KEY.format(lot.number) not in there]
