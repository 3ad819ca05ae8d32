"""`sevenpanel bench`: how much the desk does in a second on this machine, beside what its database could alone.

It starts a PostgreSQL of its own (or makes databases of its own where DATABASE_URL leads), web servers and workers,
loads them, and takes everything away again. Nothing of a desk that runs here is touched; but a machine that has other
work to do measures less. What the figures mean stands in docs/performance.md.
"""

import argparse
import json
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import replace
from shutil import disk_usage
from typing import Any

from sevenpanel.launch import ports
from sevenpanel.launch.bench import following, placing, report, sending
from sevenpanel.launch.bench.limit import Limit, find_pgbench
from sevenpanel.launch.bench.plan import FULL, QUICK, REHEARSAL, Bench, Plan, Section, tell
from sevenpanel.launch.bench.servers import LOOPBACK, part, providing, run
from sevenpanel.launch.bench.stage import Stage, UnableToMeasure, stage
from sevenpanel.launch.processes import interrupt_on_signals
from sevenpanel.settings.environment import environment

SECTIONS: dict[str, Callable[[Bench], list[Section]]] = {
    "placing": lambda bench: [placing.measure(bench)],
    "sending": lambda bench: [sending.measure(bench)],
    "following": following.measure,
}
# What PostgreSQL itself needs beside the rows, and what must stay free.
SPARE_BYTES = 6_000_000_000


def main(arguments: Sequence[str]) -> int:
    """Measure, and print a table or one JSON object.

    :raises UnableToMeasure: when something cannot be measured; then there are no figures at all.
    """
    parser = argparse.ArgumentParser(prog="sevenpanel bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="short samples and small histories, within a minute")
    parser.add_argument("--rehearse", action="store_true", help="show that it runs, in seconds; no figure means much")
    parser.add_argument("--json", action="store_true", help="print one object instead of a table")
    parser.add_argument("--only", choices=SECTIONS, action="append", help="measure this section alone; may be repeated")
    parser.add_argument("--seconds", type=float, help="how long one sample is counted")
    parser.add_argument("--rounds", type=int, help="how many rounds there are")
    asked = parser.parse_args(arguments)
    plan = _plan(asked)
    interrupt_on_signals()
    with stage(environment()) as here:
        sections, facts = _measured(here, plan, asked.only or list(SECTIONS))
    facts = {"size": "rehearsal" if asked.rehearse else "quick" if asked.quick else "whole", **facts}
    print(json.dumps(report.as_json(sections, facts)) if asked.json else report.as_table(sections, facts))
    return 0


def _plan(asked: argparse.Namespace) -> Plan:
    plan = REHEARSAL if asked.rehearse else QUICK if asked.quick else FULL
    return replace(plan, seconds=asked.seconds or plan.seconds, rounds=asked.rounds or plan.rounds)


def _measured(here: Stage, plan: Plan, names: Sequence[str]) -> tuple[list[Section], dict[str, Any]]:
    if "following" in names:
        _refuse_small_disk(here, plan)
    tell("preparing")
    with ExitStack() as stack:
        port = ports.any_free(LOOPBACK)
        stack.enter_context(providing(here, port))
        here.create("shop")
        run(here, "shop", "migrate")
        address = f"http://{LOOPBACK}:{port}/api/v2"
        shop = part(here, "shop", "shop", "--customers", str(plan.customers), "--provider", address)
        limit = Limit(statement=shop["limit"], pgbench=find_pgbench())
        bench = Bench(stage=here, plan=plan, shop=shop, limit=limit, provider_port=port)
        sections = [section for name in names for section in SECTIONS[name](bench)]
    facts = {"rounds": plan.rounds, "seconds": plan.seconds, "limit_driver": limit.driver}
    return sections, {**facts, "postgresql": here.server_version(), "web_processes": here.web}


def _refuse_small_disk(here: Stage, plan: Plan) -> None:
    needed = sum(each.bytes for each in plan.histories) + SPARE_BYTES
    free = disk_usage(here.home).free
    if here.postgres is not None and free < needed:
        raise UnableToMeasure(
            f"The histories need about {needed / 1e9:.0f} GB, and {here.home} has {free / 1e9:.0f} GB free. "
            "Use --quick, or a SEVENPANEL_HOME with more room."
        )
