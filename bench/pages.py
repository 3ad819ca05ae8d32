"""What every page costs on a large desk, against the budgets (design: ux, B3): `.venv/bin/python -m bench.pages`.

It starts a desk of its own in a temporary folder, fills it with `sevenpanel demo --large`, signs in as the demo's
customer, and asks for each page: bytes, requests and hosts of the first visit and of a repeated one, the largest paint
over two slow lines, layout shift, answers to real clicks and typing with a processor four times as slow, and the 95th
percentile of the server's own time. Times are medians over rounds. Exit status 1 when a hard stop is passed; a machine
that does something else meanwhile measures more. `--small` fills little, to see that everything runs.
"""

import argparse
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection
from pathlib import Path
from statistics import median
from typing import Any

from bench import seen
from bench.weight import Weight
from playwright.sync_api import Browser, Page, sync_playwright

from sevenpanel.launch import ports
from sevenpanel.launch.bench.figures import percentile

CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
LOOPBACK = "127.0.0.1"
WAIT_SECONDS, FILL_SECONDS = 180, 1800
PHONE, SCREEN = {"width": 390, "height": 844}, {"width": 1280, "height": 800}
WARM = 10

# What is asked of every page: the target and the hard stop (B3).
BUDGETS = {
    "first_kb": (120.0, 160.0),
    "again_kb": (20.0, 40.0),
    "html_kb": (20.0, 30.0),
    "requests": (6.0, 10.0),
    "hosts": (0.0, 0.0),
    "lcp_ms": (1500.0, 2500.0),
    "lcp_poor_ms": (4000.0, 5000.0),
    "cls": (0.02, 0.1),
    "inp_ms": (100.0, 200.0),
    "p95_ms": (150.0, 300.0),
}


def _type(label: str, words: str) -> seen.Act:
    return lambda page: page.get_by_label(label, exact=True).first.press_sequentially(words, delay=80)


def _press(*keys: str) -> seen.Act:
    return lambda page: [page.keyboard.press(key) for key in keys] and None  # type: ignore[func-returns-value]


def _click(selector: str) -> seen.Act:
    return lambda page: page.locator(selector).first.click()


def _words(words: str) -> seen.Act:
    return lambda page: page.keyboard.type(words, delay=80)


PALETTE = (_press("Control+k"), _words("brazil"), _press("ArrowDown", "ArrowDown", "Escape"))
SETTINGS = (_click("[data-opens=settings]"), _click("#settings input[value=dark]"), _press("Escape"))
LOOK_FOR_SERVICE = "Search a service by name, category, network or id"


@dataclass(frozen=True, slots=True)
class Place:
    """A page, and what people do on it."""

    name: str
    path: str
    acts: tuple[seen.Act, ...] = ()


def _places(order: int, service: int, month: str) -> list[Place]:
    return [
        Place("home", "/", (*SETTINGS, *PALETTE)),
        Place("services", "/services/", (_type("Name, network or id", "telegram"), _click("main summary"), *PALETTE)),
        Place("services, searched", "/services/?q=brazil+telegram"),
        Place("services, last page", "/services/?page=100"),
        Place("service", f"/services/{service}/"),
        Place("new order", "/orders/new/", (_type(LOOK_FOR_SERVICE, "brazil telegram"),)),
        Place("new order of a service", f"/orders/new/?service={service}", (_type("Link", "t.me/northwind"),)),
        Place("mass order", "/orders/mass/"),
        Place("orders", "/orders/", (_click("#choose-all"), _type("Order id or link", "northwind"), *PALETTE)),
        Place("orders, partial", "/orders/?status=partial"),
        Place("orders, searched", "/orders/?q=northwind.example"),
        Place("order", f"/orders/{order}/"),
        Place("updates", "/updates/"),
        Place("updates of mine", "/updates/?mine=1"),
        Place("balance", "/balance/"),
        Place("statement of a month", f"/balance/{month}/"),
        Place("funds", "/funds/"),
        Place("funds history", "/funds/history/"),
        Place("tickets", "/tickets/"),
        Place("search", "/search/?q=brazil"),
        Place("palette's answer", "/search/found/?q=brazil"),
        Place("account", "/account/"),
        Place("keys", "/keys/"),
        Place("your data", "/data/"),
    ]


@dataclass
class Measured:
    """What one page costs."""

    name: str
    path: str
    figures: dict[str, float] = field(default_factory=dict)
    slowest: str = ""

    def marks(self) -> dict[str, str]:
        """A mark for each figure that misses its target, two for one beyond its hard stop."""
        return {
            name: "!" * ((figure > BUDGETS[name][0]) + (figure > BUDGETS[name][1]))
            for name, figure in self.figures.items()
            if name in BUDGETS
        }


