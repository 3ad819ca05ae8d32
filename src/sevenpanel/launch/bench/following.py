"""Following: status answers applied with their settlements, on desks of different age, and pages on the largest."""

import json
import subprocess
from contextlib import ExitStack
from functools import partial
from statistics import median
from typing import Any

from sevenpanel.launch.bench import history, usage
from sevenpanel.launch.bench.browser import Browser
from sevenpanel.launch.bench.figures import Row, Sample
from sevenpanel.launch.bench.history import History
from sevenpanel.launch.bench.placing import add, status
from sevenpanel.launch.bench.plan import Bench, Section, take_turns, tell
from sevenpanel.launch.bench.servers import PART, Running, check_books, loaded, log_of, serving, summed, watched
from sevenpanel.launch.bench.stage import UnableToMeasure
from sevenpanel.launch.processes import words_since

PAGE_CONNECTIONS = 2
API_32, STATUS = "API add, 32 connections, beside that history", "API status of 100 ids, 8 connections, beside it"


def measure(bench: Bench) -> list[Section]:
    """Measure following on all desks in turns, then pages and placing on the largest."""
    others = bench.plan.histories[1:]
    for number, each in enumerate(others, start=1):
        tell(f"filling in {each.closed:,} closed orders and {each.open:,} open ones")
        _fill(bench, _name(number), each)
    small = SmallDesk(bench, bench.plan.histories[0])
    bench.stage.settle()
    with ExitStack() as stack:
        tell("following orders")
        desks: list[Desk | SmallDesk] = [
            small,
            *(
                Desk(bench, _name(number), each, shares=bench.plan.turns + 1)
                for number, each in enumerate(others, start=1)
            ),
        ]
        for desk in desks:
            stack.callback(desk.stop)
        rows = take_turns(bench.plan, {_title(desk.history): desk.follow for desk in desks})
    sections = [_section(rows), _reading(bench, _name(len(others)))]
    tell("checking the books")
    check_books(bench.stage, _name(len(others)))
    for number, _ in enumerate(others, start=1):
        bench.stage.drop(_name(number))
    return sections


def _name(number: int) -> str:
    return f"follow{number}"


def _title(each: History) -> str:
    return f"status answers, {each.open:,} open and {each.closed:,} closed orders"


def _fill(bench: Bench, name: str, each: History) -> None:
    bench.stage.create(name, like="shop")
    with bench.stage.connect(name) as connection:
        history.fill(connection, each, bench.shop)


def _section(rows: list[Row]) -> Section:
    first, last = rows[0], rows[-1]
    grown = [mine.per_second / theirs.per_second for mine, theirs in zip(first.rounds, last.rounds, strict=True)]
    return Section(
        title="Following",
        limit=first.name,
        rows=rows,
        figures={"sync_per_s": last.per_second, "sync_growth_ratio": median(grown)},
    )


class Desk:
    """One desk on which orders are followed, by a process that stays.

    :param shares: in how many parts the open orders are followed, one a sample: who was followed is not due again for
        minutes. One part is left over, because the threads may have more in hand than they were asked for.
    """

    def __init__(self, bench: Bench, name: str, history: History, *, shares: int) -> None:
        self._bench, self._name, self.history, self._shares = bench, name, history, shares
        self._process: subprocess.Popen[str] | None = self._start()

    def follow(self) -> Sample:
        """Follow as many orders as the plan says, or this turn's share of those that are open."""
        with usage.spent(watched(self._bench.stage)) as spent:
            said = self._ask(min(self._bench.plan.followed, self.history.open // self._shares))
        return Sample(**{**said, "cpu": {**said["cpu"], **summed(spent)}})

    def _start(self) -> "subprocess.Popen[str]":
        stage = self._bench.stage
        return subprocess.Popen(  # noqa: S603 - our own code, no shell
            [*PART, "follow"],
            env=stage.whole_environment(self._name),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log_of(stage, "follow").open("ab"),
            text=True,
        )

    def _ask(self, count: int) -> dict[str, Any]:
        stage, process = self._bench.stage, self._process
        assert process is not None
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(f"{count}\n")
        process.stdin.flush()
        line = process.stdout.readline()
        if not line:
            raise UnableToMeasure(f"Orders could not be followed. It said:\n{words_since(log_of(stage, 'follow'), 0)}")
        said: dict[str, Any] = json.loads(line)
        if said["count"] < count:
            raise UnableToMeasure(f"Only {said['count']} of {count} orders could be followed.")
        return said

    def stop(self) -> None:
        """End its process."""
        if self._process is not None:
            self._process.communicate(timeout=60)
            self._process = None


class SmallDesk:
    """A desk with so few orders that each sample needs another one.

    They are made beforehand and taken away at the end: dropping a database writes everything out, and the next sample
    on any desk would pay for it.
    """

    def __init__(self, bench: Bench, history: History) -> None:
        self._bench, self.history = bench, history
        self._names = [f"{_name(0)}_{turn}" for turn in range(bench.plan.turns)]
        for name in self._names:
            _fill(bench, name, history)
        self._turns = iter(self._names)

    def follow(self) -> Sample:
        """Follow as many orders as the plan says, or as many as there are."""
        desk = Desk(self._bench, next(self._turns), self.history, shares=1)
        try:
            return desk.follow()
        finally:
            desk.stop()

    def stop(self) -> None:
        """Take them away."""
        for name in self._names:
            self._bench.stage.drop(name)


def _reading(bench: Bench, database: str) -> Section:
    """What customers and their programs read beside the longest history."""
    tell("reading beside the longest history")
    with serving(bench.stage, database) as web:
        browser = Browser(web.port)
        browser.sign_in(bench.shop["email"], bench.shop["password"])
        with bench.stage.connect(database) as connection:
            newest = connection.execute(
                "SELECT id FROM orders_order WHERE customer_id = %s ORDER BY id DESC LIMIT 20",
                [bench.shop["customers"][0]],
            ).fetchall()
        paths = {
            "orders list": ["/orders/"],
            "order page": [f"/orders/{order}/" for (order,) in newest],
            "services": ["/services/"],
        }
        own = bench.plan.histories[-1]
        shown = f"of a customer with {own.closed // own.share:,} orders"
        measures = {f"{name} {shown}": partial(_read, bench, web, browser, these) for name, these in paths.items()}
        rows = take_turns(
            bench.plan,
            {
                **measures,
                STATUS: partial(status, bench, web, database),
                API_32: partial(add, bench, web, 32, bench.shop["keys"]),
            },
        )
    section = Section(title="Beside the longest history", rows=rows)
    names = ("orders_list", "order_page", "services_page")
    section.figures = {f"{name}_p95_ms": row.p95_ms for name, row in zip(names, rows, strict=False)}
    return section


def _read(bench: Bench, web: Running, browser: Browser, paths: list[str]) -> Sample:
    asked = {"kind": "page", "connections": PAGE_CONNECTIONS, "paths": paths, "cookie": browser.cookie}
    timing = {"seconds": bench.plan.seconds, "warm": bench.plan.warm}
    return loaded(bench.stage, {**asked, **timing}, web)
