"""The form of the profile: a name, and how its owner reads. An empty choice follows the device or the language."""

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sevenpanel.accounts.commands.people import NAME_LENGTH_MAX
from sevenpanel.accounts.domain import Calendar, Language, Reading, time_zones
from sevenpanel.web.forms import STALE, TextField
from sevenpanel.web.reader import NAMES

CALENDARS = {
    Calendar.GREGORIAN: gettext_lazy("Gregorian, such as 4 May 2026"),
    Calendar.JALALI: gettext_lazy("Jalali, such as 14 Ordibehesht 1405"),
}
assert CALENDARS.keys() == set(Calendar)

_UNKNOWN = {"invalid_choice": STALE}


class ProfileForm(forms.Form):
    """What a person says of themselves."""

    name = TextField(
        label=gettext_lazy("Name"),
        max_length=NAME_LENGTH_MAX,
        widget=forms.TextInput(attrs={"dir": "auto", "autocomplete": "name"}),
    )
    language = forms.TypedChoiceField(
        label=gettext_lazy("Language"), coerce=Language, required=False, empty_value=None, error_messages=_UNKNOWN
    )
    calendar = forms.TypedChoiceField(
        label=gettext_lazy("Calendar"), coerce=Calendar, required=False, empty_value=None, error_messages=_UNKNOWN
    )
    time_zone = forms.TypedChoiceField(
        label=gettext_lazy("Time zone"), required=False, empty_value=None, error_messages=_UNKNOWN
    )

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self._offer("language", _("As the device says"), [(each.value, NAMES[each]) for each in Language])
        self._offer("calendar", _("As the language has it"), [(each.value, str(CALENDARS[each])) for each in Calendar])
        self._offer("time_zone", _("As the device says"), [(each, each.replace("_", " ")) for each in time_zones()])

    def _offer(self, name: str, first: str, known: list[tuple[str, str]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.TypedChoiceField)
        field.choices = [("", first), *known]

    @property
    def reading(self) -> Reading:
        """What was chosen."""
        sent = self.cleaned_data
        return Reading(language=sent["language"], calendar=sent["calendar"], time_zone=sent["time_zone"])
