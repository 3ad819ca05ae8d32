"""The database goes away: what was not done, what may have been done, and what heals by itself."""

import asyncio
import json
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.parse import urlencode
from uuid import uuid4

import psycopg
import pytest
from django.db import OperationalError, connection
from tests.served import Client, dsn, serving
from tests.shop import NOON, Person, make_key, open_customer
from tests.waiting import until

from sevenpanel.accounts.domain import KEY_BODY_LENGTH, KEY_PREFIX, key_check
from sevenpanel.api import line as line_module
from sevenpanel.api.door import Door
from sevenpanel.api.gateway import Gateway
from sevenpanel.api.line import Line, Lost, NotSent, RefusedByDatabase
from sevenpanel.api.refusals import NotKnown
from sevenpanel.kernel import db
from sevenpanel.launch import ports
from sevenpanel.ledger import queries as ledger
from sevenpanel.orders import commands
from sevenpanel.orders import queries as orders
from sevenpanel.orders.domain import OrderLine, RefusalCode, Refused

pytestmark = pytest.mark.django_db(transaction=True)

LINK = "https://t.me/northwind_news"
NOTHING_CHARGED = "The panel cannot take requests right now. Nothing was charged. Please try again later."

_DOORS = "FROM pg_stat_activity WHERE datname = current_database() AND application_name LIKE %s"


def hang_up(name: str) -> None:
    """End the door's connections of this name from the database's side."""
    db.rows(f"SELECT pg_terminate_backend(pid) {_DOORS}", [name])
    until(lambda: not db.rows(f"SELECT 1 {_DOORS}", [name]))


@contextmanager
def balance_locked(person: Person) -> Iterator[None]:
    """Hold a customer's balance, so that placing waits for it."""
    with psycopg.connect(dsn()) as other:
        other.execute("SELECT 1 FROM ledger_balance WHERE customer_id = %s FOR UPDATE", [person.customer_id])
        yield
        other.rollback()


def test_connections_that_broke_while_nobody_asked_are_not_noticed(api: Client, service: int) -> None:
    api("add", service=service, link=LINK, quantity=10)
    for number in range(3):
        hang_up("sevenpanel api%")
        order = api("add", service=service, link=f"t.me/channel_{number}", quantity=10)["order"]
        assert api("status", order=order)["status"] == "Pending"


def test_a_connection_lost_in_the_middle_is_said_to_be_unknown_and_the_request_id_resolves_it(
    api: Client, alice: Person, service: int
) -> None:
    api("balance")
    fields = {"service": service, "link": LINK, "quantity": 1000, "request_id": "r-1"}
    with ThreadPoolExecutor(1) as pool:
        with balance_locked(alice):
            asked = pool.submit(api.send, action="add", **fields)
            until(lambda: bool(db.rows(f"SELECT 1 {_DOORS} AND wait_event_type = 'Lock'", ["%orders"])))
            hang_up("sevenpanel api: orders")
        status, answer = asked.result()
    assert (status, list(answer)) == (503, ["error"])
    assert "Repeat it with the same request_id" in answer["error"]

    first = api("add", **fields)
    assert api("add", **fields) == first
    assert len(orders.orders(customer_id=alice.customer_id)) == 1
    assert ledger.balance(customer_id=alice.customer_id).balance_micros == 9_100_000


def test_a_stopped_server_answers_what_it_took_and_takes_nothing_it_does_not_answer(home: Path, service: int) -> None:
    person = open_customer("Alice", balance="1000")
    key = make_key(person, rate_per_second=10_000, burst=10_000)
    taken: list[int] = []
    with serving(home, only="api") as served:
        api = served.client(key)

        def keep_ordering(client: int) -> None:
            for number in range(1000):
                try:
                    taken.append(api("add", service=service, link=f"t.me/c{client}_{number}", quantity=10)["order"])
                except (URLError, OSError):
                    return

        callers = [threading.Thread(target=keep_ordering, args=(client,)) for client in range(8)]
        for caller in callers:
            caller.start()
        until(lambda: len(taken) > 50)
        served.stop()
        for caller in callers:
            caller.join()
    assert db.rows("SELECT count(*) FROM orders_order") == [(len(set(taken)),)]


