"""Every page, open menus and error states included: axe-core finds nothing, nothing is scrolled sideways or hidden.

Light and dark, in both directions, at three widths (U-1, U-3), and at 400 % (U-4). Whether a page fits is measured in
all of them. axe-core takes its time, and what it says hangs on the theme and on the width more than on the direction:
it looks at both themes at the narrowest and at the widest, and at every pair of theme and direction somewhere.
"""

from collections.abc import Iterator
from itertools import product

import pytest
from django.core.cache import cache
from playwright.sync_api import Browser
from tests.browser.every_page import GROUPS, Row, open_shop
from tests.browser.window import Window
from tests.receipts import SOURCE, Script
from tests.shop import NOON

from sevenpanel.deposits import commands
from sevenpanel.deposits.sources import registry

LOOKS = tuple(product(("light", "dark"), ("ltr", "rtl")))
ASKED = {
    360: (("light", "rtl"), ("dark", "ltr")),
    768: (("dark", "rtl"),),
    1440: (("light", "ltr"), ("dark", "rtl")),
}
ZOOMED = 320  # what is left of 1280 px at 400 %


@pytest.fixture
def window(hung_up: None, chromium: Browser, db: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Window]:
    """One window for all pages of a test."""
    cache.clear()
    monkeypatch.setitem(registry.ADAPTERS, "script", lambda _settings: Script())
    commands.save_source(name=SOURCE, kind="script", settings={}, now=NOON)
    context = chromium.new_context()
    yield Window(context.new_page(), open_shop())
    context.close()


def faults(window: Window, row: Row) -> dict[str, str]:
    """What is wrong with a page, and where it was seen last."""
    found: dict[str, str] = {}
    window.show(row)
    for width, asked in ASKED.items():
        window.widen(width)
        for theme, direction in LOOKS:
            window.wear(theme, direction)
            said = window.axe() if (theme, direction) in asked else []
            found |= dict.fromkeys([*said, *window.sideways()], f"{width} {theme} {direction}")
        found |= dict.fromkeys([] if row.first else window.covered(), f"{width}")
    window.widen(ZOOMED)
    found |= dict.fromkeys(window.sideways(), f"{ZOOMED}")
    return found


@pytest.mark.timeout(900)  # many pages, and a slow machine may have to draw them
@pytest.mark.parametrize("group", GROUPS)
def test_u1_axe_finds_nothing_and_u3_u4_nothing_is_hidden_or_scrolled_sideways(window: Window, group: str) -> None:
    found = [
        f"{row.at} {row.first[-12:]} at {where}: {what}"
        for row in GROUPS[group]
        for what, where in faults(window, row).items()
    ]

    assert "\n".join(found) == ""
