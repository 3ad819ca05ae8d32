"""Decisions at the desk: found by clause, outcome and decider, and each with everything that it was made from."""

import re
from datetime import timedelta

import pytest
from tests.journeys.notices.test_pages import publish
from tests.journeys.support.conftest import DAY, placed_before, staff
from tests.journeys.support.test_customer_tickets import address, opened, shot, silent
from tests.journeys.support.test_desk_tickets import confirm, judge
from tests.journeys.web.test_pages import assert_nothing_inline
from tests.journeys.web.visitor import LINK, Visitor, text

from sevenpanel.accounts.domain import Role
from sevenpanel.kernel import db
from sevenpanel.orders import queries
from sevenpanel.terms import Decision, Outcome

LIST = "/desk/decisions/"


@pytest.fixture
def decided(alice: Visitor, sam: Visitor, service: int) -> dict[str, int]:
    """Three decisions: a claim that the rules granted, a refusal that staff confirmed, one that staff overruled."""
    order_id = placed_before(alice, service, DAY * 2)
    ticket = silent(alice, order_id, DAY + timedelta(seconds=1))
    alice.client.post(f"/tickets/{ticket}/claim/", {"order": order_id})
    dropped = address(opened(alice, order_id, "drop"))
    confirm(sam, dropped)
    late = placed_before(alice, service, DAY + timedelta(hours=1))
    publish(sam, service, text="Announced too late.", complete_hours="72")
    asked = address(opened(alice, late, **{"document-count": shot()}))
    judge(sam, asked, {"act": "refuse", "reason": "The picture shows another channel."})
    claimed, drop = (row.id for row in queries.decisions_of_order(order_id=order_id))
    return {"claimed": claimed, "drop": drop, "overruled": queries.decisions_of_order(order_id=late)[0].id}


def listed(visitor: Visitor, query: str = "") -> list[int]:
    page = visitor.get(f"{LIST}{query}").content.decode()
    return [int(number) for number in re.findall(rf'href="{LIST}(\d+)/"', page)]


def test_decisions_are_listed_newest_first_and_found_by_what_they_are(sam: Visitor, decided: dict[str, int]) -> None:
    claimed, drop, overruled = decided["claimed"], decided["drop"], decided["overruled"]

    assert listed(sam) == [overruled, drop, claimed]
    assert listed(sam, "?clause=4.4") == [claimed]
    assert listed(sam, "?outcome=granted") == [claimed]
    assert listed(sam, "?outcome=refused") == [overruled, drop]
    assert listed(sam, "?decider=overruled+by+staff") == [overruled]
    assert listed(sam, "?outcome=refused&decider=confirmed+by+staff&clause=5") == [drop]
    order_id = queries.decisions(decision_ids=[drop])[drop].order_id
    assert listed(sam, f"?order={order_id}") == [drop, claimed]
    for nonsense in ("?order=x", "?order=0", f"?order={'9' * 40}"):
        page = sam.get(f"{LIST}{nonsense}")
        assert (page.status_code, "No decision fits." in text(page)) == (200, True), nonsense
    assert listed(sam, "?outcome=nonsense&decider=nonsense&clause=%00") == [overruled, drop, claimed]


def test_a_long_list_is_turned_over_and_keeps_what_was_chosen(sam: Visitor, decided: dict[str, int]) -> None:
    columns = (
        "order_id, customer_id, kind, record, decision, policy_version, outcome, clause, refund_micros, effect, "
        "decider, staff_id, decided_at"
    )
    copy = f"INSERT INTO orders_decision ({columns}) SELECT {columns} FROM orders_decision, generate_series(1, 60)"
    db.rows(f"{copy} WHERE id = %s", (decided["drop"],))

    first = sam.get(f"{LIST}?clause=5&outcome=refused")
    (older,) = re.findall(rf'href="{LIST}(\?[^"]+)">Older', first.content.decode())
    query = older.replace("&amp;", "&")

    assert len(listed(sam, "?clause=5&outcome=refused")) == 50
    assert "clause=5&outcome=refused" in query
    assert len(listed(sam, query)) == 11
    assert listed(sam, query)[-1] == decided["drop"]


