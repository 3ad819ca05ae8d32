"""Every page that a customer can open, with something to see on it: the rows of tests that walk through all of them.

An address of the site without a row here, or a reason why it is no page, fails tests/house/test_every_page.py.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Any
from urllib.parse import urlsplit

from django.urls import URLPattern, URLResolver, get_resolver, resolve
from django.utils import timezone
from tests.apps import code_at, give_app
from tests.byhand import bank_transfer
from tests.journeys.deposits.test_adding_funds import open_payment, sent
from tests.journeys.deposits.test_adding_funds import person as person_of
from tests.journeys.notices.test_pages import publish
from tests.journeys.support.conftest import DAY, placed_before, staff
from tests.journeys.support.test_customer_tickets import address, opened, shot, silent
from tests.journeys.support.test_desk_tickets import judge
from tests.journeys.web.test_second_factor import at_the_code, give, now, signed_in
from tests.journeys.web.test_short_links import make
from tests.journeys.web.visitor import LINK, Visitor, fields
from tests.passkeys import give_passkey
from tests.receipts import say, take_usdt
from tests.shop import add_service, make_key, open_customer

from sevenpanel.accounts import queries as accounts
from sevenpanel.accounts.domain import KeyKind
from sevenpanel.catalog.domain import Metric, ServiceType
from sevenpanel.deposits import models
from sevenpanel.letters import commands as letters
from sevenpanel.webhooks import commands as webhooks

LONG_NAME = "A service with a rather long name, as providers write them: ads, disclosed, worldwide, with a fast start"


class Who(StrEnum):
    """Who looks at a page."""

    CUSTOMER = "customer"
    VISITOR = "visitor"
    NEWLY_IN = "newly in"
    GUARDED = "guarded"
    HALF_IN = "half in"
    KEYED = "with a passkey"


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One state of a page.

    :param url: the name of its address.
    :param at: the address, with the names of facts in braces.
    :param form: what is sent to it, when the state is the answer to a form; the fields that the form came with are
        added where `of` names the page and the form, such as "/keys/ post /keys/".
    :param first: a script that brings the page into this state.
    :param who: who looks: a customer, somebody who is not signed in, somebody with a second factor, or the same person
        who has given the password only; newly in is who has just done so, and need not do it again.
    """

    url: str
    at: str
    form: Mapping[str, str] | None = None
    of: tuple[str, str] | None = None
    first: str = ""
    who: Who = Who.CUSTOMER


MENU = "document.querySelector('.menu').open = true"
PANEL = "document.querySelector('[data-opens=settings]').click()"

