"""The pages of README and docs, taken apart for the tests that hold them to the code."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.house.sources import ROOT

_FENCE = re.compile(r"^(?P<indent> *)```(?P<kind>\w*)\n(?P<text>.*?)^ *```$", re.MULTILINE | re.DOTALL)
_SPAN = re.compile(r"`([^`\n]+)`")
_LINK = re.compile(r"\]\(([^)\s]+)\)")
_ROW = re.compile(r"^\| (?P<cells>.+) \|$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Block:
    """A fenced block: its language and its lines, without the indentation of a list around it."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class Page:
    """One page: where it is and what it says."""

    path: Path
    text: str

    @property
    def name(self) -> str:
        """The path from the root, as tests show it."""
        return str(self.path.relative_to(ROOT))

    def blocks(self) -> list[Block]:
        """All fenced blocks."""
        return [
            Block(found["kind"], re.sub(f"^{found['indent']}", "", found["text"], flags=re.MULTILINE))
            for found in _FENCE.finditer(self.text)
        ]

    def code(self) -> list[str]:
        """Everything that is set as code: the commands of blocks, line by line, and words in running text."""
        lines = [line for block in self.blocks() if block.kind == "sh" for line in commands(block.text)]
        return [*lines, *_SPAN.findall(_FENCE.sub("", self.text))]

    def links(self) -> list[str]:
        """Where links lead that stay in the repository, without the part behind #."""
        found = (target.partition("#")[0] for target in _LINK.findall(_FENCE.sub("", self.text)))
        return [target for target in found if target and "://" not in target]

    def section(self, heading: str) -> "Page":
        """What stands below a heading of the second level, up to the next one."""
        _, _, rest = self.text.partition(f"\n## {heading}\n")
        assert rest, f"{self.name} has no section {heading!r}"
        return Page(self.path, rest.split("\n## ")[0])

    def first_cells(self) -> list[str]:
        """The first cell of each table row that is set as code, as `word`."""
        return [cell.strip("`") for cell in self._first_cells() if cell.startswith("`")]

    def plain_first_cells(self) -> list[str]:
        """The first cell of each table row that is plain text."""
        return [cell for cell in self._first_cells() if not cell.startswith(("`", "---"))]

    def _first_cells(self) -> list[str]:
        return [row["cells"].split(" | ")[0] for row in _ROW.finditer(self.text)]


def commands(text: str) -> list[str]:
    """The commands of a shell block, one each, with continued lines joined."""
    return [line for line in text.replace("\\\n", " ").splitlines() if line.strip()]


def page(name: str) -> Page:
    """One page by its path from the root."""
    path = ROOT / name
    return Page(path, path.read_text())


def pages() -> Iterator[Page]:
    """README and everything in docs."""
    yield page("README.md")
    for path in sorted((ROOT / "docs").rglob("*.md")):
        yield Page(path, path.read_text())
