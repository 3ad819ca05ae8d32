"""README and docs say what the code does: names, lists and commands are compared, so that neither can drift."""

import ast
import re
import shlex
import subprocess
import tomllib
from argparse import ArgumentParser
from collections import Counter
from enum import StrEnum

import pytest
from tests.house.pages import Page, page, pages
from tests.house.sources import PACKAGE, ROOT, modules

from sevenpanel.accounts.domain import Role, SecurityNews, Way
from sevenpanel.api.line import SESSION
from sevenpanel.catalog.domain import Declaration, DropBand, Metric, ServiceState, ServiceType
from sevenpanel.cli import COMMANDS
from sevenpanel.deposits.domain import Event, HeldReason, ReceiptState, Verdict
from sevenpanel.deposits.domain.rates import RateKind
from sevenpanel.deposits.domain.ways import IntentState, KeyNews, MethodKind, ProposalKind, ProposalState
from sevenpanel.fulfilment.domain import AlertKind, AttemptState
from sevenpanel.fulfilment.providers.sandbox.personality import Personality
from sevenpanel.insight.domain import Counter as DropCounter
from sevenpanel.insight.domain import Found, MeasuredBy, Occasion
from sevenpanel.launch.operate.main import VERBS
from sevenpanel.ledger.domain import AccountKind, EntryKind, Reason
from sevenpanel.letters.domain import LetterKind, LetterState, Manner, News
from sevenpanel.notices.domain import Origin, PostState
from sevenpanel.orders.domain import Dispatch, Outcome, Source, Status
from sevenpanel.settings.environment import Environment
from sevenpanel.settings.serving import time_limits
from sevenpanel.support.domain import RequestState, Topic
from sevenpanel.terms import (
    FIGURES,
    PRECEDENCE,
    Act,
    Afterwards,
    Aspect,
    AtDoor,
    CancelAnswer,
    DataKind,
    Document,
    Door,
    DoorOutcome,
    Erasure,
    Extent,
    Kind,
    LinkFinding,
    NoticeKind,
    Reach,
    Scope,
    Until,
)
from sevenpanel.terms import Outcome as OfRequest
from sevenpanel.terms.documents import DocumentName, Mark, published, versions

PAGES = [pytest.param(each, id=each.name) for each in pages()]
DEFINED = (
    Status, Dispatch, AttemptState, Outcome, Source, ServiceType, ServiceState, DropBand, Metric, Declaration, Role,
    Way, AccountKind, Reason, EntryKind, Origin, PostState, Topic, RequestState,
    ReceiptState, Event, Verdict, HeldReason, MethodKind, IntentState, ProposalKind, ProposalState, KeyNews,
    RateKind,
    MeasuredBy, DropCounter, Occasion, Found,
    Kind, Document, Aspect, LinkFinding, CancelAnswer, OfRequest, Until, DoorOutcome, Afterwards, NoticeKind, Scope,
    AtDoor, Extent, Reach, Door, Act, DocumentName, Mark, DataKind, Erasure,
    SecurityNews, LetterKind, Manner, LetterState, News,
)  # fmt: skip
# Two enumerations of one name: the section of the second says which it is.
HEADINGS: dict[type[StrEnum], str] = {OfRequest: "Outcome of a request"}
COMMAND = re.compile(r"\bsevenpanel +([a-z][a-z-]*)")
VERB = re.compile(r"\bsevenpanel +operate +([a-z][a-z-]*)")
TARGET = re.compile(r"\bmake +([a-z]+)")
SOURCE = re.compile(r"[\w/.-]+/[\w.-]+\.(?:py|sql|sh|toml|css)")


def test_each_dependency_has_a_reason_and_no_reason_outlives_its_dependency() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    asked = [
        *project["dependencies"],
        *project["optional-dependencies"]["build"],
        *project["optional-dependencies"]["dev"],
    ]
    names = Counter(name[0] for each in asked if (name := re.match(r"[A-Za-z0-9-]+", each)))

    assert Counter(page("docs/adr/0002-dependencies.md").first_cells()) == names


def test_every_environment_variable_is_described_and_no_other() -> None:
    known = {str(field.validation_alias) for field in Environment.model_fields.values()}

    assert set(page("docs/configure.md").first_cells()) == known


@pytest.mark.parametrize("enum", DEFINED, ids=lambda enum: enum.__name__)
def test_the_glossary_has_exactly_the_words_of_the_code(enum: type[StrEnum]) -> None:
    section = page("docs/glossary.md").section(HEADINGS.get(enum, enum.__name__))

    assert section.first_cells() == [member.value for member in enum]


def test_no_word_of_the_terms_is_missing_from_the_glossary() -> None:
    written = {
        (path.stem, node.name)
        for path, tree in modules().items()
        for node in tree.body
        if path.is_relative_to("src/sevenpanel/terms") and isinstance(node, ast.ClassDef) and _is_words(node)
    }
    defined = {(enum.__module__.rpartition(".")[2], enum.__name__) for enum in DEFINED}

    assert len(written) > 20
    assert written - defined == set()


