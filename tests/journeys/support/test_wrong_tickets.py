"""A ticket that is not opened says at which field that can be mended, without a script (WCAG 3.3.1)."""

import html
import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from tests.database.support.pictures import HTML
from tests.journeys.support.conftest import DAY, placed_before
from tests.journeys.web.visitor import Visitor, fields

from sevenpanel.support.domain import IN_TICKETS, SLUG_OF_KIND

NEW = "/tickets/new/"


def bad_file() -> SimpleUploadedFile:
    return SimpleUploadedFile("page.png", HTML, "image/png")


def marked(page: Any) -> dict[str, list[str]]:
    """The fields that are marked as wrong, by their ids, each with the sentences that describe it."""
    content = page.content.decode()
    tags = re.findall(r"<(?:input|textarea|fieldset)[^>]*aria-invalid[^>]*>", content)
    return {_attribute(tag, "id"): [_said(content, id_) for id_ in _described(tag)] for tag in tags}


def _attribute(tag: str, name: str) -> str:
    found = re.search(rf'\s{name}="([^"]*)"', tag)
    return found[1] if found else ""


def _described(tag: str) -> list[str]:
    return [id_ for id_ in _attribute(tag, "aria-describedby").split() if id_.endswith("-wrong")]


def _said(content: str, id_: str) -> str:
    (words,) = re.findall(rf'<p class="wrong" id="{id_}">([^<]*)</p>', content)
    return html.unescape(words)


def leads(page: Any) -> list[tuple[str, str]]:
    """Where the list of what is wrong leads to, and with which sentence."""
    (problems,) = re.findall(r'role="alert" id="problems">(.*?)</div>', page.content.decode(), re.DOTALL)
    return [(place, html.unescape(said)) for place, said in re.findall(r'<a href="#([^"]+)">([^<]*)</a>', problems)]


@pytest.mark.parametrize(
    ("kind", "typed", "field", "sentence"),
    [
        ("other", {"orders": "seventeen"}, "orders", "Write the orders' numbers, such as 17, 18."),
        ("other", {"orders": ""}, "orders", "Say which orders it is about, and what you ask."),
        ("other", {"orders": "999999999"}, "orders", "You have no order 999999999."),
        ("other", {"body": " "}, "body", "Write what it is about."),
        ("question", {"body": ""}, "body", "Write what it is about."),
        ("question", {"subject": "a\N{REPLACEMENT CHARACTER}"}, "subject", "This text holds characters that did not"),
        ("payment", {"body": "a\0"}, "body", "This text holds a NUL byte"),
        ("question", {"file": [bad_file()]}, "file", "This is no file that can be sent here."),
        (
            "not-completed-in-time",
            {"document-count": bad_file()},
            "document-count",
            "This is no file that can be sent here.",
        ),
    ],
)
def test_u11_what_is_wrong_with_a_ticket_stands_at_its_field(
    alice: Visitor, service: int, kind: str, typed: dict[str, Any], field: str, sentence: str
) -> None:
    order_id = placed_before(alice, service, DAY)
    form = fields(alice.get(f"{NEW}?kind={kind}&order={order_id}"), f"post {NEW}")

    page = alice.client.post(NEW, {**form, "body": "It is late.", **typed})

    assert page.status_code == 422
    ((place, (said,)),) = marked(page).items()
    assert place == field
    assert said.startswith(sentence)
    assert leads(page) == [(field, said)]
    assert f'id="{field}"' in page.content.decode()


def test_u11_two_faults_stand_at_two_fields(alice: Visitor) -> None:
    page = alice.client.post(NEW, {"kind": "other", "orders": "seventeen", "body": "a\0"})

    assert list(marked(page)) == ["orders", "body"]
    assert [place for place, _said in leads(page)] == ["orders", "body"]


def test_u11_a_ticket_about_nothing_leads_to_the_choice_of_what_it_is_about(alice: Visitor) -> None:
    page = alice.client.post(NEW, {"kind": "weather", "body": "It rains."})

    assert page.status_code == 422
    assert list(marked(page).values()) == [["Choose what it is about."]]
    ((place, said),) = leads(page)
    assert (place, said) == (f"kind-{SLUG_OF_KIND[IN_TICKETS[0]]}", "Choose what it is about.")
    assert f'id="{place}"' in page.content.decode()


def test_u11_a_page_where_nothing_is_wrong_marks_nothing(alice: Visitor) -> None:
    page = alice.get(f"{NEW}?kind=drop")

    assert marked(page) == {}
    assert 'id="problems"' not in page.content.decode()
