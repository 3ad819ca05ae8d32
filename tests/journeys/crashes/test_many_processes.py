"""Several web servers and workers on one database: restarted one after the other (O-4), killed at random (K-3).

Every run of the tests has a few. `make soak` has three of each, and kills some hundred times within twenty minutes.
"""

import os
import secrets
import time
from functools import partial
from pathlib import Path
from random import Random

import pytest
from tests.books import books_are_right
from tests.journeys.crashes.callers import Callers, calling, link
from tests.journeys.crashes.fleet import FEW_SENDERS, Fleet, fleet
from tests.journeys.holding_relay import holding
from tests.rehearsal import Rehearsal, let_leases_lapse, let_waits_pass, open_orders, rehearsing
from tests.sabotage import Switch
from tests.shop import deposit, make_key
from tests.waiting import until
from tests.working import PROGRAM, working

from sevenpanel.fulfilment.commands import leases
from sevenpanel.kernel import db

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(7200)]

KILLS = int(os.environ.get("SEVENPANEL_SOAK_KILLS", "3"))
MINUTES = float(os.environ.get("SEVENPANEL_SOAK_KILL_MINUTES", "1"))
IS_LONG = "SEVENPANEL_SOAK_KILLS" in os.environ
# Each start costs seconds: in a run of the tests two servers stand in for each other, and orders wait for one worker.
WEB, WORKERS = (3, 3) if IS_LONG else (2, 1)
WORK = PROGRAM if IS_LONG else (*PROGRAM, *FEW_SENDERS)
SEED = int(os.environ.get("SEVENPANEL_TEST_SEED") or secrets.randbelow(1_000_000))
# Seconds between two kills. Hundreds of them leave those who take over the time that a start takes; without it nobody
# would work in between, and what the dead have left would wait for minutes.
PAUSE = (0.2, 4.2) if IS_LONG else (0.2, 2.0)
# A lease of 50 seconds, and the next look of whoever takes over.
LISTED_SECONDS = 60
EACH_RESTART = 10
ODD = str(Path(__file__).with_name("odd_worker.py"))


def opened(shop: Rehearsal) -> str:
    """A shop whose customer has enough money for all that follows, and with its provider the shop has.

    :returns: a key.
    """
    shop.sandbox.control(balance_micros=10**12)
    deposit(shop.alice.customer_id, "1000000")
    return make_key(shop.alice)


def made() -> dict[str, int]:
    return dict(db.rows("SELECT request_id, order_id FROM orders_request"))


def unknown() -> int:
    return int(db.rows("SELECT count(*) FROM fulfilment_attempt WHERE state = 'unknown'")[0][0])


def interrupted() -> int:
    """How many orders became unknown because their worker had gone; what it was decided to be later does not count."""
    return int(db.rows("SELECT count(*) FROM fulfilment_attempt WHERE words = %s", [leases.WORDS])[0][0])


def longest_in_hand() -> float:
    """For how many seconds the oldest order has been with a worker that has said nothing since, dead or alive."""
    return float(db.rows("SELECT coalesce(max(extract(epoch FROM now() - begun_at)), 0) FROM fulfilment_attempt"
                         " WHERE state = 'sending'")[0][0])  # fmt: skip


def bytes_of_an_order() -> int:
    """What the database keeps for one order, of all tables and indexes together."""
    return int(db.rows("SELECT sum(pg_total_relation_size(oid)) / (SELECT count(*) FROM orders_order) FROM pg_class"
                       " WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace")[0][0])  # fmt: skip


def until_all_have_ended(shop: Rehearsal) -> None:
    """Wait until every order has, however many there are; what only a person can decide is decided."""

    def are_fewer(than: int) -> bool:
        shop.decide_what_is_unknown()
        let_waits_pass()
        return open_orders() < than

    while left := open_orders():
        until(partial(are_fewer, left), pause=0.2)


