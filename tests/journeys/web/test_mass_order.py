"""Mass order: an error per line and the total beforehand; no line bought twice; rejected lines handed back."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from tests.journeys.web.visitor import Visitor, fields, text
from tests.sabotage import Switch, planted
from tests.shop import add_service, deposit, open_customer

from sevenpanel.catalog import commands as catalog
from sevenpanel.catalog.domain import ServiceType
from sevenpanel.kernel import db
from sevenpanel.kernel.money import parse_amount
from sevenpanel.orders.domain import Source

MASS = "/orders/mass/"
FORM = f"post {MASS}"


def preview(visitor: Visitor, lines: str, **more: Any) -> Any:
    return visitor.post(MASS, {"lines": lines, "preview": "1", **more})


def agreed(page: Any) -> dict[str, str]:
    """What the button to order sends: the first form of the preview."""
    sent = fields(page, FORM)
    return {"batch": sent["batch"], "previewed": sent["previewed"], "lines": page.context["text"], "place": "1"}


@pytest.mark.parametrize(
    "line",
    [
        "{service} | https://t.me/northwind_news | 1000",
        "{service}|t.me/northwind_news|1000",
        "{service}\thttps://t.me/northwind_news\t1000",
        "{service} https://t.me/northwind_news 1000",
        "{service},https://t.me/northwind_news,1000",
        "{service};https://t.me/northwind_news;1000",
        "{service} ;, https://t.me/northwind_news , 1000 ;",
        "{service} | https://t.me/northwind_news | ۱۰۰۰",
        "Service | Link | Quantity\n# a remark\n\n{service} | https://t.me/northwind_news | 1000\r\n",
    ],
)
def test_lines_are_read_as_people_write_them(alice: Visitor, service: int, line: str) -> None:
    page = preview(alice, line.format(service=service))
    alice.post(MASS, agreed(page))

    (order,) = alice.orders
    assert (order.quantity, order.target, order.source) == (1000, "https://t.me/northwind_news", Source.MASS)


def test_a_preview_shows_an_error_per_line_and_the_total_and_orders_nothing(alice: Visitor, service: int) -> None:
    package = add_service("Package", rate="2", quantity_min=1, quantity_max=1, service_type=ServiceType.PACKAGE)
    comments = add_service("Comments", service_type=ServiceType.CUSTOM_COMMENTS)
    lines = [
        f"{service} | https://t.me/one_channel | 1000",
        f"{package} | https://t.me/two_channel",
        f"{comments} | https://t.me/three_channel | 5",
        f"{service} | https://t.me/four_channel | 5",
        f"{service} | https://t.me/five_channel | 1,000",
        f"{service} | https://t.me/six_channel",
        f"{service} | https://www.instagram.com/northwind.tea/ | 1000",
        f"{service} | nonsense | 1000",
        "99999999 | https://t.me/seven_channel | 1000",
        f"{service} | http://telegram.me/One_Channel | 1000",
        f"{package} | https://t.me/eight_channel | 7",
        "hello",
        f"{service} | https://t.me/nine_channel | 1000 | more",
    ]

    page = preview(alice, "\n".join(lines))

    errors = {line.number: line.error for line in page.context["bad"]}
    assert page.status_code == 200
    assert errors.keys() == set(range(3, 14))
    assert "no line can hold" in errors[3]
    assert errors[4] == "This service takes 10 to 10,000 at once."
    assert "digits only" in errors[5]
    assert errors[6] == "The quantity is missing."
    assert errors[7].startswith("This service takes a public Telegram channel")
    assert errors[8].startswith("This is not a link")
    assert errors[9] == "There is no such service on sale."
    assert errors[10] == "Line 1 orders this service for the same target."
    assert "no quantity" in errors[11]
    assert errors[12] == errors[13] == "Write: service | link | quantity."
    assert "Order 2 lines for 2.90 USD" in text(page)
    assert "Balance after 7.10 USD" in text(page)
    assert alice.orders == []


def test_the_result_tells_each_line_apart_and_the_page_sent_again_orders_nothing_more(
    alice: Visitor, service: int
) -> None:
    alice.order(service, link="https://t.me/two_channel")
    page = preview(alice, f"{service}|t.me/one_channel|1000\n{service}|t.me/two_channel|1000\nhello")
    order = agreed(page)

    first, second = alice.post(MASS, order), alice.post(MASS, order)

    assert "Orders placed 1 " in text(first)
    assert "is still active" in text(first)
    assert "it was not ordered again" in text(second)
    assert len(alice.orders) == 2
    assert alice.balance == parse_amount("8.20")


def test_going_back_to_the_preview_keeps_its_batch_and_new_lines_get_another(alice: Visitor, service: int) -> None:
    page = preview(alice, f"{service}|t.me/one_channel|1000")
    sent = {**agreed(page), "preview": "1"}
    sent.pop("place")

    same, other = alice.post(MASS, sent), alice.post(MASS, {**sent, "lines": f"{service}|t.me/two_channel|1000"})

    assert fields(same, FORM)["batch"] == sent["batch"]
    assert fields(other, FORM)["batch"] != sent["batch"]


@pytest.mark.parametrize("change", ["line", "price"])
def test_what_changed_since_the_preview_is_shown_again_first(alice: Visitor, service: int, change: str) -> None:
    order = agreed(preview(alice, f"{service}|t.me/one_channel|1000"))
    if change == "line":
        order["lines"] = f"{service}|t.me/one_channel|5000"
    else:
        with transaction.atomic():
            catalog.set_rate(service_id=service, rate_micros=parse_amount("1.10"))

    page = alice.post(MASS, order)

    assert "A line or a price has changed since the preview" in text(page)
    assert alice.orders == []
    alice.post(MASS, agreed(page))
    assert len(alice.orders) == 1


def test_rejected_lines_come_back_as_a_file_that_can_be_sent_again(alice: Visitor, service: int) -> None:
    page = preview(alice, f"{service}|t.me/one_channel|1000\n{service} | t.me/two_channel | 5\nhello")
    rejected = page.context["rejected"]

    file = alice.post("/orders/mass/rejected/", {"lines": rejected})

    assert file["Content-Disposition"] == 'attachment; filename="rejected-lines.txt"'
    assert file["Content-Type"] == "text/plain; charset=utf-8"
    assert file.content.decode().splitlines() == [
        "# line 2: This service takes 10 to 10,000 at once.",
        f"{service} | t.me/two_channel | 5",
        "# line 3: Write: service | link | quantity.",
        "hello",
    ]
    assert [line.number for line in preview(alice, file.content.decode()).context["bad"]] == [2, 4]


def test_lines_are_ordered_from_the_top_while_the_balance_lasts(alice: Visitor) -> None:
    service = add_service(rate="4")
    page = preview(alice, "\n".join(f"{service}|t.me/channel_{n}|1000" for n in range(3)))
    assert "Missing 2.00 USD" in text(page)

    result = alice.post(MASS, agreed(page))

    assert "Orders placed 2 " in text(result)
    assert "The balance is 2.00 USD short. Nothing was charged." in text(result)
    assert alice.balance == parse_amount("2")


def half_of_five_hundred(visitor: Visitor) -> Any:
    """Send 500 lines with money for 250 of them."""
    service = add_service(rate="0.04")
    page = preview(visitor, "\n".join(f"{service}|t.me/channel_{n}|1000" for n in range(500)))
    return visitor.post(MASS, agreed(page))


def test_c8_of_500_lines_with_money_for_half_the_first_250_are_placed_and_the_rest_is_explained(
    alice: Visitor,
) -> None:
    """C-8: line by line from the top, exactly as far as the money goes."""
    result = text(half_of_five_hundred(alice))

    assert "Orders placed 250 " in result
    assert "The balance is 0.04 USD short. Nothing was charged." in result
    assert {int(order.link.rpartition("_")[2]) for order in alice.orders} == set(range(250))
    assert alice.balance == 0


@pytest.mark.django_db(transaction=True)
def test_c8_is_red_when_lines_are_sold_on_credit(service: int) -> None:
    """C-8, the sabotage."""
    with planted(Switch.SELL_ON_CREDIT):
        alice = Visitor(open_customer("Alice", balance="10"))
        half_of_five_hundred(alice)
        assert len(alice.orders) > 250


FILES = {
    "text": (b"%d | t.me/one_channel | 1000", 200, "Order 1 line"),
    "text with a byte order mark": (b"\xef\xbb\xbf%d | t.me/one_channel | 1000", 200, "Order 1 line"),
    "bad UTF-8": (b"%d | t.me/one_channel | 1000\n\xff\xfe", 422, "Line 2 of this file is not UTF-8 text."),
    "NUL bytes": (b"%d | t.me/one\0channel | 1000", 422, "This file holds NUL bytes"),
    "nothing": (b"", 422, "There is no line to order."),
    "only remarks": (b"# %d", 422, "There is no line to order."),
}


@pytest.mark.parametrize(("content", "status", "sentence"), FILES.values(), ids=FILES.keys())
def test_a_file_is_read_or_refused_with_a_sentence(
    alice: Visitor, service: int, content: bytes, status: int, sentence: str
) -> None:
    file = SimpleUploadedFile("orders.txt", content.replace(b"%d", str(service).encode()))

    page = preview(alice, "", file=file)

    assert page.status_code == status
    assert sentence in text(page)
    assert alice.orders == []


def test_pasted_nul_bytes_are_refused_with_a_sentence(alice: Visitor, service: int) -> None:
    nul = preview(alice, f"{service} | t.me/one\0channel | 1000")

    assert nul.status_code == 422
    assert "This text holds a NUL byte" in text(nul)


@pytest.mark.parametrize("link", [b"t.me/%FF%FEnorth", b"t.me/north\xffwind", "t.me/straße".encode("latin-1")])
def test_a_text_that_is_not_utf8_is_refused_whole(alice: Visitor, service: int, link: bytes) -> None:
    body = b"preview=1&lines=%d+|+" % service + link + b"+|+1000"

    page = alice.client.post(MASS, body, content_type="application/x-www-form-urlencoded")

    assert page.status_code == 422
    assert "not UTF-8 text" in text(page)
    assert "Nothing was charged." in text(page)


def test_a_line_that_lost_characters_on_its_way_spoils_only_itself(alice: Visitor, service: int) -> None:
    body = b"%d | t.me/north\xffwind | 1000\n%d | t.me/one_channel | 1000" % (service, service)
    form = b"".join(
        b'--x\r\nContent-Disposition: form-data; name="%s"\r\n\r\n%s\r\n' % field
        for field in ((b"preview", b"1"), (b"lines", body))
    )

    page = alice.client.post(MASS, form + b"--x--\r\n", content_type="multipart/form-data; boundary=x")

    (bad,) = page.context["bad"]
    assert "did not arrive intact" in bad.error
    assert "Order 1 line" in text(page)


def test_more_than_ten_thousand_lines_are_refused(alice: Visitor, service: int) -> None:
    page = preview(alice, f"{service} | t.me/one_channel | 1000\n" * 10_001)

    assert page.status_code == 422
    assert "at most 10,000 lines; this one has 10,001" in text(page)


def test_an_overlong_line_spoils_only_itself(alice: Visitor, service: int) -> None:
    page = preview(alice, f"{service}|t.me/{'a' * 5000}|1000\n{service}|t.me/one_channel|1000")

    assert [line.error for line in page.context["bad"]] == ["This line is too long to be one order."]
    assert "Order 1 line" in text(page)


def test_ten_thousand_lines_are_previewed_and_placed_at_once(alice: Visitor, service: int) -> None:
    assert alice.person is not None
    deposit(alice.person.customer_id, "100")
    lines = "\n".join(f"{service} | https://t.me/channel_{n} | 10" for n in range(10_000))
    page = preview(alice, lines)
    assert "Order 10,000 lines for 90.00 USD" in text(page)

    result = alice.post(MASS, agreed(page))

    assert "Orders placed 10,000 " in text(result)
    assert alice.balance == parse_amount("20")
    assert db.rows("SELECT count(*) FROM orders_order") == [(10_000,)]
    assert len(page.content) < 2_000_000
