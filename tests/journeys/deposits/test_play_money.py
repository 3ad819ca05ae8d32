"""Play money over HTTP: one button on a desk that rehearses, confirmed by a real chain; no other desk has it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from tests.journeys.deposits.test_adding_funds import open_payment
from tests.journeys.running_simchain import Simchain, running
from tests.journeys.web.visitor import Visitor, fields, text
from tests.waiting import until

from sevenpanel.deposits import commands, models
from sevenpanel.deposits.commands import preparing
from sevenpanel.launch import demo_deposits
from sevenpanel.settings.base import SIMCHAIN_URL

pytestmark = pytest.mark.django_db(transaction=True)


@dataclass(frozen=True, slots=True)
class Rehearsing:
    """A desk that rehearses with a chain of its own process."""

    chain: Simchain
    method: int

    @property
    def button(self) -> str:
        """Where the button of the page of all ways leads."""
        return f"/funds/ways/{self.method}/play-money/"

    def press(self, visitor: Visitor) -> Any:
        """Press it."""
        form = fields(visitor.get("/funds/"), f"post {self.button}")
        return visitor.client.post(self.button, form, follow=True)

    def look(self) -> None:
        """What the worker does."""
        while commands.look_next(clock=lambda: datetime.now(UTC)):
            continue


@pytest.fixture
def rehearsing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, settings: Any) -> Iterator[Rehearsing]:
    monkeypatch.setattr(preparing, "environment", lambda: type("Here", (), {"home": tmp_path}))
    with running(tmp_path, secret=settings.SECRET_KEY) as chain:
        settings.SIMCHAIN_URL = chain.url
        demo_deposits.seed(simchain_url=chain.url, operator_id=1, now=datetime.now(UTC))
        rehearsing = Rehearsing(chain, models.Method.objects.get(name=demo_deposits.METHOD).id)
        rehearsing.look()  # a chain is watched from its present block on
        yield rehearsing


def test_one_press_brings_25_that_are_watched_and_credited(rehearsing: Rehearsing, alice: Visitor) -> None:
    assert "Send 25 test-USDT" in text(alice.get("/funds/"))

    pressed = rehearsing.press(alice)

    assert "Sent. It is in the chain's next block" in text(pressed)
    place = pressed.redirect_chain[-1][0].removesuffix("#progress")

    def is_credited() -> bool:
        rehearsing.look()
        return "+25.00 USD on your balance" in text(alice.get(f"{place}progress/"))

    until(is_credited)
    assert alice.balance == 25_000_000
    assert models.Receipt.objects.get().intent_id is not None


def test_the_same_press_again_sends_nothing_more(rehearsing: Rehearsing, alice: Visitor) -> None:
    form = fields(alice.get("/funds/"), f"post {rehearsing.button}")
    places = {alice.client.post(rehearsing.button, form)["Location"].removesuffix("#progress") for _ in range(3)}
    (place,) = places
    again = fields(alice.get(place), f"post {place}play-money/")
    for _ in range(2):
        alice.client.post(f"{place}play-money/", again)

    def are_there() -> bool:
        rehearsing.look()
        return models.Receipt.objects.filter(state__in=["credited", "final"]).count() == 2

    until(are_there)
    assert alice.balance == 50_000_000


def test_a_quoted_payment_is_sent_what_it_was_quoted(rehearsing: Rehearsing, alice: Visitor) -> None:
    opened = open_payment(alice, rehearsing.method, "7.5")
    place = opened.redirect_chain[-1][0]
    assert "Send 7.50 test-USDT" in text(opened)

    alice.client.post(f"{place}play-money/", fields(opened, f"post {place}play-money/"))

    def is_there() -> bool:
        rehearsing.look()
        return alice.balance > 0

    until(is_there)
    assert alice.balance == 7_500_000


def test_a_chain_that_is_away_is_said_and_may_be_asked_again(
    rehearsing: Rehearsing, alice: Visitor, settings: Any
) -> None:
    there, settings.SIMCHAIN_URL = settings.SIMCHAIN_URL, "http://127.0.0.1:9"
    form = fields(alice.get("/funds/"), f"post {rehearsing.button}")
    away = alice.client.post(rehearsing.button, form, follow=True)
    assert "does not answer. Try again in a moment." in text(away)

    settings.SIMCHAIN_URL = there
    assert "Sent." in text(alice.client.post(rehearsing.button, form, follow=True))


def test_nobody_sends_to_a_stranger_s_payment(rehearsing: Rehearsing, alice: Visitor, mallory: Visitor) -> None:
    place = open_payment(alice, rehearsing.method, "7.5").redirect_chain[-1][0]

    assert mallory.client.post(f"{place}play-money/").status_code == 404


def test_where_no_chain_rehearses_there_is_no_button_and_nothing_behind_it(
    rehearsing: Rehearsing, alice: Visitor, settings: Any
) -> None:
    place = open_payment(alice, rehearsing.method, "7.5").redirect_chain[-1][0]
    settings.SIMCHAIN_URL = ""

    assert "play money" not in text(alice.get("/funds/")).lower()
    assert "play money" not in text(alice.get(place)).lower()
    assert alice.client.post(rehearsing.button).status_code == 404
    assert alice.client.post(f"{place}play-money/").status_code == 404


def test_real_money_is_never_made_by_the_button(rehearsing: Rehearsing, alice: Visitor, usdt: int) -> None:
    place = open_payment(alice, usdt, "25").redirect_chain[-1][0]

    assert "play money" not in text(alice.get(place)).lower()
    assert alice.client.post(f"/funds/ways/{usdt}/play-money/").status_code == 404
    assert alice.client.post(f"{place}play-money/").status_code == 404


def test_outside_of_a_rehearsal_no_chain_is_known() -> None:
    assert SIMCHAIN_URL == ""
