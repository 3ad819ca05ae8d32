"""How long it takes to decide 100,000 stored decisions anew: `.venv/bin/python bench/decisions.py`.

It starts a PostgreSQL of its own in a temporary folder, stores decisions of every kind that customers ask for, and
runs `sevenpanel decisions replay` on them. Exit status 1 when that takes more than 60 seconds or finds a difference.
"""

from __future__ import annotations

import json
import os
import secrets
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

COUNT = 100_000
LIMIT_SECONDS = 60.0

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

from sevenpanel.kernel import db  # noqa: E402
from sevenpanel.launch import decisions  # noqa: E402
from sevenpanel.launch.cluster import cluster_of  # noqa: E402
from sevenpanel.launch.database import prepare, running  # noqa: E402
from sevenpanel.orders.queries import judged_by  # noqa: E402
from sevenpanel.terms import (  # noqa: E402
    ASKABLE,
    REQUIRED,
    Description,
    Dispatch,
    Kind,
    OrderFacts,
    Record,
    RequestFacts,
    Status,
    record_of,
    to_data,
)

PLACED = datetime(2026, 12, 1, 12, tzinfo=UTC)
INSERT = """
INSERT INTO orders_decision (order_id, customer_id, kind, record, decision, policy_version, outcome, clause,
                             refund_micros, effect, decider, decided_at)
SELECT n, 1, r.kind, r.record::jsonb, r.record::jsonb -> 'decision' || '{"schema": 1}', '1', r.outcome, r.clause, 0,
       'none', 'the rules', %s
  FROM unnest(%s::text[], %s::text[], %s::text[], %s::text[]) WITH ORDINALITY AS r(kind, record, outcome, clause, n0),
       generate_series(r.n0, %s, %s) AS n
"""


def record(kind: Kind, hours: int) -> Record:
    """This function decides one request of that kind so long after placing."""
    description = Description(
        service_id=1, network="telegram", category_id=1, start_within=timedelta(hours=1),
        complete_within=timedelta(days=1), quantity_min=10, quantity_max=10_000, drop_band=None, can_cancel=True,
        can_refill=False, text="Shown as advertising to people who follow the subject.",
    )  # fmt: skip
    order = OrderFacts(
        order_id=1, placed_at=PLACED, quantity=1000, charge_micros=900_000, currency="USD", terms_version="1",
        status=Status.IN_PROGRESS, dispatch=Dispatch.SENT, description=description, reported_delivered=250,
    )  # fmt: skip
    asked = PLACED + timedelta(hours=hours)
    facts = RequestFacts(order=order, kind=kind, requested_at=asked, documents=frozenset(REQUIRED[kind]))
    return record_of(facts, judged_by(PLACED), asked + timedelta(hours=1))


def fill() -> None:
    """This function stores the decisions."""
    records = [record(kind, hours) for kind in ASKABLE for hours in (1, 12, 25, 48)]
    columns = db.columns(
        [(r.facts.kind, json.dumps(to_data(r)), r.decision.outcome, r.decision.clause) for r in records], 4
    )
    db.rows(INSERT, (PLACED, *columns, COUNT, len(records)))
    connection.close()


def main() -> int:
    """This function fills a database, replays, and says how long it took."""
    with running(cluster_of(prepare(Path(home.name)), durable=False)):
        call_command("migrate", verbosity=0)
        fill()
        started = time.perf_counter()
        status = decisions.main(["replay"])
        seconds = time.perf_counter() - started
        connection.close()
        print(f"{COUNT:,} decisions replayed in {seconds:.1f} s (at most {LIMIT_SECONDS:.0f} s)")
    home.cleanup()
    return status or int(seconds > LIMIT_SECONDS)


if __name__ == "__main__":
    sys.exit(main())
