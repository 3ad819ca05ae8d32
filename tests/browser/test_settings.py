"""The settings panel in a browser: seen at once, kept, reached by keyboard, and never in the way (acceptance B-CFG)."""

from itertools import product

import pytest
from playwright.sync_api import Page, expect
from tests.browser.conftest import NewTab, Tab
from tests.browser.looking import look
from tests.browser.walking import sign_in
from tests.shop import Person, add_service, open_customer

from sevenpanel.accounts import queries
from sevenpanel.accounts.domain import Look, Sidenav, Theme

pytestmark = pytest.mark.django_db(transaction=True)

_GROUND = "getComputedStyle(document.body).backgroundColor"
_SIDE = "getComputedStyle(document.querySelector('.side')).backgroundColor"
LIGHT_GROUND, DARK_GROUND = "rgb(245, 247, 246)", "rgb(15, 21, 19)"
DARK_SIDE = "rgb(11, 18, 16)"


@pytest.fixture
def alice(transactional_db: None) -> Person:
    add_service()
    return open_customer("Alice", balance="10")


def opened(tab: Tab, person: Person, address: str = "/services/") -> Page:
    """A page of a person who is signed in, with the panel open."""
    sign_in(tab, person.email)
    tab.open(address)
    tab.page.get_by_role("button", name="Settings").click()
    return tab.page


def choose(page: Page, name: str) -> None:
    """Press one of the panel's choices, and wait until the server keeps it."""
    with page.expect_response(lambda answer: answer.url.endswith("/settings/") and answer.status == 204):
        page.locator("#settings").get_by_text(name, exact=True).click()


def test_what_is_chosen_is_seen_at_once_kept_and_there_at_the_first_paint(new_tab: NewTab, alice: Person) -> None:
    tab = new_tab(color_scheme="light")
    page = opened(tab, alice)
    assert (page.evaluate(_GROUND), page.evaluate(_SIDE)) == (LIGHT_GROUND, "rgb(255, 255, 255)")

    choose(page, "Navbar Fixed")
    page.locator("#settings").get_by_role("radio", name="Dark").first.check()
    page.locator("#settings").get_by_role("radio", name="Dark").last.check()

    expect(page.locator("html")).to_have_attribute("data-navbar", "static")
    assert (page.evaluate(_GROUND), page.evaluate(_SIDE)) == (DARK_GROUND, DARK_SIDE)
    page.wait_for_load_state("networkidle")
    assert queries.look(user_id=alice.user_id) == Look(theme=Theme.DARK, sidenav=Sidenav.DARK, is_navbar_fixed=False)
    page.add_init_script(f"document.addEventListener('DOMContentLoaded', () => {{ window.first = {_GROUND} }})")
    page.reload()
    assert page.evaluate("window.first") == DARK_GROUND


def test_who_chose_nothing_follows_the_system_and_goes_back_to_it(new_tab: NewTab, alice: Person) -> None:
    tab = new_tab(color_scheme="dark")
    page = opened(tab, alice)
    assert page.evaluate(_GROUND) == DARK_GROUND

    choose(page, "Light")
    assert page.evaluate(_GROUND) == LIGHT_GROUND
    choose(page, "Follow the system")
    assert page.evaluate(_GROUND) == DARK_GROUND
    page.emulate_media(color_scheme="light")
    assert page.evaluate(_GROUND) == LIGHT_GROUND


def test_the_panel_is_opened_and_left_by_keyboard_and_keeps_the_focus_meanwhile(new_tab: NewTab, alice: Person) -> None:
    tab = new_tab()
    sign_in(tab, alice.email)
    tab.open("/services/")
    page = tab.page
    gear = page.get_by_role("button", name="Settings")
    gear.focus()

    page.keyboard.press("Enter")
    inside = []
    for _ in range(12):
        page.keyboard.press("Tab")
        inside.append(
            page.evaluate(
                "!document.hasFocus() || document.activeElement === document.body"
                " || !!document.activeElement.closest('#settings')"
            )
        )
    page.keyboard.press("Escape")

    assert all(inside)
    expect(page.locator("#settings")).to_be_hidden()
    expect(gear).to_be_focused()


