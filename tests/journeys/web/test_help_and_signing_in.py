"""Help stands in the same place on every page (WCAG 3.2.6), and nobody has to solve anything to sign in (3.3.8)."""

from html.parser import HTMLParser
from typing import Any

import pytest
from tests.browser.every_page import GROUPS, Row, Shop, open_shop
from tests.receipts import SOURCE, Script
from tests.shop import NOON

from sevenpanel.deposits import commands
from sevenpanel.deposits.sources import registry

pytestmark = pytest.mark.django_db

# What helps: support, and what explains the desk. Each is a link of the frame around a page.
HELP = ("/tickets/", "/terms/", "/privacy/", "/status/")
# What a browser or a password manager fills in by itself, by the name of the field (HTML, autofill).
FILLED = {
    "login": "email", "email": "email", "password": "current-password", "password1": "new-password",
    "password2": "new-password", "code": "one-time-code",
}  # fmt: skip
# Each would have to be recognized, solved or copied by eye.
PUZZLES = {"canvas", "img", "iframe", "audio", "video", "object"}
DOORS = (
    "account_login", "account_signup", "account_reset_password", "mfa_authenticate", "mfa_reauthenticate",
    "account_reauthenticate",
)  # fmt: skip


class _Page(HTMLParser):
    """The links of the frame in the order of the page, and what forms ask for."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.fields: dict[str, dict[str, str | None]] = {}
        self.tags: set[str] = set()
        self._in_main = False
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self._in_main |= tag == "main"
        if tag == "a" and not self._in_main:
            self.links.append(given.get("href") or "")
        if tag == "input" and given.get("type") != "hidden":
            self.fields[given.get("name") or ""] = given
        if self._in_main:
            self.tags.add(tag)

    def handle_endtag(self, tag: str) -> None:
        self._in_main &= tag != "main"


@pytest.fixture
def shop(monkeypatch: pytest.MonkeyPatch) -> Shop:
    monkeypatch.setitem(registry.ADAPTERS, "script", lambda _settings: Script())
    commands.save_source(name=SOURCE, kind="script", settings={}, now=NOON)
    return open_shop()


def rows() -> list[Row]:
    return [row for group in GROUPS.values() for row in group if not row.first]


def help_of(page: str) -> tuple[str, ...]:
    """Which links to help a page has around its contents, in their order."""
    return tuple(link for link in _Page(page).links if link in HELP)


def test_help_stands_in_the_same_order_on_every_page_of_a_kind(shop: Shop) -> None:
    seen: dict[tuple[str, ...], list[str]] = {}
    for row in rows():
        answer = shop.answer(row)
        if 'class="foot"' in (page := answer.content.decode()):
            seen.setdefault(help_of(page), []).append(row.at)

    # With the navigation in the bar and beside the page, of whoever is signed in; and without it.
    assert set(seen) == {
        ("/tickets/", "/tickets/", "/terms/", "/privacy/", "/status/"),
        ("/terms/", "/privacy/", "/status/"),
    }
    assert all(len(pages) > 10 for pages in seen.values())


@pytest.mark.parametrize("door", DOORS)
def test_whoever_signs_in_types_nothing_that_a_program_could_fill_in_and_solves_nothing(
    shop: Shop, settings: Any, door: str
) -> None:
    settings.HAS_MAIL = True  # without it nobody is sent a link, and the page says so
    row = next(row for row in rows() if row.url == door and row.form is None)
    page = _Page(shop.answer(row).content.decode())

    asked = {name: given for name, given in page.fields.items() if name in FILLED}
    assert asked
    for name, given in asked.items():
        assert given.get("autocomplete") in {FILLED[name], f"{FILLED[name]} webauthn"}, (name, given)
        assert "readonly" not in given
        assert not [each for each in given if each.startswith("on")]
    assert not page.tags & PUZZLES
