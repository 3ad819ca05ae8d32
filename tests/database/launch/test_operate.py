"""What an operator does from the command line, and what `verify` says afterwards."""

import io
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from tests.apps import give_app
from tests.editions import write
from tests.shop import NOON, accept, add_service, open_customer

from sevenpanel.accounts import queries as people
from sevenpanel.accounts.domain import SecurityNews, is_well_formed
from sevenpanel.catalog import queries as services
from sevenpanel.catalog.commands import UnableToListService
from sevenpanel.catalog.domain import Metric
from sevenpanel.fulfilment import commands as supply
from sevenpanel.fulfilment import queries as stock
from sevenpanel.kernel import db
from sevenpanel.launch import verify
from sevenpanel.launch.operate.main import VERBS, main
from sevenpanel.launch.operate.people import UnableToOperate
from sevenpanel.ledger import queries as books
from sevenpanel.terms.documents import DocumentName, edition_of

pytestmark = pytest.mark.django_db

Say = Callable[..., str]


@pytest.fixture
def operate(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Say:
    """Run one verb and return what it printed; there is nobody at the terminal."""

    def run(*words: str, typed: str = "") -> str:
        monkeypatch.setattr("sys.stdin", io.StringIO(typed))
        assert main(words) == 0
        return capsys.readouterr().out.strip()

    return run


def test_a_customer_is_added_credited_once_and_given_a_key(operate: Say) -> None:
    said = operate("add-person", "alice@example.org", "--name", "Alice")
    operate("credit", "alice@example.org", "25.50", "--reference", "bank-17")
    key = operate("make-key", "alice@example.org", "--rate", "5", "--burst", "9")

    with pytest.raises(UnableToOperate, match="booked before"):
        operate("credit", "alice@example.org", "25.50", "--reference", "bank-17")

    customer_id = people.customer_of_email(email="Alice@Example.org")
    assert customer_id is not None
    assert "can sign in as customer with the password" in said
    assert books.balance(customer_id=customer_id).balance_micros == 25_500_000
    assert key.startswith("od_live_")
    assert (people.keys(customer_id=customer_id)[0].rate_per_second, people.keys(customer_id=customer_id)[0].burst) == (
        5,
        9,
    )


def test_a_key_of_an_account_that_accepted_nothing_is_made_with_a_word_of_warning(
    operate: Say, capsys: pytest.CaptureFixture[str]
) -> None:
    operate("add-person", "alice@example.org")
    capsys.readouterr()
    assert main(["make-key", "alice@example.org"]) == 0
    warned = capsys.readouterr()

    accepted = open_customer("Bob")
    assert main(["make-key", accepted.email]) == 0
    silent = capsys.readouterr()

    assert is_well_formed(warned.out.strip())  # nothing but the key, for scripts
    assert "until alice@example.org has signed in and accepted the Terms" in warned.err
    assert silent.err == ""


def test_every_version_of_the_documents_is_listed(operate: Say, settings: Any, tmp_path: Path) -> None:
    settings.TERMS_FOLDER = tmp_path
    write(tmp_path, "2", datetime(2087, 3, 1, tzinfo=UTC))
    open_customer("Alice")

    terms, later, privacy = operate("terms").splitlines()

    first = edition_of(people.shelf(), DocumentName.TERMS, "1")
    assert terms == f"* terms 1 en       in force from 1 November 2026, 00:00 UTC, accepted by 1, {first.sha256}"
    assert "  terms 2 en       announced for 1 March 2087, 00:00 UTC, accepted by 0, " in later
    assert privacy.startswith("* privacy 1 en     in force from")


def test_a_team_mate_shares_the_customer_and_staff_have_none(operate: Say) -> None:
    operate("add-person", "alice@example.org")
    operate("add-person", "bob@example.org", "--team-of", "alice@example.org")
    operate("add-person", "staff@example.org", "--role", "support")

    assert people.customer_of_email(email="bob@example.org") == people.customer_of_email(email="alice@example.org")
    assert people.customer_of_email(email="staff@example.org") is None


def test_a_new_password_replaces_the_old_one_and_ends_all_sessions(operate: Say) -> None:
    made = operate("add-person", "alice@example.org").rpartition(" ")[2]
    alice = people.person_of_email(email="alice@example.org")
    assert alice is not None
    accept(alice[0], now=datetime.now(UTC))
    browser = Client()
    assert browser.login(email="alice@example.org", password=made)
    assert browser.get("/balance/").status_code == 200

    said = operate("set-password", "Alice@Example.org")

    assert browser.get("/balance/").status_code == 302
    assert not Client().login(email="alice@example.org", password=made)
    password = said.partition("with the password ")[2].partition(";")[0]
    assert Client().login(email="alice@example.org", password=password)


def test_7_5_an_account_is_deleted_by_letter_once_it_is_said_twice(operate: Say) -> None:
    operate("add-person", "alice@example.org")
    operate("add-person", "olga@desk.example", "--role", "admin")
    words = ("erase", "Alice@Example.org", "--letter", "3 May", "--by", "olga@desk.example")

    operate("credit", "alice@example.org", "1", "--reference", "a")
    assert "There is money on the balance" in operate(*words)
    db.rows("UPDATE ledger_balance SET balance_micros = 0")
    assert "can be deleted. With --yes:" in operate(*words)
    assert people.person_of_email(email="alice@example.org") is not None
    assert "is deleted. A letter about it" in operate(*words, "--yes")
    assert people.person_of_email(email="alice@example.org") is None


def test_whoever_lost_every_second_factor_gets_in_by_the_password(operate: Say) -> None:
    operate("add-person", "alice@example.org")
    alice = people.person_of_email(email="alice@example.org")
    assert alice is not None
    give_app(alice[0])

    operate("remove-second-factor", "Alice@example.org")
    assert not people.second_factors(user_id=alice[0]).is_on


def test_s27_a_person_hears_of_what_the_operator_changed_about_signing_in(operate: Say) -> None:
    operate("add-person", "alice@example.org")
    alice = people.person_of_email(email="alice@example.org")
    assert alice is not None

    operate("set-password", "alice@example.org")
    operate("remove-second-factor", "alice@example.org")

    told = [row.news for row in people.security_events_of(user_id=alice[0])]
    assert told == [SecurityNews.PASSWORD, SecurityNews.SECOND_FACTOR]


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("credit", "nobody@example.org", "1", "--reference", "a"), "no customer"),
        (("set-password", "nobody@example.org"), "nobody with the address"),
        (("remove-second-factor", "nobody@example.org"), "nobody with the address"),
        (("erase", "alice@example.org", "--letter", "x", "--by", "alice@example.org"), "Nobody who runs the desk"),
        (("credit", "alice@example.org", "1,000", "--reference", "a"), "Write an amount"),
        (("make-key", "alice@example.org", "--rate", "0"), "at least 1"),
        (("add-person", "ALICE@example.org"), "is taken"),
        (("declare", "4711", "paid_ads", "--by", "me"), "no service 4711"),
        (("set-state", "4711", "listed"), "no service 4711"),
        (("catalogue", "Nowhere"), "no provider named"),
        (("add-provider", "Nowhere", "https://panel.example/api/v2"), "API key"),
        (("change-provider", "Nowhere", "--url", "https://panel.example"), "no provider named"),
        (("route", "4711", "Nowhere", "1"), "no service 4711"),
        (("top-up", "Nowhere", "1", "--reference", "a"), "no provider named"),
    ],
)
def test_a_mistake_is_answered_with_a_sentence(operate: Say, words: tuple[str, ...], sentence: str) -> None:
    operate("add-person", "alice@example.org")

    with pytest.raises(UnableToOperate, match=sentence):
        operate(*words)


