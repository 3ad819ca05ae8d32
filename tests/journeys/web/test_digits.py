"""Every page in Persian and in Arabic: the numbers of its sentences are in the digits of the language (U-14)."""

import re
from html.parser import HTMLParser

import pytest
from django.utils.translation import gettext, override
from tests.browser.every_page import GROUPS, Shop, open_shop
from tests.receipts import SOURCE, Script
from tests.shop import NOON

from sevenpanel.deposits import commands
from sevenpanel.deposits.sources import registry

pytestmark = pytest.mark.django_db

# The Terms and the privacy policy count in their own words, the guides to the API tell what programs send and get, and
# nobody but operators looks at the parts of the design.
APART_PAGES = {
    "web:api-guide", "v3:guide",
    "web:design", "web:terms", "web:terms-version", "web:privacy", "web:privacy-version", "web:versions",
}  # fmt: skip
NAMING = (
    "clause %(clause)s",
    "Version %(version)s",
    "%(title)s, version %(version)s",
    "I accept the Terms of service, version %(terms)s, and have read the privacy policy, version %(privacy)s.",
    "Claim order %(id)s: cancel and refund",
    "One or more numbers, such as 17, 18.",
    "Such as 25.00. You then see exactly what to pay.",
    "Such as 25.00. You then see exactly what to send. Leave it empty to send any amount.",
)
# What is copied, typed, looked up by or written by others is set apart, and keeps its digits.
APART = {"bdi", "code", "pre", "kbd", "script", "style", "textarea", "option", "title"}
EMPTY = {"input", "meta", "link", "br", "img", "hr", "rect", "path", "circle", "use"}


class _Sentences(HTMLParser):
    """Collects the texts of a page that are not set apart."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []
        self._open: list[tuple[str, bool]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        is_apart = tag in APART or ("lang" in given and tag != "html") or given.get("dir") in ("ltr", "auto")
        if tag not in EMPTY:
            self._open.append((tag, is_apart))

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        if not any(is_apart for _tag, is_apart in self._open):
            self.texts.append(" ".join(data.split()))


def latin(page: str) -> list[str]:
    """The sentences of a page that have Latin digits."""
    read = _Sentences()
    read.feed(page)
    return [each for each in read.texts if re.search("[0-9]", re.sub("\u2068[^\u2069]*\u2069", "", each))]


@pytest.fixture
def shop(monkeypatch: pytest.MonkeyPatch) -> Shop:
    monkeypatch.setitem(registry.ADAPTERS, "script", lambda _settings: Script())
    commands.save_source(name=SOURCE, kind="script", settings={}, now=NOON)
    return open_shop()


def ids(shop: Shop) -> str:
    """The ids that sentences can name, as a pattern."""
    numbers = [each for each in shop.facts.values() if isinstance(each, int)]
    return "|".join(rf"\b{number}\b" for number in [*numbers, *re.findall("[0-9]+", shop.facts["decided"])])


def named(language: str) -> re.Pattern[str]:
    """What names something within a sentence, is typed or compared as it stands, or is sent on a chain."""
    with override(language):
        whole = "|".join(re.sub(r"%\\\(\w+\\\)s", r"\\S+", re.escape(gettext(each))) for each in NAMING)
    return re.compile(rf"{whole}|[\d.]+ USDT|#?[0-9]+-[0-9-]+|#[0-9]+|[45][0-9]{{2}}|\S*[A-Za-z]\S*|\d+\.\d+\.\d\S*")


@pytest.mark.parametrize("language", ["fa", "ar"])
def test_u14_the_numbers_of_every_page_are_written_in_the_digits_of_its_language(shop: Shop, language: str) -> None:
    for visitor in shop.people.values():
        visitor.client.cookies["language"] = language
    apart, known = named(language), re.compile(ids(shop))

    found = {
        f"{row.at}: {sentence}"
        for group in GROUPS.values()
        for row in group
        if row.url not in APART_PAGES
        for sentence in latin(shop.answer(row).content.decode())
        if re.search("[0-9]", known.sub("", apart.sub("", sentence)))
    }

    assert "\n".join(sorted(found)) == ""
