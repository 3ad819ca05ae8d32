"""The main job on a running desk: ordered, paid, sent, followed, settled, explained; by a script and by a browser."""

import html
import re
from collections import Counter
from decimal import Decimal

import httpx
from tests.journeys.demo_customer import CHANNEL_ADS, OPENING, SLOW, DemoCustomer, money_lines
from tests.journeys.running_desk import Desk
from tests.journeys.web.visitor import fields, text
from tests.waiting import until

ORDERS = 20  # the sandbox lets one of ten end partially and cancels one of ten


def test_a_reseller_s_script_orders_polls_and_its_sums_are_right(customer: DemoCustomer) -> None:
    before = customer.balance()
    service = customer.service(CHANNEL_ADS)
    listed = next(row for row in customer.api("services") if row["service"] == service)
    price = Decimal(listed["rate"]) * 2

    placed = [customer.add(service=service, link=f"t.me/script_{n}", quantity=2000) for n in range(ORDERS)]
    rows = customer.until_ended(placed)

    endings = Counter(row["status"] for row in rows.values())
    assert set(endings) == {"Completed", "Partial", "Canceled"}, endings
    for row in rows.values():
        delivered = 0 if row["status"] == "Canceled" else 2000 - int(row["remains"])
        assert Decimal(row["charge"]) == price * delivered / 2000
    assert before - customer.balance() == sum(Decimal(row["charge"]) for row in rows.values())
    assert customer.accounts_for_everything()


def test_a_cancel_is_asked_confirmed_by_the_provider_and_then_settled(
    customer: DemoCustomer, site: httpx.Client
) -> None:
    before = customer.balance()
    order = customer.add(service=customer.service(SLOW), link="https://example.com/cancelled", quantity=1000)
    address = f"/orders/{order}/"
    until(lambda: "who accepted it" in text(site.get(address)), pause=0.2)

    assert customer.api("cancel", orders=order) == [{"order": order, "cancel": 1}]

    (row,) = customer.until_ended([order]).values()
    page = text(site.get(address))
    steps = ("Cancel requested.", "The provider accepted the request to cancel.", "Cancelled at your request.")
    told = [page.index(step) for step in steps]
    assert told == sorted(told)
    assert row["status"] in {"Partial", "Canceled"}
    assert before - customer.balance() == Decimal(row["charge"])
    assert customer.accounts_for_everything()


def test_a_browser_orders_by_the_form_and_reads_how_its_money_went(customer: DemoCustomer, site: httpx.Client) -> None:
    before = customer.balance()
    form = fields(site.get(f"/orders/new/?service={customer.service(CHANNEL_ADS)}"), "post /orders/new/")

    page = site.post("/orders/new/", data={**form, "link": "https://t.me/by_hand", "quantity": "1000"})

    assert "Your order is placed." in text(page)
    order = int(re.fullmatch(r"/orders/(\d+)/", page.url.path)[1])  # type: ignore[index]
    customer.orders.append(order)
    assert "is held while the order is open. Nothing of it is spent yet." in text(page)
    (row,) = customer.until_ended([order]).values()
    settled = site.get(page.url.path)
    assert money_lines(settled) == (Decimal(row["charge"]), Decimal(row["charge"]))
    assert before - customer.balance() == Decimal(row["charge"])
    read = text(settled)
    steps = ("Ordered through the form: 1000 × ", "Sent to the provider, who accepted it.", "came back to your balance")
    told = [read.index(step) for step in steps if step in read]
    assert told == sorted(told)
    assert len(told) >= 2


def test_a_mass_order_is_previewed_placed_and_settled_line_by_line(customer: DemoCustomer, site: httpx.Client) -> None:
    before = customer.balance()
    service = customer.service(CHANNEL_ADS)
    lines = "\n".join(f"{service} | https://t.me/mass_{n} | 1000" for n in range(3))
    preview = site.post("/orders/mass/", data={**_mass_form(site.get("/orders/mass/")), "lines": lines, "preview": "1"})
    assert "Order 3 lines for" in text(preview)

    result = site.post("/orders/mass/", data={**_mass_form(preview), "place": "1"})

    placed = [int(id_) for id_ in re.findall(r'href="/orders/(\d+)/"', result.text)]
    assert len(placed) == 3
    customer.orders += placed
    rows = customer.until_ended(placed)
    assert all(money_lines(site.get(f"/orders/{id_}/"))[1] == Decimal(row["charge"]) for id_, row in rows.items())
    assert before - customer.balance() == sum(Decimal(row["charge"]) for row in rows.values())


def _mass_form(page: httpx.Response) -> dict[str, str]:
    return fields(page, "post /orders/mass/")


def test_u_7_a_poll_of_a_list_that_did_not_change_is_below_a_kilobyte(site: httpx.Client) -> None:
    answers: list[httpx.Response] = []

    def is_unchanged() -> bool:
        etag = html.unescape(site.get("/orders/").text).split('"If-None-Match": "')[1].split('"}')[0]
        known = etag.encode().decode("unicode_escape")
        answers.append(site.get("/orders/rows/", headers={"If-None-Match": known}))
        return answers[-1].status_code == 304

    until(is_unchanged, pause=0.2)
    sent = sum(len(name) + len(value) + len(": \r\n") for name, value in answers[-1].headers.raw)
    assert sent + len(answers[-1].content) < 1000, answers[-1].headers


def test_every_order_stands_at_the_provider_once_or_cost_nothing_and_the_books_are_right(
    customer: DemoCustomer, quick_desk: Desk, site: httpx.Client
) -> None:
    if not customer.orders:
        customer.add(service=customer.service(CHANNEL_ADS), link="t.me/the_only_one", quantity=1000)
    rows = customer.until_ended()

    links = Counter(row["link"] for row in quick_desk.sandbox.accepted())
    status, said = quick_desk.says("verify")

    assert set(links.values()) == {1}
    # A cancel may be quicker than the desk: such an order is withdrawn before it is sent, and cost nothing.
    unsent = [id_ for id_ in customer.orders if "who accepted it" not in text(site.get(f"/orders/{id_}/"))]
    assert all((rows[id_]["status"], Decimal(rows[id_]["charge"])) == ("Canceled", 0) for id_ in unsent), rows
    assert len(links) + len(unsent) == len(customer.orders)
    assert (status, "Every invariant holds." in said) == (0, True), said
    assert customer.balance() + customer.charged() == OPENING
