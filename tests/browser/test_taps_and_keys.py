"""A first order in six taps on a phone (B5), and every main task by keyboard alone (U-5)."""

from playwright.sync_api import Locator, Page, expect
from tests.browser.conftest import NewTab
from tests.browser.walking import arrive, sign_out
from tests.byhand import bank_transfer
from tests.shop import PASSWORD, add_service

from sevenpanel.orders import queries

LINK = "https://t.me/northwind_news"
TAPS_MAX = 6
TABS_MAX = 80


class Thumb:
    """Taps, and counts."""

    def __init__(self) -> None:
        self.taps = 0

    def tap(self, what: Locator) -> None:
        """One tap."""
        what.tap()
        self.taps += 1


def test_b5_a_newcomer_with_money_orders_for_the_first_time_in_six_taps_on_a_phone(new_tab: NewTab) -> None:
    tab = new_tab(width=360, height=740, has_touch=True, is_mobile=True)
    page, thumb = tab.page, Thumb()
    service = add_service()
    customer_id = arrive(tab)
    tab.open("/")

    thumb.tap(page.get_by_role("main").get_by_role("link", name="New order").first)
    thumb.tap(page.get_by_label("Service", exact=True))
    page.get_by_label("Service", exact=True).select_option(str(service))
    thumb.taps += 1  # the line of the list that the phone shows for the field
    thumb.tap(page.get_by_label("Link", exact=True))
    page.get_by_label("Link", exact=True).fill(LINK)
    thumb.tap(page.get_by_label("Quantity"))
    page.get_by_label("Quantity").fill("1000")
    thumb.tap(page.get_by_role("button", name="Place the order"))

    expect(page.get_by_text("Your order is placed.")).to_be_visible()
    assert len(queries.orders(customer_id=customer_id)) == 1
    assert thumb.taps <= TAPS_MAX


def go(page: Page, to: Locator) -> None:
    """Press Tab until the focus is there; whoever has no mouse has no other way."""
    for _ in range(TABS_MAX):
        page.keyboard.press("Tab")
        if to.evaluate("node => node === document.activeElement"):
            return
    raise AssertionError(f"{TABS_MAX} times Tab do not lead to {to}")


def write(page: Page, label: str, text: str) -> None:
    """Go to a field and type."""
    go(page, page.get_by_role("main").get_by_label(label, exact=True))
    page.keyboard.press("Control+a")
    page.keyboard.insert_text(text)


def press(page: Page, role: str, name: str) -> None:
    """Go to a button or a link, and press it."""
    go(page, page.get_by_role("main").get_by_role(role, name=name, exact=True).first)  # type: ignore[arg-type]
    page.keyboard.press("Enter")


def test_u5_the_main_tasks_are_done_by_keyboard_alone(new_tab: NewTab) -> None:
    tab = new_tab()
    page = tab.page
    service = add_service()
    bank_transfer(name="Bank transfer")
    customer_id = arrive(tab)
    sign_out(tab)

    write(page, "Email", "carol@example.org")
    write(page, "Password", PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Home")).to_be_visible()

    press(page, "link", "New order")
    expect(page.get_by_role("heading", name="New order")).to_be_visible()
    go(page, page.get_by_label("Service", exact=True))
    page.keyboard.type(str(service))
    expect(page.get_by_label("Link", exact=True)).to_be_visible()
    write(page, "Link", LINK)
    write(page, "Quantity", "1000")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Your order is placed.")).to_be_visible()

    go(page, page.locator("#cancel > summary"))
    page.keyboard.press("Enter")
    press(page, "button", "Yes, cancel it")
    expect(page.get_by_text("Cancelled; everything came back.")).to_be_visible()

    tab.open("/orders/mass/")
    write(page, "One order a line", f"{service} | t.me/one_channel | 1000")
    press(page, "button", "Preview")
    expect(page.get_by_role("heading", name="Preview")).to_be_visible()
    press(page, "button", "Order 1 line for 0.90 USD")
    expect(page.get_by_role("heading", name="Result")).to_be_visible()
    assert len(queries.orders(customer_id=customer_id)) == 2

    tab.open("/funds/")
    press(page, "link", "Bank transfer")
    write(page, "How much shall your balance grow, in USD?", "50")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Credited to your balance")).to_be_visible()
    press(page, "button", "Show me where to pay")
    expect(page.get_by_role("heading", name="Where to pay")).to_be_visible()

    tab.open("/tickets/new/?kind=question")
    write(page, "Subject", "A question about tea")
    write(page, "What happened?", "Nothing yet.")
    press(page, "button", "Send")
    expect(page.get_by_role("heading", name="A question about tea")).to_be_visible()
