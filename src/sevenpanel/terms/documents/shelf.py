"""All versions that come with the product, and which of them is in force."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import cache
from importlib.resources import files

from sevenpanel.terms.documents.edition import DocumentName, Edition, NotADocument, read_edition
from sevenpanel.terms.policy import Policy


@cache
def published() -> tuple[Edition, ...]:
    """Read every version that comes with the product, once."""
    folder = files("sevenpanel.terms.documents") / "texts"
    return editions(each.read_text(encoding="utf-8") for each in folder.iterdir() if each.name.endswith(".txt"))


def editions(texts: Iterable[str]) -> tuple[Edition, ...]:
    """Read versions of documents, oldest first.

    :raises NotADocument: when one cannot be read, or two are the same version of the same document.
    """
    read = sorted(map(read_edition, texts), key=lambda each: (each.effective_at, each.document, each.language))
    names = [(each.document, each.version, each.language) for each in read]
    if len(set(names)) != len(names):
        raise NotADocument("Two texts are the same version of the same document in the same language.")
    return tuple(read)


def in_force(shelf: Sequence[Edition], document: DocumentName, at: datetime, *, language: str = "en") -> Edition:
    """Give the version of a document that is in force at an instant.

    :raises LookupError: when none is yet.
    """
    found = [e for e in shelf if (e.document, e.language) == (document, language) and e.effective_at <= at]
    if not found:
        raise LookupError(f"No version of {document} in {language} is in force yet.")
    return max(found, key=lambda each: each.effective_at)


def policy_of(shelf: Sequence[Edition], version: str) -> Policy:
    """Give the figures that an order is judged by which was placed under this version of the Terms.

    :raises LookupError: when there is no such version.
    """
    for edition in shelf:
        if edition.document is DocumentName.TERMS and edition.version == version and edition.policy is not None:
            return edition.policy
    raise LookupError(f"There is no version {version} of the Terms.")
