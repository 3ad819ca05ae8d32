"""The Terms and the privacy policy for everybody: what is in force, every version, what changed between two."""

from datetime import datetime
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from sevenpanel.accounts import queries
from sevenpanel.terms.documents import DocumentName, Edition, asked_for, edition_of
from sevenpanel.terms.documents import versions as versions_of
from sevenpanel.web.document_rows import changes_of, line_of, page_of


@require_safe
def current(request: HttpRequest, document: DocumentName) -> HttpResponse:
    """The version in force; before any is, the first one."""
    return _page(request, asked_for(queries.shelf(), document, _now(request)))


@require_safe
def version(request: HttpRequest, document: DocumentName, version: str) -> HttpResponse:
    """One version, whether it is in force, was, or will be."""
    return _page(request, _found(document, version))


@require_safe
def plain_text(request: HttpRequest, document: DocumentName, version: str) -> HttpResponse:
    """The very words whose hash is recorded, byte for byte."""
    return HttpResponse(_found(document, version).text, content_type="text/plain; charset=utf-8")


@require_safe
def changes(request: HttpRequest, document: DocumentName, old: str, new: str) -> HttpResponse:
    """What changed from one version to another, in words and in figures."""
    was, now = _found(document, old), _found(document, new)
    return render(request, "web/documents/changes.html", {"changes": changes_of(was, now)})


@require_safe
def versions(request: HttpRequest) -> HttpResponse:
    """Every version of every document with its dates and its hash, and when the reader accepted it."""
    accepted = _accepted_by(request)
    context = {"documents": [_lines(document, accepted, _now(request)) for document in DocumentName]}
    return render(request, "web/documents/versions.html", context)


def _page(request: HttpRequest, edition: Edition) -> HttpResponse:
    context = {"page": page_of(edition, versions_of(queries.shelf(), edition.document), _now(request))}
    return render(request, "web/documents/page.html", context)


def _found(document: DocumentName, version: str) -> Edition:
    try:
        return edition_of(queries.shelf(), document, version)
    except LookupError as absent:
        raise Http404 from absent


def _lines(document: DocumentName, accepted: dict[str, datetime], now: datetime) -> dict[str, Any]:
    editions = versions_of(queries.shelf(), document)
    lines = [line_of(each, editions, accepted.get(each.sha256), now) for each in reversed(editions)]
    return {"title": editions[-1].title, "versions": lines}


def _accepted_by(request: HttpRequest) -> dict[str, datetime]:
    """When the reader accepted which text, by its hash."""
    user = request.user
    if not user.is_authenticated:
        return {}
    rows = queries.acceptances(user_id=user.id, customer_id=None)
    return {row.sha256: row.accepted_at for row in rows}


def _now(request: HttpRequest) -> datetime:
    now: datetime = request.received_at  # type: ignore[attr-defined]
    return now
