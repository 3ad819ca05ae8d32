"""The Terms, what changed in them, and the page that asks for acceptance, at every width, with and without scripts."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect
from tests.browser.conftest import NewTab
from tests.browser.looking import look
from tests.browser.walking import sign_in, sign_up
from tests.editions import write

CHANGED = {
    "ticket_answer_hours = 24": "ticket_answer_hours = 48",
    "Have one open order of the same service for a link, and place the next when it is complete.": (
        "Have one open order of the same service for a link.\n\nPlace the next when it is complete."
    ),
}


def new_version(folder: Path, settings: Any) -> None:
    """Let a second version be in force since yesterday, and a third announced."""
    settings.TERMS_FOLDER = folder
    write(folder, "2", datetime.now(UTC) - timedelta(days=1), changed=CHANGED)
    write(folder, "3", datetime(2087, 3, 1, tzinfo=UTC), changed=CHANGED)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 360, 1280])
def test_documents_and_the_page_that_asks_fit_and_can_be_read(
    new_tab: NewTab, settings: Any, tmp_path: Path, width: int, scheme: str
) -> None:
    tab = new_tab(width=width, height=800, color_scheme=scheme)
    tab.open("/accounts/signup/")
    look(tab, "sign-up", scheme)
    sign_up(tab, "a-person-with-a-rather-long-address@a-rather-long-name-of-a-host.example.org")
    new_version(tmp_path, settings)

    tab.open("/orders/")
    expect(tab.page.get_by_role("heading", name="The Terms have changed")).to_be_visible()
    look(tab, "accept", scheme)
    tab.page.get_by_label("I accept the Terms of service, version 2").evaluate("node => node.required = false")
    tab.page.get_by_role("button", name="Accept and go on").click()
    look(tab, "accept-refused", scheme)
    for name, address in {
        "terms": "/terms/", "terms-old": "/terms/1/", "terms-changes": "/terms/1/changes/2/",
        "versions": "/terms/versions/", "privacy": "/privacy/", "data": "/data/",
    }.items():  # fmt: skip
        tab.open(address)
        look(tab, name, scheme)


def test_a_new_version_is_read_accepted_and_left_behind_without_scripts(
    new_tab: NewTab, settings: Any, tmp_path: Path
) -> None:
    tab = new_tab(scripts=False, width=360, height=740)
    page = tab.page
    sign_up(tab)
    tab.page.context.clear_cookies()
    new_version(tmp_path, settings)
    sign_in(tab)

    tab.open("/services/?q=ads")
    with page.expect_popup() as opened:
        page.get_by_role("link", name="What changed since version 1").click()
    expect(opened.value.get_by_role("heading", name="Figures")).to_be_visible()
    expect(opened.value.locator("ins", has_text="48").first).to_be_visible()
    opened.value.close()

    box = page.get_by_label("I accept the Terms of service, version 2")
    expect(box).not_to_be_checked()
    box.check()
    page.get_by_role("button", name="Accept and go on").click()
    expect(page.get_by_role("heading", name="Services")).to_be_visible()
    assert page.url.endswith("/services/?q=ads")


def test_a_clause_is_reached_by_its_anchor(new_tab: NewTab) -> None:
    tab = new_tab(width=360, height=740)
    tab.open("/terms/1/#clause-4.4")

    expect(tab.page.get_by_role("heading", name="No answer to a ticket")).to_be_in_viewport()