ORDERING = (
    Row(url="web:home", at="/"),
    Row(url="web:home", at="/", first=MENU),
    Row(url="web:home", at="/", first=PANEL),
    Row(url="web:services", at="/services/"),
    Row(url="web:search", at="/search/"),
    Row(url="web:search", at="/search/?q=service"),
    Row(url="web:shortcuts", at="/shortcuts/"),
    Row(url="web:services", at="/services/?q=nothing-fits-this"),
    Row(url="web:service", at="/services/{service}/"),
    Row(url="web:new-order", at="/orders/new/"),
    Row(url="web:new-order", at="/orders/new/?service={service}&link=" + LINK),
    Row(url="web:new-order", at="/orders/new/?service={comments}"),
    Row(
        url="web:new-order",
        at="/orders/new/",
        of=("/orders/new/?service={service}", "post /orders/new/"),
        form={"link": "nonsense", "quantity": "1"},
    ),
    Row(url="web:mass-order", at="/orders/mass/"),
)
ORDERS = (
    Row(
        url="web:mass-order",
        at="/orders/mass/",
        of=("/orders/mass/", "post /orders/mass/"),
        form={"lines": "{service} | t.me/one_channel | 1000\n{service} | t.me/x | 5\nhello", "preview": "1"},
    ),
    Row(url="web:orders", at="/orders/"),
    Row(url="web:orders", at="/orders/?q=nothing-fits-this"),
    Row(url="web:exports", at="/exports/?q=northwind"),
    Row(url="web:exports", at="/exports/", form={}, of=("/exports/?q=one", "post /exports/?q=one")),
    Row(url="web:orders-chosen", at="/orders/chosen/?order={order}"),
    Row(url="web:order", at="/orders/{order}/"),
    Row(url="web:order-receipt", at="/orders/{order}/receipt/"),
    Row(url="web:updates", at="/updates/"),
    Row(url="web:update", at="/updates/{notice}/"),
    Row(url="web:short-links", at="/short-links/"),
    Row(url="short-link-complaint", at="/l/{token}/complaint/", who=Who.VISITOR),
)
TALK = (
    Row(url="web:tickets", at="/tickets/"),
    Row(url="web:new-ticket", at="/tickets/new/"),
    Row(url="web:new-ticket", at="/tickets/new/?kind=wrong-specification&order={order}"),
    Row(
        url="web:new-ticket",
        at="/tickets/new/",
        of=("/tickets/new/?kind=wrong-specification&order={order}", "post /tickets/new/"),
        form={"body": ""},
    ),
    Row(url="web:ticket", at="{decided}"),
    Row(url="web:ticket", at="/tickets/{waiting}/"),
)
MONEY = (
    Row(url="web:balance", at="/balance/"),
    Row(url="web:statement", at="/balance/{month}/"),
    Row(url="web:spending", at="/spending/"),
    Row(url="web:spending", at="/spending/?period=month"),
    Row(url="web:funds", at="/funds/"),
    Row(url="web:funds-history", at="/funds/history/"),
    Row(url="web:funds-way", at="/funds/ways/{usdt}/"),
    Row(url="web:funds-way", at="/funds/ways/{usdt}/?amount=1"),
    Row(url="web:funds-way", at="/funds/ways/{bank}/?amount=50"),
    Row(url="web:payment", at="{payment}"),
    Row(url="web:payment", at="{transfer}"),
    Row(url="web:receipt", at="/funds/receipts/{receipt}/"),
)
ACCOUNT = (
    Row(url="web:settings", at="/settings/"),
    Row(url="web:settings", at="/settings/", form={"theme": "pink"}),
    Row(url="web:keys", at="/keys/"),
    Row(url="web:keys", at="/keys/", of=("/keys/", "post /keys/"), form={"name": "my shop"}),
    Row(url="web:key", at="/keys/{key}/"),
    Row(url="web:api-guide", at="/keys/guide/"),
    Row(url="v3:guide", at="/api/v3/"),
    Row(url="web:webhooks", at="/keys/webhooks/"),
    Row(url="web:webhook", at="/keys/webhooks/{webhook}/"),
    Row(url="web:data", at="/data/"),
    Row(url="web:profile", at="/account/profile/"),
    Row(url="web:notifications", at="/account/notifications/"),
    Row(url="letters-stop", at="/letters/stop/{stop}/", who=Who.VISITOR),
    Row(url="letters-stop", at="/letters/stop/{stop}/", form={}, who=Who.VISITOR),
    Row(url="web:leave", at="/account/delete/"),
    Row(url="web:leave", at="/account/delete/", who=Who.NEWLY_IN),
    Row(url="web:leave", at="/account/delete/", form={"address": "another@example.org"}, who=Who.NEWLY_IN),
    Row(url="web:leave", at="/account/delete/", form={"address": "{newly_in}"}, who=Who.NEWLY_IN),
    Row(url="web:sessions", at="/account/sessions/"),
    Row(url="account_email", at="/accounts/email/"),
    Row(url="account_change_password", at="/accounts/password/change/"),
    Row(
        url="account_change_password",
        at="/accounts/password/change/",
        form={"oldpassword": "wrong", "password1": "a", "password2": "b"},
    ),
    Row(url="account_reauthenticate", at="/accounts/reauthenticate/"),
    Row(url="account_logout", at="/accounts/logout/"),
)
SECOND_FACTOR = (
    Row(url="web:account", at="/account/"),
    Row(url="mfa_index", at="/accounts/two-factor/"),
    Row(url="mfa_index", at="/accounts/two-factor/", who=Who.GUARDED),
    Row(url="mfa_list_webauthn", at="/accounts/two-factor/passkeys/", who=Who.KEYED),
    Row(url="mfa_activate_totp", at="/accounts/two-factor/app/add/", who=Who.NEWLY_IN),
    Row(url="mfa_activate_totp", at="/accounts/two-factor/app/add/", form={"code": "1"}, who=Who.NEWLY_IN),
    Row(url="mfa_add_webauthn", at="/accounts/two-factor/passkeys/add/", who=Who.NEWLY_IN),
    Row(url="mfa_edit_webauthn", at="/accounts/two-factor/passkeys/{passkey}/rename/", who=Who.KEYED),
    Row(url="mfa_remove_webauthn", at="/accounts/two-factor/passkeys/{passkey}/remove/", who=Who.KEYED),
    Row(url="mfa_deactivate_totp", at="/accounts/two-factor/app/remove/", who=Who.GUARDED),
    Row(url="recovery-codes", at="/accounts/two-factor/recovery-codes/", who=Who.GUARDED),
    Row(url="mfa_reauthenticate", at="/accounts/two-factor/confirm/", who=Who.GUARDED),
    Row(url="mfa_reauthenticate_webauthn", at="/accounts/two-factor/passkeys/confirm/", who=Who.KEYED),
    Row(url="mfa_authenticate", at="/accounts/two-factor/code/", who=Who.HALF_IN),
    Row(url="mfa_authenticate", at="/accounts/two-factor/code/", form={"code": "1"}, who=Who.HALF_IN),
)
OPEN = (
    Row(url="account_login", at="/accounts/login/", who=Who.VISITOR),
    Row(url="account_login", at="/accounts/login/", form={"login": "a@example.org", "password": "no"}, who=Who.VISITOR),
    Row(url="account_signup", at="/accounts/signup/", who=Who.VISITOR),
    Row(url="account_signup", at="/accounts/signup/", form={"email": "no", "password1": "a"}, who=Who.VISITOR),
    Row(url="account_reset_password", at="/accounts/password/reset/", who=Who.VISITOR),
    Row(url="account_reset_password_done", at="/accounts/password/reset/done/", who=Who.VISITOR),
    Row(url="account_reset_password_from_key", at="/accounts/password/reset/key/1-nothing/", who=Who.VISITOR),
    Row(url="account_reset_password_from_key_done", at="/accounts/password/reset/key/done/", who=Who.VISITOR),
    Row(url="account_email_verification_sent", at="/accounts/confirm-email/", who=Who.VISITOR),
    Row(url="account_confirm_email", at="/accounts/confirm-email/nothing/", who=Who.VISITOR),
    Row(url="account_inactive", at="/accounts/inactive/", who=Who.VISITOR),
    Row(url="web:design", at="/design/", who=Who.VISITOR),
    Row(url="status", at="/status/", who=Who.VISITOR),
    Row(url="offline", at="/offline/", who=Who.VISITOR),
    Row(url="web:terms", at="/terms/", who=Who.VISITOR),
    Row(url="web:terms-version", at="/terms/1/", who=Who.VISITOR),
    Row(url="web:versions", at="/terms/versions/", who=Who.VISITOR),
    Row(url="web:privacy", at="/privacy/", who=Who.VISITOR),
    Row(url="web:privacy-version", at="/privacy/1/", who=Who.VISITOR),
    Row(url="", at="/nothing/", who=Who.VISITOR),
)
GROUPS = {
    "ordering": ORDERING, "orders": ORDERS, "talk": TALK, "money": MONEY, "account": ACCOUNT,
    "second-factor": SECOND_FACTOR, "open": OPEN,
}  # fmt: skip

