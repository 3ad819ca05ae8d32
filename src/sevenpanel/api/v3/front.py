"""What every answer under /api/v3/ has in common, whichever part of the site made it: no cookies, no page, no cache."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from sevenpanel.api.v3.problems import MEDIA_TYPE, OF_STATUS, PLACE, Problem, Trouble, write

Handler = Callable[[HttpRequest], HttpResponse]


class Front:
    """Stands before everything that knows of people and languages.

    A cookie says nothing here, so no site that a browser visits can use its reader's session. Whatever is refused on
    the way, by whichever part of the desk, is told as a problem document.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not is_asked(request):
            return self.get_response(request)
        request.COOKIES.clear()
        return _finished(self.get_response(request))


def is_asked(request: HttpRequest) -> bool:
    """Whether this is for the API, and not for the page that describes it."""
    return request.path.startswith(PLACE) and request.path != PLACE


def _finished(response: HttpResponse) -> HttpResponse:
    if response.status_code >= 400 and response.headers.get("Content-Type") != MEDIA_TYPE:
        write(Problem(OF_STATUS.get(response.status_code, Trouble.INCORRECT)), response)
    response.cookies.clear()
    del response.headers["Content-Language"]
    response.headers["Vary"] = "Authorization"
    response.headers["Cache-Control"] = "no-store"
    return response