def ask(door: Door, **fields: Any) -> Any:
    """Let a door in this process answer."""
    sent: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": urlencode(fields).encode(), "more_body": False}

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    async def answer() -> tuple[int, Any]:
        await door({"method": "POST", "query_string": b"", "headers": []}, receive, send)
        return sent[0]["status"], json.loads(sent[1]["body"])

    return answer()


def test_without_a_database_an_order_is_known_not_to_be_taken_and_a_balance_is_not_known() -> None:
    nowhere = {"HOST": "127.0.0.1", "PORT": str(ports.any_free("127.0.0.1")), "NAME": "none", "USER": "nobody"}
    key = f"{KEY_PREFIX}{'a' * KEY_BODY_LENGTH}{key_check('a' * KEY_BODY_LENGTH)}"

    async def story() -> list[Any]:
        door = Door(Gateway(nowhere))
        answers = [ask(door, key=key, action=action) for action in ("add", "cancel", "balance", "services")]
        try:
            return await asyncio.gather(*answers)
        finally:
            await door.close()

    add, cancel, balance, services = asyncio.run(story())
    assert add == cancel == (200, {"error": NOTHING_CHARGED})
    assert balance == services == (503, {"error": "The panel cannot answer right now. Please try again later."})


def test_k5_what_becomes_of_a_wrong_link_is_not_asked_again_when_its_answer_is_lost(
    alice: Person, service: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    line = OrderLine(customer_id=alice.customer_id, service_id=service, link=LINK, quantity=10)

    def committed_and_lost(**asked: Any) -> None:
        commands.place(lines=[replace(line, link=f"t.me/channel_{uuid4().hex[:8]}")], now=NOON)
        raise OperationalError("server closed the connection unexpectedly")

    async def story() -> None:
        gateway = Gateway(connection.settings_dict)
        try:
            await gateway.by_the_letter(line, Refused(code=RefusalCode.WRONG_LINK, sentence=""))
        finally:
            await gateway.close()

    monkeypatch.setattr(commands, "by_the_letter", committed_and_lost)
    with pytest.raises(NotKnown, match="Repeat it with the same request_id"):
        asyncio.run(story())

    assert len(orders.orders(customer_id=alice.customer_id)) == 1


def test_a_line_leads_to_the_database_that_django_uses() -> None:
    async def story() -> Any:
        line = Line(connection.settings_dict, name="test")
        try:
            return (await line.fetch("SELECT current_database(), current_user"))[0]
        finally:
            await line.close()

    assert tuple(asyncio.run(story())) == db.rows("SELECT current_database(), current_user")[0]


def test_a_line_tells_what_was_refused_from_what_is_not_known() -> None:
    async def story() -> None:
        line = Line(connection.settings_dict, name="test")
        with pytest.raises(RefusedByDatabase, match="22012: division by zero"):
            await line.fetch("SELECT 1 / 0")
        await line.fetch("SELECT set_config('statement_timeout', '20ms', false)")
        with pytest.raises(RefusedByDatabase) as tired:
            await line.fetch("SELECT pg_sleep(5)")
        assert tired.value.concerns_all
        with pytest.raises(Lost):
            await line.fetch("SELECT pg_terminate_backend(pg_backend_pid())")
        assert await line.fetch("SELECT 1") == [(1,)]
        await line.close()

    asyncio.run(story())


def test_a_statement_that_takes_too_long_is_left_to_its_end_and_never_canceled(monkeypatch: pytest.MonkeyPatch) -> None:
    """A commit that waits for a standby would come to its end by that, and whoever asked again be told it is kept."""
    monkeypatch.setattr(line_module, "CLIENT_SECONDS", 0.2)

    async def story() -> None:
        line = Line(connection.settings_dict, name="test")
        for number in range(3):
            told = "INSERT INTO kernel_cache SELECT $1, '', now() FROM pg_sleep(1)"
            with pytest.raises(Lost):
                await line.fetch(told, f"too long {number}")
        await line.close()

    asyncio.run(story())
    until(lambda: db.rows("SELECT count(*) FROM kernel_cache WHERE starts_with(cache_key, 'too long')") == [(3,)])


def test_a_line_that_finds_nobody_says_that_nothing_was_sent() -> None:
    async def story() -> None:
        with pytest.raises(NotSent):
            await Line({"HOST": "127.0.0.1", "PORT": str(ports.any_free("127.0.0.1"))}, name="test").fetch("SELECT 1")

    asyncio.run(story())
