"""The OpenAPI document is made from the code, its copy in docs is that document, and it tells every problem."""

import json
import re
from pathlib import Path
from typing import Any

from django.test import Client
from django.urls import resolve

from sevenpanel.accounts.domain import Permission
from sevenpanel.api.v3 import document
from sevenpanel.api.v3.problems import KINDS, Trouble

ROOT = Path(__file__).parents[4]
# Answered where no operation is, or where the desk is at fault.
NOWHERE = {Trouble.METHOD, Trouble.FAULT, Trouble.CONFLICT}


def operations() -> dict[str, dict[str, Any]]:
    """Every operation by its id."""
    paths = document.made()["paths"]
    return {one["operationId"]: one for methods in paths.values() for one in methods.values()}


def test_the_copy_in_docs_is_the_document() -> None:
    assert (ROOT / "docs" / "openapi.json").read_text() == document.text(), "Run: make openapi"


def test_anybody_reads_the_document() -> None:
    answer = Client().get("/api/v3/openapi.json")

    assert (answer.status_code, answer["Content-Type"]) == (200, "application/json")
    assert answer.json() == document.made()


def test_every_problem_is_told_where_it_can_be_met() -> None:
    told = {
        code
        for one in operations().values()
        for response in one["responses"].values()
        for code in response["content"].get("application/problem+json", {}).get("examples", {})
    }

    bad_number = {"bad_number"}  # the schema refuses these first
    assert told | bad_number == {code.value for code in KINDS if code not in NOWHERE}


def test_every_operation_has_words_examples_and_a_key() -> None:
    for name, one in operations().items():
        assert one["summary"], name
        assert one["security"][0]["Key"][0] in set(Permission), name
        assert {"200", "401", "403", "422", "429", "503"} <= one["responses"].keys(), name


def test_every_link_leads_to_an_operation_and_a_parameter_of_it() -> None:
    known = operations()
    links = [
        link
        for one in known.values()
        for response in one["responses"].values()
        for link in response.get("links", {}).values()
    ]

    assert len(links) >= 5
    for link in links:
        assert link["parameters"].keys() <= {each["name"] for each in known[link["operationId"]]["parameters"]}


def test_every_path_is_an_address_of_the_site() -> None:
    for path in document.made()["paths"]:
        assert resolve("/api/v3" + re.sub(r"\{\w+\}", "7", path)).namespace == "v3"


def test_no_reference_leads_nowhere() -> None:
    text = json.dumps(document.made())
    known = document.made()["components"]["schemas"]

    assert set(re.findall(r"#/components/schemas/(\w+)", text)) <= known.keys()
