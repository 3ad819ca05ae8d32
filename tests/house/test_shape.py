"""The shape of the house: small functions, small files, one place for each thing (design: house)."""

import ast
import re
from pathlib import Path
from statistics import median

from tests.house.sources import PACKAGE, ROOT, TESTS, functions, length, modules

FUNCTION_LINES_MAX = 70
FILE_LINES_MAX = 400
MEDIAN_LINES_MAX = 8
NAMES_THAT_SAY_NOTHING = {"utils", "util", "helpers", "helper", "misc", "common", "base_utils", "tools"}

# A context holds these and no others; what is more is a package of one of them, or a named part of the room.
CONTEXT_FILES = {"__init__", "apps", "domain", "models", "commands", "queries", "migrations"}
CONTEXTS = {
    "ledger": set(),
    "accounts": set(),
    "catalog": set(),
    "orders": {"timeline", "transitions"},
    "notices": {"channel"},
    "support": set(),
    "deposits": {"sources", "keys", "simchain"},
    "fulfilment": {"providers", "access", "vault"},
    "insight": {"meters"},
    "letters": set(),
    "erasure": set(),
    "rehearsal": set(),
    "webhooks": set(),
}

# Where a request, a command line or a worker begins, the clock is read; everything below is told the time.
CLOCK_READERS = ("web/middleware.py", "api/", "jobs/", "launch/", "fulfilment/providers/", "deposits/simchain/")


def test_no_function_is_longer_than_a_screen() -> None:
    long = [
        f"{path}:{node.lineno} {node.name} ({length(node)})"
        for path, node in functions()
        if length(node) > FUNCTION_LINES_MAX
    ]

    assert long == []


def test_the_median_function_stays_small() -> None:
    assert median(length(node) for _, node in functions()) <= MEDIAN_LINES_MAX


def test_no_file_is_longer_than_a_sitting() -> None:
    endings = {".py", ".sql", ".css", ".js"}
    paths = [
        p
        for folder in (PACKAGE, TESTS)
        for p in folder.rglob("*")
        if p.suffix in endings and "migrations" not in p.parts
    ]
    long = [f"{p.relative_to(ROOT)} ({n})" for p in paths if (n := len(p.read_text().splitlines())) > FILE_LINES_MAX]

    assert long == []


def test_no_name_says_nothing() -> None:
    paths = [*PACKAGE.rglob("*.py"), *TESTS.rglob("*.py")]

    assert [p for p in paths if p.stem in NAMES_THAT_SAY_NOTHING or p.parent.name in NAMES_THAT_SAY_NOTHING] == []


def test_a_context_holds_its_files_and_no_others() -> None:
    for room, own in CONTEXTS.items():
        found = {p.stem for p in (PACKAGE / room).iterdir() if not p.name.startswith((".", "__pycache__"))}
        assert found <= CONTEXT_FILES | own, room


def test_nothing_is_imported_inside_a_function() -> None:
    inside = [
        f"{path}:{inner.lineno}"
        for path, node in functions()
        for inner in ast.walk(node)
        if isinstance(inner, ast.Import | ast.ImportFrom)
    ]

    assert inside == []


def test_the_clock_is_read_at_the_doors_only() -> None:
    pattern = re.compile(r"\b(datetime\.now|timezone\.now|date\.today|datetime\.utcnow|time\.time)\(")
    readers = [str(path) for path in modules() if pattern.search((ROOT / path).read_text())]

    assert [r for r in readers if not any(f"sevenpanel/{door}" in r for door in CLOCK_READERS)] == []


def test_rows_are_saved_field_by_field() -> None:
    bare = [
        f"{path}:{node.lineno}"
        for path, tree in modules().items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == "save"
        and not node.keywords
        and not node.args
    ]

    assert bare == []


def test_there_are_no_signals_and_no_model_forms_of_our_own() -> None:
    banned = re.compile(r"django\.dispatch|@receiver|ModelForm|class \w+\(.*GenericForeignKey")

    assert [str(p) for p in modules() if banned.search((ROOT / p).read_text())] == []


def test_every_public_function_class_and_module_says_what_it_is() -> None:
    silent = [
        f"{path}:{getattr(node, 'lineno', 1)} {getattr(node, 'name', '')}"
        for path, tree in modules().items()
        for node in [tree, *tree.body]
        if isinstance(node, ast.Module | ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
        and not getattr(node, "name", "").startswith("_")
        and not ast.get_docstring(node)
        and (ROOT / path).stat().st_size > 0
        and path.name != "apps.py"
    ]

    assert silent == []


def test_nothing_is_left_unfinished() -> None:
    marks = re.compile(r"\b(TODO|FIXME|XXX|HACK|NotImplementedError)\b")
    paths = [p for p in PACKAGE.rglob("*") if p.suffix in {".py", ".html", ".css", ".js", ".sql"}]

    assert [str(p.relative_to(ROOT)) for p in paths if marks.search(p.read_text())] == []


def test_templates_escape_everything() -> None:
    unsafe = re.compile(r"\|\s*safe\b|autoescape off|<script>|<style|style=\"|on(click|load|submit|change)=")
    templates = [p for p in PACKAGE.rglob("*.html") if unsafe.search(p.read_text())]
    python = [p for p in modules() if "mark_safe" in (ROOT / p).read_text()]

    assert [*templates, *python] == []


def test_style_sheets_know_no_left_and_no_right() -> None:
    sided = re.compile(r"\b(margin|padding|border|inset)?-?(left|right)\s*:|text-align:\s*(left|right)|float:")
    sheets = [p for p in PACKAGE.rglob("*.css") if sided.search(p.read_text())]

    assert sheets == []


def test_no_machines_path_and_no_registry_stands_in_the_repository() -> None:
    paths = [*ROOT.glob("*.txt"), ROOT / "pyproject.toml", ROOT / "Makefile"]

    assert [p.name for p in paths if re.search(r"https?://(?!127\.0\.0\.1|localhost)", p.read_text())] == []


def test_every_skip_prints_its_reason() -> None:
    bare = re.compile(r"pytest\.skip\(\s*\)|mark\.skip\b(?!\()|mark\.skip\(\s*\)|mark\.skipif\((?!.*reason)")

    assert [str(p) for p in TESTS.rglob("*.py") if p != Path(__file__) and bare.search(p.read_text())] == []
