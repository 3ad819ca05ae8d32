"""The public status page and its feed (U-18): as pages of the site, and as files for another host.

Nobody is asked who they are, no session is read, and a page of the site may be kept by browsers and proxies for a
minute. The files hold the same, so that they tell how things stood when the desk itself cannot be reached.
"""

from collections.abc import Sequence

from django.conf import settings
from django.http import HttpResponse
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import reverse
from django.utils.feedgenerator import Rss201rev2Feed
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from sevenpanel.web.request import DeskRequest
from sevenpanel.web.status_facts import FRESH_SECONDS, Facts, facts
from sevenpanel.web.status_rows import incidents, page_of

SHEETS = ("web/site.css", "web/components.css", "web/status.css")
ICON = "web/favicon.svg"
_KEPT = {"Cache-Control": f"public, max-age={FRESH_SECONDS}"}


@require_safe
def status(request: DeskRequest) -> HttpResponse:
    """The page."""
    text = page_text(
        facts(request.received_at),
        sheets=[static(sheet) for sheet in SHEETS],
        icon=static(ICON),
        feed=reverse("status-feed"),
    )
    return HttpResponse(text, headers=_KEPT)


@require_safe
def feed(request: DeskRequest) -> HttpResponse:
    """Its incidents as RSS."""
    site = f"{settings.PUBLIC_URL}{reverse('status')}"
    text = feed_text(facts(request.received_at), page=site)
    return HttpResponse(text, content_type="application/rss+xml; charset=utf-8", headers=_KEPT)


def page_text(found: Facts, *, sheets: Sequence[str], icon: str, feed: str) -> str:
    """The page as text, with its files where they lie. It is rendered without a request, so that it names nobody."""
    context = {"page": page_of(found), "sheets": sheets, "icon": icon, "feed": feed, "desk": settings.PUBLIC_URL}
    return render_to_string("web/status.html", context)


def feed_text(found: Facts, *, page: str) -> str:
    """The incidents as RSS.

    :param page: the address of the page that they stand on.
    """
    rss = Rss201rev2Feed(
        title="7Panel: status", link=page, description=_("Pauses, delays and stops, with their times."), feed_url=None
    )
    for each in incidents(found):
        until = _("until %(when)s") % {"when": each.ended.text} if each.ended else _("still lasts")
        rss.add_item(
            title=_printable(f"{each.title}: {each.about}" if each.about else each.title),
            link=f"{page}#{each.id}",
            description=_printable(f"{each.text}\n{each.began.text}, {until}"),
            unique_id=f"{each.id}-{'ended' if each.ended else 'open'}",
            unique_id_is_permalink=False,
            pubdate=each.began_at,
        )
    text: str = rss.writeString("utf-8")
    return text


def _printable(text: str) -> str:
    """The text without what XML cannot hold."""
    return "".join(sign for sign in text if sign.isprintable() or sign in "\n\t")
