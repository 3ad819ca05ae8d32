"""What the rooms say reaches its reader in the language of the page; marks show what went another way (U-14)."""

import re
from collections.abc import Iterable, Iterator
from typing import Any

import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from django.test import override_settings
from scripts import messages
from tests.journeys.web.test_order_pages import report, send
from tests.journeys.web.visitor import Visitor
from tests.shop import NOON, add_service

from sevenpanel.notices import commands as notices
from sevenpanel.orders import commands
from sevenpanel.orders.domain import Status

LANGUAGE = "tr"
SAID = {"HTTP_ACCEPT_LANGUAGE": LANGUAGE}
# No word of Latin letters, so that it is not taken for English.
NAME = "Реклама: канал"
MARKED = re.compile(r"⟦[^⟦⟧]*⟧")
NO_WORDS = re.compile(r"https?://\S+|\b(?:USD|UTC|[A-Z][a-z]{2} \d{4})\b")


@pytest.fixture(scope="module", autouse=True)
def marks(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """A catalogue in which every message stands between marks."""
    folder = tmp_path_factory.mktemp("locale") / LANGUAGE / "LC_MESSAGES"
    folder.mkdir(parents=True)
    catalog = Catalog(locale=LANGUAGE)
    for message, _context in messages.said():
        marked = [f"⟦{form}⟧" for form in ([message] if isinstance(message, str) else message)]
        catalog.add(message, marked[0] if isinstance(message, str) else tuple(marked))
    with (folder / "django.mo").open("wb") as file:
        write_mo(file, catalog)
    with override_settings(LOCALE_PATHS=[str(folder.parents[1])]):
        yield


def english_in(texts: Iterable[str]) -> list[str]:
    """Those of these texts that are English outside of the marks."""
    return [text for text in texts if re.search(r"[A-Za-z]{3,}", NO_WORDS.sub("", unmarked(text)))]


def unmarked(text: str) -> str:
    while text != (left := MARKED.sub("", text)):
        text = left
    return text


def said_on(page: Any) -> list[str]:
    """What the rooms say on the page of an order: its states, its life, and what may be done about it."""
    seen, rights = page.context, page.context["choices"]
    life = [part for line in seen["lines"] for part in (line.actor, line.sentence)]
    about = [part for right in rights for part in (right.name, right.when, *right.needs, *right.reasons)]
    return [seen["order"].status, seen["order"].status_words, seen["source"], seen["cancel"].sentence, *life, *about]


def test_u_14_an_order_is_told_in_the_language_of_the_page_from_its_placing_to_its_end(alice: Visitor) -> None:
    service = add_service(NAME)
    alice.order(service, quantity="1000")
    (placed,) = alice.orders
    address = f"/orders/{placed.id}/"
    told = said_on(alice.get(address, **SAID))
    send(placed.id)
    report(placed.id, Status.IN_PROGRESS, 800)
    commands.request_cancel(customer_id=placed.customer_id, order_ids=[placed.id], now=NOON)
    told += said_on(alice.get(address, **SAID))
    report(placed.id, Status.PARTIAL, 600)
    told += said_on(alice.get(address, **SAID))

    assert english_in(told) == []
    assert any(text.startswith("⟦Decision ") for text in told)
    assert "⟦Partial⟧" in told


@pytest.mark.parametrize(
    "typed",
    [
        {"link": "http://192.168.1.1/a"},
        {"link": "https://t.me/c/123"},
        {"link": "https://www.youtube.com/watch?v=dQw4w9WgXcQ"},
        {"quantity": "1"},
        {"quantity": ""},
        {"quantity": "10000"},
    ],
)
def test_u_14_a_refusal_is_told_in_the_language_of_the_page(alice: Visitor, typed: dict[str, str]) -> None:
    service = add_service(NAME, rate="900")
    form = {**alice.order_form(service), "link": "https://t.me/northwind_news", "quantity": "10", **typed}
    page = alice.post("/orders/new/", form, **SAID)

    told = [problem.sentence for problem in page.context["problems"]]
    assert told
    assert english_in(told) == []


def test_u_14_the_lines_of_a_mass_order_are_told_in_the_language_of_the_page(alice: Visitor) -> None:
    service = add_service(NAME)
    links = ("t.me/c/123", "youtu.be/dQw4w9WgXcQ", "t.me/northwind_news")
    typed = "\n".join(f"{service} | https://{link} | 5" for link in links) + "\n0 | https://t.me/a | 1"
    page = alice.post("/orders/mass/", {"lines": typed}, **SAID)

    told = [line.error for line in page.context["bad"]]
    assert len(told) == 4
    assert english_in(told) == []


def test_u_14_news_of_the_catalogue_are_told_in_the_language_of_the_page(alice: Visitor) -> None:
    service = add_service(NAME)
    notices.change_limits(service_id=service, quantity_min=20, quantity_max=500, changed_by="Olga", now=NOON)
    (update,) = alice.get("/updates/", **SAID).context["updates"]

    assert update.last.text == f"⟦{NAME}: ⟦one order is now 20 to 500.⟧⟧"
    assert english_in(part for each in update.last.changes for part in (each.name, each.old, each.new)) == []


def test_english_beside_the_marks_is_seen() -> None:
    assert english_in(["⟦The order ⟦ended⟧.⟧ 12 USD", "⟦It⟧ ended."]) == ["⟦It⟧ ended."]


def test_u_14_a_ticket_and_its_clock_are_told_in_the_language_of_the_page(alice: Visitor) -> None:
    alice.order(add_service(NAME))
    (order,) = alice.orders
    typed = {"kind": "drop", "orders": str(order.id), "body": "?"}
    opened = alice.post("/tickets/new/", typed)
    page = alice.get(opened.headers["Location"], **SAID)
    seen = page.context

    asked = [part for each in seen["requests"] for part in (each.kind, each.outcome, *each.reasons)]
    assert seen["ticket"].subject == "⟦drop⟧"
    assert asked
    assert english_in([*asked, seen["state"], seen["clock"].sentence]) == []
