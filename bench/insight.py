"""How long drop and times of a whole catalogue take: `.venv/bin/python bench/insight.py`.

It starts a PostgreSQL of its own in a temporary folder with 1,000,000 ended orders of 5,000 services, 200 each, all of
them measured. Asked is how long it takes to reckon the times of every service (60 s at most), to estimate the drop of
every service (300 s at most; a sample is taken and scaled), to take in 5,000 orders that have just ended, reckon their
services, and to read what a page of 50 services shows; and how much memory this process has then. Exit status 1 when
anything takes longer than it may.
"""

from __future__ import annotations

import os
import secrets
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

SERVICES, ORDERS_EACH, SAMPLE, FRESH, SHOWN = 5_000, 200, 250, 5_000, 50
TIMES_SECONDS, DROP_SECONDS, FRESH_SECONDS, PAGE_SECONDS = 60.0, 300.0, 30.0, 0.05

home = tempfile.TemporaryDirectory(prefix="sevenpanel-bench-")
os.environ.update(
    DJANGO_SETTINGS_MODULE="sevenpanel.settings.production",
    SEVENPANEL_HOME=home.name,
    SEVENPANEL_SECRET_KEY=secrets.token_urlsafe(48),
)
os.environ.pop("DATABASE_URL", None)

import django  # noqa: E402 - the environment has to be complete first

django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402

from sevenpanel.insight import commands, queries  # noqa: E402
from sevenpanel.insight.commands import estimating  # noqa: E402
from sevenpanel.kernel import db  # noqa: E402
from sevenpanel.launch.cluster import cluster_of  # noqa: E402
from sevenpanel.launch.database import prepare, running  # noqa: E402

NOW = datetime(2027, 5, 3, 12, tzinfo=UTC)

# Order n is of service n mod 5,000 and ended so many minutes ago; shares that dropped lie around 8 % and far apart.
ORDERS = """
INSERT INTO orders_order (id, customer_id, service_id, description_version, source, link, address, target, link_tag,
       is_private_link, quantity, rate_micros, charge_micros, currency, placed_at, status, dispatch, is_open, delivered,
       remains, outcome, earned_micros, returned_micros, settled_at, granted_micros)
SELECT n, 1, 1 + n %% %(services)s, 1, 'API', 'l', 'l', 'target ' || n, 'telegram/channel', false, 1000 + n %% 9000, 1,
       1, 'USD', %(now)s - make_interval(mins => (%(last)s - n + 300)::int), 'Completed', 'sent', false,
       1000 + n %% 9000, 0, 'delivered', 1, 0, %(now)s - make_interval(mins => (%(last)s - n)::int), 0
  FROM generate_series(%(first)s::bigint, %(last)s::bigint) AS n
"""
FACTS = """
INSERT INTO orders_event (order_id, customer_id, kind, facts, happened_at)
SELECT id, 1, kind, facts::jsonb, settled_at - make_interval(mins => earlier) FROM orders_order
 CROSS JOIN (VALUES ('sent', '{}', 299), ('status', '{"status": "In progress", "words": "In progress"}', 240),
                    ('settled', '{}', 0)) AS e(kind, facts, earlier)
 WHERE id BETWEEN %(first)s AND %(last)s ORDER BY id
"""
MEASUREMENTS = """
INSERT INTO insight_measurement (order_id, service_id, measured_by, occasion, ended_at, taken_at, arrived, remaining,
                                 evidence, key, recorded_at)
SELECT id, service_id, 'provider status', 'sample', settled_at, settled_at + interval '8 days', delivered,
       delivered - floor(delivered * power(random(), 6) * 0.6)::bigint, '', 'bench/' || id, settled_at
  FROM orders_order
"""
SERVICES_STALE = """
INSERT INTO insight_standing (service_id, is_drop_stale, is_times_stale, times_orders)
SELECT n, n <= %(sample)s, false, 0 FROM generate_series(1, %(services)s) AS n
ON CONFLICT (service_id) DO UPDATE SET is_drop_stale = EXCLUDED.is_drop_stale
"""


def fill() -> None:
    """This function makes the past."""
    span = {"services": SERVICES, "now": NOW, "first": 1, "last": SERVICES * ORDERS_EACH}
    for statement in (ORDERS, FACTS, MEASUREMENTS):
        with connection.cursor() as cursor:
            cursor.execute(statement, span if statement is not MEASUREMENTS else None)
    db.rows(SERVICES_STALE, {"services": SERVICES, "sample": SAMPLE})
    for table in ("orders_order", "orders_event", "insight_measurement"):
        db.rows(f"ANALYZE {table}")


def end_some() -> None:
    """This function lets some more orders end."""
    first = SERVICES * ORDERS_EACH + 1
    span = {"services": SERVICES, "now": NOW + timedelta(days=30), "first": first, "last": first + FRESH - 1}
    for statement in (ORDERS, FACTS):
        db.rows(statement, span)


def catch_up() -> int:
    """This function takes in whatever has ended, in as many runs as it takes."""
    taken = 0
    while some := commands.take_in_endings(now=NOW):
        taken += some
    return taken


def reckon_all() -> int:
    """This function reckons the times of all services, as the minutes' runs would."""
    reckoned = 0
    while some := commands.reckon_times(now=NOW):
        reckoned += some
    return reckoned


def timed(what: str, work: Callable[[], object], most: float, scale: float = 1.0) -> bool:
    """This function times some work and says whether it was quick enough."""
    started = time.perf_counter()
    done = work()
    seconds = (time.perf_counter() - started) * scale
    scaled = "" if scale == 1.0 else f", scaled by {scale:.0f}"
    print(f"{what}: {done if isinstance(done, int) else ''} in {seconds:.2f} s (at most {most} s{scaled})", flush=True)
    return seconds <= most


def memory() -> int:
    """This function returns the megabytes that this process has in memory."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS")) // 1024


def main() -> int:
    """This function fills a database and asks."""
    with running(cluster_of(prepare(Path(home.name)), durable=False)):
        call_command("migrate", verbosity=0)
        fill()
        print(f"{catch_up():,} orders taken in at the beginning", flush=True)
        shown = list(range(1, SHOWN + 1))
        was_quick = [
            timed("times of all services", reckon_all, TIMES_SECONDS),
            timed("drop of a sample", lambda: estimating.estimate_drop(now=NOW), DROP_SECONDS, SERVICES / SAMPLE),
        ]
        end_some()
        was_quick += [
            timed("orders that have just ended", catch_up, FRESH_SECONDS),
            timed("their services", reckon_all, TIMES_SECONDS),
            timed("a page of 50 services", lambda: len(queries.standings(service_ids=shown)), PAGE_SECONDS),
        ]
        connection.close()
    print(f"{memory()} MB in memory")
    home.cleanup()
    return int(not all(was_quick))


if __name__ == "__main__":
    sys.exit(main())
