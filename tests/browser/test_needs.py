"""Every page for people who need another look of it: forced colours, no movement, text of double size, dark, a thumb.

One touch screen per group of pages; each page is opened once and looked at under all of these (U-3, U-19).
"""

from collections.abc import Iterator

import pytest
from django.core.cache import cache
from playwright.sync_api import Browser
from tests.browser.every_page import GROUPS, Row, open_shop
from tests.browser.looking import LOW_CONTRAST
from tests.browser.window import Window
from tests.receipts import SOURCE, Script
from tests.shop import NOON

from sevenpanel.deposits import commands
from sevenpanel.deposits.sources import registry

PHONE, DESKTOP = 360, 1280  # px

# What is pressed is a square of 44 px at least, with its label, when a thumb presses it; links within a sentence aside.
_SMALL = """() => {
  const pressed = "button, .button, select, textarea, summary, nav a, .pages a, .crumbs a, " +
    "input:not([type=hidden]):not([type=radio]):not([type=checkbox]), label:has(+ input, > input), input + label";
  const found = [];
  for (const node of document.querySelectorAll(pressed)) {
    if (!node.checkVisibility() || node.matches(".unseen, .contents a, [tabindex='-1']")) continue;
    const boxes = [node, ...(node.labels ?? []), ...(node.control ? [node.control] : [])]
      .map((each) => each.getBoundingClientRect()).filter((box) => box.width > 1);
    const height = Math.max(...boxes.map((box) => box.bottom)) - Math.min(...boxes.map((box) => box.top));
    const least = node.closest(".contents") ? 24 : 44;
    if (height < least - 0.5) found.push(`${Math.round(height)} px high: ${node.outerHTML.slice(0, 110)}`);
  }
  return found;
}"""

# Text that its own box cuts off, and words that stick out of what is pressed.
_CUT = """() => {
  const found = [];
  for (const node of document.querySelectorAll("body *")) {
    if (!node.checkVisibility() || node.closest(".unseen, .sprite, svg, .skip, [hidden]")) continue;
    if (node.matches("input, select, textarea, progress, option, pre, .palette, .panel, dialog")) continue;
    const style = getComputedStyle(node);
    const holds = node.textContent.trim() !== "";
    const hides = ["hidden", "clip"].includes(style.overflowX) || ["hidden", "clip"].includes(style.overflowY);
    const over = node.scrollWidth > node.clientWidth + 1 || node.scrollHeight > node.clientHeight + 2;
    if (holds && hides && over && node.clientWidth > 1) found.push(`cut: ${node.outerHTML.slice(0, 110)}`);
    if (node.matches("button, .button, .chip, .tabs a, .purse") && node.scrollWidth > node.clientWidth + 1) {
      found.push(`sticks out: ${node.outerHTML.slice(0, 110)}`);
    }
  }
  return found;
}"""

# With forced colours no background is left: what is pressed has a line around it, and what is chosen another sign.
_FORCED = """() => {
  const found = [];
  const lined = (style) => ["Top", "Bottom"].every((side) => style[`border${side}Style`] !== "none" &&
    parseFloat(style[`border${side}Width`]) >= 1 && style[`border${side}Color`] !== style.backgroundColor);
  for (const node of document.querySelectorAll("button, .button, select, textarea, input:not([type=hidden])")) {
    if (!node.checkVisibility() || ["radio", "checkbox", "file"].includes(node.type)) continue;
    if (!lined(getComputedStyle(node))) found.push(`no line around: ${node.outerHTML.slice(0, 110)}`);
  }
  for (const node of document.querySelectorAll("input[type=checkbox], input[type=radio]")) {
    if (node.checkVisibility() && getComputedStyle(node).appearance === "none") {
      found.push(`drawn by colour: ${node.outerHTML.slice(0, 110)}`);
    }
  }
  const sign = (node) => {
    const style = getComputedStyle(node);
    const {borderTopWidth, borderTopColor, outlineStyle, fontWeight, textDecorationLine} = style;
    return [borderTopWidth, borderTopColor, outlineStyle, fontWeight, textDecorationLine].join();
  };
  for (const node of document.querySelectorAll("[aria-current]")) {
    const other = node.closest("ul, nav, p")?.querySelector("a:not([aria-current])");
    if (node.checkVisibility() && other && sign(node) === sign(other)) {
      found.push(`where one is shows in the background alone: ${node.outerHTML.slice(0, 110)}`);
    }
  }
  const reached = document.querySelectorAll("main a[href], main button, main input:not([type=hidden])");
  for (const node of [...reached].slice(0, 12)) {
    if (!node.checkVisibility() || node.disabled) continue;
    node.focus();
    const style = getComputedStyle(node);
    if (document.activeElement === node && (style.outlineStyle === "none" || parseFloat(style.outlineWidth) < 2)) {
      found.push(`no line at the focus: ${node.outerHTML.slice(0, 110)}`);
    }
  }
  document.activeElement.blur();
  return found;
}"""

_MOVING = """() => [...document.querySelectorAll("*")].filter((node) => {
  const style = getComputedStyle(node);
  return style.animationName !== "none" || style.transitionDuration.split(",").some((each) => parseFloat(each) > 0);
}).map((node) => `moves: ${node.outerHTML.slice(0, 110)}`).concat(
  document.getAnimations().map(() => "an animation runs"))"""


@pytest.fixture
def window(hung_up: None, chromium: Browser, db: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Window]:
    """One touch screen for all pages of a test."""
    cache.clear()
    monkeypatch.setitem(registry.ADAPTERS, "script", lambda _settings: Script())
    commands.save_source(name=SOURCE, kind="script", settings={}, now=NOON)
    context = chromium.new_context(has_touch=True, is_mobile=True, viewport={"width": PHONE, "height": 800})
    yield Window(context.new_page(), open_shop())
    context.close()


def faults(window: Window, row: Row) -> dict[str, str]:
    """What is wrong with a page, and under which need."""
    page, found = window.page, {}
    window.widen(PHONE)
    window.show(row)
    found |= dict.fromkeys(page.evaluate(_SMALL), "by thumb")
    window.wear("dark", "ltr")
    found |= dict.fromkeys(page.evaluate(LOW_CONTRAST), "in the dark")
    window.wear("light", "ltr")
    page.emulate_media(forced_colors="active", reduced_motion="reduce")
    found |= dict.fromkeys([*page.evaluate(_FORCED), *page.evaluate(_MOVING)], "in forced colours and stillness")
    page.emulate_media(forced_colors="none", reduced_motion="no-preference")
    found |= dict.fromkeys(page.evaluate(_CUT), "on a phone")
    window.enlarge(2)
    found |= dict.fromkeys(page.evaluate(_CUT), "on a phone with double text")
    window.widen(DESKTOP)
    found |= dict.fromkeys([*page.evaluate(_CUT), *window.sideways()], "on a desktop with double text")
    window.enlarge(1)
    return found


@pytest.mark.timeout(600)
@pytest.mark.parametrize("group", GROUPS)
def test_u19_every_page_serves_forced_colours_stillness_double_text_the_dark_and_u3_a_thumb(
    window: Window, group: str
) -> None:
    found = [
        f"{row.at} {row.first[-12:]} {where}: {what}"
        for row in GROUPS[group]
        for what, where in faults(window, row).items()
    ]

    assert "\n".join(found) == ""
