"""A real browser: Debian's Chromium by its path, driven by playwright, with and without scripts."""

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connections
from playwright.sync_api import Browser, ConsoleMessage, Page, Request, expect, sync_playwright
from pytest_django.live_server_helper import LiveServer

NAMES = ("chromium", "chromium-browser", "google-chrome")
CHROMIUM = next((path for path in map(shutil.which, NAMES) if path), None)
HERE = Path(__file__).parent

# Playwright's synchronous face runs in an event loop; these tests speak to the database from beside it.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")

# What is expected of a page is waited for; on a machine with other work its five seconds are too few.
expect.set_options(timeout=30_000)


def pytest_configure(config: pytest.Config) -> None:
    """Name the mark of these tests, so that they can be chosen or left out."""
    config.addinivalue_line("markers", "browser: drives a real browser; skipped where there is no Chromium")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark every test of this folder, and say why when it cannot run."""
    absent = pytest.mark.skip(reason=f"no browser: none of {', '.join(NAMES)} is installed")
    for item in items:
        if item.path.is_relative_to(HERE):
            item.add_marker(pytest.mark.browser)
            if CHROMIUM is None:
                item.add_marker(absent)


@dataclass
class Tab:
    """A tab of the browser that remembers every complaint and every other host it was sent to."""

    page: Page
    base: str
    complaints: list[str] = field(default_factory=list)

    def watch(self) -> None:
        """Listen from now on."""
        self.page.on("console", self._heard)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("request", self._asked)

    def open(self, address: str) -> None:
        """Go to an address of the site."""
        self.page.goto(f"{self.base}{address}")

    def _heard(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and not _is_expected(message.text):
            self.complaints.append(message.text)

    def _asked(self, request: Request) -> None:
        if not request.url.startswith((self.base, "data:")):
            self.complaints.append(f"asked another host: {request.url}")


def _is_expected(text: str) -> bool:
    """A page that answers 404 or 422 is the tests' own business; a question that a later one replaced is no fault."""
    return "the server responded with a status of" in text or text.startswith(("htmx:sendAbort", "htmx:afterRequest"))


NewTab = Callable[..., Tab]


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    # Closed with its module: as long as it is open an event loop runs in this thread, where no test of ours that
    # needs a loop of its own could run.
    # Root may not use Chromium's own sandbox; only our own pages are opened here.
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def hung_up(chromium: Browser) -> Iterator[None]:
    """Inside the browser's event loop Django opens a connection of its own, which nobody else would close."""
    yield
    connections.close_all()


@pytest.fixture
def new_tab(chromium: Browser, live_server: LiveServer) -> Iterator[NewTab]:
    """Opens tabs; at the end none of them may have complained."""
    cache.clear()
    tabs: list[Tab] = []

    def open_tab(*, scripts: bool = True, width: int = 1440, height: int = 900, **more: Any) -> Tab:
        size = {"width": width, "height": height}
        context = chromium.new_context(java_script_enabled=scripts, viewport=size, **more)  # type: ignore[arg-type]
        tab = Tab(page=context.new_page(), base=live_server.url)
        tab.watch()
        tabs.append(tab)
        return tab

    yield open_tab
    complaints = [complaint for tab in tabs for complaint in tab.complaints]
    for tab in tabs:
        tab.page.context.close()
    assert complaints == []
