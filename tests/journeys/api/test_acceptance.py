"""Clause 0.1 at the API: keys go on for 14 days after a change that nobody accepted, and then say clearly why not."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from tests.editions import write
from tests.journeys.api.test_refusals import nothing_was_taken
from tests.served import Client, Served, serving
from tests.shop import Person, accept, add_service, make_key, open_customer, team_mate

from sevenpanel.accounts.queries import shelf
from sevenpanel.kernel import db
from sevenpanel.orders import queries as orders
from sevenpanel.terms.documents import DocumentName, edition_of

pytestmark = pytest.mark.django_db(transaction=True)

DAY, SECOND = timedelta(days=1), timedelta(seconds=1)
LINK = "https://t.me/northwind_news"
CALLS: dict[str, dict[str, Any]] = {
    "services": {},
    "add": {"service": 1, "link": LINK, "quantity": 100},
    "status": {"order": 1},
    "balance": {},
    "cancel": {"orders": "1"},
    "refill": {"order": 1},
    "refill_status": {"refill": 1},
}


@pytest.fixture(scope="module")
def texts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home in which version 2 came into force 14 days and a second ago, and version 3 came 13 days ago."""
    home, now = tmp_path_factory.mktemp("graced"), datetime.now(UTC)
    write(home / "terms", "2", now - 14 * DAY - SECOND)
    write(home / "terms", "3", now - 13 * DAY)
    return home


@pytest.fixture(scope="module")
def graced(django_db_setup: None, texts: Path) -> Iterator[Served]:
    """The API alone, on that home."""
    with serving(texts, only="api") as served:
        yield served


@pytest.fixture(autouse=True)
def _the_same_texts_here(settings: Any, texts: Path) -> None:
    settings.TERMS_FOLDER = texts / "terms"


def began(version: str) -> datetime:
    return edition_of(shelf(), DocumentName.TERMS, version).effective_at


def accepted(version: str, name: str = "Alice") -> Person:
    """Somebody who accepted this version as soon as it was there, and none since."""
    return open_customer(name, balance="10", now=began(version))


@pytest.fixture
def service(transactional_db: Any) -> int:
    return add_service()


def test_0_1_on_day_13_everything_goes_on_and_orders_are_judged_by_the_version_that_was_accepted(
    graced: Served, service: int
) -> None:
    alice = accepted("2")
    client = graced.client(make_key(alice))

    placed = client("add", service=service, link=LINK, quantity=100)

    assert list(placed) == ["order"]
    assert client("balance")["currency"] == "USD"
    facts = orders.facts_of(order_ids=[placed["order"]], customer_id=alice.customer_id)
    assert facts[placed["order"]].terms_version == "2"


@pytest.mark.parametrize("action", sorted(CALLS))
def test_0_1_after_14_days_and_a_second_every_action_answers_a_clear_error(
    graced: Served, service: int, action: str
) -> None:
    alice = accepted("1")
    client = graced.client(make_key(alice))

    answer = client(action, **{**CALLS[action], **({"service": service} if action == "add" else {})})

    assert list(answer) == ["error"]
    told = answer["error"]
    changed = began("2")
    assert told.startswith(f"Terms not accepted. The Terms changed on {changed.day} {changed:%B %Y}, ")
    assert ", and 14 days have passed. Accept them on the site first. http" in told
    assert told.endswith("/terms/accept/")
    assert nothing_was_taken(alice)


def test_0_1_once_somebody_of_the_account_accepts_the_next_call_works(graced: Served, service: int) -> None:
    alice = accepted("1")
    client = graced.client(make_key(alice))
    assert list(client("balance")) == ["error"]

    accept(team_mate("Bob", alice, has_accepted=False).user_id, now=datetime.now(UTC))

    assert client("balance")["balance"] == "10.00"
    placed = client("add", service=service, link=LINK, quantity=100)
    facts = orders.facts_of(order_ids=[placed["order"]], customer_id=alice.customer_id)
    assert facts[placed["order"]].terms_version == "3"


def test_0_1_a_key_of_an_account_that_never_accepted_answers_at_once(graced: Served, service: int) -> None:
    nora = open_customer("Nora", balance="10", has_accepted=False)
    accepted("3", "Mallory")

    answer = graced.client(make_key(nora))("add", service=service, link=LINK, quantity=100)

    assert answer["error"].startswith("Terms not accepted. Accept the current Terms first.")
    assert nothing_was_taken(nora)


def test_0_1_nobody_elses_acceptance_counts_though_their_calls_share_a_batch(graced: Served, service: int) -> None:
    good, bad = (graced.client(make_key(person)) for person in (accepted("3"), accepted("1", "Mallory")))

    for _ in range(5):
        assert list(bad("balance")) == ["error"]
        assert list(good("balance")) == ["balance", "currency"]


def test_a_key_that_is_none_and_one_above_its_rate_are_told_so_first(graced: Served) -> None:
    alice = accepted("1")
    slow = graced.client(make_key(alice, rate_per_second=1, burst=1))
    slow("balance")

    status, answer = slow.send(action="balance")

    assert (status, answer) == (429, {"error": "Rate limit exceeded"})
    assert Client(url=graced.url, key="od_live_no")("balance") == {"error": "Invalid API key"}


def test_0_1_without_the_acceptances_the_gate_of_the_api_is_shut(graced: Served) -> None:
    """The other colour: were acceptances not read, everybody would be refused, and nobody let in."""
    alice = accepted("3")
    client = graced.client(make_key(alice))
    assert list(client("balance")) == ["balance", "currency"]

    db.rows("TRUNCATE accounts_acceptance")

    assert client("balance")["error"].startswith("Terms not accepted.")
