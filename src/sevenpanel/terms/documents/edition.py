"""One version of one document in one language, read from its file."""

import hashlib
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sevenpanel.terms.instants import require_aware
from sevenpanel.terms.policy import AtDoor, Extent, NotAPolicy, Policy, Reach, read_policy
from sevenpanel.terms.sentences import instant


class DocumentName(StrEnum):
    """Which document it is."""

    TERMS = "terms"
    PRIVACY = "privacy"


class NotADocument(ValueError):  # noqa: N818 - says what it is, as refusals do
    """This text is no version of a document: its header or its sections cannot be read."""


# How a figure that is a word is written into the running text.
FIGURE_WORDS: dict[str, dict[StrEnum, str]] = {
    "wrong_link_at_door": {
        AtDoor.REFUSE: "is refused before anything is charged",
        AtDoor.COMPLETE: "is taken, marked Completed at once, and its charge is kept",
    },
    "wrong_spec_refund": {
        Extent.FULL: "the whole charge",
        Extent.UNDELIVERED: "the charge of what was not delivered",
    },
    "unanswered_refund": {
        Extent.FULL: "the whole charge",
        Extent.UNDELIVERED: "the charge of what was not delivered",
    },
    "untracked_reach": {
        Reach.METRIC: "another of your open orders on the same link counts the same thing",
        Reach.TARGET: "you have another open order on the same link",
    },
}
assert all({*words} == {*type(next(iter(words)))} for words in FIGURE_WORDS.values())

_FILE = re.compile(r"\+\+\+\n(?P<header>.*?)\n\+\+\+\n(?P<body>.*)", re.DOTALL)
_HEADING = re.compile(r"^\[(?P<clause>[0-9]+(?:\.[0-9]+)?)\] (?P<heading>.+)$", re.MULTILINE)
_PLACE = re.compile(r"\{([a-z_]+)\}")
_HEADER = {"document", "version", "language", "title", "effective", "is_material"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """One clause as it is read: its id, a heading, paragraphs."""

    clause: str
    heading: str
    paragraphs: tuple[str, ...]

    @property
    def anchor(self) -> str:
        """The name to link to, for example "clause-4.1"."""
        return f"clause-{self.clause}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """One version of a document.

    :param effective_at: from here on it is in force.
    :param is_material: whether it asks to be accepted anew; a corrected spelling does not.
    :param policy: the figures of the Terms; None for other documents.
    """

    document: DocumentName
    version: str
    language: str
    title: str
    effective_at: datetime
    is_material: bool
    sections: tuple[Section, ...]
    policy: Policy | None

    def section(self, clause: str) -> Section:
        """Give the section of a clause.

        :raises KeyError: when there is none.
        """
        for section in self.sections:
            if section.clause == clause:
                return section
        raise KeyError(clause)

    @property
    def text(self) -> str:
        """Everything that is read, as plain text."""
        head = f"{self.title}\nVersion {self.version}, in force from {instant(self.effective_at)}\n"
        parts = (f"{s.clause} {s.heading}\n\n" + "\n\n".join(s.paragraphs) + "\n" for s in self.sections)
        return "\n".join((head, *parts))

    @property
    def sha256(self) -> str:
        """The hash of that text, which an acceptance records."""
        return hashlib.sha256(self.text.encode()).hexdigest()


def read_edition(text: str) -> Edition:
    """Read a document's file.

    :raises NotADocument: for a header or a body that is not in the form above, or figures that are none.
    """
    found = _FILE.fullmatch(text.replace("\r\n", "\n"))
    if found is None:
        raise NotADocument("A document begins with a header between two lines of +++.")
    try:
        header = tomllib.loads(found["header"])
        figures = header.pop("policy", None)
        policy = None if figures is None else read_policy(figures, version=_text(header, "version"))
    except (tomllib.TOMLDecodeError, NotAPolicy) as error:
        raise NotADocument(str(error)) from error
    return _edition(header, policy, found["body"])


def _edition(header: Mapping[str, Any], policy: Policy | None, body: str) -> Edition:
    if header.keys() != _HEADER:
        raise NotADocument(f"A header has exactly these names: {', '.join(sorted(_HEADER))}, and perhaps policy.")
    effective, name = header["effective"], _text(header, "document")
    if name not in set(DocumentName) or not isinstance(effective, datetime):
        raise NotADocument("The header names no known document, or no instant from which it is in force.")
    try:
        require_aware(effective)
    except ValueError as error:
        raise NotADocument(str(error)) from error
    return Edition(
        document=DocumentName(name),
        version=_text(header, "version"),
        language=_text(header, "language"),
        title=_text(header, "title"),
        effective_at=effective,
        is_material=header["is_material"] is True,
        sections=_sections(_filled(body, policy)),
        policy=policy,
    )


def _text(header: Mapping[str, Any], name: str) -> str:
    value = header.get(name)
    if not isinstance(value, str) or not value:
        raise NotADocument(f"The header says no {name}.")
    return value


def _filled(body: str, policy: Policy | None) -> str:
    def figure(place: re.Match[str]) -> str:
        value = getattr(policy, place[1], None)
        if value is None:
            raise NotADocument(f"The text speaks of {place[1]}, which is no figure of its header.")
        return FIGURE_WORDS[place[1]][value] if place[1] in FIGURE_WORDS else str(value)

    return _PLACE.sub(figure, body)


def _sections(body: str) -> tuple[Section, ...]:
    parts = _HEADING.split(body)
    if parts[0].strip() or len(parts) == 1:
        raise NotADocument("A document consists of sections; each begins with a line like [4.1] Heading.")
    sections = tuple(
        Section(clause=clause, heading=heading, paragraphs=_paragraphs(words))
        for clause, heading, words in zip(parts[1::3], parts[2::3], parts[3::3], strict=True)
    )
    if len({section.clause for section in sections}) != len(sections):
        raise NotADocument("Two sections have the same id.")
    return sections


def _paragraphs(words: str) -> tuple[str, ...]:
    blocks = re.split(r"\n\s*\n", words.strip())
    return tuple(" ".join(block.split()) for block in blocks)
