"""Versions of documents as their pages show them: standing, clauses with anchors, figures in words, what changed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from sevenpanel.kernel.said import say
from sevenpanel.terms.documents import (
    DocumentName,
    Edition,
    Figure,
    Mark,
    Run,
    Section,
    SectionChange,
    difference,
    figures_changed,
    figures_of,
)
from sevenpanel.terms.sentences import instant
from sevenpanel.web import present
from sevenpanel.web.present import Instant
from sevenpanel.web.telling import told

MARK_WORDS = {
    Mark.SAME: say("as it was"),
    Mark.ADDED: say("new"),
    Mark.REMOVED: say("gone"),
    Mark.CHANGED: say("changed"),
}
assert MARK_WORDS.keys() == set(Mark)


@dataclass(frozen=True, slots=True, kw_only=True)
class Later:
    """The version that follows the one in force."""

    version: str
    begins: str
    url: str
    changes_url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentPage:
    """One version with everything that its page says."""

    title: str
    version: str
    language: str
    standing: str
    is_in_force: bool
    sha256: str
    sections: tuple[Section, ...]
    figures: tuple[Figure, ...]
    text_url: str
    changes_url: str
    before: str
    later: Later | None


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionLine:
    """One version in the list of all."""

    version: str
    standing: str
    is_in_force: bool
    sha256: str
    url: str
    changes_url: str
    before: str
    accepted: Instant | None


@dataclass(frozen=True, slots=True, kw_only=True)
class FigureLine:
    """A figure that is another one now."""

    clause: str
    label: str
    was: str
    now: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ClauseLine:
    """A clause that is not as it was."""

    clause: str
    words: str
    mark: Mark
    heading: tuple[Run, ...]
    paragraphs: tuple[tuple[Run, ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """What changed from one version to another."""

    title: str
    old: str
    new: str
    begins: str
    is_material: bool
    old_url: str
    new_url: str
    clauses: tuple[ClauseLine, ...]
    same: tuple[str, ...]
    figures: tuple[FigureLine, ...]


def url_of(edition: Edition) -> str:
    """The page of a version."""
    return reverse(f"web:{edition.document}-version", args=[edition.version])


def clause_url(version: str, clause: str) -> str:
    """Where a clause of a version of the Terms can be read."""
    return f"{reverse(f'web:{DocumentName.TERMS}-version', args=[version])}#clause-{clause}"


def changes_url(old: Edition, new: Edition) -> str:
    """The page that tells what changed between two versions."""
    return reverse(f"web:{new.document}-changes", args=[old.version, new.version])


def page_of(edition: Edition, editions: Sequence[Edition], now: datetime) -> DocumentPage:
    """A version for its page.

    :param editions: all versions of this document, oldest first.
    """
    before, after = _neighbours(edition, editions)
    is_in_force = _is_in_force(edition, after, now)
    return DocumentPage(
        title=edition.title,
        version=edition.version,
        language=edition.language,
        standing=standing(edition, after, now),
        is_in_force=is_in_force,
        sha256=edition.sha256,
        sections=edition.sections,
        figures=figures_of(edition.policy) if edition.policy else (),
        text_url=reverse(f"web:{edition.document}-text", args=[edition.version]),
        changes_url=changes_url(before, edition) if before else "",
        before=before.version if before else "",
        later=_later(edition, after) if is_in_force and after else None,
    )


def line_of(edition: Edition, editions: Sequence[Edition], accepted: datetime | None, now: datetime) -> VersionLine:
    """A version for the list of all."""
    before, after = _neighbours(edition, editions)
    return VersionLine(
        version=edition.version,
        standing=standing(edition, after, now),
        is_in_force=_is_in_force(edition, after, now),
        sha256=edition.sha256,
        url=url_of(edition),
        changes_url=changes_url(before, edition) if before else "",
        before=before.version if before else "",
        accepted=present.instant(accepted) if accepted else None,
    )


def standing(edition: Edition, after: Edition | None, now: datetime) -> str:
    """Since when a version counts, and until when."""
    began = {
        "began": told(instant(edition.effective_at)),
        "ended": told(instant(after.effective_at)) if after else "",
    }
    if now < edition.effective_at:
        return _("Announced. It comes into force on %(began)s.") % began
    if after is None:
        return _("In force since %(began)s.") % began
    if now < after.effective_at:
        return _("In force since %(began)s, until %(ended)s.") % began
    return _("It was in force from %(began)s until %(ended)s.") % began


def changes_of(old: Edition, new: Edition) -> Changes:
    """What changed between two versions of one document."""
    found = difference(old, new)
    return Changes(
        title=new.title,
        old=old.version,
        new=new.version,
        begins=told(instant(new.effective_at)),
        is_material=new.is_material,
        old_url=url_of(old),
        new_url=url_of(new),
        clauses=tuple(_clause_line(each) for each in found if each.mark is not Mark.SAME),
        same=tuple(each.clause for each in found if each.mark is Mark.SAME),
        figures=_figure_lines(old, new),
    )


def _clause_line(change: SectionChange) -> ClauseLine:
    return ClauseLine(
        clause=change.clause,
        words=told(MARK_WORDS[change.mark]),
        mark=change.mark,
        heading=change.heading,
        paragraphs=change.paragraphs,
    )


def _figure_lines(old: Edition, new: Edition) -> tuple[FigureLine, ...]:
    if old.policy is None or new.policy is None:
        return ()
    was = {figure.name: figure.words for figure in figures_of(old.policy)}
    names = {change.name for change in figures_changed(old, new)}
    return tuple(
        FigureLine(clause=figure.clause, label=figure.label, was=was[figure.name], now=figure.words)
        for figure in figures_of(new.policy)
        if figure.name in names
    )


def _neighbours(edition: Edition, editions: Sequence[Edition]) -> tuple[Edition | None, Edition | None]:
    place = editions.index(edition)
    before = editions[place - 1] if place else None
    return before, editions[place + 1] if place + 1 < len(editions) else None


def _is_in_force(edition: Edition, after: Edition | None, now: datetime) -> bool:
    return edition.effective_at <= now and (after is None or now < after.effective_at)


def _later(edition: Edition, after: Edition) -> Later:
    return Later(
        version=after.version,
        begins=told(instant(after.effective_at)),
        url=url_of(after),
        changes_url=changes_url(edition, after),
    )
