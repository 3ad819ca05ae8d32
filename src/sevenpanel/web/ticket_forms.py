"""What is typed into tickets: words, order ids, parts of a description, files."""

import re
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from sevenpanel.kernel.files import UnableToTakeFile
from sevenpanel.kernel.refusals import Refusal
from sevenpanel.support import commands
from sevenpanel.support.domain import KIND_OF_SLUG, SLUG_OF_DOCUMENT, Topic, Upload
from sevenpanel.support.domain.files import BYTES_MAX
from sevenpanel.terms import Aspect, Kind
from sevenpanel.web.converters import read_id
from sevenpanel.web.forms import TextField, intact
from sevenpanel.web.telling import told

PAYMENT, QUESTION = "payment", "question"
ABOUT = {PAYMENT: Topic.PAYMENT, QUESTION: Topic.OTHER}
SLUG_OF_ASPECT = {aspect: aspect.name.lower().replace("_", "-") for aspect in Aspect}
_ASPECT_OF_SLUG = {slug: aspect for aspect, slug in SLUG_OF_ASPECT.items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Why a ticket was not opened.

    :param field: the name of the field where it can be mended; empty when it is about none.
    """

    field: str
    sentence: str


class AspectsField(forms.MultipleChoiceField):
    """Parts of a description, ticked."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, choices=[(slug, slug) for slug in _ASPECT_OF_SLUG], **kwargs)

    def clean(self, value: Any) -> Any:
        """The parts that were ticked."""
        return [_ASPECT_OF_SLUG[slug] for slug in super().clean(value)]


class NewTicketForm(forms.Form):
    """A new ticket: what about, which orders, words."""

    kind = forms.ChoiceField(
        choices=[(slug, slug) for slug in (*KIND_OF_SLUG, PAYMENT, QUESTION)],
        error_messages={"required": _("Choose what it is about."), "invalid_choice": _("Choose what it is about.")},
    )
    orders = TextField()
    subject = TextField(validators=[intact])
    body = TextField(validators=[intact])
    broken = AspectsField()

    def clean_orders(self) -> list[int]:
        """The ids, however they are separated.

        :raises ValidationError: when something else is among them.
        """
        typed = [part.lstrip("#") for part in re.split(r"[\s,;]+", self.cleaned_data["orders"]) if part.strip("#")]
        ids = [read_id(part) for part in typed]
        if None in ids:
            raise ValidationError(_("Write the orders' numbers, such as 17, 18."))
        return [id_ for id_ in ids if id_ is not None]

    @property
    def topic(self) -> Topic:
        """What the ticket is about."""
        return ABOUT.get(self.cleaned_data["kind"], Topic.ORDER)

    @property
    def asked_kind(self) -> Kind | None:
        """What is asked about the orders; None for tickets without any."""
        return KIND_OF_SLUG.get(self.cleaned_data["kind"])


def unread(form: NewTicketForm) -> list[Problem]:
    """What of a form cannot be read, field by field, as they stand on the page."""
    return [Problem(field=name, sentence=str(form.errors[name][0])) for name in form.fields if name in form.errors]


def refused(refusal: Refusal) -> Problem:
    """Why a ticket that could be read was not opened."""
    return Problem(field=_field_of(refusal), sentence=told(refusal.sentence))


def _field_of(refusal: Refusal) -> str:
    match refusal:
        case commands.UnableToAskAbout():
            return "orders"
        case commands.UnableToWrite():
            return "body"
        case commands.UnableToTakeUpload(document=document) if document is not None:
            return f"document-{SLUG_OF_DOCUMENT[document]}"
        case UnableToTakeFile():
            return "file"
        case _:
            return ""


class ReplyForm(forms.Form):
    """Words in a ticket, and parts of a description that were missing."""

    body = TextField(validators=[intact])
    broken = AspectsField()


def uploads(request: HttpRequest) -> list[Upload]:
    """Every file of a form: those sent as a document, and others. Of one that is too large only the size is known."""
    files = request.FILES
    named = [(each, doc) for doc, slug in SLUG_OF_DOCUMENT.items() for each in files.getlist(f"document-{slug}")]
    return [
        Upload(name=each.name or "", data=each.read(BYTES_MAX + 1), document=document)
        for each, document in [*named, *((each, None) for each in files.getlist("file"))]
    ]