def test_a_service_is_priced_paused_and_declared(operate: Say) -> None:
    service_id = add_service()
    operate("add-person", "alice@example.org")

    operate("set-price", str(service_id), "1.25")
    operate("set-price", str(service_id), "0.75", "--for", "alice@example.org")
    operate("set-state", str(service_id), "paused")
    customer_id = people.customer_of_email(email="alice@example.org")

    everybody, hers = (services.service(service_id=service_id, customer_id=c) for c in (None, customer_id))
    assert everybody is not None
    assert hers is not None
    assert (everybody.rate_micros, hers.rate_micros, everybody.state) == (1_250_000, 750_000, "paused")
    assert f"{service_id}  paused" in operate("services")

    operate("declare", str(service_id), "automated_accounts", "--by", "staff@example.org")
    with pytest.raises(UnableToListService, match="cannot be listed"):
        operate("set-state", str(service_id), "listed")


def test_a_suspension_is_lifted_again(operate: Say) -> None:
    operate("add-person", "alice@example.org")
    customer_id = people.customer_of_email(email="alice@example.org")
    assert customer_id is not None

    operate("suspend", "alice@example.org")
    assert people.customer(customer_id=customer_id).is_suspended
    operate("suspend", "alice@example.org", "--lift")
    assert not people.customer(customer_id=customer_id).is_suspended


