"""The Terms and the privacy policy as this desk has them, from the command line."""

from argparse import Namespace
from datetime import datetime

from sevenpanel.accounts import queries as people
from sevenpanel.terms.documents import DocumentName, Edition, in_force, versions
from sevenpanel.terms.sentences import instant


def list_documents(asked: Namespace, now: datetime) -> str:
    """List every version of the Terms and the privacy policy: its date, its hash, and how many people accepted it."""
    counted = people.times_accepted()
    return "\n".join(
        _line(each, counted.get(each.sha256, 0), now)
        for document in DocumentName
        for each in versions(people.shelf(), document)
    )


def _line(edition: Edition, accepted: int, now: datetime) -> str:
    standing = "in force from" if edition.effective_at <= now else "announced for"
    mark = "*" if _is_in_force(edition, now) else " "
    name = f"{edition.document} {edition.version} {edition.language}"
    return f"{mark} {name:<16} {standing} {instant(edition.effective_at)}, accepted by {accepted}, {edition.sha256}"


def _is_in_force(edition: Edition, now: datetime) -> bool:
    return edition.effective_at <= now and in_force(people.shelf(), edition.document, now) == edition
