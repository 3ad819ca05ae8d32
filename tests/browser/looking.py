"""How a page looks: no sideways scroll, enough contrast, targets that a finger hits, and a picture to look at."""

from pathlib import Path

from playwright.sync_api import Page
from tests.browser.conftest import Tab

PICTURES = Path(__file__).parents[2] / "test-results"

# The contrast of every visible text with the nearest background behind it (WCAG 2.2, 1.4.3: 4.5, large 3).
LOW_CONTRAST = """() => {
  const channels = (color) => color.match(/[\\d.]+/g).map(Number);
  const light = ([r, g, b]) => [r, g, b].map((c) => c / 255)
    .map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4))
    .reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
  const behind = (node) => {
    for (let at = node; at; at = at.parentElement) {
      const color = channels(getComputedStyle(at).backgroundColor);
      if (color.length === 3 || color[3] === 1) return color;
    }
    return [255, 255, 255];
  };
  const low = [];
  for (const node of document.querySelectorAll("body *")) {
    const own = [...node.childNodes].some((child) => child.nodeType === 3 && child.textContent.trim());
    if (!own || !node.checkVisibility()) continue;
    const style = getComputedStyle(node);
    const [one, two] = [light(channels(style.color)), light(behind(node))].sort((a, b) => b - a);
    const size = parseFloat(style.fontSize);
    const large = size >= 24 || (size >= 18.66 && style.fontWeight >= 700);
    const ratio = (one + 0.05) / (two + 0.05);
    if (ratio < (large ? 3 : 4.5)) low.push(`${node.tagName} ${node.textContent.trim().slice(0, 30)} ${ratio}`);
  }
  return low;
}"""


def look(tab: Tab, name: str, scheme: str) -> None:
    """Take a picture of the page as it is, and see that everybody can read it."""
    width = tab.page.viewport_size["width"] if tab.page.viewport_size else 0
    tab.page.wait_for_load_state()
    PICTURES.mkdir(exist_ok=True)
    tab.page.screenshot(path=PICTURES / f"{name}-{width}-{scheme}.png", full_page=True)
    assert _sideways(tab.page) <= 0, name
    assert tab.page.evaluate(LOW_CONTRAST) == [], name
    assert _small_targets(tab.page) == [], name


def _sideways(page: Page) -> int:
    over = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert isinstance(over, int)
    return over


def _small_targets(page: Page) -> object:
    """Buttons, fields and links of their own that are smaller than 24 px (WCAG 2.5.8)."""
    return page.evaluate("""() => [...document.querySelectorAll("button, select, summary, input, nav a, a.button")]
      .filter((node) => node.checkVisibility() && node.type !== "hidden" && node.type !== "radio")
      .map((node) => [node.outerHTML.slice(0, 80), node.getBoundingClientRect()])
      .filter(([, box]) => box.height < 24 || box.width < 24).map(([html]) => html)""")