@dataclass(frozen=True, slots=True)
class Desk:
    """A desk that runs, with its demo."""

    port: int
    home: Path
    environment: Mapping[str, str]

    @property
    def site(self) -> str:
        """Where it is."""
        return f"http://{LOOPBACK}:{self.port}"

    @property
    def demo(self) -> dict[str, Any]:
        """The demo's people."""
        found: dict[str, Any] = json.loads((self.home / "demo.json").read_text())
        return found

    def run(self, *arguments: str) -> str:
        """Run one of the desk's commands to its end, and return what it said."""
        done = subprocess.run(  # noqa: S603 - our own commands, no shell
            [sys.executable, "-m", "sevenpanel.cli", *arguments],
            env=self.environment, check=False, capture_output=True, text=True, timeout=FILL_SECONDS,
        )  # fmt: skip
        if done.returncode:
            raise SystemExit(f"`sevenpanel {arguments[0]}` failed:\n{done.stdout}{done.stderr}")
        return done.stdout


@contextmanager
def running(home: Path) -> Iterator[Desk]:
    """Start a desk, and stop it in order."""
    port = ports.any_free(LOOPBACK)
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("SEVENPANEL_", "DATABASE_URL", "PORT"))}
    environment = {**kept, "SEVENPANEL_HOME": str(home), "PORT": str(port)}
    desk = Desk(port, home, environment)
    with (home / "screen").open("wb") as screen:
        process = subprocess.Popen(
            [sys.executable, "-m", "sevenpanel.cli", "run"], env=environment, stdout=screen, stderr=screen
        )
    try:
        _until(lambda: b"Ctrl-C" in (home / "screen").read_bytes(), process, home / "screen")
        yield desk
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(WAIT_SECONDS)


def _until(happened: Callable[[], bool], process: "subprocess.Popen[bytes]", screen: Path) -> None:
    until = time.monotonic() + WAIT_SECONDS
    while not happened():
        if process.poll() is not None or time.monotonic() > until:
            raise SystemExit(f"The desk does not come up:\n{screen.read_text()}")
        time.sleep(0.2)


def signed_in(browser: Browser, desk: Desk) -> Any:
    """The cookies of the demo's customer."""
    customer = desk.demo["customer"]
    context = browser.new_context()
    page = context.new_page()
    page.goto(f"{desk.site}/accounts/login/")
    page.get_by_label("Email").fill(customer["email"])
    page.get_by_label("Password", exact=True).fill(customer["password"])
    page.get_by_role("main").get_by_role("button", name="Sign in").click()
    page.wait_for_url(f"{desk.site}/")
    state = context.storage_state()
    context.close()
    return state


def weigh(browser: Browser, state: Any, desk: Desk, place: Place) -> dict[str, float]:
    """Bytes, requests and hosts of the first visit, and the bytes of the next one."""
    # What goes through the service worker is not told with the page.
    context = browser.new_context(storage_state=state, service_workers="block")
    page = context.new_page()
    first, again = _opened(page, desk, place), _opened(page, desk, place)
    context.close()
    return {
        "first_kb": first.total / 1000,
        "again_kb": again.total / 1000,
        "html_kb": first.by_kind["Document"] / 1000,
        "requests": first.requests,
        "hosts": len(first.hosts - {f"{LOOPBACK}:{desk.port}"}),
    }


def _opened(page: Page, desk: Desk, place: Place) -> Weight:
    weight = Weight()
    line = weight.listen(page)
    page.goto(f"{desk.site}{place.path}", wait_until="load")
    page.wait_for_timeout(seen.SETTLED_MS)
    line.detach()
    return weight


def look(browser: Browser, state: Any, desk: Desk, place: Place, rounds: int) -> dict[str, float]:
    """The largest paint over both lines, and the worst shift of any round, on a phone."""
    address = f"{desk.site}{place.path}"
    mobile = [seen.painted(browser, state, address, seen.MOBILE, size=PHONE) for _ in range(rounds)]
    poor = [seen.painted(browser, state, address, seen.POOR, size=PHONE) for _ in range(rounds)]
    wide = seen.painted(browser, state, address, seen.MOBILE, size=SCREEN)
    return {
        "lcp_ms": median(paint for paint, _ in mobile),
        "lcp_poor_ms": median(paint for paint, _ in poor),
        "cls": max(shift for _, shift in (*mobile, *poor, wide)),
    }


