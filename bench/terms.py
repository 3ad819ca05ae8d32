"""How long the Terms take: `.venv/bin/python bench/terms.py`.

Two questions: how long does it take to find the effective descriptions of 5,000 services under 2,000 notices (50 ms at
most), and to read, decide anew and compare 100,000 stored decisions (60 s at most; a sample is taken and scaled). Exit
status 1 when either takes longer.
"""

from __future__ import annotations

import gc
import json
import random
import sys
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from sevenpanel.terms import (
    REQUIRED,
    Aspect,
    Board,
    Description,
    Dispatch,
    Kind,
    Message,
    Notice,
    NoticeKind,
    OrderFacts,
    Overrides,
    RequestFacts,
    Scope,
    Status,
    Ticket,
    record_from,
    record_of,
    replay,
    to_data,
)
from sevenpanel.terms.documents import policy_of, published

SERVICES, NOTICES, NETWORKS, CATEGORIES = 5_000, 2_000, 16, 200
EFFECTIVE_MS = 50.0
STORED, SAMPLE = 100_000, 5_000
REPLAY_S = 60.0
ROUNDS = 9
NOON = datetime(2027, 5, 3, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
CHANCE = random.Random(7)
POLICY = policy_of(published(), "1")


def service(number: int) -> Description:
    """This function makes a service; network and category follow from its number."""
    return Description(
        service_id=number,
        network=f"network {number % NETWORKS}",
        category_id=number % CATEGORIES,
        start_within=6 * HOUR,
        complete_within=48 * HOUR,
        quantity_min=100,
        quantity_max=10_000,
        drop_band=None,
        can_cancel=number % 2 == 0,
        can_refill=True,
        text="Members for a channel.",
    )


def notice(number: int) -> Notice:
    """This function makes a notice of any scope that stands at NOON; half of them say figures."""
    scope = CHANCE.choices(list(Scope), weights=[1, 4, 10, 85])[0]
    subject = {
        Scope.ALL: None,
        Scope.NETWORK: f"network {CHANCE.randrange(NETWORKS)}",
        Scope.CATEGORY: CHANCE.randrange(CATEGORIES),
        Scope.SERVICE: CHANCE.randrange(SERVICES),
    }[scope]
    out = NOON - CHANCE.randrange(1, 1_000) * HOUR
    figures = Overrides(complete_within=CHANCE.randrange(1, 99) * HOUR, can_cancel=CHANCE.random() < 0.5)
    return Notice(
        notice_id=number,
        kind=NoticeKind.DELAY,
        scope=scope,
        subject=subject,
        published_at=out,
        in_force_from=out,
        overrides=figures if CHANCE.random() < 0.5 else Overrides(),
        text="Slower than usual.",
    )


def request(number: int, notices: list[Notice]) -> RequestFacts:
    """This function makes a request about an order with up to three notices."""
    base = service(number % SERVICES)
    about = tuple(replace(each, scope=Scope.ALL, subject=None) for each in CHANCE.sample(notices, CHANCE.randrange(4)))
    placed = NOON - CHANCE.randrange(1, 100) * HOUR
    order = OrderFacts(
        order_id=number,
        placed_at=placed,
        quantity=1_000,
        charge_micros=CHANCE.randrange(1, 10**9),
        currency="EUR",
        terms_version="1",
        status=Status.IN_PROGRESS,
        dispatch=Dispatch.SENT,
        description=base,
        notices=about,
        reported_delivered=CHANCE.randrange(1_001),
    )
    kind = CHANCE.choice(list(Kind))
    said = (Message(at=placed, is_from_staff=False),)
    return RequestFacts(
        order=order,
        kind=kind,
        requested_at=NOON,
        documents=frozenset(REQUIRED[kind]),
        ticket=Ticket(ticket_id=number, order_ids=(number,), messages=said),
        broken=frozenset({Aspect.WHAT}),
    )


def effective_ms(notices: list[Notice]) -> float:
    """This function gives the median processor time of describing all services, sorting the notices included."""
    services = [service(number) for number in range(SERVICES)]
    times = []
    for _ in range(ROUNDS):
        gc.collect()
        started = time.process_time()
        board = Board(notices, NOON)
        described = [board.effective(base) for base in services]
        times.append(time.process_time() - started)
        del described
    return sorted(times)[ROUNDS // 2] * 1000


def replay_s(notices: list[Notice]) -> float:
    """This function gives the processor time of reading and replaying all stored decisions, scaled from a sample."""
    stored = [json.dumps(to_data(record_of(request(number, notices), POLICY, NOON))) for number in range(SAMPLE)]
    started = time.process_time()
    changed = sum(bool(replay(record_from(json.loads(text))).changed) for text in stored)
    took = time.process_time() - started
    if changed:
        raise AssertionError(f"{changed} decisions changed")
    return took * STORED / SAMPLE


def main() -> int:
    """This function prints both figures and gives the exit status."""
    notices = [notice(number) for number in range(NOTICES)]
    described, replayed = effective_ms(notices), replay_s(notices)
    print(f"{SERVICES} services under {NOTICES} notices: {described:.1f} ms of {EFFECTIVE_MS:.0f} ms")
    print(f"{STORED} stored decisions read and replayed: {replayed:.1f} s of {REPLAY_S:.0f} s")
    return 0 if described <= EFFECTIVE_MS and replayed <= REPLAY_S else 1


if __name__ == "__main__":
    sys.exit(main())
