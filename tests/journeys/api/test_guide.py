"""The API guide keeps its word: each example runs as it stands there, each action and refusal is the code's."""

import html
import json
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.journeys.api.test_documentation import DOCUMENT
from tests.served import Served
from tests.shop import NOON, Person, add_service

from sevenpanel.accounts import commands as accounts
from sevenpanel.accounts.domain import KeyKind
from sevenpanel.api import refusals, wording
from sevenpanel.api.actions import Action
from sevenpanel.catalog.domain import ServiceType
from sevenpanel.web import api_errors, api_words
from sevenpanel.web.api_examples import calls

pytestmark = pytest.mark.django_db(transaction=True)

LANGUAGES: dict[str, Callable[[Path], list[str]]] = {
    "curl": lambda file: ["sh", str(file)],
    "python": lambda file: [sys.executable, str(file)],
    "php": lambda file: ["php", str(file)],
}
RUNNERS = {"curl": "curl", "python": sys.executable, "php": "php"}


def pieces(page: str) -> dict[str, str]:
    """The code of the page, by its id."""
    found = re.findall(r'<code id="([^"]+)">(.*?)</code>', page, re.DOTALL)
    return {name: html.unescape(text) for name, text in found}


def answers(code: dict[str, str], language: str, key: str, services: dict[str, int], folder: Path) -> dict[str, Any]:
    """Run the examples of a language as a reader would: with the key that the page masks, and a service of the desk."""
    said = {}
    beginning = code[f"beginning-{language}"].replace(f"{key[:8]}...{key[-4:]}", key)
    assert key in beginning
    for call in calls():
        mine = code[f"{call.name}-{language}"]
        if call.name in services:
            mine = re.sub(r"(service(?:=|' => ))101", rf"\g<1>{services[call.name]}", mine)
        file = folder / f"{call.name}.{language}"
        file.write_text(f"{beginning}\n{mine}\n")
        done = subprocess.run(LANGUAGES[language](file), capture_output=True, text=True, timeout=60, check=True)
        said[call.name] = json.loads(done.stdout)
    return said


@pytest.mark.parametrize("kind", KeyKind)
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_examples_of_the_guide_run(
    door: Served, alice: Person, service: int, tmp_path: Path, language: str, kind: KeyKind
) -> None:
    if shutil.which(RUNNERS[language]) is None:
        pytest.skip(f"{RUNNERS[language]} is not installed; all examples are made from one table")
    key = accounts.make_key(customer_id=alice.customer_id, name="guide", now=NOON, kind=kind)
    api = door.client(key)
    comments = add_service("Comments", service_type=ServiceType.CUSTOM_COMMENTS, quantity_min=1)
    own = [api("add", service=service, link=f"t.me/guide_{n}", quantity=100)["order"] for n in range(2)]
    with door.browser(alice) as visitor:
        code = pieces(visitor.get("/keys/guide/").text)

    said = answers(code, language, api.key, {"add": service, "add-comments": comments}, tmp_path)

    left = {KeyKind.LIVE: "9.82", KeyKind.TEST: "999.82"}
    assert said["balance"] == {"balance": left[kind], "currency": "USD"}
    assert {row["service"] for row in said["services"]} == {service, comments}
    assert list(said["add"]) == ["order"]
    assert list(said["add-comments"]) == ["order"]
    assert api("status", order=said["add-comments"]["order"])["remains"] == "2"
    assert said["status"]["status"] == "Pending"
    assert set(said["status-many"]) == set(map(str, own))
    assert said["cancel"] == [{"order": order, "cancel": 1} for order in reversed(own)]
    assert [row["refill"]["error"] for row in said["refill"]] == ["Refill is not available for this order"] * 2
    assert said["refill_status"] == [{"refill": n, "status": {"error": "Refill not found"}} for n in (7, 8)]


def test_every_action_has_its_section_and_its_example() -> None:
    assert {action.name for action in api_words.actions()} == set(Action)
    assert {call.action for call in calls()} == set(Action)


def test_every_field_of_an_example_is_explained() -> None:
    told = {action.name: {field.name for field in action.fields} for action in api_words.actions()}

    assert [call.name for call in calls() if not {name for name, _ in call.fields} <= told[call.action]] == []


def test_every_refusal_of_the_code_is_in_the_guide_and_no_other() -> None:
    internal = {wording.REFUSED[code] for code in wording.NOT_MET_BY_CALLERS}
    coded = [getattr(refusals, name) for name in dir(refusals) if name.isupper()]
    coded += [text for text in wording.REFUSED.values() if text not in internal]
    coded += [*filter(None, wording.CANCEL.values()), wording.NOT_ACCEPTED]
    coded += [wording.ELSEWHERE, *wording.NOT_PERMITTED.values()]
    coded += [str(refusals.NothingDone()), str(refusals.NotKnown()), str(refusals.TooManyRequests(retry_after=1))]
    begins = {re.split(r"\{|\d|$", text)[0].strip() for text in coded}
    told = [re.split(r"\d|\.\.\.$", error.text)[0].strip() for error in api_errors.errors()]

    assert [text for text in begins if not any(text.startswith(each) for each in told)] == []
    assert [each for each in told if not any(text.startswith(each) for text in begins) and each not in OF_FIELDS] == []
    assert len(told) == len(set(told))


# Said where the fields of `add` are read.
OF_FIELDS = {
    "Incorrect request_id: at most",
    "Drip-feed is not available for this service. Nothing was charged.",
}


def test_the_guide_and_the_document_tell_the_same_changes() -> None:
    days = re.findall(r"^\| (\d{4}-\d\d-\d\d) \|", DOCUMENT.read_text(), re.MULTILINE)

    assert days == [str(change.day) for change in api_words.changes()]
