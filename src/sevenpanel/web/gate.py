"""The gate of clause 0.1: whoever is signed in accepts the Terms in force before anything else can be done.

It stands before every address there is or will be: what is not named here is closed. Staff are asked like everybody
else, because the Terms speak to whoever uses the desk in any capacity, and who decides under them has to have read
them; and because a gate that knows no roles has no role to be mistaken about.
"""

from collections.abc import Callable
from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, resolve_url
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django_htmx.http import HttpResponseClientRedirect

from sevenpanel.accounts import queries
from sevenpanel.terms import ALWAYS_ALLOWED, Act, Door, access_under
from sevenpanel.terms.documents import DocumentName
from sevenpanel.web.request import DeskRequest

# The addresses at which something else is done than "anything else".
ACTS: dict[str, Act] = {
    **{f"web:{name}{part}": Act.READ_TERMS for name in DocumentName for part in ("", "-version", "-text", "-changes")},
    "web:versions": Act.READ_TERMS,
    "web:accept": Act.ACCEPT_TERMS,
    # Who cannot read what the page says can choose another language first.
    "web:language": Act.READ_TERMS,
    "account_logout": Act.SIGN_OUT,
    "web:data": Act.EXPORT_DATA,
    "web:data-export": Act.EXPORT_DATA,
    # The documents of one's own tickets are part of one's data.
    "web:ticket-file": Act.EXPORT_DATA,
}

# What is asked by anybody, and nobody's account is asked about: whether the desk lives, what crawlers may read, what
# browsers ask to install the site as an app, how things stand, the doors of the channel and of processors, which have
# secrets of their own, short links with complaints about them, and ending letters from a letter.
ANYBODYS = frozenset(
    {
        "livez", "readyz", "robots", "manifest", "worker", "offline", "status", "status-feed", "telegram", "hook",
        "short-link", "short-link-complaint", "letters-stop",
    }
)  # fmt: skip

Handler = Callable[[HttpRequest], HttpResponse]


class AcceptanceGate:
    """Leads whoever has not accepted the versions in force to the page that asks for it, and back afterwards."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: DeskRequest, view: object, args: object, kwargs: object) -> HttpResponse | None:
        """Let a request pass, or answer it."""
        act = ACTS.get(_name_of(request), Act.ANYTHING_ELSE)
        if is_anybodys(request) or act in ALWAYS_ALLOWED or not request.user.is_authenticated or has_accepted(request):
            return None
        return _to_the_page(request)


def is_anybodys(request: HttpRequest) -> bool:
    """Whether nobody's account has to be asked about for this page."""
    return _name_of(request) in ANYBODYS


def _name_of(request: HttpRequest) -> str:
    return request.resolver_match.view_name if request.resolver_match else ""


def has_accepted(request: DeskRequest) -> bool:
    """Whether the person who is signed in may do everything.

    What was accepted once stays accepted, so the session remembers it, and the database is asked only for what the
    session does not know yet.
    """
    assert request.user.is_authenticated
    place = f"accepted-{request.user.pk}"
    known: list[str] = request.session.get(place, [])
    if _is_enough(known, request):
        return True
    fresh = queries.labels_of_person(user_id=request.user.pk)
    if fresh != known:
        request.session[place] = fresh
    return _is_enough(fresh, request)


def _is_enough(labels: list[str], request: DeskRequest) -> bool:
    return access_under(
        shelf=queries.shelf(),
        accepted=queries.accepted_of(tuple(labels)),
        act=Act.ANYTHING_ELSE,
        door=Door.SITE,
        now=request.received_at,
    ).is_allowed


def _to_the_page(request: DeskRequest) -> HttpResponse:
    where = _goal(request)
    page = resolve_url("web:accept")
    address = page if where in ("", "/") else f"{page}?{urlencode({'next': where})}"
    # A poll takes the whole page along, not the piece that it wanted to refresh.
    return HttpResponseClientRedirect(address) if request.htmx else redirect(address)


def _goal(request: DeskRequest) -> str:
    """Where the visitor was going; for a form that was sent, the page that it stands on."""
    if request.htmx:
        return safe_goal(request, request.htmx.current_url_abs_path or "")
    if request.method in ("GET", "HEAD"):
        return request.get_full_path()
    return safe_goal(request, request.headers.get("Referer", ""))


def safe_goal(request: HttpRequest, address: str) -> str:
    """The path to go on to, when an address is one of this site; otherwise nothing."""
    if not _is_ours(request, address):
        return ""
    parts = urlsplit(address)
    path = f"{parts.path}?{parts.query}" if parts.query else parts.path
    # What is left without its host must not name another one, as "//other.example/" would.
    return path if path.startswith("/") and _is_ours(request, path) else ""


def _is_ours(request: HttpRequest, address: str) -> bool:
    return url_has_allowed_host_and_scheme(
        address, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
