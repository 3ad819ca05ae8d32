"""The forms of API keys: a name, what the key may do, from where, and how long an old one lives on."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sevenpanel.accounts.domain import (
    HOURS_OF_CHANGE_MAX,
    NETWORKS_MAX,
    KeyKind,
    KeyLimits,
    NotANetwork,
    Permission,
    read_networks,
)
from sevenpanel.web import present
from sevenpanel.web.forms import STALE, TextField
from sevenpanel.web.fund_forms import AmountField

PERMISSIONS = {
    Permission.READ: gettext_lazy("Read services, prices, the balance and orders"),
    Permission.ORDER: gettext_lazy("Place orders, which spends money"),
    Permission.CANCEL: gettext_lazy("Ask to cancel orders"),
}
assert PERMISSIONS.keys() == set(Permission)

KINDS = {
    KeyKind.LIVE: gettext_lazy("A live key: its orders are real and cost money"),
    KeyKind.TEST: gettext_lazy("A test key, for trying out: nothing is charged and nothing is delivered"),
}
assert KINDS.keys() == set(KeyKind)

HOURS = {
    0: gettext_lazy("at once"),
    1: gettext_lazy("in 1 hour"),
    24: gettext_lazy("in 1 day"),
    HOURS_OF_CHANGE_MAX: gettext_lazy("in 3 days"),
}
_NO_NAME = gettext_lazy("A name has at most 100 characters and no control bytes.")
_NOTHING = gettext_lazy("Tick at least one thing that the key may do.")


class LimitsForm(forms.Form):
    """What a key may do, and from where."""

    permissions = forms.TypedMultipleChoiceField(
        coerce=Permission,
        choices=[(each.value, PERMISSIONS[each]) for each in Permission],
        error_messages={"required": _NOTHING, "invalid_choice": STALE},
    )
    networks = TextField(max_length=4000)
    daily_cap = AmountField()

    def clean_networks(self) -> tuple[str, ...]:
        """The networks in their usual form.

        :raises ValidationError: naming what is none.
        """
        try:
            return read_networks(self.cleaned_data["networks"])
        except NotANetwork as wrong:
            if str(wrong).isdigit():
                raise ValidationError(
                    _("At most %(max)s addresses and networks.") % {"max": present.count(NETWORKS_MAX)}
                ) from wrong
            sentence = _("“%(word)s” is no address and no network. Write them as 203.0.113.7 or 2001:db8::/32.")
            raise ValidationError(sentence % {"word": wrong}) from wrong

    @property
    def limits(self) -> KeyLimits:
        """What was sent."""
        return KeyLimits(
            permissions=frozenset(self.cleaned_data["permissions"]),
            networks=self.cleaned_data["networks"],
            daily_cap_micros=self.cleaned_data["daily_cap"],
        )


class KeyForm(LimitsForm):
    """A new API key."""

    kind = forms.TypedChoiceField(
        coerce=KeyKind,
        choices=[(each.value, KINDS[each]) for each in KeyKind],
        required=False,
        empty_value=KeyKind.LIVE,
        error_messages={"invalid_choice": STALE},
    )
    name = TextField(max_length=100, error_messages={"max_length": _NO_NAME, "null_characters_not_allowed": _NO_NAME})


class ReplaceForm(forms.Form):
    """How long the old key lives on."""

    hours = forms.TypedChoiceField(coerce=int, choices=list(HOURS.items()))
