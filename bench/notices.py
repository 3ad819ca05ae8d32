"""How long it takes to lay 2,000 notices over 5,000 services: `.venv/bin/python bench/notices.py`.

Two catalogues: one in which eight of ten notices are about a single service and one in a hundred about everything,
as desks write them; and one in which a third of them are about everything, so that every service changes by many. No
database is read: the figure is the overlay's own, which the pages of services and of ordering lay over the catalogue.
Processor time, so that neighbours on the machine count little. Exit status 1 when the first takes more than 50 ms.
"""

from __future__ import annotations

import gc
import os
import random
import sys
import time
from datetime import UTC, datetime, timedelta

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sevenpanel.settings.production")

from sevenpanel.catalog.domain import Declaration, DropBand, ServiceRow, ServiceState, ServiceType
from sevenpanel.notices.domain import Origin
from sevenpanel.notices.queries import NoticeRow, Overlay
from sevenpanel.terms import Notice, NoticeKind, Overrides, Scope

SERVICES, NOTICES, NETWORKS, CATEGORIES = 5_000, 2_000, 20, 100
LIMIT_MS = 50.0
ROUNDS = 15
NOW = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)


def service(number: int) -> ServiceRow:
    """One of many services."""
    return ServiceRow(
        id=number,
        category_id=number % CATEGORIES,
        category=f"Category {number % CATEGORIES}",
        name=f"Service {number}",
        network=f"network{number % NETWORKS}",
        type=ServiceType.DEFAULT,
        rate_micros=900_000,
        quantity_min=10,
        quantity_max=10_000,
        accepts=("telegram/channel",),
        can_cancel=True,
        can_refill=False,
        start_within=timedelta(hours=1),
        complete_within=timedelta(days=1),
        drop_band=DropBand.LOW,
        description="Shown as advertising.",
        description_version=1,
        declaration=Declaration.PAID_ADS,
        declared_by="operator",
        state=ServiceState.LISTED,
    )


# How many of a hundred notices are about everything, a network, a category, one service.
AS_WRITTEN = (1, 4, 15, 80)
MUCH_ABOUT_ALL = (33, 17, 17, 33)


def notice(number: int, chance: random.Random, shares: tuple[int, ...]) -> NoticeRow:
    """One of many notices."""
    scope = chance.choices(list(Scope), shares)[0]
    subjects: dict[Scope, int | str | None] = {
        Scope.ALL: None,
        Scope.NETWORK: f"network{chance.randrange(NETWORKS)}",
        Scope.CATEGORY: chance.randrange(CATEGORIES),
        Scope.SERVICE: chance.randrange(SERVICES),
    }
    kind = chance.choice([NoticeKind.DELAY, NoticeKind.DESCRIPTION, NoticeKind.PAUSED, NoticeKind.BACK])
    told = Notice(
        notice_id=number,
        kind=kind,
        scope=scope,
        subject=subjects[scope],
        published_at=NOW - timedelta(minutes=number),
        in_force_from=NOW - timedelta(minutes=number),
        overrides=Overrides(complete_within=timedelta(hours=number), quantity_max=5_000 + number),
        text="Read this.",
    )
    return NoticeRow(
        notice=told, root_id=number, corrects_id=None, origin=Origin.DESK, written_by="bench", why="",
        is_paused={NoticeKind.PAUSED: True, NoticeKind.BACK: False}.get(kind), changes=(), withdrawn_by="",
        withdrawn_why="",
    )  # fmt: skip


def measure(shares: tuple[int, ...]) -> tuple[float, float, int]:
    """The best and the median round in milliseconds of processor time, and how many services were changed."""
    chance = random.Random(7)
    services = [service(number) for number in range(SERVICES)]
    notices = [notice(number, chance, shares) for number in range(1, NOTICES + 1)]
    took = []
    for _ in range(ROUNDS):
        gc.collect()
        began = time.process_time()
        overlay = Overlay(notices, NOW)
        found = [overlay.over(each) for each in services]
        took.append((time.process_time() - began) * 1000)
    return min(took), sorted(took)[ROUNDS // 2], sum(1 for each in found if each.sources)


def main() -> int:
    """Measure both, and say whether the first is quick enough."""
    middles = []
    for name, shares in (("as desks write them", AS_WRITTEN), ("much about everything", MUCH_ABOUT_ALL)):
        best, middle, changed = measure(shares)
        middles.append(middle)
        print(f"{name}: best {best:.1f} ms, median {middle:.1f} ms; {changed} of {SERVICES} services changed")
    print(f"{SERVICES} services under {NOTICES} notices, {ROUNDS} rounds; limit {LIMIT_MS} ms")
    return 0 if middles[0] <= LIMIT_MS else 1


if __name__ == "__main__":
    sys.exit(main())
