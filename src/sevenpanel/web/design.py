"""The parts that pages are made of, each of them shown in both themes and both directions.

For whoever writes a page. Nothing on it comes from the database, so everybody may look.
"""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe


@dataclass(frozen=True, slots=True, kw_only=True)
class Pane:
    """One showing of all parts. `key` begins the ids of its fields."""

    key: str
    title: str
    scheme: str
    direction: str


PANES = (
    Pane(key="light-ltr", title="Light, left to right", scheme="light", direction="ltr"),
    Pane(key="dark-ltr", title="Dark, left to right", scheme="dark", direction="ltr"),
    Pane(key="light-rtl", title="Light, right to left", scheme="light", direction="rtl"),
    Pane(key="dark-rtl", title="Dark, right to left", scheme="dark", direction="rtl"),
)


@require_safe
def design(request: HttpRequest) -> HttpResponse:
    """The page of all parts."""
    return render(request, "web/design/page.html", {"panes": PANES})
