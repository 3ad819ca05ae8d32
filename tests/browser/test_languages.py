"""The main pages in a language that runs from right to left, and in one whose words are all longer (U-14, U-15)."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.test import override_settings
from tests.browser.conftest import NewTab, Tab
from tests.browser.looking import look
from tests.browser.walking import sign_in
from tests.history import placed
from tests.shop import Person, add_service, open_customer

from sevenpanel.accounts import commands
from sevenpanel.accounts.domain import Language
from sevenpanel.web.catalogues import DOMAIN, SOURCES, compiled, read

pytestmark = pytest.mark.django_db(transaction=True)

# How much longer words get in other languages than they are in English, or so (U-14).
LONGER = 0.4


def stretched(text: str) -> str:
    """A text in brackets and longer by two fifths; what is filled in stays, and so do spaces at its ends."""
    bare = text.strip()
    if not bare:
        return text
    joint = " " if " " in bare else ""
    more = " ".join(["öñgçêx"] * 40)[: max(2, round(len(bare) * LONGER))].strip()
    return text.replace(bare, f"[{bare}{joint}{more}]")


@pytest.fixture
def stretched_site(tmp_path: Path) -> Iterator[None]:
    """Every message of the site longer, in place of its Spanish."""
    source = read((SOURCES / "es" / DOMAIN).with_suffix(".po").read_text(encoding="utf-8"))
    said = {key: [stretched(each) for each in key.split("\x04")[-1].split("\0")] for key in source if key}
    target = (tmp_path / "es" / DOMAIN).with_suffix(".mo")
    target.parent.mkdir(parents=True)
    target.write_bytes(compiled({**said, "": source[""]}))
    with override_settings(LOCALE_PATHS=[str(tmp_path)]):
        yield


def walk(tab: Tab, alice: Person, name: str, scheme: str) -> None:
    """Look at the pages that a customer uses most."""
    service, _ = add_service(), add_service("A package")
    order = placed(alice, service)
    sign_in(tab, alice.email)
    tab.page.get_by_role("link", name="Skip to the content").wait_for(state="attached")
    commands.keep_language(user_id=alice.user_id, language=Language(name))
    for page, address in {
        "home": "/", "new": f"/orders/new/?service={service}", "orders": "/orders/", "order": f"/orders/{order}/",
        "services": "/services/", "service": f"/services/{service}/", "funds": "/funds/", "tickets": "/tickets/",
        "ticket-new": "/tickets/new/", "settings": "/settings/", "mass": "/orders/mass/", "balance": "/balance/",
    }.items():  # fmt: skip
        tab.open(address)
        assert tab.page.locator("html").get_attribute("lang") == name, page
        look(tab, f"{name}-{page}", scheme)


@pytest.mark.parametrize(("width", "scheme"), [(360, "light"), (1440, "dark")])
def test_the_main_pages_fit_and_can_be_read_from_right_to_left(new_tab: NewTab, width: int, scheme: str) -> None:
    tab = new_tab(width=width, height=800, color_scheme=scheme)

    walk(tab, open_customer("Alice", balance="98765.4321"), "fa", scheme)

    assert tab.page.locator("html").get_attribute("dir") == "rtl"


def test_words_that_are_longer_by_two_fifths_break_no_page(new_tab: NewTab, stretched_site: None) -> None:
    assert settings.LANGUAGE_CODE == "en"
    tab = new_tab(width=360, height=800, color_scheme="light")

    walk(tab, open_customer("Alice", balance="98765.4321"), "es", "light")

    assert "[Skip to the content" in (tab.page.locator(".skip").text_content() or "")
