"""The versioned documents: Terms of service and privacy policy, as text files that come with the product.

A file has a header (TOML between two lines of +++) and sections that begin with a line like `[4.1] Heading`. The
figures of the header are written into the text, so that text and decisions cannot disagree. A published file is never
edited: its hash is pinned by a test, and a change is a new file. An operator's own versions stand in a folder of his.
"""

from sevenpanel.terms.documents.difference import FigureChange, Mark, Run, SectionChange, difference, figures_changed
from sevenpanel.terms.documents.edition import DocumentName, Edition, NotADocument, Section, read_edition
from sevenpanel.terms.documents.figures import FIGURE_LABELS, Figure, figures_of
from sevenpanel.terms.documents.shelf import (
    LANGUAGE,
    VERSION,
    asked_for,
    edition_of,
    editions,
    in_force,
    policy_of,
    published,
    versions,
)

__all__ = [
    "FIGURE_LABELS",
    "LANGUAGE",
    "VERSION",
    "DocumentName",
    "Edition",
    "Figure",
    "FigureChange",
    "Mark",
    "NotADocument",
    "Run",
    "Section",
    "SectionChange",
    "asked_for",
    "difference",
    "edition_of",
    "editions",
    "figures_changed",
    "figures_of",
    "in_force",
    "policy_of",
    "published",
    "read_edition",
    "versions",
]
