"""Ids of another customer, wherever Alice can put them: in addresses, queries, forms, lists, mass orders (S-2)."""

import re
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from tests.database.support.pictures import picture
from tests.journeys.rights.scene import ABSENT_ID, OF_CUSTOMERS, Scene, Things
from tests.journeys.rights.walk import places, undone
from tests.journeys.web.visitor import Visitor, fields, text

from sevenpanel.kernel import db

FIELD = re.compile(r'<(?:input|select|textarea|button)[^>]*\sname="([\w\[\]-]+)"')
# Names under which ids arrive, besides those that stand on the pages.
NAMES = {
    "id": "order_id", "ids": "order_id", "order": "order_id", "orders": "order_id", "order_id": "order_id",
    "again": "order_id", "like": "order_id", "before": "order_id", "q": "order_id", "lines": "order_id",
    "ticket": "ticket_id", "request": "request_id", "file": "file_id", "key": "key_id", "intent": "intent_id",
    "payment": "intent_id", "receipt": "receipt_id", "customer": "customer_id", "customer_id": "customer_id",
}  # fmt: skip
KEPT_APART = ("customer_id", *OF_CUSTOMERS)


def rows_of(things: Things) -> dict[str, str]:
    """A digest of every row that belongs to a customer, by table and by the column that says so."""
    columns = db.rows(
        "SELECT table_name, column_name FROM information_schema.columns"
        " WHERE table_schema = 'public' AND column_name = ANY(%s)",
        [list(KEPT_APART)],
    )
    digest = "SELECT coalesce(md5(string_agg(t::text, '|' ORDER BY t::text)), '') FROM {} t WHERE {}::text = %s"
    return {
        f"{table}.{column}": db.rows(digest.format(table, column), [str(things.ids[column])])[0][0]
        for table, column in columns
    }


def names_on(page: Any) -> set[str]:
    """The names of the fields of a page."""
    body = b"".join(page)
    return set(FIELD.findall(body.decode())) if page.get("Content-Type", "").startswith("text/html") else set()


def kind_of(name: str) -> str | None:
    """Whose id fits into a field of this name."""
    if name in NAMES:
        return NAMES[name]
    return next((part for part in KEPT_APART if part.removesuffix("_id") in name), None)


def given(names: set[str], things: Things) -> dict[str, str]:
    """A form or a query in which every field that may hold an id holds one of these."""
    kinds = {name: kind_of(name) for name in names | NAMES.keys()}
    return {name: str(things.ids[kind]) for name, kind in kinds.items() if kind}


def told(answer: Any, things: Things) -> list[str]:
    """The words of a customer that an answer holds."""
    words = b"".join(answer).decode("utf-8", "replace") + str(dict(answer.headers))
    return [word for word in things.words if word in words]


def test_s2_no_page_tells_or_moves_anything_of_another_customer(desk: Scene) -> None:
    """Every address under Alice's own ids, with Mallory's in every field and query that might take one."""
    before, leaks = rows_of(desk.mallorys), []
    for place in places():
        if place.name.startswith("desk:"):
            continue
        address = desk.address(place.pattern, place.name, desk.hers)
        with undone():
            answer = desk.alice.get(address)
            names = names_on(answer)
        for method in ("get", "post"):
            cookies = desk.alice.client.cookies.copy()
            with undone():
                answer = getattr(desk.alice.client, method)(address, given(names, desk.mallorys))
                leaks += [f"{method} {place.name}: {word}" for word in told(answer, desk.mallorys)]
                changed = {name for name, digest in rows_of(desk.mallorys).items() if digest != before[name]}
                leaks += [f"{method} {place.name} changed {sorted(changed)}"] if changed else []
            desk.alice.client.cookies = cookies

    assert leaks == []


def test_s2_the_walk_sees_a_leak_and_a_change(desk: Scene) -> None:
    """Mallory's own pages hold the words, and her own form changes her rows."""
    page = desk.mallory.get(f"/orders/{desk.mallorys.ids['order_id']}/")
    before = rows_of(desk.mallorys)
    desk.mallory.post(f"/tickets/{desk.mallorys.ids['ticket_id']}/reply/", {"body": "Hello?"})

    assert "medlar_channel" in told(page, desk.mallorys)
    assert rows_of(desk.mallorys) != before
    assert len(before) >= 20


def test_s2_her_own_ticket_leads_to_nobody_elses_file(desk: Scene) -> None:
    address = f"/tickets/{desk.hers.ids['ticket_id']}/files/{{}}/"

    own, others = (desk.alice.get(address.format(things.ids["file_id"])) for things in (desk.hers, desk.mallorys))

    assert (own.status_code, others.status_code) == (200, 404)


def test_s2_her_own_ticket_appeals_against_nobody_elses_decision(desk: Scene) -> None:
    address = f"/tickets/{desk.hers.ids['ticket_id']}/requests/{{}}/appeal/"
    before = rows_of(desk.mallorys)

    others, nobodys = (
        desk.alice.post(address.format(request_id), {"body": "Look again."})
        for request_id in (desk.mallorys.ids["request_id"], ABSENT_ID)
    )

    assert others.status_code == nobodys.status_code == 422
    assert text(others).partition("Request id")[0] == text(nobodys).partition("Request id")[0]
    assert rows_of(desk.mallorys) == before


def test_s2_a_ticket_takes_no_foreign_order_alone_or_among_others(desk: Scene) -> None:
    hers, foreign = desk.hers.ids["order_id"], desk.mallorys.ids["order_id"]
    form = fields(desk.alice.get(f"/tickets/new/?kind=other&order={foreign}"), "post /tickets/new/")
    typed = {**form, "kind": "not-completed-in-time", "body": "Late."}

    for orders in (f"{foreign}", f"{hers}, {foreign}"):
        file = {"document-count": SimpleUploadedFile("count.png", picture(), "image/png")}
        answer = desk.alice.client.post("/tickets/new/", {**typed, **file, "orders": orders}, follow=True)
        assert answer.status_code == 422
        assert f"You have no order {foreign}." in text(answer)


def test_s2_a_claim_takes_no_foreign_order(desk: Scene) -> None:
    address = f"/tickets/{desk.hers.ids['web:ticket-claim ticket_id']}/claim/"
    before = rows_of(desk.mallorys)

    others, nobodys = (
        text(desk.alice.client.post(address, {"order": order_id}, follow=True))
        for order_id in (desk.mallorys.ids["order_id"], ABSENT_ID)
    )

    assert others == nobodys
    assert rows_of(desk.mallorys) == before


def test_s2_what_is_taken_away_holds_nothing_of_others(desk: Scene) -> None:
    """The data export, the history of payments, what the desk keeps: hers, and not a word of Mallory's."""
    search = f"/orders/?q={desk.mallorys.ids['order_id']}"
    for address in ("/data/", "/data/export/", "/funds/history/csv/", "/balance/", "/orders/", "/tickets/", search):
        assert told(desk.alice.get(address), desk.mallorys) == [], address
    assert b"almond_channel" in b"".join(desk.alice.get("/data/export/"))


def test_s2_a_guest_is_asked_to_sign_in_before_anything_is_looked_up(desk: Scene) -> None:
    guest = Visitor()
    for place in places():
        if any(f"<id:{part}>" in place.pattern for part in OF_CUSTOMERS):
            answer = guest.get(desk.address(place.pattern, place.name, desk.hers))
            # Where only a key counts, nobody is led to sign in; and a GET cancels nothing.
            assert answer.status_code in ((401, 405) if place.name.startswith("v3:") else (302,)), place.name
