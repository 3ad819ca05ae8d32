"""One desk with something at every address: Alice's things, Mallory's like them, and what staff handle."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.utils import timezone
from tests.byhand import arrived, bank_transfer, propose
from tests.database.orders.test_decisions import reported
from tests.database.support.pictures import picture
from tests.journeys.deposits.test_adding_funds import open_payment, sent
from tests.journeys.notices.test_pages import publish
from tests.journeys.support.test_customer_tickets import address, opened, silent
from tests.journeys.web.visitor import Visitor
from tests.receipts import SOURCE, Script, receipt_of, say, take_usdt
from tests.shop import NOON, Person, add_service, make_key, open_customer, staff

from sevenpanel.accounts import models as account_models
from sevenpanel.accounts import queries as accounts
from sevenpanel.accounts.domain import KeyKind, Role
from sevenpanel.deposits import commands as deposits
from sevenpanel.deposits import models as deposit_models
from sevenpanel.deposits.domain.amounts import RATE_ONE
from sevenpanel.deposits.domain.rates import Figure
from sevenpanel.deposits.sources import registry
from sevenpanel.exports import commands as exports
from sevenpanel.kernel.invariants import Breach
from sevenpanel.letters import commands as letters
from sevenpanel.orders import commands as orders
from sevenpanel.orders import queries as order_queries
from sevenpanel.orders.commands.dispatching import DispatchResult
from sevenpanel.orders.domain import Dispatch, OrderLine, Placed, Status
from sevenpanel.shortlinks import commands as shortlinks
from sevenpanel.support import models as support_models
from sevenpanel.webhooks import commands as webhooks

DAY = timedelta(days=1)
ABSENT_ID = 10**17
# The parts of addresses that name something of a customer's, and all there are.
OF_CUSTOMERS = (
    "order_id", "ticket_id", "request_id", "file_id", "intent_id", "receipt_id", "key_id", "session_id", "webhook_id",
    "export_id",
)  # fmt: skip
PARTS = frozenset(OF_CUSTOMERS) | {
    "customer_id", "service_id", "method_id", "notice_id", "token", "proposal_id", "evidence_id", "decision_id",
    "figure_id", "stop_id", "stop_token", "letter_id", "version", "old", "new", "kind", "alias", "uidb36", "key", "pk",
    "month",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Things:
    """What one customer has, by the name that addresses give it; and words that stand nowhere else."""

    ids: Mapping[str, int | str]
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Scene:
    """Who is here and what there is."""

    alice: Visitor
    mallory: Visitor
    hers: Things
    mallorys: Things
    houses: Mapping[str, int | str] = field(default_factory=dict)

    def address(self, pattern: str, name: str, things: Things) -> str:
        """The address of a page, about these things.

        :param pattern: as the site's addresses are written down.
        """
        plain = pattern.replace("^", "").removesuffix("$")
        return "/" + PART.sub(lambda part: str(self._value(part[1] or part[2], name, things)), plain)

    def _value(self, part: str, name: str, things: Things) -> int | str:
        for known in (things.ids, self.houses):
            if f"{name} {part}" in known or part in known:
                return known.get(f"{name} {part}", known.get(part, ""))
        raise AssertionError(
            f"The address of {name} has a part {part!r} that tests/journeys/rights/scene.py does not know: say in "
            "`things_of` which row of a customer it names, or in `scene` which row of the house."
        )


PART = re.compile(r"<\w+:(\w+)>|\(\?P<(\w+)>[^)]*\)")


def absent() -> Things:
    """Things that never were, for the same addresses."""
    return Things(ids=dict.fromkeys(OF_CUSTOMERS, ABSENT_ID), words=())


def things_of(visitor: Visitor, service: int, ways: Mapping[str, int], number: int, word: str) -> Things:
    """Let a customer have one of everything.

    :param number: tells this customer's transfers from others'.
    :param word: stands in everything that this customer writes.
    """
    person = _person(visitor)
    placed = _placed(person, service, word)
    claimed = silent(visitor, placed, DAY + timedelta(seconds=1))
    file = {"document-count": SimpleUploadedFile(f"{word}.png", picture(), "image/png")}
    page = opened(visitor, placed, body=f"Where is my {word}?", **file)
    ticket_id = int(address(page).strip("/").split("/")[1])
    payment = _number(open_payment(visitor, ways["asset"], "30"))
    bank = _number(open_payment(visitor, ways["bank"], "40"))
    seen = sent(visitor, "25", number=number)
    say(seen)
    make_key(person)
    Visitor(person).get("/")  # on another device
    ids: dict[str, int | str] = {
        "order_id": placed,
        "ticket_id": ticket_id,
        "web:ticket-claim ticket_id": claimed,
        "request_id": support_models.Request.objects.filter(ticket_id=ticket_id).latest("id").id,
        "file_id": support_models.Attachment.objects.filter(ticket_id=ticket_id).latest("id").id,
        "intent_id": payment,
        "web:payment-announce intent_id": bank,
        "receipt_id": receipt_of(seen).id,
        "key_id": accounts.keys(customer_id=person.customer_id)[0].id,
        "webhook_id": _webhook(person, word),
        "customer_id": person.customer_id,
        "export_id": _export(person),
        "session_id": account_models.SessionSeen.objects.filter(user_id=person.user_id).latest("id").id,
    }
    return Things(ids=ids, words=(word, person.email, f"{word}_channel"))


def _webhook(person: Person, word: str) -> int:
    """An address that is told of this customer's orders."""
    made, _secret = webhooks.make_webhook(
        customer_id=person.customer_id, url=f"https://{word}.example/orders", kind=KeyKind.LIVE, now=timezone.now()
    )
    return made


