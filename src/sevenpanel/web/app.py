"""The site as an app on a phone: its manifest, its service worker, the page for when the desk is away (U-17).

The worker keeps static files and the offline page and nothing else: no page of a signed-in person is ever stored, so
that nothing is left on a shared device. Signing out clears what the site keeps in the browser all the same.
"""

from hashlib import sha256
from typing import Any

from allauth.account.views import LogoutView
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import reverse
from django.views.decorators.http import require_safe

NAME = "7Panel"
GROUND = "#0b6b63"
ICONS = (
    ("web/icon-192.png", "192x192", "image/png", "any"),
    ("web/icon-512.png", "512x512", "image/png", "any"),
    ("web/icon-maskable-512.png", "512x512", "image/png", "maskable"),
    ("web/favicon.svg", "any", "image/svg+xml", "any"),
)


@require_safe
def manifest(request: HttpRequest) -> HttpResponse:
    """What the app is called, what it looks like, and where it begins."""
    icons = [
        {"src": static(path), "sizes": sizes, "type": kind, "purpose": purpose} for path, sizes, kind, purpose in ICONS
    ]
    home = reverse("web:home")
    facts = {
        "id": home,
        "name": NAME,
        "short_name": NAME,
        "start_url": home,
        "scope": home,
        "display": "standalone",
        "background_color": "#ffffff",
        "theme_color": GROUND,
        "icons": icons,
    }
    return JsonResponse(facts, content_type="application/manifest+json", headers={"Cache-Control": "max-age=3600"})


@require_safe
def worker(request: HttpRequest) -> HttpResponse:
    """The service worker. It stands at the root, so that its scope is the whole site, and is asked for anew each time.

    Its text changes with the page that it keeps, so that browsers which keep an older one fetch both again.
    """
    kept = render_to_string("web/offline.html")
    text = render_to_string("web/worker.js", {"version": sha256(kept.encode()).hexdigest()[:12]})
    return HttpResponse(text, content_type="text/javascript; charset=utf-8", headers={"Cache-Control": "no-cache"})


@require_safe
def offline(request: HttpRequest) -> HttpResponse:
    """The page for when the desk cannot be reached. It is rendered without the request: it is everybody's, and names
    nobody."""
    return HttpResponse(render_to_string("web/offline.html"), headers={"Cache-Control": "no-cache"})


class SignOutView(LogoutView):  # type: ignore[misc]
    """Signs out, and has the browser forget what the site keeps there: stored files, the worker, counts of visits.

    Cookies stay: the session's has ended with signing out, and language and look are the device's.
    """

    def post(self, *args: Any, **kwargs: Any) -> Any:
        """Sign out."""
        response = super().post(*args, **kwargs)
        response["Clear-Site-Data"] = '"cache", "storage"'
        return response
