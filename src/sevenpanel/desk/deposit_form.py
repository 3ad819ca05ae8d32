"""What staff type about deposits: a proposal, rates, a search."""

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from sevenpanel.accounts import queries as accounts
from sevenpanel.deposits import queries
from sevenpanel.deposits.commands import CreditByHand, Upload
from sevenpanel.deposits.domain import ReceiptState
from sevenpanel.deposits.domain.amounts import parse_rate, parse_raw
from sevenpanel.kernel.files import BYTES_MAX
from sevenpanel.kernel.money import NotAnAmount, parse_amount

HOURS_MAX = 24 * 90
GOODWILL = "goodwill"


class AmountField(forms.CharField):
    """A sum of money."""

    def clean(self, value: Any) -> Any:
        """Read it.

        :raises ValidationError: with the sentence why it is none.
        """
        typed = super().clean(value)
        if not typed:
            return None
        try:
            return parse_amount(typed)
        except NotAnAmount as wrong:
            raise ValidationError(str(wrong)) from wrong


class ProposalForm(forms.Form):
    """Money that arrived outside, or goodwill."""

    email = forms.EmailField(error_messages={"required": _("Say whose money it is, by e-mail address.")})
    way = forms.CharField(error_messages={"required": _("Choose the way by which it came.")})
    amount = AmountField(error_messages={"required": _("Type the sum that arrived.")})
    raw = forms.CharField(required=False)
    reference = forms.CharField(required=False, max_length=120)
    ordinal = forms.IntegerField(required=False, min_value=0, max_value=10_000)
    reason = forms.CharField(required=False, max_length=1_000)
    intent = forms.IntegerField(required=False, min_value=1, max_value=10**18 - 1)
    single = forms.BooleanField(required=False)

    def clean_email(self) -> int:
        """The customer's id.

        :raises ValidationError: when nobody of a customer has this address.
        """
        found = accounts.customer_of_email(email=self.cleaned_data["email"])
        if found is None:
            raise ValidationError(_("There is no customer with this address."))
        return found

    def clean_way(self) -> queries.MethodRow | None:
        """The method; None for goodwill.

        :raises ValidationError: when there is none of this id.
        """
        typed = self.cleaned_data["way"]
        if typed == GOODWILL:
            return None
        row = queries.method(method_id=int(typed)) if typed.isdigit() and len(typed) < 18 else None
        if row is None:
            raise ValidationError(_("Choose the way by which it came."))
        return row

    def clean(self) -> dict[str, Any]:
        """How much of an asset arrived is read by that asset's places."""
        data = super().clean() or {}
        method, typed = data.get("way"), data.get("raw")
        if method is not None and method.asset is not None and typed:
            try:
                data["raw"] = parse_raw(typed, method.asset)
            except NotAnAmount as wrong:
                raise ValidationError(str(wrong)) from wrong
        else:
            data["raw"] = None
        return data

    @property
    def credit(self) -> CreditByHand:
        """What is proposed."""
        data = self.cleaned_data
        customer = accounts.customer(customer_id=data["email"])
        return CreditByHand(
            customer_id=customer.id,
            method_id=data["way"].id if data["way"] else None,
            amount_micros=data["amount"],
            currency=customer.currency,
            reference=data["reference"],
            ordinal=data["ordinal"] or 0,
            raw=data["raw"],
            reason=data["reason"],
            intent_id=data["intent"],
            is_single=data["single"],
        )


class RateForm(forms.Form):
    """The operator's own rate of a symbol."""

    symbol = forms.RegexField(
        regex=r"^[A-Z0-9.]{1,16}$", error_messages={"invalid": _("Write the symbol, such as BTC.")}
    )
    rate = forms.CharField()
    hours = forms.IntegerField(min_value=1, max_value=HOURS_MAX)

    def clean_rate(self) -> int:
        """The rate in 10^-12.

        :raises ValidationError: when it is none.
        """
        try:
            return parse_rate(self.cleaned_data["rate"])
        except NotAnAmount as wrong:
            raise ValidationError(str(wrong)) from wrong

    def until(self, now: datetime) -> datetime:
        """Until when it counts."""
        return now + timedelta(hours=self.cleaned_data["hours"])


class SearchForm(forms.Form):
    """Which receipts to list."""

    state = forms.CharField(required=False)
    customer = forms.IntegerField(required=False, min_value=1, max_value=10**18 - 1)
    words = forms.CharField(required=False, max_length=120)
    before = forms.IntegerField(required=False, min_value=1, max_value=10**18 - 1)

    def clean_state(self) -> ReceiptState | None:
        """The state; anything that is none means all."""
        typed = self.cleaned_data["state"]
        return ReceiptState(typed) if typed in set(ReceiptState) else None


def uploads_of(request: HttpRequest) -> list[Upload]:
    """Every file of a form. Of one that is too large only the size is known."""
    return [Upload(name=each.name or "", data=each.read(BYTES_MAX + 1)) for each in request.FILES.getlist("file")]


def first_wrong(form: forms.Form) -> str:
    """The first sentence about what cannot be read."""
    return str(next(iter(form.errors.values()))[0])
