"""What a browser sees of a page on a slow line and a slow processor: paints, shifts, and answers to real input.

Paints, shifts and events are the browser's own records (PerformanceObserver), as Core Web Vitals are counted from.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Browser, BrowserContext, CDPSession, Page

# Begins before anything of the page does.
_WATCH = """
window.seen = {paint: 0, shift: 0, slowest: 0, what: ""};
new PerformanceObserver((all) => { for (const each of all.getEntries()) seen.paint = each.startTime; })
  .observe({type: "largest-contentful-paint", buffered: true});
new PerformanceObserver((all) => {
  for (const each of all.getEntries()) if (!each.hadRecentInput) seen.shift += each.value;
}).observe({type: "layout-shift", buffered: true});
new PerformanceObserver((all) => {
  for (const each of all.getEntries()) {
    if (each.interactionId && each.duration > seen.slowest) { seen.slowest = each.duration; seen.what = each.name; }
  }
}).observe({type: "event", durationThreshold: 16, buffered: true});
"""
SETTLED_MS = 1500
PATIENCE_MS = 60_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A line to the desk and the processor at its end.

    :param kbit: kilobits in a second, both ways.
    :param delay_ms: for there and back.
    :param slower: how many times slower the processor is.
    """

    kbit: int
    delay_ms: int
    slower: int


MOBILE = Line(kbit=1_600, delay_ms=150, slower=4)
POOR = Line(kbit=400, delay_ms=400, slower=4)
HERE = Line(kbit=0, delay_ms=0, slower=4)


def watch(context: BrowserContext) -> None:
    """Have every page of this browser keep its records from the beginning."""
    context.add_init_script(_WATCH)


def slow_down(page: Page, line: Line) -> CDPSession:
    """Give a page this line and processor."""
    session = page.context.new_cdp_session(page)
    if line.kbit:
        speed = line.kbit * 1000 / 8
        asked = {"offline": False, "latency": line.delay_ms, "downloadThroughput": speed, "uploadThroughput": speed}
        session.send("Network.enable")
        session.send("Network.emulateNetworkConditions", asked)
    session.send("Emulation.setCPUThrottlingRate", {"rate": line.slower})
    return session


def told(page: Page) -> dict[str, Any]:
    """What the page has seen so far."""
    found: dict[str, Any] = page.evaluate("seen")
    return found


def painted(browser: Browser, state: Any, address: str, line: Line, *, size: Mapping[str, int]) -> tuple[float, float]:
    """Open a page for the first time over a line: its largest paint in ms, and how far it shifted."""
    context = browser.new_context(storage_state=state, viewport=size)  # type: ignore[arg-type]
    watch(context)
    page = context.new_page()
    slow_down(page, line)
    page.goto(address, wait_until="load", timeout=PATIENCE_MS)
    page.wait_for_timeout(SETTLED_MS)
    found = told(page)
    context.close()
    return float(found["paint"]), float(found["shift"])


Act = Callable[[Page], None]


def answered(
    browser: Browser, state: Any, address: str, acts: Sequence[Act], *, size: Mapping[str, int]
) -> tuple[float, str, float]:
    """Click and type on a page with a slow processor.

    :returns: the slowest answer to any of it in ms, to what, and how far the page shifted by itself.
    """
    context = browser.new_context(storage_state=state, viewport=size)  # type: ignore[arg-type]
    watch(context)
    page = context.new_page()
    page.set_default_timeout(PATIENCE_MS)
    page.goto(address, wait_until="load")
    slow_down(page, HERE)
    for act in acts:
        act(page)
        page.wait_for_timeout(SETTLED_MS)
    found = told(page)
    context.close()
    return float(found["slowest"]), str(found["what"]), float(found["shift"])