PART = "a part of a page, which is looked at as a whole"
ANSWER = "takes a form and answers with a page that has a row, or leads to one"
FILE = "a file, not a page"
DOOR = "a door for programs"
NO_PAGES = {
    "livez": DOOR, "mfa_login_webauthn": DOOR, "readyz": DOOR, "telegram": DOOR, "hook": DOOR, "robots": DOOR,
    "v3:openapi": FILE, "v3:balance": DOOR, "v3:statement": DOOR, "v3:services": DOOR, "v3:service": DOOR,
    "v3:orders": DOOR, "v3:order": DOOR, "v3:order-cancel": DOOR,
    "manifest": FILE, "worker": FILE, "status-feed": FILE, "short-link": "leads elsewhere",
    "web:export-rows": PART, "web:export-take": FILE,
    "web:quote": PART, "web:order-rows": PART, "web:order-progress": PART, "web:payment-progress": PART,
    "web:rejected-lines": FILE, "web:updates-feed": FILE, "web:ticket-file": FILE, "web:funds-table": FILE,
    "web:orders-table": FILE, "web:services-table": FILE, "web:search-found": PART, "web:star": ANSWER,
    "web:spending-table": FILE,
    "web:payment-code": FILE, "web:data-export": FILE, "web:terms-text": FILE,
    "web:privacy-text": FILE,
    "web:order-cancel": ANSWER, "web:ticket-reply": ANSWER, "web:ticket-close": ANSWER, "web:ticket-claim": ANSWER,
    "web:ticket-appeal": ANSWER, "web:funds-play": ANSWER, "web:payment-play": ANSWER, "web:payment-close": ANSWER,
    "web:payment-announce": ANSWER, "web:key-replace": ANSWER, "web:key-revoke": ANSWER, "web:language": ANSWER,
    "web:session-end": ANSWER, "web:sessions-end": ANSWER, "web:stay": ANSWER,
    "web:accept": "test_documents.py looks at it, because it stands before every other page",
    "web:terms-changes": "test_documents.py looks at it, because it takes a second version",
    "web:privacy-changes": "the same page as that of the Terms",
    "account_set_password": "for people without a password, whom sign-up does not let in",
    "account_confirm_login_code": "signing in by a code is switched off",
}  # fmt: skip


def names() -> set[str]:
    """The name of every address of the site outside the desk."""
    return set(_names(get_resolver().url_patterns, ""))


