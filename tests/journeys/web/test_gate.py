"""Clause 0.1 at the site: before the versions in force are accepted nothing but reading, export and signing out."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import URLPattern, URLResolver, get_resolver
from tests.editions import write
from tests.journeys.web.visitor import LINK, Visitor, fields, text
from tests.shop import accept, open_customer, staff, team_mate

from sevenpanel.accounts import queries
from sevenpanel.accounts.domain import Role, Way
from sevenpanel.terms.documents import DocumentName, edition_of

PAGE = "/terms/accept/"
FORM = f"post {PAGE}"
# What a person can always do, and what programs ask. Everything else is closed, and so is every address to come.
OPEN = {
    "web:terms", "web:terms-version", "web:terms-text", "web:terms-changes", "web:versions",
    "web:privacy", "web:privacy-version", "web:privacy-text", "web:privacy-changes",
    "web:accept", "web:language", "web:data", "web:data-export", "web:ticket-file", "account_logout",
    "livez", "readyz", "telegram", "hook", "robots", "short-link", "short-link-complaint", "manifest", "worker",
    "offline", "status", "status-feed", "letters-stop",
    # Nobody's session opens these; a key is held to the same clause (tests/journeys/api/v3/test_problems.py).
    "v3:openapi", "v3:balance", "v3:statement", "v3:services", "v3:service", "v3:orders", "v3:order", "v3:order-cancel",
}  # fmt: skip
# What stands for the variable parts of addresses.
PARTS = {
    "id": "1", "int": "1", "version": "1", "uidb36": "1", "key": "abc", "token": "A" * 22, "slug": "btcpay",
    "month": "2026-11", "str": "abc",
}  # fmt: skip


def addresses() -> Iterator[tuple[str, str]]:
    """Every address of the site by its name, an example each."""
    yield from _addresses(get_resolver().url_patterns, "", "")


def _addresses(patterns: Any, path: str, space: str) -> Iterator[tuple[str, str]]:
    for each in patterns:
        here = path + _example(str(each.pattern))
        if isinstance(each, URLResolver):
            inner = f"{space}{each.namespace}:" if each.namespace else space
            yield from _addresses(each.url_patterns, here, inner)
        else:
            assert isinstance(each, URLPattern)
            yield f"{space}{each.name or ''}", f"/{here}"


def _example(pattern: str) -> str:
    pattern = re.sub(r"\(\?P<(\w+)>[^)]*\)", lambda part: PARTS[part[1]], pattern).strip("^$")
    return re.sub(r"<(\w+):\w+>", lambda part: PARTS[part[1]], pattern)


@pytest.fixture
def newcomer(db: None) -> Visitor:
    """Somebody for whom the operator opened an account."""
    return Visitor(open_customer("Nora", balance="10", has_accepted=False))


@pytest.fixture
def second_version(settings: Any, tmp_path: Path) -> None:
    """A second version of the Terms, in force since yesterday."""
    settings.TERMS_FOLDER = tmp_path
    write(
        tmp_path,
        "2",
        datetime.now(UTC) - timedelta(days=1),
        changed={"ticket_answer_hours = 24": "ticket_answer_hours = 48"},
    )


def is_sent_to_the_page(answer: Any) -> bool:
    return answer.status_code == 302 and answer.url.partition("?")[0] == PAGE


def accept_on_the_page(visitor: Visitor, **typed: str) -> Any:
    return visitor.post(PAGE, {**fields(visitor.get(PAGE), FORM), "accept": "yes", **typed})


def test_the_addresses_of_the_site_are_all_found() -> None:
    found = dict(addresses())

    assert len(found) >= 60
    assert found["web:order-progress"] == "/orders/1/progress/"
    assert found["desk:ticket-judge"] == "/desk/tickets/1/requests/1/judge/"
    assert found["web:terms-changes"] == "/terms/1/changes/1/"
    assert {*found} >= OPEN


@pytest.mark.parametrize(("name", "address"), sorted(set(addresses())))
@pytest.mark.parametrize("method", ["get", "post"])
def test_0_1_before_acceptance_every_address_leads_to_the_page_but_those_that_are_always_open(
    newcomer: Visitor, name: str, address: str, method: str
) -> None:
    if method == "post" and name == "account_logout":
        return  # signs out, which the next test looks at

    answer = getattr(newcomer.client, method)(address)

    assert is_sent_to_the_page(answer) == (name not in OPEN), (name, address, answer.status_code)
    assert newcomer.orders == []


@pytest.mark.parametrize("name", ["web:home", "desk:home", "desk:tickets"])
def test_0_1_staff_are_asked_too(db: None, name: str) -> None:
    olga = Visitor(staff("Olga", Role.ADMIN, has_accepted=False))
    address = dict(addresses())[name]

    assert is_sent_to_the_page(olga.get(address))
    assert accept_on_the_page(olga).status_code == 302
    assert not is_sent_to_the_page(olga.get(address))


def test_0_1_whoever_does_not_accept_can_sign_out(newcomer: Visitor) -> None:
    assert newcomer.post("/accounts/logout/").status_code == 302
    assert newcomer.get("/").url.startswith("/accounts/login/")


def test_0_1_accepting_leads_on_to_where_the_visitor_was_going(newcomer: Visitor) -> None:
    asked = newcomer.get("/orders/?status=Pending&q=a%26b")
    page = newcomer.get(asked.url)
    form = {**fields(page, FORM), "accept": "yes"}
    answer = newcomer.post(PAGE, form, REMOTE_ADDR="203.0.113.9", HTTP_USER_AGENT="Lynx/2.9")

    assert (answer.status_code, answer.url) == (302, "/orders/?status=Pending&q=a%26b")
    assert newcomer.get(answer.url).status_code == 200
    assert newcomer.person is not None
    terms, privacy = queries.acceptances(user_id=newcomer.person.user_id, customer_id=None)
    edition = edition_of(queries.shelf(), DocumentName.TERMS, "1")
    assert (terms.document, terms.version, terms.sha256, terms.language) == ("terms", "1", edition.sha256, "en")
    assert (terms.user_id, terms.customer_id) == (newcomer.person.user_id, newcomer.person.customer_id)
    assert (terms.way, terms.button_words, terms.statements) == (Way.PAGE, "Accept and go on", ("0.1", "0.2"))
    assert (terms.address, terms.agent, terms.request_id) == ("203.0.113.9", "Lynx/2.9", answer["X-Request-Id"])
    assert abs(terms.accepted_at - datetime.now(UTC)) < timedelta(minutes=5)
    assert (privacy.document, privacy.request_id) == ("privacy", terms.request_id)


def test_0_2_the_risks_and_arbitration_stand_above_the_button_and_the_box_is_not_ticked(newcomer: Visitor) -> None:
    page = newcomer.get(PAGE).content.decode()
    told = text(newcomer.get(PAGE))

    first = edition_of(queries.shelf(), DocumentName.TERMS, "1")
    for clause in ("0.1", "0.2"):
        words = " ".join(first.section(clause).paragraphs)
        assert (
            told.index(words) < told.index("I accept the Terms of service, version 1") < told.index("Accept and go on")
        )
    assert "checked" not in page
    assert 'href="/terms/1/"' in page
    assert 'href="/privacy/1/"' in page


def test_0_1_without_the_tick_nothing_is_accepted(newcomer: Visitor) -> None:
    form = fields(newcomer.get(PAGE), FORM)
    assert "accept" not in form

    answer = newcomer.post(PAGE, {**form, "next": "/orders/"})

    assert answer.status_code == 422
    assert "Tick the box if you accept the Terms." in text(answer)
    assert fields(answer, FORM)["next"] == "/orders/"
    assert "checked" not in answer.content.decode()
    assert newcomer.person is not None
    assert queries.labels_of_person(user_id=newcomer.person.user_id) == []
    assert is_sent_to_the_page(newcomer.get("/orders/"))


@pytest.mark.parametrize("shown", ["", "nonsense", "terms/1/en/0 privacy/1/en/0", "terms/1/en", "a/b/c/d"])
def test_0_1_a_form_that_names_other_texts_accepts_nothing(newcomer: Visitor, shown: str) -> None:
    answer = accept_on_the_page(newcomer, shown=shown)

    assert answer.status_code == 422
    assert "Version 1 of the Terms of service is in force since 1 November 2026" in text(answer)
    assert newcomer.person is not None
    assert queries.labels_of_person(user_id=newcomer.person.user_id) == []


@pytest.mark.parametrize(
    "goal",
    [
        "https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:alert(1)", "http:///evil.example",
        "\x08//evil", "http://testserver//evil.example/", "http://testserver/\\evil.example", "orders/", "http://testserver",
    ],
)  # fmt: skip
def test_0_1_nobody_is_led_to_another_site(newcomer: Visitor, goal: str) -> None:
    form = fields(newcomer.get(PAGE, data={"next": goal}), FORM)
    assert "next" not in form

    assert newcomer.post(PAGE, {**form, "accept": "yes", "next": goal}).url == "/"


def test_0_1_a_new_version_asks_again_before_anything_else(alice: Visitor, service: int, second_version: None) -> None:
    form = {"service": str(service), "link": LINK, "quantity": "1000"}
    assert is_sent_to_the_page(alice.get("/"))
    assert is_sent_to_the_page(alice.post("/orders/new/", form))
    assert is_sent_to_the_page(alice.post("/orders/mass/", {"lines": f"{service} | {LINK} | 1000"}))
    page = alice.get(PAGE)

    assert "The Terms have changed" in text(page)
    assert "Terms of service, version 2 in force since" in text(page)
    assert 'href="/terms/1/changes/2/"' in page.content.decode()
    assert "Privacy policy, version 1 in force since" not in text(page)
    assert "Your API keys go on until" in text(page)
    assert alice.orders == []

    accept_on_the_page(alice)
    alice.order(service)
    assert len(alice.orders) == 1
    assert alice.person is not None
    assert sorted(queries.labels_of_person(user_id=alice.person.user_id)) == ["privacy 1", "terms 1", "terms 2"]


def test_0_1_a_page_from_before_the_new_version_accepts_nothing(
    newcomer: Visitor, settings: Any, tmp_path: Path
) -> None:
    form = fields(newcomer.get(PAGE), FORM)
    settings.TERMS_FOLDER = tmp_path
    write(tmp_path, "2", datetime.now(UTC) - timedelta(minutes=1))

    answer = newcomer.post(PAGE, {**form, "accept": "yes"})

    assert answer.status_code == 422
    assert "Version 2 of the Terms of service is in force since" in text(answer)
    assert newcomer.post(PAGE, {**fields(answer, FORM), "accept": "yes"}).status_code == 302


def test_0_1_a_new_privacy_policy_asks_too_and_a_corrected_spelling_does_not(
    alice: Visitor, settings: Any, tmp_path: Path
) -> None:
    yesterday = datetime.now(UTC) - timedelta(days=1)
    settings.TERMS_FOLDER = tmp_path / "spelling"
    write(tmp_path / "spelling", "1a", yesterday, is_material=False)
    assert alice.get("/").status_code == 200

    settings.TERMS_FOLDER = tmp_path / "privacy"
    write(tmp_path / "privacy", "2", yesterday, document=DocumentName.PRIVACY)
    assert is_sent_to_the_page(alice.get("/"))
    told = text(alice.get(PAGE))
    assert "The privacy policy has changed" in told
    assert "Privacy policy, version 2 in force since" in told
    assert "Terms of service, version 1 in force since" not in told
    accept_on_the_page(alice)
    assert alice.get("/").status_code == 200


def test_0_1_each_person_is_asked_whoever_else_of_the_account_accepted(newcomer: Visitor) -> None:
    assert newcomer.person is not None
    bob = Visitor(team_mate("Bob", newcomer.person, has_accepted=False))
    accept_on_the_page(newcomer)

    assert is_sent_to_the_page(bob.get("/"))
    assert newcomer.get("/").status_code == 200


def test_0_1_what_another_tab_or_device_accepted_counts_at_once(newcomer: Visitor) -> None:
    assert is_sent_to_the_page(newcomer.get("/"))
    assert newcomer.person is not None
    accept(newcomer.person.user_id, now=datetime.now(UTC))

    assert newcomer.get("/").status_code == 200
    assert "Nothing to accept" in text(newcomer.get(PAGE))
    assert accept_again_from_an_old_tab(newcomer).status_code == 302


def accept_again_from_an_old_tab(visitor: Visitor) -> Any:
    edition = {name: edition_of(queries.shelf(), name, "1") for name in DocumentName}
    shown = " ".join(f"{name}/1/en/{each.sha256}" for name, each in edition.items())
    return visitor.post(PAGE, {"accept": "yes", "shown": shown})


def test_0_1_a_poll_leads_the_whole_page_and_back_to_where_it_stands(newcomer: Visitor) -> None:
    answer = newcomer.get("/orders/rows/", HTTP_HX_REQUEST="true", HTTP_HX_CURRENT_URL="http://testserver/orders/?q=a")

    assert answer["HX-Redirect"] == f"{PAGE}?next=%2Forders%2F%3Fq%3Da"


def test_0_1_a_form_leads_back_to_the_page_that_it_stands_on(newcomer: Visitor) -> None:
    ours = newcomer.post("/keys/", HTTP_REFERER="http://testserver/keys/")
    foreign = newcomer.post("/keys/", HTTP_REFERER="https://evil.example/")

    assert ours.url == f"{PAGE}?next=%2Fkeys%2F"
    assert foreign.url == PAGE


def test_0_1_strangers_are_asked_to_sign_in_and_not_to_accept(db: None) -> None:
    assert Visitor().get("/orders/").url.startswith("/accounts/login/")
    assert Visitor().get(PAGE).url.startswith("/accounts/login/")
    assert Visitor().post(PAGE, {"accept": "yes"}).url.startswith("/accounts/login/")
    assert Visitor().get("/accounts/login/").status_code == 200


def test_0_1_the_gate_asks_the_database_once_a_session(alice: Visitor) -> None:
    def asked() -> int:
        with CaptureQueriesContext(
            connection,
        ) as found:
            assert alice.get("/").status_code == 200
        return sum("accounts_acceptance" in query["sql"] for query in found)

    assert [asked(), asked(), asked()] == [1, 0, 0]
