"""A window that shows the rows of every_page.py without a server: what the site answers is handed to it directly."""

from importlib import resources
from pathlib import Path
from urllib.parse import urlsplit

from django.contrib.staticfiles import finders
from playwright.sync_api import Page, Route
from tests.browser.every_page import Row, Shop

HOST = "http://7panel.test"
AXE = (resources.files("axe_playwright_python") / "axe.min.js").read_text()
PATIENCE = 120_000  # ms
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]

_LOOK = """([theme, direction]) => {
  document.documentElement.dataset.theme = theme;
  document.documentElement.dir = direction;
}"""
_FAULTS = """async (rules) => {
  const said = await axe.run(document, {runOnly: {type: "tag", values: rules}, resultTypes: ["violations"]});
  return said.violations.flatMap((fault) => fault.nodes.map((node) => `${fault.id}: ${node.html.slice(0, 160)}`));
}"""
_OPEN_ALL = "document.querySelectorAll('main details').forEach((each) => { each.open = true; })"
_SIDEWAYS = "document.documentElement.scrollWidth - document.documentElement.clientWidth"

# Everything that the Tab key reaches gets the focus, and is asked for at its own middle (WCAG 2.2, 2.4.11).
_COVERED = """() => {
  const fields = "button:enabled, input:enabled:not([type=hidden]), select:enabled, textarea";
  const reached = `a[href], ${fields}, summary, [tabindex='0']`;
  const covered = [];
  for (const node of document.querySelectorAll(reached)) {
    if (!node.checkVisibility() || node.closest(".menu[open] nav")) continue;
    node.focus();
    const box = [...node.getClientRects()].find((each) => each.width > 4 && each.height > 4);
    if (!box) continue;
    const x = Math.min(Math.max(box.x + box.width / 2, 1), innerWidth - 1);
    const y = Math.min(Math.max(box.y + Math.min(box.height, innerHeight) / 2, 1), innerHeight - 1);
    const there = document.elementFromPoint(x, y);
    const belongs = there && (node.contains(there) || there.contains(node) || there.control === node);
    if (!belongs) covered.push(`the focus is hidden: ${node.outerHTML.slice(0, 120)}`);
  }
  document.activeElement.blur();
  scrollTo(0, 0);
  return covered;
}"""


class Window:
    """Shows one row at a time; theme, direction and width change in place."""

    def __init__(self, page: Page, shop: Shop) -> None:
        self.page, self._shop = page, shop
        self._document = b""
        self._browser = page.context.new_cdp_session(page)
        page.set_default_timeout(PATIENCE)
        page.add_init_script(AXE)
        page.route("**/*", self._asked)

    def show(self, row: Row) -> None:
        """Open a page and bring it into its state."""
        answer = self._shop.answer(row)
        assert answer.status_code in (200, 400, 403, 404, 422), (row, answer.status_code)
        path = answer.request["PATH_INFO"]
        assert self._shop.shows(row, path), (row, path)
        self._document = answer.content
        self.page.goto(f"{HOST}{path}")
        self.page.evaluate(_OPEN_ALL)
        if row.first:
            self.page.evaluate(row.first)

    def wear(self, theme: str, direction: str) -> None:
        """Light or dark, left to right or right to left."""
        self.page.evaluate(_LOOK, [theme, direction])

    def widen(self, width: int) -> None:
        """Another width."""
        self.page.set_viewport_size({"width": width, "height": 800})

    def enlarge(self, times: int) -> None:
        """Text of another size, as people set it in their browsers."""
        sizes = {"standard": 16 * times, "fixed": 13 * times}
        self._browser.send("Page.setFontSizes", {"fontSizes": sizes})

    def axe(self) -> list[str]:
        """What axe-core finds."""
        found: list[str] = self.page.evaluate(_FAULTS, RULES)
        return found

    def covered(self) -> list[str]:
        """What the focus reaches and nobody sees."""
        found: list[str] = self.page.evaluate(_COVERED)
        return found

    def sideways(self) -> list[str]:
        """Whether the page has to be scrolled sideways."""
        over: int = self.page.evaluate(_SIDEWAYS)
        return [f"{over} px too wide"] if over > 0 else []

    def _asked(self, route: Route) -> None:
        path = urlsplit(route.request.url).path
        if route.request.resource_type == "document":
            route.fulfill(body=self._document, content_type="text/html; charset=utf-8")
        elif path.startswith("/static/") and (found := finders.find(path.removeprefix("/static/"))):
            route.fulfill(path=Path(found))
        else:  # pictures of codes, and questions of scripts: their own tests look at them
            route.fulfill(status=204)
