"""Placing: the limit, the API's door at it, the status of many orders, and mass orders."""

import secrets
from contextlib import ExitStack
from functools import partial

from sevenpanel.launch.bench import usage
from sevenpanel.launch.bench.browser import Browser, hidden
from sevenpanel.launch.bench.figures import Sample, ratio, sample
from sevenpanel.launch.bench.load import QUANTITY
from sevenpanel.launch.bench.plan import Bench, Part, Section, take_turns, tell
from sevenpanel.launch.bench.servers import Running, check_books, loaded, serving, summed, watched
from sevenpanel.launch.bench.stage import UnableToMeasure

LIMIT_32, LIMIT_8, LIMIT_HOT = "limit, 32 clients", "limit, 8 clients", "limit, 32 clients, one account"
API_32, API_8, API_1 = "API add, 32 connections", "API add, 8 connections", "API add, 1 connection"
API_HOT = "API add, 32 connections, one account"
STATUS = "API status of 100 ids, 8 connections"
PREVIEW, MASS = "mass order, lines previewed", "mass order, lines placed"
STATUS_IDS = 100
MASS_PATH = "/orders/mass/"


def measure(bench: Bench) -> Section:
    """Measure it all on one database, in turns."""
    tell("placing")
    with ExitStack() as stack:
        bench.stage.create("place", like="shop")
        web = stack.enter_context(serving(bench.stage, "place"))
        at_rest = web.memory_mb()
        browser = Browser(web.port)
        browser.sign_in(bench.shop["email"], bench.shop["password"])
        section = Section(title="Placing", limit=LIMIT_32)
        everybody, one = bench.shop["customers"], bench.shop["customers"][:1]
        mass = Mass(bench, web, browser)
        section.rows = take_turns(
            bench.plan,
            {
                LIMIT_32: partial(limit, bench, 32, everybody),
                API_32: partial(add, bench, web, 32, bench.shop["keys"]),
                LIMIT_8: partial(limit, bench, 8, everybody),
                API_8: partial(add, bench, web, 8, bench.shop["keys"]),
                API_1: partial(add, bench, web, 1, bench.shop["keys"]),
                LIMIT_HOT: partial(limit, bench, 32, one),
                API_HOT: partial(add, bench, web, 32, bench.shop["keys"][:1]),
                STATUS: partial(status, bench, web, "place"),
                PREVIEW: mass.preview,
                MASS: mass.place,
            },
        )
        section.parts = [
            Part(name="web, at rest", started_s=web.started_in, resident_mb=max(at_rest, default=0)),
            Part(name="web, after the load", started_s=web.started_in, resident_mb=max(web.memory_mb(), default=0)),
        ]
    check_books(bench.stage, "place")
    bench.stage.drop("place")
    section.figures = _figures(bench, section)
    return section


def _figures(bench: Bench, section: Section) -> dict[str, float]:
    row = section.row
    return {
        "api_add_32_ratio": ratio(row(API_32), row(LIMIT_32)),
        "api_add_32_p99_ms": row(API_32).p99_ms,
        "api_add_8_ratio": ratio(row(API_8), row(LIMIT_32)),
        "api_add_8_ratio_to_8": ratio(row(API_8), row(LIMIT_8)),
        "hot_account_ratio": ratio(row(API_HOT), row(LIMIT_HOT)),
        "status_100_p99_ms": row(STATUS).p99_ms,
        "mass_10k_s": 10_000 / row(MASS).per_second,
        "mass_10k_preview_s": 10_000 / row(PREVIEW).per_second,
    }


