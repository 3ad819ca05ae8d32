"""Clause 7: everything that is kept about a person, as a file, at any time; nobody else's, and no secret."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from tests.editions import write
from tests.journeys.support.conftest import DAY, placed_before
from tests.journeys.support.test_customer_tickets import opened, shot, silent
from tests.journeys.web.visitor import Visitor, text
from tests.shop import make_key

from sevenpanel.support import commands
from sevenpanel.terms import TREATMENT, DataKind

EVERY_KIND = {kind.name.lower() for kind in DataKind if kind is not DataKind.AUDIT}


def exported(visitor: Visitor) -> dict[str, Any]:
    answer = visitor.get("/data/export/")
    assert answer.status_code == 200
    assert answer["Content-Type"] == "application/json"
    assert answer["Content-Disposition"].startswith('attachment; filename="7panel-data-')
    assert "no-store" in answer["Cache-Control"]
    found: dict[str, Any] = json.loads(b"".join(answer.streaming_content))
    return found


@pytest.fixture
def history(alice: Visitor, sam: Visitor, service: int) -> dict[str, Any]:
    """An order, a key, a ticket with a file and an answer, an internal note, and a claim that was decided."""
    assert alice.person is not None
    assert sam.person is not None
    order_id = placed_before(alice, service, DAY + timedelta(hours=2))
    key = make_key(alice.person)
    file = {"document-count": shot()}
    page = opened(alice, order_id, **file)
    ticket_id = page.context["ticket"].id
    for body, is_internal in (("We look at it.", False), ("Said to be rude.", True)):
        commands.answer(
            staff_id=sam.person.user_id,
            ticket_id=ticket_id,
            body=body,
            is_internal=is_internal,
            uploads=(),
            now=datetime.now(UTC),
        )
    claimed = silent(alice, order_id, DAY + timedelta(hours=1))
    commands.claim(customer_id=alice.person.customer_id, ticket_id=claimed, order_id=order_id, now=datetime.now(UTC))
    return {"order": order_id, "key": key, "ticket": ticket_id}


def test_7_the_file_holds_every_kind_of_data_that_is_exported(alice: Visitor, history: dict[str, Any]) -> None:
    assert alice.person is not None
    found = exported(alice)

    assert {kind.name.lower() for kind, each in TREATMENT.items() if each.is_exported} == EVERY_KIND
    assert {*found} == EVERY_KIND | {"made_at", "units"}
    assert found["account"][0]["email"] == alice.person.email
    assert found["account"][1]["id"] == alice.person.customer_id
    assert [each["name"] for each in found["api_keys"]] == ["test"]
    assert [(each["document"], each["version"]) for each in found["acceptances"]] == [("terms", "1"), ("privacy", "1")]
    assert found["acceptances"][0]["address"] == "192.0.2.1"
    (order,) = found["orders"]
    assert (order["id"], order["charge_micros"], order["link"]) == (
        history["order"],
        900_000,
        "https://t.me/northwind_news",
    )
    assert [line["amount_micros"] for line in found["ledger"]] == [900_000, -900_000, 10_000_000]
    assert [line["amount_micros"] for line in found["deposits"]] == [10_000_000]
    (decision,) = found["decisions"]
    assert (decision["order_id"], decision["decision"]["clause"]) == (history["order"], "4.4")


def test_7_tickets_are_in_it_with_messages_requests_and_files_and_without_notes_of_staff(
    alice: Visitor, history: dict[str, Any]
) -> None:
    (ticket,) = [each for each in exported(alice)["tickets"] if each["id"] == history["ticket"]]
    mine, theirs = ticket["messages"]

    assert (mine["body"], theirs["author"], theirs["body"]) == ("It is late.", "The desk", "We look at it.")
    assert [each["kind"] for each in ticket["requests"]] == ["not completed in time"]
    (file,) = mine["files"]
    assert alice.get(file["url"].removeprefix("http://testserver")).status_code == 200


def test_7_no_key_no_note_of_staff_and_nothing_of_others_is_in_it(
    alice: Visitor, mallory: Visitor, history: dict[str, Any], sam: Visitor
) -> None:
    assert mallory.person is not None
    whole = json.dumps(exported(alice))

    for secret in (history["key"], history["key"][8:-4], "Said to be rude", "hash", "password", mallory.person.email):
        assert secret not in whole
    assert sam.person is not None
    assert sam.person.email not in whole
    hers = exported(mallory)
    assert (hers["orders"], hers["tickets"], hers["api_keys"], hers["decisions"]) == ([], [], [], [])


def test_7_of_a_team_mate_it_holds_that_and_when_the_terms_were_accepted_and_not_from_where(
    alice: Visitor, bob: Visitor
) -> None:
    hers = exported(bob)["acceptances"]

    assert [("address" in each, each["version"]) for each in hers] == [(False, "1")] * 2 + [(True, "1")] * 2


def test_7_it_can_be_had_before_a_new_version_is_accepted_with_its_files(
    alice: Visitor, history: dict[str, Any], settings: Any, tmp_path: Path
) -> None:
    settings.TERMS_FOLDER = tmp_path
    write(tmp_path, "2", datetime.now(UTC) - timedelta(days=1))
    assert alice.get("/").status_code == 302

    assert "Download (JSON)" in text(alice.get("/data/"))
    (ticket,) = [each for each in exported(alice)["tickets"] if each["id"] == history["ticket"]]
    url = ticket["messages"][0]["files"][0]["url"]
    assert alice.get(url.removeprefix("http://testserver")).status_code == 200


def test_7_staff_have_no_account_and_get_what_is_theirs(sam: Visitor) -> None:
    found = exported(sam)

    assert {*found} == EVERY_KIND | {"made_at", "units"}
    assert len(found["account"]) == 1
    assert len(found["acceptances"]) == 2
    assert found["orders"] == []


def test_7_strangers_sign_in_first(db: None) -> None:
    for address in ("/data/", "/data/export/"):
        assert Visitor().get(address).url.startswith("/accounts/login/")


def test_7_more_rows_than_one_read_takes_are_all_there_once(
    alice: Visitor, service: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sevenpanel.web.data_export.BATCH", 2)
    orders = [placed_before(alice, service, timedelta(hours=1)) for _ in range(1)]
    for number in range(4):
        alice.order(service, link=f"https://t.me/channel_{number}", quantity="10")

    found = exported(alice)

    assert len({each["id"] for each in found["orders"]}) == len(found["orders"]) == len(orders) + 4
    assert len({each["transfer_id"] for each in found["ledger"]}) == len(found["ledger"]) == len(orders) + 5


def test_7_the_page_says_of_each_kind_whether_it_goes_or_stays_on_erasure(alice: Visitor) -> None:
    told = text(alice.get("/data/"))

    for kind, each in TREATMENT.items():
        assert f"{kind[0].upper()}{kind[1:]}" in told
        assert f"On erasure: {each.on_erasure}. {each.reason}" in told
