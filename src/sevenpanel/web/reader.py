"""In which language a page is written: its reader's own (U-14)."""

from collections.abc import Callable
from dataclasses import dataclass

from django import forms
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, resolve_url
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_POST

from sevenpanel.accounts import commands, queries
from sevenpanel.accounts.domain import Language, Reading
from sevenpanel.web.gate import is_anybodys, safe_goal
from sevenpanel.web.writing import choose, written_for

Handler = Callable[[HttpRequest], HttpResponse]

COOKIE_SECONDS = 365 * 24 * 3600
# The operator's desk speaks English only (docs/adr/0023-languages.md).
DESK = "/desk/"
# Each by its own name, so that whoever reads nothing else on the page finds it.
NAMES = {
    Language.ENGLISH: "English",
    Language.PERSIAN: "فارسی",
    Language.ARABIC: "العربية",
    Language.TURKISH: "Türkçe",
    Language.HINDI: "हिन्दी",
    Language.PORTUGUESE: "Português (Brasil)",
    Language.RUSSIAN: "Русский",
    Language.SPANISH: "Español",
}
assert NAMES.keys() == set(Language)


@dataclass(frozen=True, slots=True, kw_only=True)
class LanguageChoice:
    """A language as the form at the foot of a page offers it."""

    code: str
    name: str
    direction: str
    is_chosen: bool


class LanguageForm(forms.Form):
    """The language as it was sent."""

    language = forms.TypedChoiceField(coerce=Language, choices=[(each.value, NAMES[each]) for each in Language])


class ReaderMiddleware:
    """Let a page speak its reader's language: the account's, else the device's, else what the browser asks for.

    The account is asked for once it is known that there is a page, and never for what concerns nobody's account: a
    page that tells that there is nothing here, or that the database is away, must not need the database.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with translation.override(_of_device(request)), written_for(Reading()):
            response = self.get_response(request)
            response.headers.setdefault("Content-Language", translation.get_language() or settings.LANGUAGE_CODE)
        patch_vary_headers(response, ("Accept-Language", "Cookie"))
        return response

    def process_view(self, request: HttpRequest, view: object, args: object, kwargs: object) -> None:
        """Go on in the language of the account, until the answer is made."""
        if is_at_desk(request) or is_anybodys(request) or not request.user.is_authenticated:
            return
        chosen = queries.reading_of(request.user)
        choose(chosen)
        if chosen.language is not None:
            translation.activate(chosen.language.value)


def _of_device(request: HttpRequest) -> str:
    if is_at_desk(request):
        return Language.ENGLISH.value
    return translation.get_language_from_request(request)


def is_at_desk(request: HttpRequest) -> bool:
    """Whether this is a page of the operator's desk."""
    return request.path.startswith(DESK)


def choices(request: HttpRequest) -> tuple[LanguageChoice, ...]:
    """The languages to choose from; none at the desk, which has only one."""
    if is_at_desk(request):
        return ()
    now = translation.get_language()
    return tuple(
        LanguageChoice(
            code=each.value,
            name=NAMES[each],
            direction="rtl" if each.value in settings.LANGUAGES_BIDI else "ltr",
            is_chosen=each.value == now,
        )
        for each in Language
    )


@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """Keep a language, on this device and with the account of whoever is signed in, and go back to the page.

    What is none of the languages changes nothing: only a broken program sends it.
    """
    response = redirect(safe_goal(request, request.POST.get("next", "")) or resolve_url("web:home"))
    form = LanguageForm(request.POST)
    if form.is_valid():
        chosen: Language = form.cleaned_data["language"]
        if request.user.is_authenticated:
            commands.keep_language(user_id=request.user.pk, language=chosen)
        _keep_on_device(response, chosen)
    return response


def _keep_on_device(response: HttpResponse, chosen: Language) -> None:
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        chosen.value,
        COOKIE_SECONDS,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