def _names(patterns: list[Any], room: str) -> Iterator[str]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver) and pattern.namespace != "desk":
            yield from _names(pattern.url_patterns, f"{pattern.namespace}:" if pattern.namespace else room)
        elif isinstance(pattern, URLPattern) and pattern.name:
            yield f"{room}{pattern.name}"


@dataclass(slots=True)
class Shop:
    """Who looks at its pages, and what these are called."""

    people: dict[Who, Visitor]
    facts: dict[str, Any]

    def where(self, row: Row) -> str:
        """The address of a row."""
        return row.at.format(**self.facts)

    def shows(self, row: Row, path: str) -> bool:
        """Whether an answer from a path is the page of the row, and not another that it leads to."""
        asked = urlsplit(self.where(row)).path
        return path == asked or resolve(path).view_name == resolve(asked).view_name

    def answer(self, row: Row) -> Any:
        """What the site answers to a row: the page as a browser gets it."""
        visitor, where = self.people[row.who], self.where(row)
        if row.form is None:
            return visitor.client.get(where, follow=True)
        form = {name: value.format(**self.facts) for name, value in row.form.items()}
        page, name = row.of or ("", "")
        came = fields(visitor.get(page.format(**self.facts)), name) if row.of else {}
        return visitor.client.post(where, {**came, **form}, follow=True)


def open_shop() -> Shop:
    """A shop in which every page has something to show. Its rows of the table need nothing else."""
    alice, sam = Visitor(open_customer("Alice", balance="98765.4321")), staff("sam")
    service, comments = add_service(LONG_NAME), add_service("Comments", service_type=ServiceType.CUSTOM_COMMENTS)
    add_service("Visits", network="website", accepts=("website/page",), metric=Metric.VISITS)
    order = placed_before(alice, service, DAY + timedelta(hours=1))
    publish(sam, service, text="Repairs on the provider's side.", complete_hours="72", quantity_max="5000")
    notice = publish(sam, service, kind="delay", text="Slower.\nSee https://example.org/a-rather-long-address")
    decided = address(opened(alice, order, **{"document-count": shot("a-rather-long-name-of-a-picture.png")}))
    judge(sam, decided, {"act": "refuse", "reason": "The picture shows another channel than the one ordered for."})
    waiting = silent(alice, order, timedelta(days=2))
    facts = {
        "service": service, "comments": comments, "order": order, "notice": notice, "decided": decided,
        "waiting": waiting, "token": make(alice), "key": _key(alice), "webhook": _webhook(alice),
        "stop": letters.stop_token(user_id=person_of(alice).user_id, kind="deposits"),
        "month": f"{timezone.now():%Y-%m}", **_payments(alice),
    }  # fmt: skip
    return Shop({Who.CUSTOMER: alice, Who.VISITOR: Visitor()} | _guarded(facts), facts)


def _guarded(facts: dict[str, Any]) -> dict[Who, Visitor]:
    """Somebody who has just signed in, and somebody with an app and a passkey, inside and before the code."""
    bob, carol, dave = open_customer("Bob"), open_customer("Carol"), open_customer("Dave")
    give_app(carol.user_id)
    guarded, keyed = at_the_code(carol), signed_in(dave)
    assert give(guarded, code_at(now())).status_code == 302
    facts["newly_in"] = bob.email
    facts["passkey"] = give_passkey(dave.user_id, name="The phone of Dave")
    return {Who.NEWLY_IN: signed_in(bob), Who.GUARDED: guarded, Who.HALF_IN: at_the_code(carol), Who.KEYED: keyed}


def _key(alice: Visitor) -> int:
    """A key of the API."""
    person = person_of(alice)
    make_key(person)
    return accounts.keys(customer_id=person.customer_id)[0].id


def _webhook(alice: Visitor) -> int:
    """An address that is told of orders, with a trial on its way to it."""
    customer_id = person_of(alice).customer_id
    made, _secret = webhooks.make_webhook(
        customer_id=customer_id, url="https://shop.example.com/orders", kind=KeyKind.LIVE, now=timezone.now()
    )
    webhooks.send_trial(customer_id=customer_id, webhook_id=made, now=timezone.now())
    return made


def _payments(alice: Visitor) -> dict[str, Any]:
    """One payment in a coin, of which a part has been seen, and one by bank."""
    usdt, bank = take_usdt(name="USDT on a test chain"), bank_transfer(name="Bank transfer within the country")
    payment = open_payment(alice, usdt, "100").redirect_chain[-1][0]
    said = sent(alice, "101.32")
    say(said, now=timezone.now())
    transfer = open_payment(alice, bank, "50").redirect_chain[-1][0]
    receipt = models.Receipt.objects.latest("id").id
    return {"usdt": usdt, "bank": bank, "payment": payment, "transfer": transfer, "receipt": receipt}