def act(browser: Browser, state: Any, desk: Desk, place: Place, rounds: int) -> tuple[dict[str, float], str]:
    """The slowest answer to what people do on the page: the median of the rounds."""
    if not place.acts:
        return {}, ""
    address = f"{desk.site}{place.path}"
    found = sorted(seen.answered(browser, state, address, place.acts, size=SCREEN) for _ in range(rounds))
    slowest, what, _ = found[len(found) // 2]
    return {"inp_ms": slowest}, what


def serve(state: Any, desk: Desk, place: Place, requests: int) -> dict[str, float]:
    """The server's time for the page, one request after the other over one connection."""
    cookie = "; ".join(f"{each['name']}={each['value']}" for each in state["cookies"])
    line = HTTPConnection(LOOPBACK, desk.port, timeout=60)
    taken = []
    for _ in range(requests + WARM):
        begun = time.perf_counter()
        line.request("GET", place.path, headers={"Cookie": cookie, "Accept-Encoding": "gzip"})
        answer = line.getresponse()
        answer.read()
        if answer.status != 200:
            raise SystemExit(f"{place.path} answers {answer.status}.")
        taken.append(1000 * (time.perf_counter() - begun))
    line.close()
    return {"p95_ms": percentile(sorted(taken[WARM:]), 95), "p50_ms": median(taken[WARM:])}


def measure(browser: Browser, desk: Desk, places: Sequence[Place], asked: argparse.Namespace) -> list[Measured]:
    """Measure page after page."""
    state = signed_in(browser, desk)
    found = []
    for place in places:
        print(f"{time.strftime('%H:%M:%S')} {place.name}", file=sys.stderr, flush=True)
        one = Measured(place.name, place.path)
        one.figures |= serve(state, desk, place, asked.requests)
        if "server" not in asked.only:
            one.figures |= weigh(browser, state, desk, place)
            one.figures |= look(browser, state, desk, place, asked.rounds)
            inp, one.slowest = act(browser, state, desk, place, asked.rounds)
            one.figures |= inp
        found.append(one)
    return found


def table(found: Sequence[Measured]) -> str:
    """All on one screen, with the budgets at the head."""
    lines = [f"{'':<26}" + "".join(f"{name:>13}" for name in BUDGETS)]
    for n, what in enumerate(("target", "hard stop")):
        lines.append(f"{what:<26}" + "".join(f"{budget[n]:>13g}" for budget in BUDGETS.values()))
    for one in found:
        marks = one.marks()
        cells = (f"{one.figures[n]:.3g}{marks[n]}" if n in one.figures else "" for n in BUDGETS)
        lines.append(f"{one.name:<26}" + "".join(f"{cell:>13}" for cell in cells))
    return "\n".join(lines)


def _known(desk: Desk, browser: Browser) -> tuple[int, int]:
    """The newest order and the first service that the customer sees."""
    state = signed_in(browser, desk)
    context = browser.new_context(storage_state=state)
    page = context.new_page()
    page.goto(f"{desk.site}/orders/?status=completed")
    order = page.locator("a[href^='/orders/']").evaluate_all(
        "(links) => links.map((each) => each.pathname.match(/^\\/orders\\/(\\d+)\\/$/)).filter(Boolean)[0][1]"
    )
    page.goto(f"{desk.site}/services/")
    service = page.locator("[id^=service-]").first.get_attribute("id") or ""
    context.close()
    return int(order), int(service.removeprefix("service-"))


def main() -> int:
    """Fill, measure, print; 1 when a hard stop is passed."""
    parser = argparse.ArgumentParser(prog="python -m bench.pages", description=__doc__)
    parser.add_argument("--json", action="store_true", help="print one object instead of a table")
    parser.add_argument("--small", action="store_true", help="120 services and 300 orders: no figure means much")
    parser.add_argument("--requests", type=int, default=200, help="of each page, for the server's time")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--page", action="append", help="only this page, by its name; may be repeated")
    parser.add_argument("--only", action="append", default=[], choices=["server"], help="leave the browser's part out")
    parser.add_argument("--home", type=Path, help="keep the desk here, and use it again")
    asked = parser.parse_args()
    size = ["--services", "120", "--orders", "300"] if asked.small else []
    with tempfile.TemporaryDirectory(prefix="sevenpanel-pages-") as folder, sync_playwright() as play:
        home = asked.home or Path(folder)
        home.mkdir(parents=True, exist_ok=True)
        with running(home) as desk:
            begun = time.monotonic()
            print(desk.run("demo", "--large", *size), file=sys.stderr, flush=True)
            filled_s = time.monotonic() - begun
            # Root may not use Chromium's own sandbox; only our own pages are opened here.
            browser = play.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
            places = _places(*_known(desk, browser), time.strftime("%Y-%m"))
            found = measure(browser, desk, [p for p in places if not asked.page or p.name in asked.page], asked)
            browser.close()
    if asked.json:
        said = {one.name: {**one.figures, "path": one.path, "slowest": one.slowest} for one in found}
        print(json.dumps({"filled_s": round(filled_s, 1), "budgets": BUDGETS, "pages": said}, indent=1))
    else:
        print(f"filled in {filled_s:.0f} s\n{table(found)}")
    return int(any("!!" in one.marks().values() for one in found))


if __name__ == "__main__":
    sys.exit(main())
