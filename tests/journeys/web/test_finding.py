"""One field for everything: by id, by text, only one's own; and the letters that can be turned off (WCAG 2.1.4)."""

from typing import Any

import pytest
from tests.journeys.web.test_order_pages import place
from tests.journeys.web.visitor import Visitor, text
from tests.shop import NOON, add_service

from sevenpanel.support import commands as support
from sevenpanel.support.domain import Topic

DOORS = ("/search/", "/search/found/")


def found(page: Any) -> dict[str, list[str]]:
    return {group.name: [item.url for item in group.items] for group in page.context["groups"]}


def ticket(visitor: Visitor, subject: str) -> int:
    assert visitor.person is not None
    return support.open_ticket(
        customer_id=visitor.person.customer_id,
        person_id=visitor.person.user_id,
        topic=Topic.OTHER,
        kind=None,
        order_ids=(),
        subject=subject,
        body="Where is it?",
        broken=frozenset(),
        uploads=(),
        now=NOON,
    )


@pytest.mark.parametrize("door", DOORS)
def test_with_nothing_typed_pages_and_actions_are_offered(alice: Visitor, door: str) -> None:
    page = alice.get(door)

    assert list(found(page)) == ["Pages", "Actions"]
    assert "/orders/" in found(page)["Pages"]
    assert "Keyboard shortcuts" in text(page)


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize("typed", ["{}", "%23{}", "order/{}/charged"])
def test_any_id_leads_to_what_bears_it(alice: Visitor, service: int, door: str, typed: str) -> None:
    place(alice, service, 1)
    order = alice.orders[0].id

    assert found(alice.get(f"{door}?q={typed.format(order)}"))["Orders"] == [f"/orders/{order}/"]
    assert f"/services/{service}/" in found(alice.get(f"{door}?q={typed.format(service)}"))["Services"]


def test_digits_of_any_of_our_languages_are_an_id(alice: Visitor, service: int) -> None:
    place(alice, service, 1)
    order = alice.orders[0].id
    persian = str(order).translate(str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹"))

    assert found(alice.get("/search/", data={"q": persian}))["Orders"] == [f"/orders/{order}/"]


def test_text_finds_orders_by_link_tickets_by_subject_services_and_pages_by_name(alice: Visitor) -> None:
    sold = add_service("Northern lights")
    place(alice, sold, 1)
    asked = ticket(alice, "My Northern order")

    assert found(alice.get("/search/?q=northern"))["Services"] == [f"/services/{sold}/"]
    assert found(alice.get("/search/?q=northern"))["Tickets"] == [f"/tickets/{asked}/"]
    assert found(alice.get("/search/?q=CHAN_00"))["Orders"] == [f"/orders/{alice.orders[0].id}/"]
    assert found(alice.get("/search/?q=mass"))["Pages"] == ["/orders/mass/"]
    assert found(alice.get("/search/?q=dark"))["Settings"] == ["/settings/"]


@pytest.mark.parametrize("door", DOORS)
def test_nobody_finds_what_is_somebody_elses(alice: Visitor, mallory: Visitor, service: int, door: str) -> None:
    place(alice, service, 1)
    order, hers = alice.orders[0], ticket(alice, "My secret question")

    for typed in (str(order.id), str(hers), order.link, "secret question"):
        urls = [url for urls in found(mallory.get(door, data={"q": typed})).values() for url in urls]
        assert f"/orders/{order.id}/" not in urls
        assert f"/tickets/{hers}/" not in urls


@pytest.mark.parametrize("typed", ["%00", "9" * 300, "%ff", "<b>%27", "zzzzz"])
def test_whatever_is_typed_gets_an_answer(alice: Visitor, typed: str) -> None:
    for door in DOORS:
        page = alice.get(f"{door}?q={typed}")
        assert page.status_code == 200
        assert "<b>'" not in page.content.decode()


def test_u_5_the_letters_are_listed_and_can_be_turned_off_and_on_again(alice: Visitor) -> None:
    assert "g o" in text(alice.get("/shortcuts/"))
    assert "g o" in text(alice.get("/search/found/?q=%3F"))
    assert "data-letters" in alice.get("/").content.decode()

    off = alice.post("/shortcuts/", follow=True)
    assert "The letters are off on this device." in text(off)
    assert "data-letters" not in alice.get("/").content.decode()
    assert "The letters are on." in text(alice.post("/shortcuts/", follow=True))
    assert "data-letters" in alice.get("/").content.decode()


def test_staff_and_strangers_have_no_such_page(operator: Visitor) -> None:
    for door in (*DOORS, "/shortcuts/"):
        assert operator.get(door).status_code == 404
        assert Visitor().get(door).status_code == 302
    assert 'id="palette"' not in operator.get("/desk/").content.decode()
