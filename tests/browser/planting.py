"""A desk with a script in every text that somebody else may write, each brought in by its own door (S-5)."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from tests.botapi import CHANNEL, SECRET, TOKEN, post
from tests.browser.payloads import PAYLOADS
from tests.database.support.pictures import picture
from tests.journeys.rights.scene import Scene, scene
from tests.journeys.rights.walk import places
from tests.journeys.web.visitor import Visitor, fields
from tests.panel import HEARD, open_desk, say
from tests.shop import add_service, deposit, staff

from sevenpanel.accounts.domain import Role
from sevenpanel.catalog.domain import ServiceType
from sevenpanel.fulfilment.providers.interface import RefusalReason, Refused

ALL = "\n".join(PAYLOADS)
REPEATING = ("/orders/", "/services/", "/orders/new/", "/updates/", "/desk/orders/", "/desk/decisions/", "/nothing/")


@dataclass(frozen=True, slots=True)
class Planted:
    """The desk, and who looks at it."""

    desk: Scene
    olga: Visitor

    def pages(self) -> Iterator[tuple[Visitor, str]]:
        """Every page of customer and staff, and those that may repeat what stands in their address."""
        for visitor in (self.desk.alice, self.olga):
            for place in places():
                if place.name != "account_logout":
                    yield visitor, self.desk.address(place.pattern, place.name, self.desk.hers)
            for address in REPEATING:
                for words in some(20):
                    named = dict.fromkeys(("q", "kind", "network", "category", "clause", "next", "status"), words)
                    yield visitor, f"{address}?{urlencode(named)}"


def some(at_once: int) -> Iterator[str]:
    """So many of them in one text, until all have been."""
    for at in range(0, len(PAYLOADS), at_once):
        yield " ".join(PAYLOADS[at : at + at_once])


def planted(monkeypatch: pytest.MonkeyPatch, settings: Any) -> Planted:
    """Plant them."""
    olga = Visitor(staff(f"Olga {PAYLOADS[0]}", Role.ADMIN))
    desk = scene(monkeypatch)
    _services()
    _tickets(desk)
    _account(desk)
    _orders(desk)
    _provider(desk)
    _channel(settings)
    _strangers(desk)
    _staff(olga)
    return Planted(desk, olga)


def _services() -> None:
    """As an operator takes them over from a provider's catalogue."""
    for words in some(12):
        add_service(words, network="website", accepts=("website/page",))


def _tickets(desk: Scene) -> None:
    """What a customer writes, and what his files are called."""
    place = f"/tickets/{desk.hers.ids['ticket_id']}/reply/"
    desk.alice.post(place, {"body": ALL})
    for number, words in enumerate(some(8)):
        name = f"{words.replace('/', '-')[:200]}.png"
        file = SimpleUploadedFile(name, picture(size=(30 + number, 20)), "image/png")
        desk.alice.client.post(place, {"body": words, "file": file})


def _account(desk: Scene) -> None:
    """Names of keys, the note of a payment, the name of a person, the program that he comes with."""
    for words in some(3):
        form = fields(desk.alice.get("/keys/"), "post /keys/")
        desk.alice.post("/keys/", {**form, "name": words[:100]})
        Visitor(desk.alice.person).get("/", HTTP_USER_AGENT=words[:400].replace("\n", " "))
    bank = desk.hers.ids["web:payment-announce intent_id"]
    slip = SimpleUploadedFile("<svg onload=ran()>.png", picture(size=(77, 20)), "image/png")
    desk.alice.client.post(f"/funds/payments/{bank}/announce/", {"note": ALL[:1000], "file": slip})
    desk.alice.post("/account/profile/", {"name": PAYLOADS[0]})


def _orders(desk: Scene) -> None:
    """Links that websites may have, and the comments that are to be written."""
    assert desk.alice.person is not None
    deposit(desk.alice.person.customer_id, "1000")
    service = add_service("Visits", network="website", accepts=("website/page",))
    for words in some(6):
        page = f"https://example.com/?{urlencode({'q': words})}#{words.split()[0]}"
        form = desk.alice.order_form(service)
        desk.alice.post("/orders/new/", {**form, "link": page, "quantity": "10"})
        raw = f"https://example.com/{words.split()[0]}"
        desk.alice.post("/orders/new/", {**form, "link": raw, "quantity": "10"})
    comments = add_service("Comments", service_type=ServiceType.CUSTOM_COMMENTS, quantity_min=1)
    form = desk.alice.order_form(comments)
    desk.alice.post("/orders/new/", {**form, "link": "https://t.me/hostile_comments", "comments": ALL})


def _provider(desk: Scene) -> None:
    """What a provider answers, and the words of its states; its own name."""
    assert desk.alice.person is not None
    shop = open_desk(name=f"Supply {PAYLOADS[0]}")
    for number, words in enumerate(some(12)):
        refused = Refused(reason=RefusalReason.OTHER_KNOWN, words=words, evidence=HEARD)
        shop.panel.deeds.append(say(refused))
        shop.place(desk.alice.person, link=f"t.me/refused_order_{number}")
        shop.dispatch_all()
        shop.place(desk.alice.person, link=f"t.me/worded_order_{number}")
        shop.dispatch_all()
        list(shop.panel.orders.values())[-1].word = words[:200]
    shop.follow()


def _channel(settings: Any) -> None:
    """A post in the channel."""
    settings.TELEGRAM_TOKEN, settings.TELEGRAM_CHANNEL, settings.TELEGRAM_SECRET = TOKEN, CHANNEL, SECRET
    for number, words in enumerate(some(20), 1):
        Visitor().client.post(
            "/channel/telegram/",
            json.dumps(post(number, number, words)),
            content_type="application/json",
            headers={"X-Telegram-Bot-Api-Secret-Token": SECRET},
        )


def _strangers(desk: Scene) -> None:
    """Whoever complains of a short link needs no account."""
    Visitor().post(f"/l/{desk.houses['token']}/complaint/", {"words": ALL[:1000]})


def _staff(olga: Visitor) -> None:
    """Staff paste what others wrote."""
    olga.post("/desk/tickets/replies/", {"name": PAYLOADS[0], "body": ALL})
    for words in some(20):
        form = fields(olga.get("/desk/notices/"), "post /desk/notices/")
        olga.post("/desk/notices/", {**form, "kind": "general", "scope": "all", "text": words})
