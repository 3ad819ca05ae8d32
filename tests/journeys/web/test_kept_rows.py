"""Rows of lists are kept as they were written: nobody ever sees an older one, or one that was read for others."""

from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from tests.journeys.web.visitor import Visitor, text
from tests.shop import NOON, add_service

from sevenpanel.catalog import commands as catalog
from sevenpanel.kernel.money import parse_amount
from sevenpanel.notices import commands as notices
from sevenpanel.notices.domain import Draft
from sevenpanel.terms import NoticeKind, Overrides, Scope

QUESTIONS = {"/services/": 11, "/services/?q=promotion": 11, "/updates/": 5, "/balance/": 8, "/": 12}


def own_rate(visitor: Visitor, service: int, rate: str | None) -> None:
    assert visitor.person is not None
    micros = None if rate is None else parse_amount(rate)
    with transaction.atomic():
        catalog.set_custom_rate(
            customer_id=visitor.person.customer_id, service_id=service, rate_micros=micros, now=NOON
        )


def test_each_customer_reads_their_own_price_whoever_looked_before(
    alice: Visitor, mallory: Visitor, service: int
) -> None:
    own_rate(alice, service, "0.50")
    for _ in range(2):
        assert "0.50 USD per 1000" in text(alice.get("/services/"))
        assert "0.50 USD" not in text(mallory.get("/services/"))
    own_rate(alice, service, None)

    assert "0.50 USD" not in text(alice.get("/services/"))
    assert "0.90 USD per 1000" in text(alice.get("/services/"))


def test_a_new_price_a_new_name_and_a_notice_are_in_the_row_at_once_and_leave_it_at_once(
    alice: Visitor, service: int
) -> None:
    before = text(alice.get("/services/"))
    draft = Draft(
        kind=NoticeKind.DELAY,
        scope=Scope.SERVICE,
        subject=service,
        text="Slower this week.",
        overrides=Overrides(complete_within=timedelta(days=9)),
    )

    notice = notices.publish(draft=draft, written_by="operator", now=timezone.now())
    assert "within 9 days changed by notice of" in text(alice.get("/services/"))
    notices.withdraw(notice_id=notice, why="Done.", withdrawn_by="operator", now=timezone.now())
    assert text(alice.get("/services/")) == before
    with transaction.atomic():
        notices.change_price(service_id=service, rate_micros=1_200_000, changed_by="operator", now=timezone.now())

    assert "1.20 USD per 1000 ↑ was 0.90 USD until" in text(alice.get("/services/"))
    assert "higher" in text(alice.get("/updates/"))


def test_a_row_is_written_for_its_reader(alice: Visitor, mallory: Visitor, service: int) -> None:
    assert "within 1 day" in text(alice.get("/services/"))

    turkish = text(alice.get("/services/", HTTP_ACCEPT_LANGUAGE="tr"))
    alice.post("/services/star/", {"star": service})

    assert "within 1 day" not in turkish
    assert "within 1 day" in text(alice.get("/services/"))
    assert 'aria-pressed="true"' in alice.get("/services/").content.decode()
    assert 'aria-pressed="true"' not in mallory.get("/services/").content.decode()


@pytest.mark.parametrize(("address", "most"), QUESTIONS.items())
def test_a_page_asks_the_database_a_number_of_times_that_does_not_grow(
    alice: Visitor, service: int, address: str, most: int
) -> None:
    alice.order(service)
    for number in range(30):
        add_service(f"Promotion {number}")
    alice.get(address)

    with CaptureQueriesContext(connection) as asked:
        alice.get(address)

    assert len(asked) <= most
