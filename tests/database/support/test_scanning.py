"""Files are held until a virus scanner has seen them, where there is one; what it finds is gone."""

import os
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from tests.clamd import SIZE_LIMIT, VIRUS, Clamd, clamd
from tests.database.support.test_tickets import page
from tests.shop import NOON, Person, open_customer

from sevenpanel.kernel.clamd import Clean, Infected, NotScanned, scan
from sevenpanel.support import commands, queries
from sevenpanel.support.domain import Topic, Upload
from sevenpanel.support.queries import FileRow

pytestmark = pytest.mark.django_db


@pytest.fixture
def scanner(settings: Any) -> Iterator[Clamd]:
    with clamd() as running:
        settings.CLAMD = running.address
        yield running


@pytest.fixture
def alice() -> Person:
    return open_customer("Alice")


def sent(person: Person, *files: bytes) -> int:
    """A ticket with these text files."""
    return commands.open_ticket(
        customer_id=person.customer_id, person_id=person.user_id, topic=Topic.OTHER, kind=None, order_ids=[],
        body="See this.", uploads=[Upload(name="words.txt", data=data) for data in files], now=NOON,
    )  # fmt: skip


def look(now: datetime = NOON) -> int:
    """Let the worker scan until it rests; how many files it got through."""
    return sum(1 for _ in iter(lambda: commands.scan_next(clock=lambda: now), False))


def files(ticket_id: int) -> tuple[FileRow, ...]:
    return page(ticket_id, NOON).messages[0].files


def fetched(row: FileRow) -> bytes | None:
    found = queries.file(ticket_id=row.ticket_id, file_id=row.id, customer_id=None)
    return commands.path_of(found.stored_as).read_bytes() if found else None


@pytest.mark.parametrize("place", ["port", "socket"])
def test_the_scanner_is_shown_the_file_in_pieces(tmp_path: Path, place: str) -> None:
    data = os.urandom(200_000)
    with clamd(tmp_path / "clamd.ctl" if place == "socket" else None) as scanner:
        assert scan(scanner.address, data) == Clean()
        assert scan(scanner.address, data + VIRUS) == Infected("Test.Virus")
        assert scanner.seen == [data, data + VIRUS]
        assert max(scanner.pieces) <= 64 * 1024


@pytest.mark.parametrize("fault", ["error", "silent", "garbage"])
def test_any_other_answer_is_no_scan(fault: str) -> None:
    with clamd() as scanner:
        scanner.faults.append(fault)
        assert isinstance(scan(scanner.address, b"words"), NotScanned)


def test_a_file_that_the_scanner_finds_too_large_is_no_scan() -> None:
    with clamd() as scanner:
        assert isinstance(scan(scanner.address, b"x" * (SIZE_LIMIT + 1)), NotScanned)


@pytest.mark.parametrize("address", ["127.0.0.1:9", "/nowhere/clamd.ctl"])
def test_a_scanner_that_is_away_is_no_scan(address: str) -> None:
    assert isinstance(scan(address, b"words"), NotScanned)


def test_without_a_scanner_files_are_handed_out_at_once(alice: Person) -> None:
    (row,) = files(sent(alice, b"words"))

    assert look() == 0
    assert row.is_ready
    assert fetched(row) == b"words"


def test_a_file_is_held_until_it_was_looked_at(alice: Person, scanner: Clamd) -> None:
    ticket_id = sent(alice, b"words")
    (before,) = files(ticket_id)
    assert (before.is_held, fetched(before)) == (True, None)

    assert look() == 1

    (after,) = files(ticket_id)
    assert (after.is_ready, fetched(after)) == (True, b"words")
    assert look() == 0
    assert scanner.seen == [b"words"]


def test_what_the_scanner_finds_is_gone_and_says_so(alice: Person, scanner: Clamd) -> None:
    ticket_id = sent(alice, b"words", VIRUS)
    look()

    good, bad = files(ticket_id)
    assert (good.is_ready, fetched(good)) == (True, b"words")
    assert (bad.is_infected, fetched(bad)) == (True, None)
    assert not commands.path_of(bad.stored_as).exists()


def test_what_was_found_once_stays_refused_when_the_scanner_is_switched_off(
    alice: Person, scanner: Clamd, settings: Any
) -> None:
    ticket_id = sent(alice, VIRUS)
    look()
    settings.CLAMD = ""

    (row,) = files(ticket_id)
    assert (row.is_infected, fetched(row)) == (True, None)


def test_a_scanner_that_is_away_holds_files_and_nothing_else(alice: Person, settings: Any) -> None:
    settings.CLAMD = "127.0.0.1:9"
    ticket_id = sent(alice, b"words")
    assert look() == 0

    commands.reply(
        customer_id=alice.customer_id, person_id=alice.user_id, ticket_id=ticket_id, body="And this.", now=NOON
    )
    (row,) = files(ticket_id)
    assert (row.is_held, fetched(row)) == (True, None)

    with clamd() as scanner:
        settings.CLAMD = scanner.address
        assert look(NOON + timedelta(seconds=59)) == 0
        assert look(NOON + timedelta(minutes=1)) == 1
    assert fetched(files(ticket_id)[0]) == b"words"


def test_a_file_that_cannot_be_scanned_keeps_no_other_one_waiting(alice: Person, scanner: Clamd) -> None:
    first, last = sent(alice, b"words"), sent(alice, b"x" * (SIZE_LIMIT + 1))
    assert look() == 0  # the last one comes first, and the worker rests
    assert look() == 1

    assert files(first)[0].is_ready
    assert files(last)[0].is_held


def test_files_from_before_there_was_a_scanner_are_held_and_looked_at_too(
    alice: Person, scanner: Clamd, settings: Any
) -> None:
    address, settings.CLAMD = settings.CLAMD, ""
    ticket_id = sent(alice, b"words")
    settings.CLAMD = address

    assert files(ticket_id)[0].is_held
    look()
    assert files(ticket_id)[0].is_ready


def test_a_worker_that_dies_while_a_file_is_looked_at_leaves_it_to_the_next(
    alice: Person, scanner: Clamd, monkeypatch: pytest.MonkeyPatch
) -> None:
    ticket_id = sent(alice, b"words")

    def die(*_: object) -> None:
        raise SystemExit

    with monkeypatch.context() as patch:
        patch.setattr("sevenpanel.support.commands.scanning.scan", die)
        with pytest.raises(SystemExit):
            look()

    assert look(NOON + timedelta(minutes=1)) == 0
    assert files(ticket_id)[0].is_held
    assert look(NOON + timedelta(minutes=2)) == 1
