"""O-7 on the pages: customers are refused with a sentence and can read on; staff see why, and lift the stop."""

from datetime import UTC, datetime

import pytest
from tests.journeys.web.test_mass_order import agreed, preview
from tests.journeys.web.visitor import Visitor, fields, text
from tests.shop import staff
from tests.spoiling import add_to_balance

from sevenpanel.accounts.domain import Role
from sevenpanel.jobs import books
from sevenpanel.orders import queries

pytestmark = pytest.mark.django_db(transaction=True)

PAGES = ("/", "/orders/new/", "/orders/mass/", "/orders/", "/services/", "/balance/", "/keys/", "/tickets/", "/funds/")
WORDS = "A customer's stored balance is not the sum of that account's transfers."


@pytest.fixture
def damaged(alice: Visitor, mallory: Visitor) -> int:
    """The customer whose balance somebody has changed; the desk has looked."""
    assert mallory.person is not None
    add_to_balance(mallory.person.customer_id, 1_000_000)
    books.watch(lambda: datetime.now(UTC))
    return mallory.person.customer_id


def test_o7_form_and_mass_order_refuse_with_a_sentence_and_every_page_is_read(
    alice: Visitor, service: int, damaged: int
) -> None:
    form = alice.order(service)
    shown = preview(alice, f"{service} | https://t.me/northwind_news | 1000")
    mass = alice.post("/orders/mass/", agreed(shown))

    assert form.status_code == 422
    for page in (form, mass):
        assert "New orders are stopped while our books are checked" in text(page)
        assert "Nothing was charged." in text(page)
    assert alice.orders == []
    assert alice.balance == 10_000_000
    assert [alice.get(address).status_code for address in PAGES] == [200] * len(PAGES)
    assert WORDS not in text(alice.get("/"))


def test_o7_every_page_of_the_desk_shows_what_was_found(operator: Visitor, damaged: int) -> None:
    for address in ("/desk/", "/desk/tickets/", "/desk/stop/"):
        page = text(operator.get(address))
        assert "New orders are stopped: the books are wrong." in page
        assert WORDS in page
        assert f"Ids: {damaged}." in page


def test_o7_staff_lift_the_stop_after_mending(alice: Visitor, operator: Visitor, service: int, damaged: int) -> None:
    (form,) = [f"post /desk/stop/{stop.id}/lift/" for stop in [queries.stop_in_force()] if stop]
    address = form.removeprefix("post ")
    typed = {**fields(operator.get("/desk/stop/"), form), "reason": "A script added one; taken back."}

    too_soon = operator.post(address, typed, follow=True)
    add_to_balance(damaged, -1_000_000)
    nothing_said = operator.post(address, {**typed, "reason": " "}, follow=True)
    lifted = operator.post(address, typed, follow=True)

    assert "The books are still wrong" in text(too_soon)
    assert "Say what was wrong" in text(nothing_said)
    assert "New orders are taken again." in text(lifted)
    assert "operator@example.org" in text(lifted)
    assert "A script added one; taken back." in text(lifted)
    assert "the books are wrong" not in text(operator.get("/desk/"))
    assert alice.order(service).status_code == 302


@pytest.mark.parametrize(("role", "answer"), [(Role.SUPPORT, 404), (Role.FINANCE, 302), (Role.ADMIN, 302)])
def test_o7_only_finance_and_admin_lift_it(damaged: int, role: Role, answer: int) -> None:
    someone = Visitor(staff("Sam", role))
    stop = queries.stop_in_force()
    assert stop is not None

    assert ("Take new orders again" in text(someone.get("/desk/stop/"))) is (answer == 302)
    assert someone.post(f"/desk/stop/{stop.id}/lift/", {"reason": "Mended."}).status_code == answer


def test_o7_customers_and_strangers_find_no_such_page(alice: Visitor, damaged: int) -> None:
    assert alice.get("/desk/stop/").status_code == 404
    assert alice.post("/desk/stop/1/lift/", {"reason": "Please."}).status_code == 404
    assert Visitor().get("/desk/stop/").status_code == 302