def _placed(person: Person, service: int, word: str) -> int:
    """An order of two days ago that is being delivered."""
    then = timezone.now() - 2 * DAY
    link = f"https://t.me/{word}_channel"
    line = OrderLine(customer_id=person.customer_id, service_id=service, link=link, quantity=1000)
    (outcome,) = orders.place(lines=[line], now=then)
    assert isinstance(outcome, Placed), outcome
    with transaction.atomic():
        orders.begin_sending(order_ids=[outcome.order_id], now=then)
        sending = DispatchResult(order_id=outcome.order_id, dispatch=Dispatch.SENT)
        orders.record_dispatch(results=[sending], now=then)
        reported(outcome.order_id, Status.IN_PROGRESS, 250, then)
    return outcome.order_id


def scene(monkeypatch: pytest.MonkeyPatch) -> Scene:
    """Build it: by the real commands and forms, inside the transaction of a test."""
    script = Script()
    monkeypatch.setitem(registry.ADAPTERS, "script", lambda _settings: script)
    deposits.save_source(name=SOURCE, kind="script", settings={}, now=NOON)
    service, ways = add_service(), {"asset": take_usdt(), "bank": bank_transfer()}
    alice, mallory = (Visitor(open_customer(name, balance="100")) for name in ("Alice", "Mallory"))
    hers = things_of(alice, service, ways, 1, "almond")
    mallorys = things_of(mallory, service, ways, 2, "medlar")
    return Scene(alice, mallory, hers, mallorys, _of_the_house(alice, hers, service, ways))


def _export(person: Person) -> int:
    wanted = order_queries.Wanted(customer_id=person.customer_id)
    return exports.ask(user_id=person.user_id, wanted=wanted, has_mark=True, now=NOON)


def _of_the_house(alice: Visitor, hers: Things, service: int, ways: Mapping[str, int]) -> dict[str, int | str]:
    """What staff handle, and what everybody sees."""
    person = _person(alice)
    olga, fred = Visitor(staff("Olga", Role.ADMIN)), staff("Fred", Role.FINANCE)
    alice.client.post(f"/tickets/{hers.ids['web:ticket-claim ticket_id']}/claim/", {"order": hers.ids["order_id"]})
    alice.get("/")  # reads what the desk had to say about it
    proposal = propose(arrived(person, ways["bank"], 50_000_000), fred.user_id, now=timezone.now())
    token = shortlinks.make_short_link(
        customer_id=person.customer_id, page="https://example.com/almond", now=timezone.now()
    )
    return {
        "service_id": service,
        "method_id": ways["asset"],
        "notice_id": publish(olga, service),
        "token": token,
        "stop_token": letters.stop_token(user_id=person.user_id, kind="deposits"),
        "letter_id": 1,
        "proposal_id": proposal,
        "evidence_id": deposit_models.Evidence.objects.latest("id").id,
        "decision_id": order_queries.decisions_of_order(order_id=int(hers.ids["order_id"]))[0].id,
        "figure_id": _leap(),
        "stop_id": _lifted_stop(fred.user_id),
        "version": "1",
        "old": "1",
        "new": "1",
        "kind": "btcpay",
        "alias": "main",
        "uidb36": "1",
        "key": "nothing",
        "pk": 1,
        "month": f"{timezone.now():%Y-%m}",
    }


def _leap() -> int:
    """A rate of the feeds that waits for somebody's consent."""
    now = timezone.now()
    for rate in (60_000, 70_000):
        figure = Figure(rate_e12=rate * RATE_ONE, source="median of a, b", as_of=now)
        deposits.note_feeds(symbol="BTC", currency="USD", figure=figure, now=now)
    return deposit_models.Figure.objects.get(is_accepted=False).id


def _lifted_stop(staff_id: int) -> int:
    """A stop of new orders that is over, so that everything else is as on a usual day."""
    breach = Breach(invariant="I4", sentence="A balance is not the sum of its entries.", ids=("1",))
    orders.stop_orders(breaches=[breach], now=timezone.now())
    stop = order_queries.stop_in_force()
    assert stop is not None
    orders.lift_stop(stop_id=stop.id, staff_id=staff_id, reason="Looked at it.", breaches=[], now=timezone.now())
    return stop.id


def _person(visitor: Visitor) -> Person:
    assert visitor.person is not None
    return visitor.person


def _number(page: Any) -> int:
    return int(str(page.redirect_chain[-1][0]).strip("/").split("/")[-1])
