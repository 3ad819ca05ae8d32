"""The contract that every adapter keeps, against the sandbox over real HTTP."""

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from typing import Any

import httpx
import pytest
from tests.journeys.running_sandbox import Sandbox, afresh, ended, report, running, sent, shipment, until

from sevenpanel.fulfilment.providers.interface import (
    Body,
    CancelAnswer,
    Method,
    NotNow,
    NotNowReason,
    ProviderStatus,
    ProviderUnavailable,
    RefusalReason,
    Refused,
    RowError,
    StatusReport,
    Unknown,
)
from sevenpanel.fulfilment.providers.sandbox.catalogue import DEMO_KEY, catalogue


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    """One sandbox for the tests of this file; its orders end fifty times faster."""
    with running(tmp_path_factory.mktemp("sandbox"), "--pace", "2") as sandbox:
        yield sandbox


@pytest.fixture(scope="module")
def unhurried(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    """Another one, whose orders are certain to be open while a test looks at them."""
    with running(tmp_path_factory.mktemp("unhurried"), "--pace", "10000") as sandbox:
        yield sandbox


@pytest.fixture
def sandbox(shared: Sandbox) -> Iterator[Sandbox]:
    yield from afresh(shared)


@pytest.mark.parametrize(
    "changes", [{}, {"body": Body.JSON}, {"method": Method.GET}, {"url": None}], ids=["form", "json", "get", "slash"]
)
def test_an_order_runs_from_its_placing_to_its_end(sandbox: Sandbox, changes: dict[str, Any]) -> None:
    desk = sandbox.desk(**({"url": sandbox.url + "/"} if "url" in changes else changes))
    order = sent(desk.add(shipment()))
    seen = until(desk, order, ended)
    assert seen[0].currency == "USD"
    assert seen[-1].remains is not None
    assert seen[-1].charge == Decimal(42) * (100 - seen[-1].remains) / 100


def test_every_type_of_the_catalogue_can_be_ordered(sandbox: Sandbox) -> None:
    desk = sandbox.desk()
    package = sent(desk.add(shipment(201, type="Package", quantity=None)))
    comments = sent(desk.add(shipment(304, type="Custom Comments", quantity=None, comments=("one", "two ö"))))
    taken = {str(order["id"]): order for order in sandbox.accepted()}
    assert taken[package]["quantity"] == 1
    assert (taken[comments]["quantity"], taken[comments]["comments"]) == (2, "one\ntwo ö")
    assert report(desk, comments).remains == 2


def test_the_catalogue_is_read_without_a_loss(sandbox: Sandbox) -> None:
    read = sandbox.desk().services()
    assert read.skipped == ()
    assert [(int(offer.service), offer.name, offer.rate) for offer in read.offers] == [
        (listing.id, listing.name, listing.rate) for listing in catalogue().values()
    ]


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"provider_service": "9999"}, RefusalReason.BAD_SERVICE),
        ({"provider_service": "x"}, RefusalReason.BAD_SERVICE),
        ({"link": ""}, RefusalReason.BAD_LINK),
        ({"link": "two words"}, RefusalReason.BAD_LINK),
        ({"quantity": 9}, RefusalReason.BAD_QUANTITY),
        ({"quantity": 20_001}, RefusalReason.BAD_QUANTITY),
        ({"quantity": 10**12}, RefusalReason.OTHER_KNOWN),
    ],
)
def test_bad_orders_are_refused_in_the_stock_words(
    sandbox: Sandbox, changes: dict[str, Any], reason: RefusalReason
) -> None:
    before = len(sandbox.accepted())
    answer = sandbox.desk().add(shipment(**changes))
    assert isinstance(answer, Refused)
    assert answer.reason is reason
    assert len(sandbox.accepted()) == before


def test_an_order_waits_when_the_account_is_empty_or_the_key_is_wrong(sandbox: Sandbox) -> None:
    sandbox.control(balance_micros=41_999_999)
    poor = sandbox.desk().add(shipment())
    stranger = sandbox.desk(key="wrong").add(shipment())
    assert isinstance(poor, NotNow)
    assert poor.reason is NotNowReason.NO_FUNDS
    assert isinstance(stranger, NotNow)
    assert stranger.reason is NotNowReason.ACCOUNT_REFUSED
    with pytest.raises(ProviderUnavailable, match="Invalid API key"):
        sandbox.desk(key="wrong").balance()


def test_the_balance_falls_by_the_charge_and_rises_by_what_is_given_back(sandbox: Sandbox) -> None:
    desk = sandbox.desk()
    for order in sandbox.accepted():
        until(desk, str(order["id"]), ended)
    start = desk.balance().amount
    order = sent(desk.add(shipment(902)))
    last = until(desk, order, ended)[-1]
    assert last.status is ProviderStatus.PARTIAL
    assert last.charge is not None
    assert start - desk.balance().amount == last.charge


def test_an_open_order_holds_its_whole_charge(unhurried: Sandbox) -> None:
    desk = unhurried.desk()
    start = desk.balance().amount
    order = sent(desk.add(shipment(902)))
    assert start - desk.balance().amount == report(desk, order).charge == Decimal("0.1")


def test_statuses_are_answered_row_by_row(sandbox: Sandbox) -> None:
    desk = sandbox.desk()
    order = sent(desk.add(shipment()))
    rows = desk.statuses([order, "1", "x"])
    assert isinstance(rows[order], StatusReport)
    assert rows["1"] == rows["x"] == RowError(words="Incorrect order ID")


def test_a_cancel_is_accepted_and_seen_in_the_status(unhurried: Sandbox) -> None:
    desk = unhurried.desk()
    order, package = (
        sent(desk.add(shipment())),
        sent(desk.add(shipment(601, type="Package", quantity=None))),
    )
    answers = desk.cancel([order, package, "1"])
    assert answers[order] == CancelAnswer(accepted=True)
    assert not answers[package].accepted
    assert answers["1"] == CancelAnswer(accepted=False, words="Incorrect order ID")
    last = until(desk, order, ended)[-1]
    assert (last.status, last.remains, last.charge) == (ProviderStatus.CANCELED, 100, 0)
    assert not desk.cancel([order])[order].accepted


def test_a_repeated_request_id_gets_the_first_answer(sandbox: Sandbox) -> None:
    desk = sandbox.desk(idempotency_field="request_id")
    first = shipment()
    order = sent(desk.add(first))
    assert sent(desk.add(first)) == order
    other = desk.add(replace(first, quantity=101))
    assert isinstance(other, Unknown)
    assert [taken["id"] for taken in sandbox.accepted() if taken["request_id"] == first.request_id] == [int(order)]
    sandbox.control(idempotency=0)
    assert sent(desk.add(first)) != order


def test_refills_are_refused(sandbox: Sandbox) -> None:
    order = sent(sandbox.desk().add(shipment()))
    for fields in ({"action": "refill", "order": order}, {"action": "refill_status", "refill": "1"}, {"action": "x"}):
        told = httpx.post(sandbox.url, data={"key": DEMO_KEY, **fields}, trust_env=False).json()
        assert list(told) == ["error"]