def test_the_order_of_precedence_is_told_as_it_is() -> None:
    told = page("docs/terms.md").section("The order of precedence").plain_first_cells()

    assert told == ["row", *(rule.name for rule in PRECEDENCE)]


def test_every_figure_of_the_terms_is_told_with_its_first_value() -> None:
    first = versions(published(), DocumentName.TERMS)[0].policy
    rows = re.findall(
        r"^\| `(\w+)` \| (\w+) \|", page("docs/terms.md").section("Documents and figures").text, re.MULTILINE
    )

    assert rows == [(name, str(getattr(first, name))) for name in FIGURES]


def _is_words(node: ast.ClassDef) -> bool:
    return any(isinstance(base, ast.Name) and base.id == "StrEnum" for base in node.bases)


def test_a_pooler_is_told_to_ask_for_what_the_door_asks_for() -> None:
    text = page("docs/scale.md").text
    ignored = re.search(r"^ignore_startup_parameters = (.+)$", text, re.MULTILINE)
    asked = re.search(r"connect_query='([^']+)'", text)

    assert ignored
    assert asked
    limits = dict(each.split("=") for each in time_limits(Environment()).replace("-c ", "").split())
    assert ignored[1].split(", ") == [*SESSION, "options"]
    assert asked[1] == "; ".join(f'SET {name} TO "{value}"' for name, value in (limits | SESSION).items())


def test_every_alert_tells_the_operator_what_to_do() -> None:
    told = page("docs/operate.md").section("Alerts").plain_first_cells()

    assert Counter(told) - Counter({"verb": 1, "kind": 1}) == Counter(kind.value for kind in AlertKind)


def test_every_personality_of_the_sandbox_is_described() -> None:
    assert page("docs/sandbox.md").section("Personalities").first_cells() == [each.value for each in Personality]


def test_every_verb_and_every_command_is_described() -> None:
    described = page("docs/operate.md").first_cells()
    named = {name for each in pages() for code in each.code() for name in COMMAND.findall(code)}

    assert [verb for verb in VERBS if verb not in described] == []
    assert [command for command in COMMANDS if command not in named] == []


@pytest.mark.parametrize("each", PAGES)
def test_a_relative_link_leads_somewhere(each: Page) -> None:
    assert [target for target in each.links() if not (each.path.parent / target).exists()] == []


@pytest.mark.parametrize("each", PAGES)
def test_a_file_that_is_named_exists(each: Page) -> None:
    named = {name for code in each.code() for name in SOURCE.findall(code)}

    assert [name for name in named if not (ROOT / name).exists() and not (PACKAGE / name).exists()] == []


@pytest.mark.parametrize("each", PAGES)
def test_a_command_that_is_named_exists(each: Page) -> None:
    targets = re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE)
    code = each.code()

    assert {name for text in code for name in COMMAND.findall(text)} <= COMMANDS.keys()
    assert {name for text in code for name in VERB.findall(text)} <= VERBS.keys()
    assert {name for text in code for name in TARGET.findall(text)} <= set(targets)


@pytest.mark.parametrize("each", PAGES)
def test_a_shell_block_is_valid_shell(each: Page) -> None:
    for block in each.blocks():
        if block.kind == "sh":
            read = subprocess.run(["bash", "-n"], input=block.text, capture_output=True, text=True, check=False)
            assert (read.returncode, read.stderr) == (0, ""), block.text


@pytest.mark.parametrize("each", PAGES)
def test_a_verb_is_shown_with_arguments_that_it_takes(each: Page) -> None:
    for line in each.code():
        found = VERB.search(line)
        if found and line.startswith(".venv/bin/"):
            parser = ArgumentParser(prog=found[1])
            VERBS[found[1]].arguments(parser)
            parser.parse_args(shlex.split(line[found.end() :]))


@pytest.mark.parametrize("each", PAGES)
def test_a_page_names_no_machine_of_ours_and_leaves_nothing_open(each: Page) -> None:
    assert re.findall(r"/root\b|/home/\w|/work\b|pypi\.org|\bTODO\b|\bFIXME\b", each.text) == []


def test_each_decision_has_its_parts_and_its_number() -> None:
    parts = ["Context", "Decision", "Consequences", "Not chosen"]
    decisions = sorted((ROOT / "docs/adr").iterdir())

    # A number is given when the work begins, so the page of a higher one may be there first.
    numbers = [path.name[:4] for path in decisions]
    assert len(set(numbers)) == len(numbers)
    for path in decisions:
        text = path.read_text()
        assert text.startswith(f"# {int(path.name[:4])}. ")
        assert [part for part in parts if f"\n## {part}\n" not in text] == [], path.name
