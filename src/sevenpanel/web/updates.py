"""Updates: what was announced and what changed, filtered, with old and new side by side; and as a feed.

The feed is for everybody: feed readers do not sign in, a secret in its address would lie in their logs, and it holds
nothing that the operator's public channel does not say too. No customer's own rate is ever in a notice.
"""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.feedgenerator import Rss201rev2Feed
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from sevenpanel import links
from sevenpanel.notices import queries
from sevenpanel.notices.domain import KIND_WORDS
from sevenpanel.notices.queries import UpdateRow
from sevenpanel.orders import queries as orders
from sevenpanel.terms import NoticeKind
from sevenpanel.web import present
from sevenpanel.web.access import customer_only
from sevenpanel.web.converters import read_id
from sevenpanel.web.notice_rows import update_of, version_of
from sevenpanel.web.request import DeskRequest
from sevenpanel.web.telling import told

PAGE = 50
FEED_SECONDS = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What the address asks for; what makes no sense in it asks for nothing."""

    kind: NoticeKind | None
    network: links.Network | None
    is_mine: bool
    before: int | None

    @property
    def is_narrow(self) -> bool:
        """Whether something that was announced may be left out."""
        return bool(self.kind or self.network or self.is_mine or self.before)

    def query(self, before: int) -> str:
        """The query string of the page after this row."""
        wanted = {"kind": self.kind, "network": self.network, "mine": "1" if self.is_mine else "", "before": before}
        return urlencode({name: str(value) for name, value in wanted.items() if value})


def _asked(request: HttpRequest) -> Asked:
    kind, network = request.GET.get("kind", ""), request.GET.get("network", "")
    return Asked(
        kind=NoticeKind(kind) if kind in set(NoticeKind) else None,
        network=links.Network(network) if network in set(links.Network) else None,
        is_mine=request.GET.get("mine") == "1",
        before=read_id(request.GET.get("before")),
    )


@customer_only
@require_safe
def updates(request: DeskRequest) -> HttpResponse:
    """The page."""
    asked = _asked(request)
    mine = orders.used_services(customer_id=request.customer_id) if asked.is_mine else None
    found = _found(asked, mine.ids if mine else None, PAGE + 1)
    shown = found[:PAGE]
    context = {
        "asked": asked,
        "kinds": [(kind.value, told(KIND_WORDS[kind])) for kind in NoticeKind],
        "networks": [(network.value, told(links.NETWORK_NAMES[network])) for network in links.Network],
        "updates": [update_of(row) for row in shown],
        "older": asked.query(shown[-1].root_id) if len(found) > PAGE else "",
        "used_among": present.count(orders.LOOKED_AT_MAX) if mine and not mine.is_all else "",
    }
    return render(request, "web/updates/list.html", context)


def _found(asked: Asked, mine: frozenset[int] | None, limit: int) -> list[UpdateRow]:
    return queries.updates(
        kind=asked.kind, network=asked.network, service_ids=mine, before_id=asked.before, limit=limit
    )


@customer_only
@require_safe
def update(request: DeskRequest, notice_id: int) -> HttpResponse:
    """One notice with all its versions.

    :raises Http404: when there is none with this id.
    """
    found = queries.update(root_id=notice_id)
    if found is None:
        raise Http404
    versions = [version_of(row) for row in queries.history(root_id=notice_id)]
    context: dict[str, Any] = {"update": update_of(found), "versions": versions[::-1]}
    return render(request, "web/updates/one.html", context)


@require_safe
def feed(request: HttpRequest) -> HttpResponse:
    """The same as RSS, for everybody; a network can be chosen."""
    asked = _asked(request)
    site = settings.PUBLIC_URL
    rss = Rss201rev2Feed(
        title="7Panel: updates",
        link=f"{site}{reverse('web:updates')}",
        description=_("Prices, pauses, delays and other news of the services."),
        feed_url=f"{site}{reverse('web:updates-feed')}",
    )
    for row in _found(asked, None, PAGE):
        _add_item(rss, row, site)
    response = HttpResponse(rss.writeString("utf-8"), content_type="application/rss+xml; charset=utf-8")
    response["Cache-Control"] = f"public, max-age={FEED_SECONDS}"
    return response


def _add_item(rss: Rss201rev2Feed, row: UpdateRow, site: str) -> None:
    shown = update_of(row)
    changes = [f"{change.name}: {change.old} → {change.new}" for change in shown.last.changes]
    withdrawn = [_("Withdrawn: %(why)s") % {"why": shown.last.withdrawn_why}] if shown.last.withdrawn else []
    rss.add_item(
        title=_printable(f"{shown.last.kind}: {shown.about}"),
        link=f"{site}{reverse('web:update', args=[shown.id])}",
        description=_printable("\n".join([shown.last.text, *changes, *withdrawn])),
        unique_id=f"notice-{shown.id}-{shown.last.id}",
        unique_id_is_permalink=False,
        pubdate=row.row.notice.published_at,
    )


def _printable(text: str) -> str:
    """The text without what XML cannot hold; names of services may come from a provider."""
    return "".join(sign for sign in text if sign.isprintable() or sign in "\n\t")
