"""What people do at the site, step by step, in a real browser."""

from playwright.sync_api import Page, expect
from tests.browser.conftest import Tab
from tests.shop import PASSWORD, deposit

from sevenpanel.accounts import queries as accounts

EMAIL = "carol@example.org"


def sign_up(tab: Tab, email: str = EMAIL) -> int:
    """Sign up, and return the id of the customer that this opened."""
    tab.open("/accounts/signup/")
    tab.page.get_by_label("Email").fill(email)
    tab.page.get_by_label("Password", exact=True).fill(PASSWORD)
    tab.page.get_by_label("Password (again)").fill(PASSWORD)
    tab.page.get_by_label("I accept the Terms of service").check()
    tab.page.get_by_role("main").get_by_role("button", name="Sign up").click()
    expect(tab.page.get_by_text("Your balance is empty")).to_be_visible()
    customer_id = accounts.customer_of_email(email=email)
    assert customer_id is not None
    return customer_id


def sign_in(tab: Tab, email: str = EMAIL) -> None:
    """Sign in with the password of these tests."""
    tab.open("/accounts/login/")
    tab.page.get_by_label("Email").fill(email)
    tab.page.get_by_label("Password", exact=True).fill(PASSWORD)
    tab.page.get_by_role("main").get_by_role("button", name="Sign in").click()


def sign_out(tab: Tab) -> None:
    """Sign out by the page that asks."""
    tab.open("/accounts/logout/")
    tab.page.get_by_role("main").get_by_role("button", name="Sign out").click()
    expect(tab.page.get_by_role("heading", name="Sign in")).to_be_visible()


def arrive(tab: Tab, balance: str = "10") -> int:
    """Sign up and get some money."""
    customer_id = sign_up(tab)
    deposit(customer_id, balance)
    return customer_id


def search(page: Page, words: str) -> None:
    """Type words into the search of services, letter by letter, as people do."""
    page.get_by_label("Search a service by name, category, network or id").press_sequentially(words)


def choose(page: Page, service_id: int) -> None:
    """Choose a service from those that are listed."""
    page.get_by_label("Service", exact=True).select_option(str(service_id))


def place(page: Page) -> None:
    """Order what has been typed."""
    page.get_by_role("button", name="Place the order").click()


def rows(page: Page) -> int:
    """How many orders the list has on this page."""
    return page.locator("#rows tbody tr").count()
