"""Forms: they parse what was typed and say what cannot be read; what may be ordered is for the commands to judge."""

import uuid
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import ProhibitNullCharactersValidator
from django.utils.translation import gettext_lazy as _

from sevenpanel.web import present
from sevenpanel.web.numbers import NotANumber, read_whole_number

UUID_PATTERN = r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
_NUL = _("This text holds a NUL byte, which nobody can type. Paste it again.")
_BROKEN = _("This text holds characters that did not arrive intact. Copy it again.")
STALE = _("This form is not complete. Load the page again.")


def new_form_id() -> str:
    """A request id for one form: sent twice, it orders once."""
    return f"form/{uuid.uuid4()}"


class TextField(forms.CharField):
    """Text as it was typed, without the NUL bytes that no database stores."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"required": False, "strip": False, **kwargs})
        for validator in self.validators:
            if isinstance(validator, ProhibitNullCharactersValidator):
                validator.message = _NUL


def intact(text: str) -> None:
    """What was sent with a file, and was no UTF-8, arrives with this mark.

    :raises ValidationError: when the text holds it.
    """
    if "\N{REPLACEMENT CHARACTER}" in text:
        raise ValidationError(_BROKEN)


class QuantityField(TextField):
    """A whole number in the digits of any of our languages; None when nothing was typed."""

    def clean(self, value: Any) -> Any:
        """Read the number.

        :raises ValidationError: with the sentence why it is none.
        """
        try:
            return read_whole_number(super().clean(value))
        except NotANumber as wrong:
            raise ValidationError(str(wrong)) from wrong


class OrderForm(forms.Form):
    """One order. The hidden rate is the one that was shown: what it makes is the most that may be charged (I13)."""

    service = forms.IntegerField(min_value=1, max_value=10**18 - 1, error_messages={"required": _("Choose a service.")})
    request_id = forms.RegexField(regex=f"^form/{UUID_PATTERN}$", error_messages={"required": STALE, "invalid": STALE})
    rate = forms.IntegerField(min_value=0, max_value=10**15, error_messages={"required": STALE, "invalid": STALE})
    link = TextField()
    quantity = QuantityField()
    comments = TextField(validators=[intact])

    def clean_comments(self) -> tuple[str, ...]:
        """One line is one comment; empty lines are none."""
        return comment_lines(self.cleaned_data["comments"])


def comment_lines(text: str) -> tuple[str, ...]:
    """The comments in a text: its lines that are not empty, without the spaces around them."""
    lines = (line.strip() for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n"))
    return tuple(line for line in lines if line)


class MassForm(forms.Form):
    """Many orders, a line each: pasted or in a file, then previewed, then placed."""

    lines = TextField()
    file = forms.FileField(required=False, allow_empty_file=True)
    batch = forms.RegexField(regex=f"^{UUID_PATTERN}$", required=False, error_messages={"invalid": STALE})
    previewed = forms.RegexField(regex=r"^[0-9a-f]{64}$", required=False, error_messages={"invalid": STALE})

    def clean_file(self) -> str:
        """The text of the file.

        :raises ValidationError: when it is not UTF-8 text.
        """
        upload = self.cleaned_data["file"]
        if upload is None:
            return ""
        content = upload.read()
        if b"\0" in content:
            raise ValidationError(_("This file holds NUL bytes, so it is no text. Save it as plain text in UTF-8."))
        try:
            return str(content.decode("utf-8-sig"))
        except UnicodeDecodeError as wrong:
            number = content.count(b"\n", 0, wrong.start) + 1
            raise ValidationError(
                _("Line %(n)s of this file is not UTF-8 text. Save it as UTF-8 and choose it again."),
                params={"n": present.count(number)},
            ) from wrong