def test_a_decision_shows_everything_that_it_was_made_from(sam: Visitor, decided: dict[str, int]) -> None:
    page = sam.get(f"{LIST}{decided['overruled']}/")
    told = text(page)

    assert "refused clause 4.2 . No money moved." in told
    assert "Refused by staff: The picture shows another channel." in told
    assert "Decided by overruled by staff, sam@desk.example" in told
    assert "What the rules had said granted clause 4.2 The order was promised to be complete by" in told
    assert "Today's rules say the same from the same facts and figures." in told
    assert "It came with a screenshot of the current count with the date visible" in told
    assert "Delivered 250 of 1000" in told
    assert "Completes within 24 hours" in told
    assert "Announced too late." in told
    assert "Figures of the Terms, version 1 ticket_answer_hours 24" in told
    assert '"reported_delivered": 250' in told
    assert LINK not in told  # facts hold what decides, and nothing more of the customer
    assert_nothing_inline(page.content.decode())


def test_a_claim_names_its_ticket_and_nobody_of_the_staff(sam: Visitor, decided: dict[str, int]) -> None:
    told = text(sam.get(f"{LIST}{decided['claimed']}/"))

    assert "granted clause 4.4 · 0.90 USD came back. The order ended with it." in told
    assert "Decided by the rules Rests" not in told
    assert "desk.example" not in told.partition("Decided by")[2].partition("Facts")[0]
    assert "Ticket #" in told


def test_a_review_and_what_it_reviews_lead_to_each_other(alice: Visitor, sam: Visitor, decided: dict[str, int]) -> None:
    ((ticket_id, request_id),) = db.rows(
        "SELECT ticket_id, id FROM support_request WHERE decision_id = %s", (decided["overruled"],)
    )
    appeal = f"/tickets/{ticket_id}/requests/{request_id}/appeal/"
    alice.client.post(appeal, {"body": "Look again.", "file": shot("new.png")})
    confirm(staff("tia"), f"/tickets/{ticket_id}/")

    (review, *_) = listed(sam)
    assert f'href="{LIST}{decided["overruled"]}/"' in sam.get(f"{LIST}{review}/").content.decode()
    assert f'href="{LIST}{review}/"' in sam.get(f"{LIST}{decided['overruled']}/").content.decode()


def test_a_rule_that_changed_since_is_told(
    sam: Visitor, decided: dict[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    def other(*_: object) -> Decision:
        rules = queries.decisions(decision_ids=[decided["overruled"]])[decided["overruled"]].record.decision
        return Decision(
            outcome=Outcome.REFUSE, clause="4.8", rule=rules.rule, reasons=rules.reasons,
            policy_version=rules.policy_version, decided_at=rules.decided_at,
        )  # fmt: skip

    monkeypatch.setattr("sevenpanel.terms.records.decide", other)

    told = text(sam.get(f"{LIST}{decided['overruled']}/"))
    assert "Today's rules say something else from the same facts and figures. What differs: " in told
    assert "clause" in told.partition("What differs: ")[2].partition(".")[0]


def test_only_staff_see_decisions(alice: Visitor, operator: Visitor, sam: Visitor, decided: dict[str, int]) -> None:
    fin = staff("fin", Role.FINANCE)
    for path in (LIST, f"{LIST}{decided['claimed']}/"):
        answers = [who.get(path).status_code for who in (alice, fin, sam, operator, Visitor())]
        assert answers == [404, 200, 200, 200, 302], path
        assert sam.post(path).status_code == 405
    assert sam.get(f"{LIST}999999999/").status_code == 404
    assert "Decisions" in text(sam.get("/desk/"))
    # Tickets are not the finance's business, so nothing leads there.
    assert "/desk/tickets/" not in fin.get(f"{LIST}{decided['drop']}/").content.decode()
