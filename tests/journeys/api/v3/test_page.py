"""The page of version 3 tells what the description tells, in the reader's language, and its examples run."""

import ast
import json
import shutil
import subprocess
import sys

import pytest
from django.test import Client
from tests.journeys.web.visitor import Visitor
from tests.served import Served
from tests.shop import Person, add_service, make_key, open_customer

from sevenpanel.api.v3 import document, page, words
from sevenpanel.api.v3.problems import KINDS
from sevenpanel.api.v3.samples import beginning


def test_every_operation_and_everything_that_is_sent_has_its_words() -> None:
    made = document.made()
    operations = [one for methods in made["paths"].values() for one in methods.values()]
    sent = {each["name"] for one in operations for each in one["parameters"]}

    assert {one["operationId"] for one in operations} == words.purposes().keys()
    assert sent | made["components"]["schemas"]["NewOrder"]["properties"].keys() == words.fields().keys()


@pytest.mark.django_db
def test_anybody_reads_the_page_and_a_customer_finds_their_own_key_masked() -> None:
    alice = open_customer("Alice")
    key = make_key(alice)

    seen = Client().get("/api/v3/").content.decode()
    own = Visitor(alice).get("/api/v3/").content.decode()

    for section in page.sections():
        assert f'id="{section.name}"' in seen
    for code in KINDS:
        assert f'id="{code.value}"' in seen
    assert "od_test_..." in seen
    assert f"od_live_...{key[-4:]}" in own
    assert key not in own


@pytest.mark.django_db
def test_the_page_speaks_its_readers_language() -> None:
    answer = Client().get("/api/v3/", headers={"Accept-Language": "es"})

    assert answer["Content-Language"] == "es"
    assert "Guía de la API, versión 3" in answer.content.decode()


@pytest.fixture
def shop(transactional_db: None) -> tuple[Person, int]:
    """Alice with 10.00, and a service."""
    return open_customer("Alice", balance="10"), add_service()


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
def test_every_example_runs_in_both_languages(door: Served, shop: tuple[Person, int]) -> None:
    alice, service = shop
    start = beginning(url=f"{door.site}/api/v3", key=make_key(alice))
    codes = [section.code for section in page.sections()]
    curl = [each.curl.replace("curl -s", "curl -s -w '\\n'") for each in codes]
    shell, python = "\n".join([start.curl, *curl]), "\n".join([start.python, *(each.python for each in codes)])

    told = [printed(text, service) for text in (["sh", "-c", shell], [sys.executable, "-c", python])]

    assert len(told[0]) == len(told[1]) == len(codes)
    # An order of the number in the examples is not there; everything else succeeds, and the second order is the first.
    assert [answer.get("code") for answer in told[0]] == [None] * 6 + ["not_found"] * 2
    assert told[0][4]["id"] == told[1][4]["id"]


def printed(command: list[str], service: int) -> list[dict[str, object]]:
    """What a program prints, which orders from this service."""
    *head, text = command
    changes = {'"service": 1}': f'"service": {service}}}', "/services/1": f"/services/{service}"}
    for here, there in changes.items():
        text = text.replace(here, there)
    said = subprocess.run([*head, text], capture_output=True, text=True, check=True, timeout=120).stdout
    return [json.loads(line) for line in said.splitlines()]


def test_an_example_is_valid_python() -> None:
    for section in page.sections():
        ast.parse(section.code.python)
