"""docs/api.md keeps its word: its examples run, and its refusals are those of the code."""

import ast
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from tests.served import Client, Served

from sevenpanel.api import refusals, wording
from sevenpanel.orders.domain import STATUS_MONEY, STATUS_NEXT, STATUS_WORDS, Status

pytestmark = pytest.mark.django_db(transaction=True)

DOCUMENT = Path(__file__).parents[3] / "docs" / "api.md"


def example(language: str, door: Served, api: Client, service: int) -> str:
    """The examples of one language, with our own address, key and service."""
    blocks = re.findall(rf"```{language}\n(.*?)```", DOCUMENT.read_text(), re.DOTALL)
    text = "\n".join(blocks)
    changes = {
        "https://desk.example.org/api/v2": door.url,
        "od_live_your_key": api.key,
        "SERVICE=1": f"SERVICE={service}",
        "service=1,": f"service={service},",
        "'service' => 1,": f"'service' => {service},",
    }
    for here, there in changes.items():
        text = text.replace(here, there)
    return text


def printed(*command: str) -> str:
    """What a program prints."""
    return subprocess.run(command, capture_output=True, text=True, check=True, timeout=60).stdout


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
def test_the_curl_examples_run(door: Served, api: Client, service: int) -> None:
    text = example("sh", door, api, service).replace("curl -s", "curl -s -w '\\n'")
    balance, services, placed, statuses = map(json.loads, printed("sh", "-c", text).splitlines())
    assert balance == {"balance": "10.00", "currency": "USD"}
    assert services[0]["service"] == service
    assert list(placed) == ["order"]
    assert list(statuses) == ["1", "2", "3"]
    assert api("balance")["balance"] == "9.10"


def test_the_python_example_runs(door: Served, api: Client, service: int) -> None:
    lines = printed(sys.executable, "-c", example("python", door, api, service)).splitlines()
    placed, status, many, cancelled, balance = map(ast.literal_eval, lines)
    assert status["status"] == "Pending"
    assert set(many) == {"1", "2", "3"}
    assert cancelled == [{"order": placed["order"], "cancel": 1}]
    assert balance["balance"] == "10.00"


@pytest.mark.skipif(shutil.which("php") is None, reason="php is not installed")
def test_the_php_example_runs(door: Served, api: Client, service: int) -> None:
    placed, status, many = json.loads(printed("php", "-r", example("php", door, api, service)))
    assert list(placed) == ["order"]
    assert status["status"] == "Pending"
    assert list(many) == ["1", "2", "3"]


def test_u10_the_statuses_are_told_in_the_words_of_the_site() -> None:
    told = [line.strip("| ").split(" | ") for line in DOCUMENT.read_text().splitlines()]
    for status in Status:
        meaning = [f"`{status}`", STATUS_WORDS[status], STATUS_NEXT[status], STATUS_MONEY[status]]
        assert meaning in told, f"docs/api.md should say: {' | '.join(meaning)}"


def test_every_refusal_of_the_code_is_in_the_document() -> None:
    told = re.findall(r"^\| `(.+?)`", DOCUMENT.read_text(), re.MULTILINE)
    beginnings = [re.split(r"[0-9]|\.\.\.$", text)[0] for text in told]
    texts = [getattr(refusals, name) for name in dir(refusals) if name.isupper() and name != "ORDER_NOT_KNOWN"]
    texts += [text.split("{")[0] for text in wording.REFUSED.values()] + [t for t in wording.CANCEL.values() if t]
    texts.append(wording.NOT_ACCEPTED.split("{")[0])
    internal = {wording.REFUSED[code] for code in wording.NOT_MET_BY_CALLERS}
    unsaid = [text for text in texts if text not in internal and not any(b and text.startswith(b) for b in beginnings)]
    assert unsaid == []
