"""The documents of this desk, and who accepted which of them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from django.conf import settings

from sevenpanel.accounts.domain import Way
from sevenpanel.kernel import db
from sevenpanel.kernel.invariants import Breach
from sevenpanel.terms.documents import DocumentName, Edition, published

_OF_PERSON = """
SELECT t.document || ' ' || t.version FROM accounts_acceptance a JOIN accounts_acceptedtext t ON t.id = a.text_id
 WHERE a.user_id = %s
"""
_OF_CUSTOMER = """
SELECT DISTINCT t.document || ' ' || t.version
  FROM accounts_acceptance a JOIN accounts_acceptedtext t ON t.id = a.text_id WHERE a.customer_id = %s
"""
_ROWS = """
SELECT a.id, a.user_id, a.customer_id, t.document, t.version, t.language, t.sha256, a.way, a.statements,
       a.button_words, a.address, a.agent, a.request_id, a.accepted_at
  FROM accounts_acceptance a JOIN accounts_acceptedtext t ON t.id = a.text_id
 WHERE a.user_id = %(user)s OR a.customer_id = %(customer)s ORDER BY a.id
"""
_COUNTS = """
SELECT t.sha256, count(*) FROM accounts_acceptance a JOIN accounts_acceptedtext t ON t.id = a.text_id GROUP BY t.sha256
"""
_TEXTS = "SELECT document, version, language, sha256 FROM accounts_acceptedtext ORDER BY id"
# Of customers only: whoever works at the desk is asked at the next sign-in, and wrote the new version.
_OUTDATED = """
SELECT DISTINCT a.user_id FROM accounts_acceptance a JOIN accounts_acceptedtext t ON t.id = a.text_id
  JOIN accounts_user u ON u.id = a.user_id AND u.is_active AND u.customer_id IS NOT NULL
 WHERE t.document = %(document)s AND NOT EXISTS (
       SELECT FROM accounts_acceptance n JOIN accounts_acceptedtext x ON x.id = n.text_id
        WHERE n.user_id = a.user_id AND x.document = t.document AND x.version = %(version)s)
"""
_UNGUARDED = """
SELECT wanted.name FROM (VALUES ('accounts_acceptance_append_only'), ('accounts_text_append_only')) AS wanted(name)
  LEFT JOIN pg_trigger t ON t.tgname = wanted.name AND t.tgenabled IN ('O', 'A') WHERE t.oid IS NULL
"""

Accepted = frozenset[tuple[DocumentName, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class AcceptanceRow:
    """One acceptance with all of its evidence."""

    id: int
    user_id: int
    customer_id: int | None
    document: DocumentName
    version: str
    language: str
    sha256: str
    way: Way
    statements: tuple[str, ...]
    button_words: str
    address: str
    agent: str
    request_id: str
    accepted_at: datetime


def shelf() -> tuple[Edition, ...]:
    """Every version of every document: those that come with the product, and the operator's own.

    :raises NotADocument: when one cannot be read.
    """
    return published(settings.TERMS_FOLDER)


def labels_of_person(*, user_id: int) -> list[str]:
    """What a person accepted, each as "terms 1"; `accepted_of` reads them."""
    return [label for (label,) in db.rows(_OF_PERSON, (user_id,))]


def labels_of_customer(*, customer_id: int) -> list[str]:
    """What somebody accepted for a customer, each as "terms 1"."""
    return [label for (label,) in db.rows(_OF_CUSTOMER, (customer_id,))]


@lru_cache(maxsize=256)
def accepted_of(labels: tuple[str, ...]) -> Accepted:
    """Read labels such as "terms 1"; those of documents that nobody knows any more are left out."""
    pairs = (label.split(" ", 1) for label in labels)
    return frozenset((DocumentName(name), version) for name, version in pairs if name in set(DocumentName))


def acceptances(*, user_id: int, customer_id: int | None) -> list[AcceptanceRow]:
    """A person's acceptances and those of others for the same customer, oldest first, with their evidence."""
    return [_row(row) for row in db.named_rows(_ROWS, {"user": user_id, "customer": customer_id})]


def accepted_another(*, document: DocumentName, version: str) -> list[int]:
    """The people of customers who accepted another version of a document, and not this one."""
    return [user_id for (user_id,) in db.rows(_OUTDATED, {"document": document.value, "version": version})]


def times_accepted() -> dict[str, int]:
    """How many people accepted each text, by its hash."""
    return dict(db.rows(_COUNTS))


def _row(row: dict[str, Any]) -> AcceptanceRow:
    row["document"], row["way"] = DocumentName(row["document"]), Way(row["way"])
    return AcceptanceRow(**{**row, "statements": tuple(row["statements"])})


def broken_invariants() -> list[Breach]:
    """Check that accepted texts are the published ones still, and that nobody can change what was accepted."""
    known = {(each.document.value, each.version, each.language, each.sha256) for each in shelf()}
    astray = [" ".join(text[:3]) for text in db.rows(_TEXTS) if text not in known]
    unguarded = [name for (name,) in db.rows(_UNGUARDED)]
    return [
        *_breach("A text that was accepted is missing from the documents, or was changed since.", astray),
        *_breach("The trigger that keeps acceptances append-only is missing or switched off.", unguarded),
    ]


def _breach(sentence: str, ids: Iterable[str]) -> list[Breach]:
    found = tuple(ids)
    return [Breach(invariant="0.1", sentence=sentence, ids=found)] if found else []