def test_a_provider_is_changed_routed_to_and_topped_up_once(operate: Say) -> None:
    service_id = add_service()
    supply.register_provider(
        name="North", kind="apiv2", url="https://panel.example/api/v2", key="old", currency="USD", now=NOON
    )

    operate("change-provider", "North", "--new-key", "--word", "Erledigt", "Completed", typed="new\n")
    operate("route", str(service_id), "North", "1042")
    operate("top-up", "North", "500", "--reference", "invoice-77")

    with pytest.raises(UnableToOperate, match="booked before"):
        operate("top-up", "North", "500", "--reference", "invoice-77")
    with pytest.raises(UnableToOperate, match="A word means one of"):
        operate("change-provider", "North", "--word", "Erledigt", "nonsense")
    assert [route.provider_service for route in stock.routes(service_id=service_id)] == ["1042"]
    prepaid = next(line for line in books.trial_balance() if line.kind == "provider")
    assert prepaid.debit_micros == 500_000_000


def test_only_an_order_of_unknown_fate_can_be_decided(operate: Say) -> None:
    with pytest.raises(supply.UnableToDecide, match="not in question"):
        operate("decide", "4711", "refund", "--by", "staff@example.org")


def test_quiet_lists_say_so(operate: Say) -> None:
    assert (operate("alerts"), operate("unknown")) == ("Nothing.", "None.")


def test_what_a_service_counts_is_said_and_taken_back(operate: Say) -> None:
    service_id = add_service()

    operate("set-metric", str(service_id), "impressions", "--long-running")
    said = services.service(service_id=service_id, customer_id=None)
    operate("set-metric", str(service_id), "nothing")
    unsaid = services.service(service_id=service_id, customer_id=None)

    assert said is not None
    assert unsaid is not None
    assert (said.metric, said.is_long_running) == (Metric.IMPRESSIONS, True)
    assert (unsaid.metric, unsaid.is_long_running) == (None, False)


def test_every_verb_says_what_it_does() -> None:
    assert all(verb.act.__doc__ for verb in VERBS.values())


def test_verify_prints_a_balance_that_balances_and_says_that_all_holds(
    operate: Say, capsys: pytest.CaptureFixture[str]
) -> None:
    operate("add-person", "alice@example.org")
    operate("credit", "alice@example.org", "25.50", "--reference", "bank-17")

    status = verify.report()

    said = capsys.readouterr().out
    assert status == 0
    assert "Every invariant holds." in said
    total = next(line.split() for line in said.splitlines() if line.startswith("total USD"))
    assert total[-1] == total[-2] == "25.50"


def test_verify_names_the_offender_and_fails(operate: Say, capsys: pytest.CaptureFixture[str]) -> None:
    operate("add-person", "alice@example.org")
    db.rows("UPDATE ledger_balance SET balance_micros = 1")
    customer_id = people.customer_of_email(email="alice@example.org")

    assert verify.report() == 1
    assert f"I4: A customer's stored balance is not the sum of that account's transfers. Ids: {customer_id}" in (
        capsys.readouterr().out
    )
