"""All versions of the documents: those that come with the product and an operator's own; which of them is in force."""

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from functools import cache
from importlib.resources import files
from itertools import chain
from operator import attrgetter
from pathlib import Path

from sevenpanel.terms.documents.edition import DocumentName, Edition, NotADocument, read_edition
from sevenpanel.terms.policy import FIGURES, Policy

# What there is a text in; the record of an acceptance names it.
LANGUAGE = "en"

# Versions stand in addresses, beside words such as "changes": a digit comes first.
VERSION = re.compile(r"[0-9][0-9a-z.-]{0,19}")

_BY_INSTANT = attrgetter("effective_at")


@cache
def published(folder: Path | None = None) -> tuple[Edition, ...]:
    """Read every version that comes with the product, and those in a folder of the operator's, once.

    :param folder: may be absent; only its files named *.txt are read.
    :raises NotADocument: when one cannot be read, or lacks a clause that decisions cite.
    """
    own = tuple(_texts(files("sevenpanel.terms.documents") / "texts"))  # type: ignore[arg-type]
    more = _texts(folder) if folder is not None and folder.is_dir() else ()
    return _checked(editions(chain(own, more)), first=versions(editions(own), DocumentName.TERMS)[0])


def _texts(folder: Path) -> Iterator[str]:
    for each in folder.iterdir():
        if each.name.endswith(".txt"):
            text = each.read_text(encoding="utf-8")
            try:
                _refuse_unpublishable(read_edition(text), text)
            except NotADocument as error:
                raise NotADocument(f"{each.name}: {error}") from error
            yield text


def _refuse_unpublishable(edition: Edition, text: str) -> None:
    """Refuse what could be read, but would disagree with decisions, or lead to no page."""
    if not VERSION.fullmatch(edition.version):
        raise NotADocument("A version begins with a digit, and goes on in digits and small letters.")
    if edition.document is not DocumentName.TERMS:
        return
    if edition.policy is None:
        raise NotADocument("The Terms have figures, which orders are judged by.")
    unsaid = [name for name in FIGURES if f"{{{name}}}" not in text]
    if unsaid:
        raise NotADocument(f"The words say nothing of these figures: {', '.join(unsaid)}.")


def editions(texts: Iterable[str]) -> tuple[Edition, ...]:
    """Read versions of documents, oldest first.

    :raises NotADocument: when one cannot be read, two are the same version of the same document, or two come into
        force at the same instant.
    """
    read = sorted(map(read_edition, texts), key=lambda each: (each.effective_at, each.document, each.language))
    if len({(each.document, each.version, each.language) for each in read}) != len(read):
        raise NotADocument("Two texts are the same version of the same document in the same language.")
    if len({(each.document, each.effective_at, each.language) for each in read}) != len(read):
        raise NotADocument("Two versions of the same document come into force at the same instant.")
    return tuple(read)


def _checked(shelf: tuple[Edition, ...], *, first: Edition) -> tuple[Edition, ...]:
    """Refuse a version of the Terms in which a clause is missing that decisions cite.

    :param first: the product's first version, which has them all.
    """
    for each in versions(shelf, DocumentName.TERMS):
        lacking = {section.clause for section in first.sections} - {section.clause for section in each.sections}
        if lacking:
            raise NotADocument(f"Version {each.version} of the Terms lacks the clauses {', '.join(sorted(lacking))}.")
    return shelf


def versions(shelf: Iterable[Edition], document: DocumentName, *, language: str = LANGUAGE) -> tuple[Edition, ...]:
    """Give the versions of a document in one language, oldest first."""
    found = [each for each in shelf if each.document is document and each.language == language]
    return tuple(sorted(found, key=_BY_INSTANT))


def in_force(shelf: Sequence[Edition], document: DocumentName, at: datetime, *, language: str = LANGUAGE) -> Edition:
    """Give the version of a document that is in force at an instant.

    :raises LookupError: when none is yet.
    """
    found = [each for each in versions(shelf, document, language=language) if each.effective_at <= at]
    if not found:
        raise LookupError(f"No version of the {document} in {language} is in force yet.")
    return found[-1]


def asked_for(shelf: Sequence[Edition], document: DocumentName, at: datetime) -> Edition:
    """Give the version that is accepted at an instant: the one in force, and the first before any is."""
    first = versions(shelf, document)[0]
    return in_force(shelf, document, max(at, first.effective_at))


def edition_of(shelf: Iterable[Edition], document: DocumentName, version: str) -> Edition:
    """Give a version by its name.

    :raises LookupError: when there is no such version.
    """
    for each in versions(shelf, document):
        if each.version == version:
            return each
    raise LookupError(f"There is no version {version} of the {document}.")


def policy_of(shelf: Iterable[Edition], version: str) -> Policy:
    """Give the figures that an order is judged by which was placed under this version of the Terms.

    :raises LookupError: when there is no such version.
    """
    policy = edition_of(shelf, DocumentName.TERMS, version).policy
    if policy is None:
        raise LookupError(f"Version {version} of the Terms has no figures.")
    return policy
