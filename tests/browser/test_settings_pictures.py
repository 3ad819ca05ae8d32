"""The settings as they are painted: pictures of every state, compared with each other (acceptance B-CFG, 2 and 7).

Two pictures of one run differ by what was changed between them alone, on whatever machine. A fault that is planted into
the style turns the comparison red.
"""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import product

import pytest
from PIL import Image
from playwright.sync_api import Page
from tests.browser.conftest import NewTab
from tests.browser.pictures import Box, Colour, differing, differing_beside, main_colour, shot
from tests.browser.walking import sign_in
from tests.shop import Person, add_service, open_customer

pytestmark = pytest.mark.django_db(transaction=True)

HEIGHT = 600
GROUNDS: dict[str, Colour] = {"light": (245, 247, 246), "dark": (15, 21, 19)}
SHEETS: dict[str, Colour] = {"light": (255, 255, 255), "dark": (23, 31, 28)}
NIGHT: Colour = (11, 18, 16)
THEMES, SIDES, BARS = ("light", "dark"), ("white", "dark"), ("fixed", "static")

State = tuple[str, str, str]
_WEAR = """([theme, sidenav, navbar, direction]) => {
  Object.assign(document.documentElement.dataset, {theme, sidenav, navbar});
  document.documentElement.dir = direction;
}"""
_SCROLL = """async (top) => {
  scrollTo({top, behavior: "instant"});
  await Promise.all(document.getAnimations().map((each) => each.finished));
  await new Promise((painted) => requestAnimationFrame(() => requestAnimationFrame(painted)));
}"""
_BOX = """(selector) => {
  const box = document.querySelector(selector).getBoundingClientRect();
  return [box.left, box.top, Math.min(box.right, innerWidth), Math.min(box.bottom, innerHeight)].map(Math.round);
}"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pictures:
    """One state: at the top of the page, further down, and where its parts lie."""

    top: Image.Image
    down: Image.Image
    bar: Box
    side: Box | None


@pytest.fixture
def alice(transactional_db: None) -> Person:
    for _ in range(20):
        add_service()
    return open_customer("Alice", balance="10")


def at_services(new_tab: NewTab, person: Person, width: int) -> Page:
    tab = new_tab(width=width, height=HEIGHT, bypass_csp=True)
    sign_in(tab, person.email)
    tab.page.get_by_role("heading", name="Home").wait_for()
    tab.open("/services/")
    tab.page.mouse.move(1, 1)  # over nothing that would show it
    return tab.page


def taken(page: Page, state: State, direction: str) -> Pictures:
    """Put the page into a state, and take its pictures."""
    page.evaluate(_WEAR, [*state, direction])
    page.evaluate(_SCROLL, 0)
    top = shot(page)
    bar = tuple(page.evaluate(_BOX, ".bar"))
    is_shown = page.locator(".side").is_visible()
    side = tuple(page.evaluate(_BOX, ".side")) if is_shown else None
    page.evaluate(_SCROLL, 400)
    return Pictures(top=top, down=shot(page), bar=bar, side=side)


def all_of(page: Page, direction: str) -> dict[State, Pictures]:
    return {state: taken(page, state, direction) for state in product(THEMES, SIDES, BARS)}


def wrong_themes(found: dict[State, Pictures]) -> list[str]:
    """Between light and dark nearly everything differs, and the ground is that of the theme."""
    wrong = []
    for side, bar in product(SIDES, BARS):
        light, dark = found["light", side, bar], found["dark", side, bar]
        if differing(light.top, dark.top) < 0.7:
            wrong.append(f"light and dark look alike: {side} {bar}")
        for theme, picture in (("light", light), ("dark", dark)):
            wide = (picture.side[2] - picture.side[0]) if picture.side else 0
            ground = main_colour(picture.top, _beside(picture, wide))
            if ground not in (GROUNDS[theme], SHEETS[theme]):
                wrong.append(f"the ground of {theme} {side} {bar} is {ground}")
            if main_colour(picture.top, picture.bar) != SHEETS[theme]:
                wrong.append(f"the bar of {theme} {side} {bar} has another colour")
    return wrong


def _beside(picture: Pictures, wide: int) -> Box:
    """What lies beside the sidenav and below the bar."""
    at_end = picture.side is not None and picture.side[0] > 0
    left, right = (0, picture.top.width - wide) if at_end else (wide, picture.top.width)
    return left, picture.bar[3], right, picture.top.height


def wrong_sides(found: dict[State, Pictures]) -> list[str]:
    """Its type changes the sidenav, and nothing beside it; where there is no sidenav, nothing at all."""
    wrong = []
    for theme, bar in product(THEMES, BARS):
        white, dark = found[theme, "white", bar], found[theme, "dark", bar]
        if white.side is None:
            if differing(white.top, dark.top) > 0.001:
                wrong.append(f"something changes without a sidenav: {theme} {bar}")
            continue
        if differing_beside(white.top, dark.top, white.side) > 0.001:
            wrong.append(f"the sidenav's type changes something else: {theme} {bar}")
        for name, picture, expected in (("white", white, SHEETS[theme]), ("dark", dark, NIGHT)):
            if main_colour(picture.top, white.side) != expected:
                wrong.append(f"the {name} sidenav of {theme} {bar} is {main_colour(picture.top, white.side)}")
    return wrong


def wrong_bars(found: dict[State, Pictures]) -> list[str]:
    """A fixed bar is there further down as it was above, another one has left; at the top both look the same."""
    wrong = []
    for theme, side in product(THEMES, SIDES):
        fixed, static = found[theme, side, "fixed"], found[theme, side, "static"]
        if differing(fixed.top, static.top, [fixed.bar]) > 0.001:
            wrong.append(f"the bar looks another way where it is fixed: {theme} {side}")
        if differing(fixed.top, fixed.down, [fixed.bar]) > 0.001:
            wrong.append(f"the fixed bar does not stay: {theme} {side}")
        if differing(static.top, static.down, [static.bar]) < 0.02:
            wrong.append(f"the bar that is not fixed stays: {theme} {side}")
    return wrong


CHECKS: tuple[Callable[[dict[State, Pictures]], list[str]], ...] = (wrong_themes, wrong_sides, wrong_bars)


@pytest.mark.parametrize("width", [360, 1440])
@pytest.mark.parametrize("direction", ["ltr", "rtl"])
def test_b_cfg_the_pictures_of_all_states_differ_by_what_was_chosen_and_by_nothing_else(
    new_tab: NewTab, alice: Person, direction: str, width: int
) -> None:
    page = at_services(new_tab, alice, width)

    found = all_of(page, direction)

    assert [fault for check in CHECKS for fault in check(found)] == []
    for picture in found.values():
        assert (picture.side is None) == (width == 360)
        assert picture.side is None or (picture.side[0] > 0) == (direction == "rtl")


@pytest.mark.parametrize(
    ("style", "check"),
    [
        (".bar { position: relative !important }", wrong_bars),
        (".side { background: #fff !important }", wrong_sides),
        ("[data-sidenav=dark] main { padding-inline: 0 !important }", wrong_sides),
        ("body, .card, .rows { background: #fff !important }", wrong_themes),
    ],
)
def test_b_cfg_a_fault_that_is_planted_into_the_style_is_seen(
    new_tab: NewTab, alice: Person, style: str, check: Callable[[dict[State, Pictures]], list[str]]
) -> None:
    page = at_services(new_tab, alice, 1440)
    page.add_style_tag(content=style)

    assert check(all_of(page, "ltr")) != []


@pytest.mark.parametrize("width", [360, 1440])
@pytest.mark.parametrize("direction", ["ltr", "rtl"])
def test_b_cfg_the_panel_lies_at_the_end_of_the_line_over_a_page_that_stays_as_it_is(
    new_tab: NewTab, alice: Person, direction: str, width: int
) -> None:
    page = at_services(new_tab, alice, width)
    page.evaluate(_WEAR, ["light", "white", "fixed", direction])
    closed = shot(page)

    page.get_by_role("button", name="Settings").press("Enter")
    page.locator("#settings").wait_for()
    opened = shot(page)
    left, top, right, bottom = page.evaluate(_BOX, "#settings")

    assert (left == 0) if direction == "rtl" else (right == width)
    assert (top, bottom) == (0, HEIGHT)
    assert main_colour(opened, (left, top, right, bottom)) == SHEETS["light"]
    rest = (right, 0, width, HEIGHT) if direction == "rtl" else (0, 0, left, HEIGHT)
    assert differing(closed, opened, [rest]) > 0.9  # it is veiled
    page.keyboard.press("Escape")
    page.locator("#settings").wait_for(state="hidden")
    page.evaluate("document.activeElement.blur()")
    assert differing(closed, shot(page)) < 0.001
