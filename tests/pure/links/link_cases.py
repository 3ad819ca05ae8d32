"""The tables of links, read from cases/*.txt; their form is told at the top of cases/telegram.txt."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from sevenpanel.links import Link, LinkKind, Network, UnreadableReason

FOLDER = Path(__file__).parent / "cases"
ESCAPE = re.compile(r"\\(?:u([0-9a-f]{4})|U([0-9a-f]{8})|(\\))")
HINT = re.compile(r"(.*) <hint (\w+)>")


@dataclass(frozen=True, slots=True)
class Case:
    """One row: what is typed, and what it must read as."""

    text: str
    hint: Network | None
    expected: Link | UnreadableReason

    @property
    def name(self) -> str:
        return f"{ascii(self.text)[1:-1]}{f' for {self.hint}' if self.hint else ''}"


def read_cases(path: Path) -> Iterator[Case]:
    """This function reads one table."""
    heading: list[str] = []
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith("#") or not line.strip():
            continue
        if not line.startswith("    "):
            heading = line.split()
            continue
        yield _case(heading, line[4:])


def _case(heading: list[str], row: str) -> Case:
    spelling, _, address = row.partition(" => ")
    hinted = HINT.fullmatch(spelling)
    text = ESCAPE.sub(_character, hinted[1] if hinted else spelling)
    hint = Network(hinted[2]) if hinted else None
    if heading[0] == "refused":
        return Case(text, hint, UnreadableReason(heading[1]))
    network, kind = heading[0].split("/")
    link = Link(Network(network), LinkKind(kind), heading[1], heading[2:] == ["private"], address or heading[1])
    return Case(text, hint, link)


def _character(escape: re.Match[str]) -> str:
    return "\\" if escape[3] else chr(int(escape[1] or escape[2], 16))


CASES = [case for path in sorted(FOLDER.glob("*.txt")) for case in read_cases(path)]
READABLE = [case for case in CASES if isinstance(case.expected, Link)]
REFUSED = [case for case in CASES if isinstance(case.expected, UnreadableReason)]
