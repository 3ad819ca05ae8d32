"""The stop of new orders at the desk, at two widths, light and dark: in force, and lifted."""

from datetime import UTC, datetime

import pytest
from tests.browser.conftest import NewTab
from tests.browser.looking import look
from tests.browser.walking import sign_in
from tests.shop import open_customer, staff
from tests.spoiling import add_to_balance

from sevenpanel.accounts.domain import Role
from sevenpanel.jobs import books


@pytest.mark.parametrize(("width", "scheme"), [(320, "dark"), (1440, "light")])
def test_o7_the_stop_can_be_read_and_is_lifted_by_hand(new_tab: NewTab, width: int, scheme: str) -> None:
    alice, olga = open_customer("Alice", balance="10"), staff("Olga", Role.ADMIN)
    add_to_balance(alice.customer_id, 1)
    books.watch(lambda: datetime.now(UTC))
    add_to_balance(alice.customer_id, -1)
    tab = new_tab(width=width, height=800, color_scheme=scheme)
    sign_in(tab, olga.email)

    tab.open("/desk/stop/")
    look(tab, "desk-stop", scheme)
    tab.page.get_by_label("What was wrong, and how it was mended").fill("A script had added a millionth; taken back.")
    tab.page.get_by_role("button", name="Take new orders again").click()

    tab.page.get_by_text("New orders are taken again.").wait_for()
    look(tab, "desk-stop-lifted", scheme)
