"""What the bench says: a table for people, one JSON object for programs."""

import os
import platform
from collections.abc import Iterator, Sequence
from typing import Any

from sevenpanel.launch.bench.figures import LOAD, POSTGRESQL, PYTHON, Row, ratio, rounded
from sevenpanel.launch.bench.plan import Part, Section

SIZES = {
    "whole": "all sizes",
    "quick": "quick: short samples and small histories",
    "rehearsal": "a rehearsal: no figure means much",
}
_HEAD = ("", "per s", "ratio", "p50 ms", "p95 ms", "p99 ms", "python", "postgresql", "load")


def as_json(sections: Sequence[Section], facts: dict[str, Any]) -> dict[str, Any]:
    """One object: the figures by their names, and everything they were made from.

    :param facts: what is true of the whole bench.
    """
    figures = {name: rounded(figure) for section in sections for name, figure in section.figures.items()}
    return {
        **facts,
        "machine": {"cores": os.cpu_count(), "python": platform.python_version()},
        **figures,
        "sections": [_section(section) for section in sections],
    }


def _section(section: Section) -> dict[str, Any]:
    return {
        "title": section.title,
        "rows": [{**row.as_json(), "ratio": _ratio(section, row)} for row in section.rows],
        "parts": [
            {"name": part.name, "started_s": rounded(part.started_s), "resident_mb": rounded(part.resident_mb)}
            for part in section.parts
        ],
    }


def _ratio(section: Section, row: Row) -> float | None:
    return rounded(ratio(row, section.row(section.limit))) if section.limit else None


def as_table(sections: Sequence[Section], facts: dict[str, Any]) -> str:
    """Everything on one screen or two."""
    return "\n".join(_lines(sections, facts))


def _lines(sections: Sequence[Section], facts: dict[str, Any]) -> Iterator[str]:
    yield f"7Panel bench, {SIZES[facts['size']]}; {facts['rounds']} rounds, medians; PostgreSQL {facts['postgresql']}"
    yield f"limit driven by {facts['limit_driver']}; CPU columns: milliseconds for one"
    for section in sections:
        yield ""
        yield _line((section.title, *_HEAD[1:]))
        yield from (_row(section, row) for row in section.rows)
        yield from (_part(part) for part in section.parts)
        yield from (f"  {name} = {rounded(figure):g}" for name, figure in section.figures.items())


def _row(section: Section, row: Row) -> str:
    times = (row.p50_ms, row.p95_ms, row.p99_ms)
    cpu = (row.cpu_ms(who) for who in (PYTHON, POSTGRESQL, LOAD))
    told = _ratio(section, row)
    return _line(
        (
            row.name,
            f"{row.per_second:,.0f}" if row.per_second >= 10 else f"{row.per_second:.2f}",
            "" if told is None else f"{told:.2f}",
            *(f"{ms:,.1f}" for ms in times),
            *("" if ms is None else f"{ms:.3f}" for ms in cpu),
        )
    )


def _part(part: Part) -> str:
    return f"  {part.name}: up in {part.started_s:.1f} s, {part.resident_mb:.0f} MB resident"


def _line(cells: Sequence[str]) -> str:
    name, *figures = cells
    return f"{name:<62}" + "".join(f"{figure:>11}" for figure in figures)
