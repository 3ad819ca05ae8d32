"""What people print: the receipt of an order and the statement of a month; their sums add up, and are nobody else's."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone
from tests.history import completed, placed, reported, sent
from tests.journeys.web.test_pages import assert_nothing_inline
from tests.journeys.web.visitor import Visitor, text
from tests.shop import Person, deposit

from sevenpanel.accounts import commands
from sevenpanel.accounts.domain import Reading
from sevenpanel.kernel.money import format_amount, parse_amount
from sevenpanel.orders.domain import Status
from sevenpanel.web import papers

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
MAY = datetime(2026, 5, 10, tzinfo=UTC)


@pytest.fixture
def person(alice: Visitor) -> Person:
    assert alice.person is not None
    return alice.person


def short(person: Person, service: int, at: datetime) -> int:
    order_id = placed(person, service, at=at)
    sent(order_id, at)
    reported(order_id, Status.PARTIAL, remains=400, at=at + HOUR)
    return order_id


def sums(page: Any) -> list[str]:
    """The sums of the table, as they stand there."""
    return re.findall(r'<td class="number sum"[^>]*>([^<]+)</td>', page.content.decode())


def micros(text_of_sum: str) -> int:
    sign = -1 if text_of_sum.startswith("−") else 1
    return sign * int(parse_amount(text_of_sum.strip("+−").split()[0]))


def test_the_receipt_tells_what_was_bought_by_whom_for_how_much_and_under_which_terms(
    alice: Visitor, person: Person, service: int
) -> None:
    order_id = short(person, service, MAY)

    page = alice.get(f"/orders/{order_id}/receipt/")

    assert_nothing_inline(page.content.decode())
    told = text(page)
    for words in (
        f"Receipt of order #{order_id}", person.email, "Channel promotion by paid ads", "0.90 USD per 1000",
        "Charged 0.90 USD", "Spent 0.54 USD", "Came back 0.36 USD", "600 of 1,000 delivered", "10 May 2026",
        "The order is judged by version 1 of the Terms of service.", "It is no tax invoice.",
    ):  # fmt: skip
        assert words in told, words
    assert "<button" not in page.content.decode().split("<main")[1].split("</main>")[0]


def test_the_receipt_of_an_open_order_says_what_is_held(alice: Visitor, person: Person, service: int) -> None:
    order_id = placed(person, service, at=MAY)

    assert "Held while the order is open 0.90 USD" in text(alice.get(f"/orders/{order_id}/receipt/"))


def test_papers_are_shown_to_nobody_else(alice: Visitor, mallory: Visitor, person: Person, service: int) -> None:
    order_id = placed(person, service, at=MAY)

    assert mallory.get(f"/orders/{order_id}/receipt/").status_code == 404
    assert str(order_id) not in sums(mallory.get("/balance/2026-05/"))
    assert Visitor().get(f"/orders/{order_id}/receipt/").status_code == 302
    assert Visitor().get("/balance/2026-05/").status_code == 302


@pytest.mark.parametrize("each_max", [papers.EACH_MAX, 2])
def test_a_statement_adds_up_one_by_one_and_by_day(
    alice: Visitor, person: Person, service: int, monkeypatch: pytest.MonkeyPatch, each_max: int
) -> None:
    monkeypatch.setattr(papers, "EACH_MAX", each_max)
    short(person, service, MAY)
    completed(person, service, at=MAY + DAY)
    completed(person, service, at=MAY + 40 * DAY)
    deposit(person.customer_id, "5", now=MAY + 2 * DAY)

    page = alice.get("/balance/2026-05/")

    opening, came, went, closing = map(micros, re.findall(r'<dd class="sum">([^<]+)</dd>', page.content.decode()))
    assert opening + came + went == closing
    assert sum(map(micros, sums(page))) == came + went
    assert format_amount(closing) == "13.56"  # 10 and 5 came in; 0.90 and 0.54 were spent
    assert ("they are added up by day" in text(page)) == (each_max == 2)


def test_the_months_follow_each_other(alice: Visitor, person: Person, service: int) -> None:
    short(person, service, MAY)
    deposit(person.customer_id, "5", now=MAY + 40 * DAY)

    ends, begins = (
        re.findall(r'<dd class="sum">([^<]+)</dd>', alice.get(f"/balance/{month}/").content.decode())
        for month in ("2026-05", "2026-06")
    )

    assert ends[-1] == begins[0]


def test_a_month_before_the_account_or_ahead_is_not_there(alice: Visitor) -> None:
    ahead = f"{timezone.now().year + 1}-01"

    for month in ("2026-04", ahead, "2026-13", "2026-5"):
        assert alice.get(f"/balance/{month}/").status_code == 404, month


def test_the_balance_leads_to_its_statements(alice: Visitor) -> None:
    months = re.findall(r'href="/balance/(\d{4}-\d\d)/"', alice.get("/balance/").content.decode())

    assert months
    assert months[0] == f"{timezone.now():%Y-%m}"
    assert all(alice.get(f"/balance/{month}/").status_code == 200 for month in months)


def test_u8_a_receipt_tells_of_each_movement_what_became_of_the_money(
    alice: Visitor, person: Person, service: int
) -> None:
    told = text(alice.get(f"/orders/{short(person, service, MAY)}/receipt/"))

    for moved in ("−0.90 USD held", "0.54 USD spent", "+0.36 USD came back"):
        assert moved in told


def test_a_statement_tells_its_times_in_utc_whatever_zone_its_reader_chose(
    alice: Visitor, person: Person, service: int
) -> None:
    commands.keep_reading(user_id=person.user_id, reading=Reading(time_zone="Asia/Tehran"))
    short(person, service, MAY)

    assert "10 May 2026, 00:00 UTC" in text(alice.get("/balance/2026-05/"))
