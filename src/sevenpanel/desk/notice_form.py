"""The form of a notice: every override that clause 3 knows, empty where the description stays as it is."""

from datetime import UTC, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from sevenpanel.links import NETWORK_NAMES, Network
from sevenpanel.notices.domain import KIND_WORDS, TEXT_LENGTH_MAX, Draft
from sevenpanel.terms import DropBand, Notice, NoticeKind, Overrides, Scope

HOUR = timedelta(hours=1)
HOURS_MAX = 10 * 365 * 24
UNCHANGED = ("", _("as described"))
YES_NO = (UNCHANGED, ("yes", _("yes")), ("no", _("no")))
_ANSWER = {"": None, "yes": True, "no": False}


def _number(most: int) -> forms.IntegerField:
    return forms.IntegerField(required=False, min_value=1, max_value=most)


class NoticeForm(forms.Form):
    """A notice, or a correction of one."""

    version = forms.IntegerField(required=False, min_value=1, max_value=10**18 - 1, widget=forms.HiddenInput)
    kind = forms.ChoiceField(choices=[(kind.value, KIND_WORDS[kind]) for kind in NoticeKind], label=_("Kind"))
    scope = forms.ChoiceField(choices=[(scope.value, scope.value) for scope in Scope], label=_("About"))
    network = forms.ChoiceField(
        choices=[("", ""), *((network.value, NETWORK_NAMES[network]) for network in Network)],
        required=False,
        label=_("Network"),
    )
    subject_id = _number(10**18 - 1)
    text = forms.CharField(
        max_length=TEXT_LENGTH_MAX, widget=forms.Textarea(attrs={"rows": 4, "dir": "auto"}), label=_("Text")
    )
    begins = forms.DateTimeField(required=False, label=_("In force from (UTC)"))
    ends = forms.DateTimeField(required=False, label=_("Until (UTC)"))
    start_hours = _number(HOURS_MAX)
    complete_hours = _number(HOURS_MAX)
    quantity_min = _number(10**9)
    quantity_max = _number(10**9)
    drop_band = forms.ChoiceField(
        choices=[UNCHANGED, *((band.value, band.value) for band in DropBand)], required=False, label=_("Drop band")
    )
    can_cancel = forms.ChoiceField(choices=YES_NO, required=False, label=_("Cancel button"))
    can_refill = forms.ChoiceField(choices=YES_NO, required=False, label=_("Refill"))
    description = forms.CharField(
        required=False, max_length=20_000, widget=forms.Textarea(attrs={"rows": 3, "dir": "auto"})
    )
    why = forms.CharField(required=False, max_length=500, label=_("Why it is corrected"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"auto_id": "notice-%s", **kwargs})
        labels = {
            "subject_id": _("Id of the category or service"),
            "start_hours": _("Starts within, hours"),
            "complete_hours": _("Completes within, hours"),
            "quantity_min": _("Smallest quantity"),
            "quantity_max": _("Largest quantity"),
            "description": _("Description instead"),
        }
        for name, label in labels.items():
            self.fields[name].label = label

    @property
    def draft(self) -> Draft:
        """What was typed, as a draft; whether it makes sense is for the command to say."""
        said = self.cleaned_data
        scope = Scope(said["scope"])
        subject: dict[Scope, int | str | None] = {
            Scope.ALL: None,
            Scope.NETWORK: said["network"],
            Scope.CATEGORY: said["subject_id"] or 0,
            Scope.SERVICE: said["subject_id"] or 0,
        }
        return Draft(
            kind=NoticeKind(said["kind"]),
            scope=scope,
            subject=subject[scope],
            text=said["text"],
            in_force_from=said["begins"].astimezone(UTC) if said["begins"] else None,
            in_force_until=said["ends"].astimezone(UTC) if said["ends"] else None,
            overrides=_overrides(said),
        )


class WithdrawForm(forms.Form):
    """The end of a notice, with the reason for it."""

    version = forms.IntegerField(min_value=1, max_value=10**18 - 1, widget=forms.HiddenInput)
    why = forms.CharField(max_length=500, label=_("Why"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"auto_id": "withdraw-%s", **kwargs})


def _overrides(said: dict[str, Any]) -> Overrides:
    return Overrides(
        start_within=said["start_hours"] * HOUR if said["start_hours"] else None,
        complete_within=said["complete_hours"] * HOUR if said["complete_hours"] else None,
        quantity_min=said["quantity_min"],
        quantity_max=said["quantity_max"],
        drop_band=DropBand(said["drop_band"]) if said["drop_band"] else None,
        can_cancel=_ANSWER[said["can_cancel"]],
        can_refill=_ANSWER[said["can_refill"]],
        text=said["description"] or None,
    )


def typed(notice: Notice) -> dict[str, Any]:
    """A notice as it would be typed, from which its correction begins."""
    says = notice.overrides
    words = {None: "", True: "yes", False: "no"}
    is_by_id = notice.scope in (Scope.CATEGORY, Scope.SERVICE)
    return {
        "version": notice.notice_id,
        "kind": notice.kind.value,
        "scope": notice.scope.value,
        "network": notice.subject if notice.scope is Scope.NETWORK else "",
        "subject_id": notice.subject if is_by_id else None,
        "text": notice.text,
        "begins": notice.in_force_from.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f"),
        "ends": notice.in_force_until.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f") if notice.in_force_until else "",
        "start_hours": _hours(says.start_within),
        "complete_hours": _hours(says.complete_within),
        "quantity_min": says.quantity_min,
        "quantity_max": says.quantity_max,
        "drop_band": says.drop_band.value if says.drop_band else "",
        "can_cancel": words[says.can_cancel],
        "can_refill": words[says.can_refill],
        "description": says.text or "",
    }


def _hours(within: timedelta | None) -> int | None:
    """Whole hours, rounded up: the form never promises less than was promised."""
    return None if within is None else -(-within // HOUR)
