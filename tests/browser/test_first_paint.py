"""The first paint of a page: dark where dark was chosen, before any script has run (acceptance B-CFG, 2)."""

import pytest
from PIL import Image
from playwright.sync_api import Page, Route
from tests.browser.conftest import NewTab
from tests.browser.pictures import main_colour, shot
from tests.browser.walking import sign_in
from tests.shop import open_customer
from tests.waiting import until

from sevenpanel.accounts import commands
from sevenpanel.accounts.domain import Look, Theme

pytestmark = pytest.mark.django_db(transaction=True)

# The ground of a page, and that of the sheets on it.
DARK = ((15, 21, 19), (23, 31, 28))

_PAINTED = "performance.getEntriesByType('paint').some((entry) => entry.name === 'first-contentful-paint')"


def first_paint(page: Page) -> Image.Image:
    """The page as it is painted while every script is still on its way."""
    page.route("**/*.js", lambda _route: None)  # never answered
    page.reload(wait_until="commit")
    until(lambda: bool(page.evaluate(_PAINTED)))
    return shot(page)


def bare(route: Route) -> None:
    """A page whose theme only a script would set."""
    answer = route.fetch()
    body = answer.text().replace('data-theme="dark"', "").replace('content="dark"', 'content="light dark"')
    route.fulfill(response=answer, body=body)


@pytest.mark.parametrize("is_planted", [False, True])
def test_b_cfg_the_first_paint_is_dark_where_dark_was_chosen_before_any_script_has_run(
    new_tab: NewTab, is_planted: bool
) -> None:
    alice = open_customer("Alice", balance="10")
    commands.keep_look(user_id=alice.user_id, look=Look(theme=Theme.DARK))
    tab = new_tab(height=600, color_scheme="light")
    sign_in(tab, alice.email)
    tab.page.get_by_role("heading", name="Home").wait_for()
    if is_planted:
        tab.page.route(f"{tab.base}/", bare)

    picture = first_paint(tab.page)

    assert (main_colour(picture) in DARK) is not is_planted, main_colour(picture)
