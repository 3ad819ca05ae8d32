"""Scripts in every text that customers, providers, the channel and strangers write: none runs, on any page (S-5)."""

import html
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as site
from tests.browser.conftest import NewTab, Tab
from tests.browser.payloads import MARKED, PAYLOADS
from tests.browser.planting import Planted, planted
from tests.journeys.web.visitor import Visitor

# A page runs nothing that it does not hold: the browser looks at those that hold any of them.
MARK = "ran("
TEMPLATES = Path(__file__).parents[2] / "src/sevenpanel/web/templates"
FAULTY, WELL, ILL = "web/tickets/page.html", "{{ part }}", "{{ part|safe }}"

# Tells of scripts that ran, of what the policy stopped, and of what would run under a weaker one.
LISTEN = """
window.__ran = 0; window.ran = () => { window.__ran += 1; };
window.__stopped = [];
document.addEventListener("securitypolicyviolation", (event) => window.__stopped.push(event.violatedDirective));
"""
FOUND = """() => {
  const wrong = window.__stopped.map((each) => `stopped: ${each}`);
  if (window.__ran) wrong.push(`${window.__ran} ran`);
  for (const node of document.querySelectorAll("*")) {
    for (const {name, value} of node.attributes) {
      if (/^(on|hx-on|data-hx-on)/.test(name)) wrong.push(`${node.tagName} ${name}`);
      const leads = /^(href|src|action|formaction|data)$/.test(name);
      if (leads && /^\\s*(javascript|vbscript|data:text)/i.test(value)) wrong.push(`${node.tagName} ${name}=${value}`);
    }
    if (["BASE", "OBJECT", "EMBED", "IFRAME", "MARQUEE", "FRAME"].includes(node.tagName)) wrong.push(node.tagName);
  }
  return wrong;
}"""

pytestmark = pytest.mark.timeout(900)


@pytest.fixture
def full(transactional_db: Any, monkeypatch: pytest.MonkeyPatch, settings: Any) -> Planted:
    """A desk full of them."""
    return planted(monkeypatch, settings)


def holding(visitor: Visitor, address: str) -> str | None:
    """The page at an address, if it is one and holds any of them."""
    answer = visitor.client.get(address)
    if not answer.get("Content-Type", "").startswith("text/html"):
        return None
    page = b"".join(answer).decode()
    return page if MARK in html.unescape(page) else None


def entered(tab: Tab, visitor: Visitor) -> Tab:
    """A tab in which somebody is signed in."""
    cookie = visitor.client.cookies[site.SESSION_COOKIE_NAME].value
    tab.page.context.add_cookies([{"name": site.SESSION_COOKIE_NAME, "value": cookie, "url": tab.base}])
    tab.page.add_init_script(LISTEN)
    return tab


def seen(tab: Tab, address: str) -> list[str]:
    """What a browser finds wrong with a page."""
    tab.open(address)
    tab.page.wait_for_load_state()
    return [f"{address[:80]}: {each}" for each in tab.page.evaluate(FOUND)]


def test_s5_no_script_runs_and_none_stands_in_any_page(full: Planted, new_tab: NewTab) -> None:
    tabs = {id(visitor): entered(new_tab(), visitor) for visitor in (full.desk.alice, full.olga)}
    wrong, held, looked = [], set(), 0
    for visitor, address in full.pages():
        page = holding(visitor, address)
        if page is None:
            continue
        wrong += [f"{address[:80]} holds {payload}" for payload in MARKED if payload in page]
        held |= {payload for payload in PAYLOADS if payload in html.unescape(page)}
        wrong += seen(tabs[id(visitor)], address)
        looked += 1

    assert wrong == []
    assert looked >= 30
    assert held == set(PAYLOADS), "These were refused at every door, so nothing is shown of them."


def test_s5_one_text_that_is_not_escaped_is_found(full: Planted, settings: Any, new_tab: NewTab) -> None:
    """A planted fault: the messages of a ticket go into the page as they are."""
    faulty = (TEMPLATES / FAULTY).read_text().replace(WELL, ILL)
    assert ILL in faulty
    (engine,) = settings.TEMPLATES
    loaders = [
        ("django.template.loaders.locmem.Loader", {FAULTY: faulty}),
        "django.template.loaders.app_directories.Loader",
    ]
    settings.TEMPLATES = [{**engine, "APP_DIRS": False, "OPTIONS": {**engine["OPTIONS"], "loaders": loaders}}]
    address = f"/tickets/{full.desk.hers.ids['ticket_id']}/"

    page = holding(full.desk.alice, address)
    tab = entered(new_tab(), full.desk.alice)
    found = seen(tab, address)

    assert page is not None
    assert [payload for payload in MARKED if payload in page]
    assert any("stopped" in each for each in found), found
    assert any("IMG onerror" in each for each in found), found
    tab.complaints.clear()


def test_s5_there_are_sixty_of_them_and_they_differ() -> None:
    assert len(set(PAYLOADS)) == len(PAYLOADS) >= 60
