"""Placing while the worker sends what was placed: to a provider that answers at once, and to a slow one."""

from collections.abc import Callable
from contextlib import ExitStack
from functools import partial
from http.client import HTTPConnection
from urllib.parse import urlencode

from sevenpanel.launch.bench.figures import Sample, ratio
from sevenpanel.launch.bench.placing import add
from sevenpanel.launch.bench.plan import Bench, Part, Section, take_turns, tell
from sevenpanel.launch.bench.servers import LOOPBACK, Running, serving, working

ALONE = "API add, 32 connections, no worker"
QUICK = "API add, 32 connections, the worker sends to a quick provider"
SLOW = "API add, 32 connections, the provider answers in 200 ms"
SLOW_MS = 200


def measure(bench: Bench) -> Section:
    """Measure it all on one database, in turns; the worker runs only while it is counted."""
    tell("placing while orders are sent")
    section = Section(title="Placing while orders are sent", limit=ALONE)
    with ExitStack() as stack:
        bench.stage.create("send", like="shop")
        web = stack.enter_context(serving(bench.stage, "send"))
        note = section.parts.append
        section.rows = take_turns(
            bench.plan,
            {
                ALONE: partial(_alone, bench, web),
                QUICK: partial(_sending, bench, web, 0, note),
                SLOW: partial(_sending, bench, web, SLOW_MS, note),
            },
        )
    bench.stage.drop("send")
    section.parts = _fullest(section.parts)
    section.figures = {
        "slow_provider_ratio": ratio(section.row(SLOW), section.row(QUICK)),
        "slow_provider_ratio_to_no_worker": ratio(section.row(SLOW), section.row(ALONE)),
    }
    return section


def _alone(bench: Bench, web: Running) -> Sample:
    _forget(bench)
    return add(bench, web, 32, bench.shop["keys"])


def _sending(bench: Bench, web: Running, pace_ms: int, note: Callable[[Part], None]) -> Sample:
    _forget(bench)
    _set_pace(bench.provider_port, pace_ms)
    with working(bench.stage, "send") as worker:
        note(_part("worker, at rest", worker))
        taken = add(bench, web, 32, bench.shop["keys"], worker)
        note(_part("worker, while it sends", worker))
    return taken


def _part(name: str, worker: Running) -> Part:
    return Part(name=name, started_s=worker.started_in, resident_mb=max(worker.memory_mb(), default=0))


def _fullest(parts: list[Part]) -> list[Part]:
    by_name: dict[str, Part] = {}
    for part in parts:
        if part.name not in by_name or part.resident_mb > by_name[part.name].resident_mb:
            by_name[part.name] = part
    return list(by_name.values())


def _forget(bench: Bench) -> None:
    """Let nothing that was placed before be sent: every sample begins with an empty queue."""
    with bench.stage.connect("send") as connection:
        connection.execute("TRUNCATE kernel_outbox, fulfilment_task")


def _set_pace(port: int, ms: int) -> None:
    connection = HTTPConnection(LOOPBACK, port, timeout=10)
    connection.request("POST", "/", urlencode({"action": "pace", "ms": ms}))
    connection.getresponse().read()
    connection.close()
