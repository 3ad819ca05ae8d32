"""The act of acceptance on a page: what stands above the button, the box nobody ticked before, and its evidence."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext_lazy

from sevenpanel.accounts.domain import AGENT_LENGTH_MAX, Consent, Shown, Way, shown
from sevenpanel.accounts.queries import shelf
from sevenpanel.terms import sign_up_statements
from sevenpanel.terms.documents import DocumentName, Edition, asked_for
from sevenpanel.terms.sentences import instant
from sevenpanel.web.document_rows import clause_url, url_of
from sevenpanel.web.request import DeskRequest
from sevenpanel.web.telling import told
from sevenpanel.web.visitor_address import address_of

_LABEL = gettext_lazy(
    "I accept the Terms of service, version %(terms)s, and have read the privacy policy, version %(privacy)s."
)
_UNTICKED = gettext_lazy("Tick the box if you accept the Terms. Nothing was opened or changed without it.")
_STALE = gettext_lazy(
    "Version %(version)s of the %(title)s is in force since %(began)s. Read it and tick the box again."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """A clause that stands above the button, whole."""

    clause: str
    heading: str
    words: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A text that is accepted."""

    title: str
    version: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """Everything around the box to tick.

    :param shown: names the texts on this page; the form sends it back.
    """

    statements: tuple[Statement, ...]
    documents: tuple[Document, ...]
    label: str
    shown: str
    language: str


def asked(at: datetime) -> tuple[Edition, ...]:
    """The versions that are accepted at an instant, one of each document."""
    return tuple(asked_for(shelf(), document, at) for document in DocumentName)


def box(editions: Sequence[Edition]) -> Box:
    """The box under these versions."""
    terms, privacy = (next(e for e in editions if e.document is name) for name in DocumentName)
    return Box(
        statements=tuple(
            Statement(clause=clause, heading=terms.section(clause).heading, words=words, url=_at(terms, clause))
            for clause, words in sign_up_statements(terms)
        ),
        documents=tuple(Document(title=e.title, version=e.version, url=url_of(e)) for e in editions),
        label=_LABEL % {"terms": terms.version, "privacy": privacy.version},
        shown=_written(editions),
        language=terms.language,
    )


def _at(terms: Edition, clause: str) -> str:
    return clause_url(terms.version, clause)


def _written(editions: Sequence[Edition]) -> str:
    return " ".join(f"{e.document}/{e.version}/{e.language}/{e.sha256}" for e in editions)


def _read(text: str) -> dict[DocumentName, Shown]:
    """What a page showed, as its form says; nothing of what cannot be read."""
    parts = (part.split("/") for part in text.split(" "))
    return {
        DocumentName(part[0]): Shown(version=part[1], language=part[2], sha256=part[3])
        for part in parts
        if len(part) == 4 and part[0] in set(DocumentName)
    }


class ConsentForm(forms.Form):
    """The box, and the names of the texts that stood on the page.

    :param asked: the versions that are to be accepted now.
    """

    accept = forms.BooleanField(error_messages={"required": _UNTICKED})
    shown = forms.CharField(required=False, max_length=1000)

    def __init__(self, *args: Any, asked: Sequence[Edition], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._asked = asked

    def clean_shown(self) -> Mapping[DocumentName, Shown]:
        """What was shown, which has to be what is accepted now.

        :raises ValidationError: when another version came into force meanwhile.
        """
        found = _read(self.cleaned_data["shown"])
        for edition in self._asked:
            if found.get(edition.document) != shown(edition):
                began = told(instant(edition.effective_at))
                raise ValidationError(_STALE % {"version": edition.version, "title": edition.title, "began": began})
        return found


def consent_of(request: HttpRequest, form: forms.Form, *, way: Way, button: str) -> Consent:
    """An act of acceptance with its evidence, from the form and the request that brought it.

    :param button: the words on the button.
    """
    agent = request.headers.get("User-Agent", "").replace("\0", "")
    return Consent(
        way=way,
        shown=form.cleaned_data["shown"],
        button_words=button,
        address=address_of(request),
        agent=agent[:AGENT_LENGTH_MAX],
        request_id=cast(DeskRequest, request).request_id,
    )
