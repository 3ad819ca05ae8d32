"""The forms about measured drop: what was seen of an order, which counter a service has, what was a mistake."""

import uuid
from datetime import UTC, datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from sevenpanel.insight.commands import Seen
from sevenpanel.insight.domain import EVIDENCE_MAX, EVIDENCE_MIN, Counter, MeasuredBy, Occasion

ID_MAX = 10**18 - 1
OCCASION_WORDS = {
    Occasion.SAMPLE: _("picked by us, not because of a complaint"),
    Occasion.COMPLAINT: _("its customer complained"),
}
assert OCCASION_WORDS.keys() == set(Occasion)
COUNTER_WORDS = {
    Counter.PROVIDER_STATUS: _("the provider's status answers, which count anew after the end"),
    Counter.TELEGRAM_MEMBERS: _("members of the Telegram channel or group"),
    Counter.YOUTUBE_VIEWS: _("views of the YouTube video"),
    Counter.YOUTUBE_LIKES: _("likes of the YouTube video"),
    Counter.YOUTUBE_SUBSCRIBERS: _("subscribers of the YouTube channel"),
}
assert COUNTER_WORDS.keys() == set(Counter)


class SeenForm(forms.Form):
    """What a member of staff saw of an order."""

    order = forms.IntegerField(min_value=1, max_value=ID_MAX, label=_("Order"))
    remaining = forms.IntegerField(min_value=0, max_value=10**9, label=_("How many of what was delivered are left"))
    seen_at = forms.DateTimeField(required=False, label=_("Seen at (UTC), such as 2027-05-03 14:00; empty for now"))
    occasion = forms.ChoiceField(
        choices=[(each.value, words) for each, words in OCCASION_WORDS.items()], label=_("Why this order was looked at")
    )
    measured_by = forms.ChoiceField(
        choices=[
            (MeasuredBy.STAFF.value, _("we looked ourselves")),
            (MeasuredBy.PROVIDER_REFILL.value, _("the provider's answer to a refill")),
        ],
        label=_("How it is known"),
    )
    evidence = forms.CharField(
        min_length=EVIDENCE_MIN,
        max_length=EVIDENCE_MAX,
        widget=forms.Textarea(attrs={"rows": 3, "dir": "auto"}),
        label=_("What was seen, where, and by whom, so that somebody else could find it again"),
    )
    form_id = forms.RegexField(r"^[0-9a-f-]{36}$", widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        initial = {"form_id": str(uuid.uuid4()), **kwargs.pop("initial", {})}
        super().__init__(*args, **{"auto_id": "seen-%s", "initial": initial, **kwargs})

    def clean(self) -> dict[str, Any]:
        """Say of a field that nobody sees what can be done about it.

        :raises ValidationError: when the form's own id is missing.
        """
        if "form_id" in self.errors:
            raise ValidationError(_("This form is not complete. Load the page again."))
        return self.cleaned_data

    def seen(self, now: datetime) -> Seen:
        """What was typed; whether it can be is for the command to say."""
        said = self.cleaned_data
        return Seen(
            order_id=said["order"],
            remaining=said["remaining"],
            measured_by=MeasuredBy(said["measured_by"]),
            occasion=Occasion(said["occasion"]),
            seen_at=said["seen_at"].astimezone(UTC) if said["seen_at"] else now,
            evidence=said["evidence"],
            form_id=said["form_id"],
        )


class MeterForm(forms.Form):
    """Which counter tells how much of a service's deliveries is left."""

    counter = forms.ChoiceField(
        choices=[("", _("none: only what staff write down")), *((c.value, w) for c, w in COUNTER_WORDS.items())],
        required=False,
        label=_("What tells how much is left"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"auto_id": "meter-%s", **kwargs})

    @property
    def chosen(self) -> Counter | None:
        """The counter, or none."""
        return Counter(self.cleaned_data["counter"]) if self.cleaned_data["counter"] else None


class StrikeForm(forms.Form):
    """A measurement that was a mistake, and why."""

    measurement = forms.IntegerField(min_value=1, max_value=ID_MAX, label=_("Number of the measurement"))
    why = forms.CharField(max_length=500, label=_("Why it was a mistake"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"auto_id": "strike-%s", **kwargs})


class GoForm(forms.Form):
    """A service to look at."""

    service = forms.IntegerField(min_value=1, max_value=ID_MAX)
