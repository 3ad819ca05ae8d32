"""A newcomer at a desk of `sevenpanel run`: adds test-USDT, watches it being confirmed, orders; and the books agree."""

import re
from collections.abc import Iterator
from decimal import Decimal

import pytest
from playwright.sync_api import Browser, expect
from tests.browser.conftest import Tab
from tests.browser.looking import look
from tests.browser.walking import place
from tests.journeys.running_desk import Desk, running_desk
from tests.shop import PASSWORD

from sevenpanel.deposits.sources.evm.chains import chains
from sevenpanel.deposits.sources.evm.nodes import Node
from sevenpanel.deposits.sources.evm.rpc import Rpc, over_http
from sevenpanel.fulfilment.providers.sandbox.catalogue import catalogue

SENT = Decimal(25)
CHANNEL_ADS = 106
SIMCHAIN = chains()["simchain"]
# So long that a chain with a block every three seconds confirms a transfer on a slow machine, too.
PATIENCE_MS = 90_000


@pytest.fixture
def desk() -> Iterator[Desk]:
    with running_desk(SEVENPANEL_SANDBOX_PACE="5") as running:
        yield running


@pytest.fixture
def tab(chromium: Browser, desk: Desk) -> Iterator[Tab]:
    """A tab at that desk, which may not complain."""
    context = chromium.new_context(viewport={"width": 360, "height": 800})
    opened = Tab(page=context.new_page(), base=desk.url)
    opened.watch()
    yield opened
    context.close()
    assert opened.complaints == []


def sign_up(tab: Tab) -> None:
    """Sign up and accept the Terms."""
    tab.open("/accounts/signup/")
    tab.page.get_by_label("Email").fill("newcomer@example.org")
    tab.page.get_by_label("Password", exact=True).fill(PASSWORD)
    tab.page.get_by_label("Password (again)").fill(PASSWORD)
    tab.page.get_by_label("I accept the Terms of service").check()
    tab.page.get_by_role("main").get_by_role("button", name="Sign up").click()
    expect(tab.page.get_by_text("Your balance is empty")).to_be_visible()


def add_funds(tab: Tab) -> str:
    """Press the one button, watch, and return the address that the money went to."""
    tab.open("/funds/")
    look(tab, "funds-play-money", "light")
    tab.page.get_by_role("button", name="Send 25 test-USDT").click()
    address = tab.page.get_by_label("USDT address on Simulated chain").input_value()
    expect(tab.page.get_by_text(re.compile(r"25\.00 USDT seen, \d of 6 confirmations"))).to_be_visible(
        timeout=PATIENCE_MS
    )
    look(tab, "payment-play-money", "light")
    expect(tab.page.get_by_text("+25.00 USD on your balance, at 1.0000.")).to_be_visible(timeout=PATIENCE_MS)
    return address


def order(tab: Tab) -> None:
    """Order for part of it, and wait until the order has ended."""
    tab.open("/orders/new/")
    name = catalogue()[CHANNEL_ADS].name
    option = tab.page.get_by_label("Service", exact=True).locator("option", has_text=name).first
    tab.open(f"/orders/new/?service={option.get_attribute('value')}")
    tab.page.get_by_label("Link", exact=True).fill("https://t.me/newcomer")
    tab.page.get_by_label("Quantity").fill("1000")
    place(tab.page)
    expect(tab.page.get_by_text("Your order is placed.")).to_be_visible()
    expect(tab.page.locator("#progress .chip").first).to_have_text(
        re.compile("Completed|Partial|Canceled"), timeout=PATIENCE_MS
    )


def money(text: str) -> Decimal:
    """A sum as a page writes it."""
    return Decimal(text.replace("−", "-").removesuffix(" USD"))


def moved(tab: Tab) -> list[Decimal]:
    """Every movement of the balance, the first one first; they leave what is shown as available."""
    tab.open("/balance/")
    sums = [money(each) for each in reversed(tab.page.locator("td.number").all_inner_texts())]
    assert sum(sums) == money(tab.page.locator(".figure").first.inner_text())
    return sums


def on_the_chain(desk: Desk, address: str) -> list[int]:
    """What each node of the simulated chain says that the address holds."""
    found = re.search(r"Simulated chain\s+(http://\S+)", desk.screen)
    assert found, desk.screen
    contract = next(c for c, token in SIMCHAIN.tokens.items() if token.asset.symbol == "USDT")
    nodes = [
        Node(name=str(n), rpc=Rpc(over_http(f"{found[1]}/{n}", allow_private=True)), chain=SIMCHAIN) for n in (1, 2)
    ]
    return [node.balances([(contract, address.lower())], "latest")[0] for node in nodes]


def test_a_newcomer_adds_funds_orders_and_books_and_chain_agree(desk: Desk, tab: Tab) -> None:
    sign_up(tab)

    address = add_funds(tab)
    order(tab)

    movements = moved(tab)
    assert movements[0] == SENT
    assert len(movements) > 1
    assert on_the_chain(desk, address) == [int(SENT * 10**6)] * 2
    status, said = desk.says("verify")
    assert status == 0, said
