"""K-1 of the database and of the whole desk: killed again and again while orders are placed, sent and followed."""

import os
import secrets
import signal
import time
from collections import Counter
from collections.abc import Iterator
from random import Random

import psycopg
import pytest
from tests.journeys.crashes.crowd import Crowd, crowd
from tests.journeys.demo_customer import SLOW, demo_customer
from tests.journeys.running_desk import Desk, family, running_desk
from tests.rehearsal import LAPSE
from tests.waiting import is_gone, until

from sevenpanel.settings.environment import socket_folder

KILLS = 3
ASKED_AGAIN = 50
# The same seed waits equally long before each kill.
SEED = int(os.environ.get("SEVENPANEL_TEST_SEED") or secrets.randbelow(1_000_000))


@pytest.fixture(scope="module")
def desk() -> Iterator[Desk]:
    with running_desk(SEVENPANEL_SANDBOX_PACE="5") as running:
        # The cheapest service, and for once as quick as any other.
        running.sandbox.control(service=SLOW, personality="normal")
        yield running


@pytest.fixture
def moments() -> Random:
    print(f"SEVENPANEL_TEST_SEED={SEED}")
    return Random(SEED)


def ordering(desk: Desk, name: str) -> "crowd[Crowd]":
    return crowd(desk.api, demo_customer(desk).service(SLOW), name)


def nothing_is_lost_doubled_or_stuck(desk: Desk, people: Crowd) -> None:
    """What was promised exists, once, here and at the provider; asked again it is the same; all of it has ended."""
    until(lambda: all_ended(desk), pause=0.5)
    like = f"https://example.com/{people.name}/"
    assert people.promised
    for request in [*people.lost, *list(people.promised)[-ASKED_AGAIN:]]:
        assert people.asked(request) == people.promised[request]
    assert dict(rows(desk, "SELECT link, id FROM orders_order WHERE starts_with(link, %s)", like)) == people.promised
    taken = Counter(row["link"] for row in desk.sandbox.accepted() if row["link"].startswith(like))
    assert taken == dict.fromkeys(people.promised, 1)
    status, said = desk.says("verify")
    assert status == 0, said


def all_ended(desk: Desk) -> bool:
    for statement in LAPSE:
        rows(desk, statement)
    return rows(desk, "SELECT count(*) FROM orders_order WHERE is_open") == [(0,)]


def rows(desk: Desk, statement: str, *parameters: str) -> list[tuple[object, ...]]:
    with psycopg.connect(host=str(socket_folder(desk.home)), user="desk", dbname="desk") as connection:
        found = connection.execute(statement, parameters)  # type: ignore[arg-type]
        return found.fetchall() if found.description else []


def kill_the_database(desk: Desk) -> None:
    before = desk.part("postgres")
    assert before is not None
    os.kill(before, signal.SIGKILL)
    until(lambda: desk.part("postgres") not in (None, before))
    until(lambda: desk.answers("/readyz"))


def test_a_database_killed_while_orders_are_placed_and_sent_loses_and_doubles_nothing(
    desk: Desk, moments: Random
) -> None:
    with ordering(desk, "database") as people:
        for _ in range(KILLS):
            people.goes_on()
            time.sleep(moments.uniform(0.2, 1.5))
            kill_the_database(desk)

    print(f"{len(people.promised)} orders, {len(people.lost)} answers lost")
    nothing_is_lost_doubled_or_stuck(desk, people)


def test_a_desk_killed_in_the_middle_of_its_work_leaves_nothing_running_and_heals(desk: Desk, moments: Random) -> None:
    with ordering(desk, "desk") as people:
        people.goes_on()
        time.sleep(moments.uniform(0.5, 2.5))
        everybody = family(desk.pid)
        assert desk.process is not None
        desk.process.kill()
        desk.process.wait()
        until(lambda: all(is_gone(pid) for pid in everybody))
        desk.start()
        people.goes_on()

    assert people.lost
    nothing_is_lost_doubled_or_stuck(desk, people)