def nothing_is_lost_or_doubled(shop: Rehearsal, callers: Callers) -> None:
    """Whatever was promised is there, once, here and at the provider; and the books are right."""
    assert made() == callers.promised
    assert db.rows("SELECT count(*) FROM orders_order") == [(len(callers.promised),)]
    shop.bought_nothing_twice()
    assert shop.taken().keys() == {link(request) for request in callers.promised}
    books_are_right()


def test_o4_a_rolling_restart_under_load_fails_no_request_and_makes_nothing_unknown(tmp_path: Path) -> None:
    """O-4: each server and each worker is stopped and another one started, while twenty requests a second come in."""
    with rehearsing(tmp_path, idempotency_field=None) as shop:
        key, began = opened(shop), time.monotonic()
        with fleet(shop, web=WEB, workers=WORKERS, program=WORK) as found:
            with calling(found.ports, key=key, service=shop.service_id) as callers:
                for place in found.places:
                    callers.go_on(EACH_RESTART)
                    place.stop()
                    place.start()
                callers.go_on(EACH_RESTART)
            print(f"{len(callers.promised)} requests, {len(found.places)} restarts, {time.monotonic() - began:.0f} s")
            print(callers.lost, callers.refused)
            assert callers.lost == []
            assert callers.refused == [] or not IS_LONG  # a machine that is too busy for orders says so
            until_all_have_ended(shop)
        assert interrupted() == 0
        nothing_is_lost_or_doubled(shop, callers)


def killed_at_random(found: Fleet, callers: Callers, seed: int) -> float:
    """Kill whom chance chooses, until there were enough or the time is over.

    :returns: for how many seconds at most an order was in the hands of nobody.
    """
    chance, until_then, kills, longest = Random(seed), time.monotonic() + MINUTES * 60, 0, 0.0
    while kills < KILLS and time.monotonic() < until_then:
        time.sleep(chance.uniform(*PAUSE))
        found.kill_one(chance, callers.asked)
        kills, longest = kills + 1, max(longest, longest_in_hand())
    print(f"{kills} kills, {len(callers.lost)} answers lost, {len(callers.promised)} orders, {unknown()} unknown now")
    callers.go_on()
    print(f"in hand for {longest:.0f} s at most")
    assert kills
    return longest


def healed(found: Fleet) -> None:
    """Let the living stop in order, let time pass over what the dead have left, and let others take over."""
    found.all_are_ready()
    for place in found.workers:
        place.stop()
    let_leases_lapse()
    found.start(found.workers)
    until_all_have_ended(found.shop)


def test_k3_processes_killed_at_random_lose_and_double_nothing(tmp_path: Path) -> None:
    """K-3."""
    print(f"SEVENPANEL_TEST_SEED={SEED}")
    with rehearsing(tmp_path, idempotency_field=None) as shop:
        key = opened(shop)
        with fleet(shop, web=WEB, workers=WORKERS, program=WORK) as found:
            with calling(found.ports, key=key, service=shop.service_id) as callers:
                longest = killed_at_random(found, callers, SEED)
            healed(found)
        print(f"{bytes_of_an_order()} bytes for each order in the database")
        assert unknown() == 0
        assert longest <= LISTED_SECONDS or not IS_LONG
        nothing_is_lost_or_doubled(shop, callers)


def test_k3_is_red_when_what_a_killed_worker_was_sending_is_sent_again(tmp_path: Path) -> None:
    """K-3, the sabotage: it is killed while its call is out, and the next one takes a missing answer for a "no"."""
    blind = (ODD, "--switch", Switch.RESEND_BLINDLY)
    (first := tmp_path / "first").mkdir()
    (next_one := tmp_path / "next").mkdir()
    with rehearsing(tmp_path, idempotency_field=None) as shop, holding(shop) as relay:
        shop.sandbox.control(idempotency=0)
        shop.place()
        with working(first, program=blind):
            relay.until_taken()
        let_leases_lapse()
        relay.let_go()
        with working(next_one, program=blind):
            until(lambda: sum(shop.taken().values()) > 1, pause=0.1)

        with pytest.raises(AssertionError, match="bought more than once"):
            shop.bought_nothing_twice()
