"""Who may do what, at every address there is (S-1): a table to be read, and a walk that holds the site to it."""

import re
from copy import copy
from typing import Any

import pytest
from tests.journeys.rights.matrix import ACTORS, SHOWN, read
from tests.journeys.rights.scene import OF_CUSTOMERS, Scene, absent
from tests.journeys.rights.walk import outcome, places, undone
from tests.journeys.web.visitor import Visitor
from tests.shop import PASSWORD, open_customer, staff

from sevenpanel.accounts import commands as accounts
from sevenpanel.accounts.domain import STAFF, Role

# These look at all books at one instant, which no test that is a transaction itself can offer.
OF_THEIR_OWN = ("desk:invariants", "desk:stop-lift")
# It is another one each time that a page is made.
TOKEN = re.compile(r'(?<=name="csrfmiddlewaretoken" value=")[^"]+')


def actor(name: str, desk: Scene, settings: Any) -> Visitor:
    """Somebody who comes to the site."""
    if name in STAFF:
        return Visitor(staff("Sam", Role(name)))
    if name == "unverified":
        return _unverified(settings)
    if name == "no-terms":
        return Visitor(open_customer("Nora", has_accepted=False))
    if name == "suspended":
        assert desk.alice.person is not None
        accounts.suspend_customer(customer_id=desk.alice.person.customer_id, is_suspended=True)
    return {"guest": Visitor(), "stranger": desk.mallory}.get(name, desk.alice)


def _unverified(settings: Any) -> Visitor:
    """Somebody with the right password who has not yet followed the link in the mail."""
    settings.HAS_MAIL, settings.ACCOUNT_EMAIL_VERIFICATION = True, "mandatory"
    ursula, visitor = open_customer("Ursula"), Visitor()
    answer = visitor.post("/accounts/login/", {"login": ursula.email, "password": PASSWORD})
    assert answer.url == "/accounts/confirm-email/"
    return visitor


def asked(visitor: Visitor, method: str, address: str) -> Any:
    """The answer to a request that changes nothing for the next one."""
    cookies = copy(visitor.client.cookies)
    with undone():
        answer = getattr(visitor.client, method)(address)
        b"".join(answer)  # read while what it is made from is there
    visitor.client.cookies = cookies
    return answer


def answers(visitor: Visitor, address: str) -> str:
    """The cell of the table: what a GET leads to, and a POST."""
    return "/".join(outcome(asked(visitor, method, address)) for method in ("get", "post"))


def bare(answer: Any, address: str) -> tuple[dict[str, str], str]:
    """An answer without what differs each time: the request's id, its address, and the token of the page's forms.

    The address stands on the page, so its length goes too; every byte beside it is compared.
    """
    headers = {name: value for name, value in answer.headers.items() if name not in ("X-Request-Id", "Content-Length")}
    body = b"".join(answer).decode("utf-8", "replace").replace(answer["X-Request-Id"], "")
    return headers, TOKEN.sub("", body.replace(address, ""))


@pytest.mark.parametrize("name", ACTORS)
def test_s1_each_actor_is_answered_as_the_table_says(name: str, desk: Scene, settings: Any) -> None:
    visitor, table = actor(name, desk, settings), read()

    found = {
        place.name: answers(visitor, desk.address(place.pattern, place.name, desk.hers))
        for place in places()
        if place.name not in OF_THEIR_OWN
    }

    wrong = [
        f"{place}: {cell} where the table says {table[place][name]}"
        for place, cell in found.items()
        if place in table and cell != table[place][name]
    ]
    assert wrong == [], f"Mend the page, or change the column {name!r} in {SHOWN} if that is how it should be."


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("role", sorted(STAFF))
def test_s1_whoever_looks_at_all_books_is_answered_as_the_table_says(role: Role) -> None:
    visitor, table = Visitor(staff("Sam", role)), read()

    # Nobody stopped anything: whoever may lift a stop is told that there is none.
    for name, address in zip(OF_THEIR_OWN, ("/desk/invariants/", "/desk/stop/1/lift/"), strict=True):
        found = "/".join(outcome(getattr(visitor.client, method)(address)) for method in ("get", "post"))
        assert found == table[name][role]


def test_s1_what_is_another_customers_looks_exactly_like_what_never_was(desk: Scene) -> None:
    """Status, headers and every byte of the body, but for the ids that were asked for."""
    different = []
    for place in places():
        if not any(f"<id:{part}>" in place.pattern for part in OF_CUSTOMERS) or place.name.startswith("desk:"):
            continue
        for method in ("get", "post"):
            others, nobodys = (desk.address(place.pattern, place.name, things) for things in (desk.mallorys, absent()))
            if bare(asked(desk.alice, method, others), others) != bare(asked(desk.alice, method, nobodys), nobodys):
                different.append(f"{method} {others}")

    assert different == []


@pytest.mark.parametrize("name", ["guest", "customer", "admin"])
def test_s1_other_methods_are_no_way_in(name: str, desk: Scene, settings: Any) -> None:
    """PUT, PATCH and DELETE are refused, or answered as a GET or a POST would be."""
    visitor, surprises = actor(name, desk, settings), []
    for place in places():
        if place.name in OF_THEIR_OWN:
            continue
        address = desk.address(place.pattern, place.name, desk.hers)
        usual = {"405", *answers(visitor, address).split("/")}
        odd = {outcome(asked(visitor, method, address)) for method in ("put", "patch", "delete")} - usual
        surprises += [f"{place.name}: {odd}"] if odd else []

    assert surprises == []
