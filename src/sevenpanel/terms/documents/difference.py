"""What changed between two versions of a document: section by section, word by word, figure by figure."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

from sevenpanel.terms.documents.edition import Edition, Section
from sevenpanel.terms.policy import FIGURES

# A token between paragraphs, so that what is compared as words is shown in paragraphs again.
_BREAK = "\n"


class Mark(StrEnum):
    """What happened to a section or to some words."""

    SAME = "same"
    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


# Some words in reading order, the same, added or removed.
Run = tuple[Mark, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class SectionChange:
    """One section of the new version, or one that is gone."""

    clause: str
    mark: Mark
    heading: tuple[Run, ...]
    paragraphs: tuple[tuple[Run, ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FigureChange:
    """A figure of the policy that is another one now."""

    name: str
    old: object
    new: object


def difference(old: Edition, new: Edition) -> tuple[SectionChange, ...]:
    """Compare two versions: the new one's sections in their order, then those that are gone."""
    before = {section.clause: section for section in old.sections}
    after = {section.clause for section in new.sections}
    told = [_compared(before.get(section.clause), section) for section in new.sections]
    gone = [_compared(section, None) for section in old.sections if section.clause not in after]
    return tuple(told + gone)


def figures_changed(old: Edition, new: Edition) -> tuple[FigureChange, ...]:
    """Compare the figures of two versions of the Terms."""
    pairs = ((name, getattr(old.policy, name, None), getattr(new.policy, name, None)) for name in FIGURES)
    return tuple(FigureChange(name=name, old=was, new=now) for name, was, now in pairs if was != now)


def _compared(old: Section | None, new: Section | None) -> SectionChange:
    section = new or old
    assert section is not None
    headings = [each.heading.split() if each else [] for each in (old, new)]
    return SectionChange(
        clause=section.clause,
        mark=_mark(old, new),
        heading=tuple((mark, " ".join(words)) for mark, words in _runs(*headings)),
        paragraphs=_in_paragraphs(_runs(_words(old), _words(new))),
    )


def _mark(old: Section | None, new: Section | None) -> Mark:
    if old is None:
        return Mark.ADDED
    if new is None:
        return Mark.REMOVED
    return Mark.SAME if old == new else Mark.CHANGED


def _words(section: Section | None) -> list[str]:
    return [] if section is None else f" {_BREAK} ".join(section.paragraphs).split(" ")


def _runs(old: list[str], new: list[str]) -> Iterator[tuple[Mark, list[str]]]:
    for kind, i, j, k, m in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind == "equal":
            yield Mark.SAME, old[i:j]
            continue
        if i < j:
            yield Mark.REMOVED, old[i:j]
        if k < m:
            yield Mark.ADDED, new[k:m]


def _in_paragraphs(runs: Iterable[tuple[Mark, list[str]]]) -> tuple[tuple[Run, ...], ...]:
    paragraphs: list[list[Run]] = [[]]
    for mark, words in runs:
        for number, part in enumerate(" ".join(words).split(_BREAK)):
            if number:
                paragraphs.append([])
            if part.strip():
                paragraphs[-1].append((mark, part.strip()))
    return tuple(tuple(paragraph) for paragraph in paragraphs if paragraph)