def limit(bench: Bench, clients: int, customers: list[int]) -> Sample:
    """The database alone, one order in each transaction.

    :raises UnableToMeasure: when fewer orders are there afterwards than were counted.
    """
    with bench.stage.connect("place") as connection:
        (before,) = connection.execute("SELECT coalesce(max(id), 0) FROM orders_order").fetchone() or (0,)
        with usage.spent(watched(bench.stage)) as spent:
            taken = bench.limit.drive(
                dsn=bench.stage.dsn("place"),
                folder=bench.stage.home,
                clients=clients,
                accounts=(customers[0], customers[-1]),
                service=bench.shop["services"][0],
                warm=bench.plan.warm,
                seconds=bench.plan.seconds,
            )
        (placed,) = connection.execute("SELECT count(*) FROM orders_order WHERE id > %s", [before]).fetchone() or (0,)
    if placed != taken.total:
        raise UnableToMeasure(f"The limit counted {taken.total} orders, and {placed} are there.")
    return Sample(
        count=taken.count, seconds=taken.seconds, p50_ms=taken.p50_ms, p95_ms=taken.p95_ms, p99_ms=taken.p99_ms,
        total=taken.total, cpu={**taken.cpu, **summed(spent)},
    )  # fmt: skip


def add(bench: Bench, web: Running, connections: int, keys: list[str], *others: Running) -> Sample:
    """Orders over the API, one after the other on each connection."""
    asked = {
        "kind": "add",
        "connections": connections,
        "seconds": bench.plan.seconds,
        "warm": bench.plan.warm,
        "keys": keys,
        "service": bench.shop["services"][0],
        "name": f"b{secrets.token_hex(4)}",
    }
    return loaded(bench.stage, asked, web, *others)


def status(bench: Bench, web: Running, database: str) -> Sample:
    """The status of 100 orders of one customer at once, over a few connections."""
    statement = """
        SELECT customer_id, array_agg(id::text) FROM (
            SELECT customer_id, id, row_number() OVER (PARTITION BY customer_id ORDER BY id) AS n
              FROM orders_order WHERE customer_id = ANY(%s)) AS o
         WHERE n <= %s GROUP BY customer_id"""
    keys = dict(zip(bench.shop["customers"], bench.shop["keys"], strict=True))
    with bench.stage.connect(database) as connection:
        found = connection.execute(statement, [bench.shop["customers"][:20], STATUS_IDS]).fetchall()
    asks = [(keys[int(str(customer))], ",".join(ids)) for customer, ids in found]  # type: ignore[arg-type]
    timing = {"seconds": bench.plan.seconds, "warm": bench.plan.warm}
    return loaded(bench.stage, {"kind": "status", "connections": 8, "asks": asks, **timing}, web)


class Mass:
    """Mass orders of one customer, by the site's own form: a preview, then the order of what was previewed."""

    def __init__(self, bench: Bench, web: Running, browser: Browser) -> None:
        self._bench, self._web, self._browser = bench, web, browser
        self._page = ""
        self._text = ""

    def preview(self) -> Sample:
        """Send lines that nobody has ordered before."""
        self._page = self._browser.get(MASS_PATH)
        run = secrets.token_hex(4)
        service, count = self._bench.shop["services"][0], self._bench.plan.mass_lines
        lines = (f"{service} | https://t.me/m{run}{n} | {QUANTITY}" for n in range(count))
        self._text = "\n".join(lines)
        return self._sent({**hidden(self._page), "lines": self._text, "preview": "1"}, 'name="batch"')

    def place(self) -> Sample:
        """Order what was previewed."""
        return self._sent({**hidden(self._page), "lines": self._text, "place": "1"}, f"<dd>{self._count:,}</dd>")

    @property
    def _count(self) -> int:
        return self._bench.plan.mass_lines

    def _sent(self, fields: dict[str, str], mark: str) -> Sample:
        with usage.spent(watched(self._bench.stage, self._web)) as spent:
            self._page, ms = self._browser.timed(MASS_PATH, fields)
        if mark not in self._page:
            raise UnableToMeasure("A mass order was not taken.")
        one = sample([ms], seconds=ms / 1000, total=self._count, cpu=summed(spent))
        return Sample(
            count=self._count, seconds=one.seconds, p50_ms=ms, p95_ms=ms, p99_ms=ms, total=self._count, cpu=one.cpu
        )
