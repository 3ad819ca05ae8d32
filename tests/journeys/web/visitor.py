"""A visitor of the site for tests: signs in, fills the forms it is given as a browser would, and reads the page."""

import html
import re
from collections.abc import Mapping
from html.parser import HTMLParser
from typing import Any

from django.contrib.auth import get_user_model
from django.test import Client
from tests.proven import prove
from tests.shop import Person

from sevenpanel.ledger import queries as ledger
from sevenpanel.orders import queries as orders

LINK = "https://t.me/northwind_news"


class _Forms(HTMLParser):
    """Collects the fields of each form of a page, by the form's address."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: dict[str, dict[str, str]] = {}
        self._action: str | None = None
        self._textarea: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "form":
            self._action = f"{given.get('method', 'get')} {given.get('action', '')}"
            self.forms.setdefault(self._action, {})
        elif self._action and tag == "input" and given.get("name") and _is_sent(given):
            self.forms[self._action][given["name"] or ""] = given.get("value") or ""
        elif self._action and tag == "textarea" and given.get("name"):
            self._textarea = given["name"]
            self.forms[self._action].setdefault(given["name"] or "", "")

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._action = None
        elif tag == "textarea":
            self._textarea = None

    def handle_data(self, data: str) -> None:
        if self._action and self._textarea:
            self.forms[self._action][self._textarea] += data.removeprefix("\n")


def _is_sent(field: Mapping[str, str | None]) -> bool:
    """Whether a browser sends this field though nobody touched it."""
    return field.get("type") != "file" and (field.get("type") not in ("checkbox", "radio") or "checked" in field)


def fields(response: Any, form: str) -> dict[str, str]:
    """What a browser would send back of this form, such as "post /orders/new/", untouched."""
    parser = _Forms()
    parser.feed(response.content.decode())
    return parser.forms[form]


def text(response: Any) -> str:
    """What can be read on a page, in one line."""
    bare = re.sub(r"<[^>]+>", " ", response.content.decode())
    return " ".join(html.unescape(bare).split())


class Visitor:
    """A person at the site."""

    def __init__(self, person: Person | None = None) -> None:
        self.person = person
        self.client = Client(raise_request_exception=False)
        if person is not None:
            self.client.force_login(get_user_model().objects.get(id=person.user_id))
            prove(self.client, person.user_id)

    def get(self, address: str, **extra: Any) -> Any:
        """Open a page."""
        return self.client.get(address, **extra)

    def post(self, address: str, data: Mapping[str, Any] | None = None, **extra: Any) -> Any:
        """Send a form."""
        return self.client.post(address, dict(data or {}), **extra)

    def order_form(self, service_id: int) -> dict[str, str]:
        """The order form of a service, with its hidden fields, as it is given now."""
        return fields(self.get(f"/orders/new/?service={service_id}"), "post /orders/new/")

    def order(self, service_id: int, **typed: str) -> Any:
        """Fill in a fresh order form and send it."""
        form = {**self.order_form(service_id), "link": LINK, "quantity": "1000", **typed}
        return self.post("/orders/new/", form)

    @property
    def balance(self) -> int:
        """What can be spent, by the books."""
        assert self.person is not None
        return ledger.balance(customer_id=self.person.customer_id).balance_micros

    @property
    def orders(self) -> list[orders.OrderRow]:
        """The orders there are, newest first."""
        assert self.person is not None
        return orders.orders(customer_id=self.person.customer_id, limit=20_000)
