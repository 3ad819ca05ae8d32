"""What is typed when adding funds: a sum, words about a payment, slips."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from sevenpanel.deposits.commands import Upload
from sevenpanel.kernel.files import BYTES_MAX
from sevenpanel.kernel.money import NotAnAmount, parse_amount
from sevenpanel.web.forms import STALE, UUID_PATTERN, TextField, intact, new_form_id
from sevenpanel.web.numbers import latin_number
from sevenpanel.web.telling import told


class AmountField(TextField):
    """A sum of money in the digits of any of our languages; None when nothing was typed."""

    def clean(self, value: Any) -> Any:
        """Read the sum.

        :raises ValidationError: with the sentence why it is none.
        """
        typed = latin_number(super().clean(value))
        if not typed:
            return None
        try:
            amount = parse_amount(typed)
        except NotAnAmount as wrong:
            raise ValidationError(told(wrong.args[0])) from wrong
        if amount <= 0:
            raise ValidationError(_("Write an amount that is more than nothing."))
        return amount


class FundsForm(forms.Form):
    """How much is to be added; the hidden id makes the same form twice one payment."""

    amount = AmountField()
    request_id = forms.RegexField(regex=f"^form/{UUID_PATTERN}$", required=False, error_messages={"invalid": STALE})

    def __init__(self, data: Any) -> None:
        super().__init__(data)
        self.new_id = new_form_id()


class AnnounceForm(forms.Form):
    """That one has paid."""

    note = TextField(validators=[intact], max_length=500)


def evidence_of(request: HttpRequest) -> list[Upload]:
    """Every file of a form. Of one that is too large only the size is known."""
    return [Upload(name=each.name or "", data=each.read(BYTES_MAX + 1)) for each in request.FILES.getlist("file")]