def test_below_a_desktop_s_width_the_sidenav_cannot_be_chosen_and_the_panel_says_why(
    new_tab: NewTab, alice: Person
) -> None:
    tab = new_tab(width=1199)
    page = opened(tab, alice)

    expect(page.locator("#settings").get_by_role("radio", name="White")).to_be_disabled()
    expect(page.get_by_text("You can change the sidenav type only on desktop view.")).to_be_visible()
    page.set_viewport_size({"width": 1200, "height": 800})
    expect(page.locator("#settings").get_by_role("radio", name="White")).to_be_enabled()
    expect(page.get_by_text("You can change the sidenav type only on desktop view.")).to_be_hidden()


def test_without_scripts_the_panel_is_a_page_with_a_form(new_tab: NewTab, alice: Person) -> None:
    tab = new_tab(scripts=False, color_scheme="light")
    page = opened(tab, alice)
    assert page.url.endswith("/settings/?")

    page.get_by_role("main").get_by_role("radio", name="Dark").last.check()
    page.get_by_role("main").get_by_role("button", name="Keep these settings").click()

    expect(page.get_by_text("Your settings are kept.")).to_be_visible()
    assert page.evaluate(_GROUND) == DARK_GROUND


# What a state paints: the ground, the bar and the sidenav by theme and by type of sidenav.
_PAINTED = """() => {
  const of = (selector) => getComputedStyle(document.querySelector(selector));
  const panel = document.querySelector("#settings").getBoundingClientRect();
  const end = document.documentElement.dir === "rtl" ? panel.left : document.documentElement.clientWidth - panel.right;
  return {
    ground: of("body").backgroundColor, bar: of(".bar").backgroundColor, bars: of(".bar").position,
    side: of(".side").display === "none" ? "" : of(".side").backgroundColor, end: Math.round(end),
    disabled: document.querySelector("[data-desktop]").disabled,
  };
}"""
GROUNDS = {"light": LIGHT_GROUND, "dark": DARK_GROUND}
SHEETS = {"light": "rgb(255, 255, 255)", "dark": "rgb(23, 31, 28)"}


@pytest.mark.parametrize("width", [360, 1440])
@pytest.mark.parametrize("direction", ["ltr", "rtl"])
def test_b_cfg_every_state_is_painted_as_it_says_fits_and_can_be_read(
    new_tab: NewTab, alice: Person, direction: str, width: int
) -> None:
    tab = new_tab(width=width, height=800)
    page = opened(tab, alice)

    for theme, sidenav, navbar in product(("light", "dark"), ("white", "dark"), ("fixed", "static")):
        state = {"dir": direction, "data-theme": theme, "data-sidenav": sidenav, "data-navbar": navbar}
        page.evaluate(
            "state => { for (const name in state) document.documentElement.setAttribute(name, state[name]) }", state
        )
        look(tab, f"settings-{direction}-{sidenav}-{navbar}", theme)
        side = DARK_SIDE if sidenav == "dark" else SHEETS[theme]
        assert page.evaluate(_PAINTED) == {
            "ground": GROUNDS[theme],
            "bar": SHEETS[theme],
            "bars": "sticky" if navbar == "fixed" else "relative",
            "side": side if width == 1440 else "",
            "end": 0,
            "disabled": width < 1200,
        }


def test_a_fixed_navbar_never_hides_what_has_the_focus(new_tab: NewTab, alice: Person) -> None:
    for _ in range(30):
        add_service()
    tab = new_tab(height=500)
    sign_in(tab, alice.email)
    tab.open("/services/")
    page = tab.page
    page.get_by_role("link", name="All versions").focus()

    hidden = []
    for _ in range(40):
        page.keyboard.press("Shift+Tab")
        hidden.append(
            page.evaluate("""async () => {
          for (const _ of [1, 2]) await new Promise(requestAnimationFrame);  // what scrolls has scrolled
          const box = document.activeElement.getBoundingClientRect();
          const bar = document.querySelector(".bar").getBoundingClientRect();
          return !document.activeElement.closest(".bar, .side, .skip") && box.height > 0 && box.bottom <= bar.bottom;
        }""")
        )

    assert not any(hidden)
