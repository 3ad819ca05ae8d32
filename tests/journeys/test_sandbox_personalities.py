"""Each way of misbehaving, as the adapter sees it: what was taken, and what can be known about it."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import groupby
from typing import Any

import httpx
import pytest
from tests.journeys.running_sandbox import LINK, ORDINARY, Sandbox, afresh, ended, running, sent, shipment, until

from sevenpanel.fulfilment.providers.interface import (
    ProviderStatus,
    ProviderUnavailable,
    RefusalReason,
    Refused,
    Sent,
    Unknown,
    UnknownReason,
)
from sevenpanel.kernel import calling


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


def test_ten_ordinary_orders_bring_every_ending(sandbox: Sandbox) -> None:
    desk = sandbox.desk()
    orders = [sent(desk.add(shipment(link=f"{LINK}/{number}"))) for number in range(10)]
    words = [until(desk, order, ended)[-1].status for order in orders]
    assert [words.count(word) for word in (ProviderStatus.COMPLETED, ProviderStatus.PARTIAL)] == [8, 1]
    assert words.count(ProviderStatus.CANCELED) == 1


@pytest.mark.parametrize(
    ("service", "status"),
    [(902, ProviderStatus.PARTIAL), (903, ProviderStatus.CANCELED), (906, ProviderStatus.COMPLETED)],
)
def test_a_personality_decides_how_orders_end(sandbox: Sandbox, service: int, status: ProviderStatus) -> None:
    desk = sandbox.desk()
    assert until(desk, sent(desk.add(shipment(service))), ended)[-1].status is status


def test_a_liar_reports_remains_that_cannot_be(sandbox: Sandbox) -> None:
    desk = sandbox.desk()
    orders = [sent(desk.add(shipment(906, link=f"{LINK}/{number}"))) for number in range(12)]
    said = [until(desk, order, ended)[-1].remains for order in orders]
    assert any(remains is not None and remains > 100 for remains in said)
    assert any(remains is not None and remains < 0 for remains in said)
    assert any(remains is not None and 0 < remains <= 100 for remains in said)


def test_an_order_may_go_backwards(sandbox: Sandbox) -> None:
    desk = sandbox.desk()
    order = sent(desk.add(shipment(908)))
    seen = until(desk, order, lambda row: row.status is ProviderStatus.PARTIAL)
    # Whoever asks seldom enough misses a step; the steps that are seen come in this order.
    steps = iter(["Pending", "Processing", "In progress", "Completed", "In progress", "Partial"])
    words = [word for word, _ in groupby(row.word for row in seen)]
    assert all(word in steps for word in words)


def test_a_lost_answer_is_unknown_though_the_order_was_taken(sandbox: Sandbox) -> None:
    desk = sandbox.desk(idempotency_field="request_id")
    lost = shipment(904)
    answer = desk.add(lost)
    assert isinstance(answer, Unknown)
    assert answer.reason is UnknownReason.BROKEN_OFF
    taken = [order for order in sandbox.accepted() if order["request_id"] == lost.request_id]
    assert len(taken) == 1
    assert sent(desk.add(lost)) == str(taken[0]["id"])
    assert len([order for order in sandbox.accepted() if order["request_id"] == lost.request_id]) == 1


def test_a_second_sending_proves_the_first_where_duplicates_are_refused(unhurried: Sandbox) -> None:
    unhurried.control(idempotency=0, refuse_duplicates=1)
    desk = unhurried.desk()
    lost = shipment(904, link=f"{LINK}/once")
    assert isinstance(desk.add(lost), Unknown)
    again = desk.add(lost)
    assert isinstance(again, Refused)
    assert again.reason is RefusalReason.ACTIVE_ORDER_WITH_LINK
    assert len([order for order in unhurried.accepted() if order["link"] == lost.link]) == 1


def test_a_stumbling_server_is_unknown_though_the_order_was_taken(sandbox: Sandbox) -> None:
    before = len(sandbox.accepted())
    answer = sandbox.desk().add(shipment(910))
    assert isinstance(answer, Unknown)
    assert answer.reason is UnknownReason.HTTP_STATUS
    assert len(sandbox.accepted()) == before + 1


def test_a_web_page_is_unknown_and_nothing_was_taken(sandbox: Sandbox) -> None:
    before = len(sandbox.accepted())
    answer = sandbox.desk().add(shipment(907))
    assert isinstance(answer, Unknown)
    assert "Just a moment" in answer.evidence.answer
    assert len(sandbox.accepted()) == before


def test_a_provider_may_answer_with_the_number_of_an_older_order(sandbox: Sandbox) -> None:
    desk = sandbox.desk()
    older = sent(desk.add(shipment()))
    assert sent(desk.add(shipment(905))) == older
    assert int(sandbox.accepted()[-1]["id"]) == int(older) + 1


def test_a_second_open_order_for_a_link_is_refused(unhurried: Sandbox) -> None:
    desk = unhurried.desk()
    first = shipment(909, link=f"{LINK}/only")
    sent(desk.add(first))
    again = desk.add(replace(first, request_id="another"))
    assert isinstance(again, Refused)
    assert again.reason is RefusalReason.ACTIVE_ORDER_WITH_LINK


def test_a_link_is_free_again_when_its_order_is_over(sandbox: Sandbox) -> None:
    desk = sandbox.desk()
    first = shipment(909, link=f"{LINK}/only")
    until(desk, sent(desk.add(first)), ended)
    sent(desk.add(replace(first, request_id="another")))


def test_a_service_may_refuse_everything(sandbox: Sandbox) -> None:
    answer = sandbox.desk().add(shipment(911))
    assert isinstance(answer, Refused)
    assert answer.reason is RefusalReason.BAD_SERVICE


def test_a_service_may_never_answer(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(calling._Watch, "limit", _impatient(calling._Watch.limit))
    before = len(sandbox.accepted())
    answer = sandbox.desk().add(shipment(912))
    assert isinstance(answer, Unknown)
    assert answer.reason is UnknownReason.TIMED_OUT
    monkeypatch.undo()
    assert len(sandbox.accepted()) == before


def _impatient(plain: Callable[[calling._Watch, float | None], float]) -> Callable[..., float]:
    return lambda watch, timeout: min(plain(watch, timeout), 0.3)


def test_switches_are_thrown_while_it_runs(sandbox: Sandbox) -> None:
    desk = sandbox.desk()
    assert sandbox.control(service=ORDINARY, personality="refuses")["personalities"][str(ORDINARY)] == "refuses"
    assert isinstance(desk.add(shipment()), Refused)
    sandbox.control(service=ORDINARY, personality="normal")
    sent(desk.add(shipment()))


@pytest.mark.parametrize(
    ("personality", "words"),
    [("html", "not JSON"), ("server_error", "HTTP 500"), ("refuses", "user_inactive")],
)
def test_the_whole_account_can_be_made_to_misbehave(sandbox: Sandbox, personality: str, words: str) -> None:
    desk = sandbox.desk()
    sandbox.control(service=0, personality=personality)
    for call in (desk.balance, desk.services, lambda: desk.statuses(["1", "2"])):
        with pytest.raises(ProviderUnavailable, match=words):
            call()
    assert not isinstance(desk.add(shipment()), Sent)


@pytest.mark.parametrize(
    "fields",
    [
        {"service": 9999, "personality": "slow"},
        {"service": ORDINARY, "personality": "charming"},
        {"service": 0, "personality": "lies"},
        {"service": ORDINARY},
        {"balance_micros": "much"},
        {"idempotency": "perhaps"},
        {"key": "wrong", "service": ORDINARY, "personality": "slow"},
    ],
)
def test_switches_that_do_not_exist_are_refused(sandbox: Sandbox, fields: dict[str, Any]) -> None:
    before = sandbox.control()
    assert list(sandbox.control(**fields)) == ["error"]
    assert sandbox.control() == before


@pytest.mark.parametrize(
    "content",
    [b"", b"\xff\x00" * 50, b"{", b"[" * 100_000, b'{"key": {"a": 1}}', b"a=1&" * 5_000, b"x" * 2_000_000],
    ids=["empty", "noise", "half", "deep", "nested", "many", "large"],
)
def test_junk_is_answered_with_an_error(sandbox: Sandbox, content: bytes) -> None:
    told = httpx.post(sandbox.url, content=content, trust_env=False)
    assert told.status_code == 200
    assert told.json() == {"error": "Invalid API key"}
