"""Adding funds in a real browser: how it looks, with scripts and without, and that it looks again by itself."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect
from tests.browser.conftest import NewTab, Tab
from tests.browser.looking import look
from tests.browser.walking import EMAIL, arrive, sign_in
from tests.byhand import arrived, bank_transfer, propose
from tests.receipts import SOURCE, Script, address_of, now_is, say, take_usdt, transfer
from tests.shop import NOON, Person, open_customer
from tests.shop import staff as add_staff

from sevenpanel.accounts.domain import Role
from sevenpanel.deposits import commands, models
from sevenpanel.deposits.domain import Asset, HeldReason, Verdict
from sevenpanel.deposits.domain.pricing import Bonus, Charges
from sevenpanel.deposits.sources import registry
from sevenpanel.deposits.sources.interface import Observation

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def ways(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two ways to add funds, one of them with everything that a way can have."""
    monkeypatch.setitem(registry.ADAPTERS, "script", lambda _settings: Script())
    commands.save_source(name=SOURCE, kind="script", settings={}, now=NOON)
    bonuses = (Bonus(from_micros=50_000_000, basis_points=200), Bonus(from_micros=500_000_000, basis_points=500))
    take_usdt(charges=Charges(fee_micros=300_000, fee_basis_points=100, bonuses=bonuses), name="USDT on a test chain")
    bank_transfer(name="Bank transfer within the country, or from another one")
    other = Asset(symbol="USDC", place="otherchain", decimals=6)
    take_usdt(asset=other, source="evm:8", name="USDC", minimum="10")


def somebody(customer_id: int) -> Person:
    """The person who signed up."""
    return Person(user_id=0, customer_id=customer_id, email="")


def sent(customer_id: int, amount: str, number: int) -> Observation:
    """A transfer that the network shows now."""
    return transfer(somebody(customer_id), amount, number=number, at=timezone.now() + timedelta(seconds=1))


def open_usdt(tab: Tab) -> None:
    """Ask for a quote, and go on to the address."""
    tab.open("/funds/")
    tab.page.get_by_role("link", name="USDT on a test chain").click()
    tab.page.get_by_label("How much shall your balance grow").fill("100")
    tab.page.get_by_role("button", name="Show what it costs").click()
    expect(tab.page.get_by_text("Credited to your balance")).to_be_visible()
    tab.page.get_by_role("button", name="Show me where to send it").click()
    expect(tab.page.get_by_role("heading", name="Where to send it")).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 1440])
def test_every_page_of_adding_funds_fits_and_can_be_read(new_tab: NewTab, width: int, scheme: str) -> None:
    tab = new_tab(width=width, height=800, color_scheme=scheme)
    customer_id = arrive(tab, "12.50")
    tab.open("/funds/")
    look(tab, "funds-new", scheme)
    way = models.Method.objects.get(name="USDT on a test chain").id
    tab.open(f"/funds/ways/{way}/?amount=1")
    look(tab, "funds-refused", scheme)
    tab.open(f"/funds/ways/{way}/?amount=1234.56")
    look(tab, "funds-quote", scheme)
    open_usdt(tab)
    look(tab, "funds-address", scheme)
    payment = tab.page.url

    coming, doubtful = sent(customer_id, "101.32", 1), sent(customer_id, "2500", 2)
    say(replace(coming, confirmations=3, minutes_left=4), now_is(doubtful, Verdict.DOUBTFUL, HeldReason.NODES_DISAGREE))
    say(now_is(sent(customer_id, "60", 3), Verdict.CONFIRMED), now_is(sent(customer_id, "1", 4), Verdict.CONFIRMED))
    gone = sent(customer_id, "70", 5)
    say(now_is(gone, Verdict.CONFIRMED), now_is(gone, Verdict.LEFT))
    tab.page.goto(payment)
    look(tab, "funds-arriving", scheme)
    for name, address in {"funds": "/funds/", "funds-history": "/funds/history/", "funds-balance": "/balance/"}.items():
        tab.open(address)
        look(tab, name, scheme)
    tab.open(f"/funds/receipts/{models.Receipt.objects.filter(state='credited').latest('id').id}/")
    look(tab, "funds-receipt", scheme)

    tab.open("/funds/")
    tab.page.get_by_role("link", name="Bank transfer within").click()
    tab.page.get_by_label("How much shall your balance grow").fill("50")
    tab.page.get_by_role("button", name="Show what it costs").click()
    tab.page.get_by_role("button", name="Show me where to pay").click()
    expect(tab.page.get_by_role("heading", name="Where to pay")).to_be_visible()
    look(tab, "funds-bank", scheme)


def test_without_scripts_one_gets_from_the_menu_to_the_address(new_tab: NewTab) -> None:
    tab = new_tab(scripts=False)
    customer_id = arrive(tab)
    open_usdt(tab)

    expect(tab.page.get_by_label("USDT address on")).to_have_value(address_of(customer_id))
    box = tab.page.get_by_alt_text("QR code of the address").bounding_box()
    assert box is not None
    assert box["width"] > 200


def test_the_page_looks_again_by_itself(new_tab: NewTab) -> None:
    tab = new_tab()
    customer_id = arrive(tab)
    open_usdt(tab)
    expect(tab.page.get_by_text("Nothing yet.")).to_be_visible()

    say(replace(sent(customer_id, "101.32", 1), confirmations=3))

    expect(tab.page.get_by_text("101.32 USDT seen, 3 of 12 confirmations.")).to_be_visible(timeout=30_000)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 1440])
def test_the_desks_pages_about_deposits_fit_and_can_be_read(new_tab: NewTab, width: int, scheme: str) -> None:
    alice = open_customer("Alice of a rather long name", balance="5")
    ann, _ben = add_staff("Ann", Role.FINANCE), add_staff("Ben", Role.FINANCE, email=EMAIL)
    bank = models.Method.objects.get(kind="bank").id
    coming, doubtful, gone = (transfer(alice, amount, number=n) for n, amount in enumerate(("25", "2500", "70"), 1))
    say(coming, now_is(doubtful, Verdict.DOUBTFUL, HeldReason.NODES_DISAGREE))
    say(now_is(gone, Verdict.CONFIRMED), now_is(gone, Verdict.LEFT))
    asked = propose(arrived(alice, bank, 50_000_000, reason="Found on the statement of Monday."), ann.user_id)
    now = timezone.now()
    models.Node.objects.create(
        source=SOURCE, name="node.example", is_well=False, words="It answers nothing.", since=now, seen_at=now
    )
    tab = new_tab(width=width, height=800, color_scheme=scheme)
    sign_in(tab)
    expect(tab.page.get_by_role("heading", name="Desk")).to_be_visible()
    held = models.Receipt.objects.get(state="held").id
    for name, address in {
        "queues": "/desk/deposits/",
        "receipts": "/desk/deposits/receipts/",
        "receipt": f"/desk/deposits/receipts/{held}/",
        "propose": "/desk/deposits/propose/",
        "proposal": f"/desk/deposits/proposals/{asked}/",
        "sources": "/desk/deposits/sources/",
    }.items():
        tab.open(address)
        look(tab, f"desk-deposits-{name}", scheme)
