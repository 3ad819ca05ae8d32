"""The shape of what the bench prints: one JSON object, or a table with the same figures."""

import json

from sevenpanel.launch.bench import report
from sevenpanel.launch.bench.figures import LOAD, POSTGRESQL, PYTHON, Row, sample
from sevenpanel.launch.bench.plan import Part, Section

FACTS = {"size": "quick", "rounds": 2, "limit_driver": "pgbench", "postgresql": "18.6"}


def row(name: str, count: int) -> Row:
    """Two rounds of the same."""
    taken = sample([2.0] * count, seconds=1.0, cpu={PYTHON: 0.2, POSTGRESQL: 0.1, LOAD: 0.01})
    return Row(name=name, rounds=(taken, taken))


def section() -> Section:
    """A limit, something at it, and the process that did it."""
    return Section(
        title="Placing",
        limit="limit",
        rows=[row("limit", 100), row("add", 150)],
        parts=[Part(name="web", started_s=1.23456, resident_mb=99.9)],
        figures={"api_add_32_ratio": 1.5},
    )


def test_the_object_holds_the_figures_by_name_and_what_they_were_made_from() -> None:
    told = json.loads(json.dumps(report.as_json([section()], FACTS)))

    assert told["api_add_32_ratio"] == 1.5
    assert told.keys() >= {*FACTS, "machine", "sections"}
    (one,) = told["sections"]
    assert [(each["name"], each["ratio"], len(each["rounds"])) for each in one["rows"]] == [
        ("limit", 1.0, 2),
        ("add", 1.5, 2),
    ]
    assert one["rows"][0]["cpu_ms"].keys() == {LOAD, PYTHON, POSTGRESQL}
    assert one["parts"] == [{"name": "web", "started_s": 1.235, "resident_mb": 99.9}]


def test_a_section_without_a_limit_has_no_ratios() -> None:
    bare = Section(title="Pages", rows=[row("orders list", 10)])

    assert report.as_json([bare], FACTS)["sections"][0]["rows"][0]["ratio"] is None
    assert "orders list" in report.as_table([bare], FACTS)


def test_the_table_says_the_same() -> None:
    told = report.as_table([section()], FACTS)
    line = next(line for line in told.splitlines() if line.startswith("add"))

    assert line.split() == ["add", "150", "1.50", "2.0", "2.0", "2.0", "1.333", "0.667", "0.067"]
    assert "web: up in 1.2 s, 100 MB resident" in told
    assert "api_add_32_ratio = 1.5" in told
